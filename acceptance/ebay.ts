// Recorded proxy bids through the whole house, twice: as they were placed, and with the winner's first top bid multiplied
// by ten. The price of the second pass tells an engine that follows the second-price rule from one that is lucky.
import { join } from 'node:path';
import { DEFAULT_FEES, incrementsFor } from '../src/domain/auction/house-defaults.js';
import type { EnglishTerms } from '../src/domain/auction/terms.js';
import type { UserId } from '../src/domain/ids.js';
import type { Minor } from '../src/domain/money.js';
import { instant, later } from '../src/domain/time.js';
import type { AuctionRow } from '../src/projections/silver/silver.queries.js';
import type { Log } from '../src/runtime/log.js';
import { OperatorError } from '../src/runtime/operator-error.js';
import { readCsvTable, readCsvTableIfThere } from './csv-table.js';
import { inFileOrder, type PastAuction, pastAuctionId, pastBidderId } from './past-auction.js';
import { PastHouse, sayMoved } from './past-house.js';
import { printResult, refuseUnwritable, writeCsv } from './results.js';

export const BIDS = ['auction_id', 'bidder_id', 'maximum_cents', 'days_since_start', 'opening_cents'] as const;
const EXPECTED = {
  recorded: 'recorded_price_cents',
  replayed: 'replayed_price_cents',
  lifted: 'replayed_price_winner_lifted_cents',
} as const;

const LIFT = 10n;
/** Recorded auctions name no date, only the days since their start. */
const START = instant(Date.UTC(2003, 0, 1));
/** Between the last bid and the close. */
const CLOSE_AFTER_MS = 1_000;

type Bid = Readonly<{ bidderId: UserId; maximum: Minor; afterMs: number }>;
type Recording = Readonly<{ name: string; opening: Minor; bids: readonly Bid[] }>;
type Price = Readonly<{ asRecorded: Minor; lifted: Minor }>;
type Expected = Readonly<Record<keyof typeof EXPECTED, Minor | null>>;

/**
 * Runs `acceptance:ebay`: `directory` holds `bids.csv` and perhaps `expected.csv`; prices as Silver has them at the
 * end go to `out`. Prints `{"auctions":…,"replayed":…,"lifted":…,"recorded":…}`, or only what can be told.
 */
export async function runEbay(directory: string, out: string | undefined, log: Log): Promise<void> {
  await refuseUnwritable(out);
  const recordings = await readRecordings(join(directory, 'bids.csv'));
  const expected = await readExpected(join(directory, 'expected.csv'), recordings);
  const prices = await replay(recordings, log);
  if (out !== undefined) {
    const rows = recordings.map(({ name }) => [name, `${of(prices, name).asRecorded}`, `${of(prices, name).lifted}`]);
    await writeCsv(out, ['auction_id', 'price_cents', 'price_winner_lifted_cents'], rows);
  }
  printResult({ auctions: recordings.length, ...(expected === null ? {} : scores(prices, expected)) });
}

async function readRecordings(file: string): Promise<readonly Recording[]> {
  const { rows } = await readCsvTable(file, BIDS);
  const recordings = new Map<string, { name: string; opening: Minor; bids: Bid[] }>();
  for (const row of rows) {
    const name = row.text('auction_id');
    // The opening price is that of an auction's first row.
    const opening = row.cents('opening_cents', recordings.has(name) ? 0n : 1n);
    const recording = recordings.get(name) ?? { name, opening, bids: [] };
    recordings.set(name, recording);
    recording.bids.push({
      bidderId: pastBidderId(row.text('bidder_id')),
      maximum: row.cents('maximum_cents', 1n),
      afterMs: row.daysInMs('days_since_start'),
    });
  }
  return [...recordings.values()];
}

async function readExpected(
  file: string,
  recordings: readonly Recording[],
): Promise<ReadonlyMap<string, Expected> | null> {
  const table = await readCsvTableIfThere(file, ['auction_id']);
  if (table === null) return null;
  const known = new Set(recordings.map(({ name }) => name));
  const expected = new Map<string, Expected>();
  for (const row of table.rows) {
    const name = row.text('auction_id');
    if (!known.has(name)) throw row.wrong('auction_id', 'must be an auction of bids.csv');
    if (expected.has(name)) throw row.wrong('auction_id', 'must not occur twice');
    const price = (column: string) => (table.columns.has(column) ? row.cents(column, 0n) : null);
    const { recorded, replayed, lifted } = EXPECTED;
    expected.set(name, { recorded: price(recorded), replayed: price(replayed), lifted: price(lifted) });
  }
  const missing = recordings.find(({ name }) => !expected.has(name));
  if (missing !== undefined) throw new OperatorError(`${file} has no row for auction ${missing.name} of bids.csv`);
  return expected;
}

async function replay(recordings: readonly Recording[], log: Log): Promise<ReadonlyMap<string, Price>> {
  const house = await PastHouse.open(START, log);
  try {
    await house.register(new Set(recordings.flatMap(({ bids }) => bids.map(({ bidderId }) => bidderId))));
    const first = await hold(house, 'as recorded', recordings);
    const lifted = recordings.map((recording) => withWinnerLifted(recording, of(first, recording.name).leaderId));
    const second = await hold(house, 'with the winner lifted', lifted);
    return new Map(
      recordings.map(({ name }) => [
        name,
        { asRecorded: of(first, name).currentPrice, lifted: of(second, name).currentPrice },
      ]),
    );
  } finally {
    await house.close();
  }
}

async function hold(
  house: PastHouse,
  pass: string,
  recordings: readonly Recording[],
): Promise<ReadonlyMap<string, AuctionRow>> {
  const startsAt = house.now();
  let moved = 0;
  const auctions = recordings.map(({ name, opening, bids }): PastAuction => {
    const placed = bids.map(({ bidderId, maximum, afterMs }) => ({
      bidderId,
      amount: maximum,
      at: later(startsAt, afterMs),
    }));
    const ordered = inFileOrder(placed);
    moved += ordered.moved;
    return {
      auctionId: pastAuctionId(`ebay ${pass}`, name),
      title: `eBay ${name}`,
      terms: termsFrom(opening),
      listedAt: startsAt,
      closesAt: later(ordered.bids.at(-1)?.at ?? startsAt, CLOSE_AFTER_MS),
      bids: ordered.bids,
    };
  });
  sayMoved(moved);
  const rows = await house.hold(pass, auctions);
  return new Map(
    recordings.map(({ name }, i) => {
      const auction = auctions[i];
      const row = auction === undefined ? undefined : rows.get(auction);
      if (row === undefined) throw new Error(`Silver's row of ${name} is missing`);
      return [name, row];
    }),
  );
}

/** The recording with the first of the winner's highest bids multiplied by ten; as it is where nobody won. */
function withWinnerLifted(recording: Recording, winner: UserId | null): Recording {
  const top = recording.bids.reduce<Bid | null>(
    (best, bid) => (bid.bidderId === winner && (best === null || bid.maximum > best.maximum) ? bid : best),
    null,
  );
  const bids = recording.bids.map((bid) => (bid === top ? { ...bid, maximum: bid.maximum * LIFT } : bid));
  return { ...recording, bids };
}

function scores(
  prices: ReadonlyMap<string, Price>,
  expected: ReadonlyMap<string, Expected>,
): Readonly<Record<string, number>> {
  const names = [...expected.keys()];
  const known = names.map((name) => ({ price: of(prices, name), wanted: of(expected, name) }));
  const count = (key: keyof Expected, pass: keyof Price) =>
    known.some(({ wanted }) => wanted[key] !== null)
      ? { [key]: known.filter(({ price, wanted }) => price[pass] === wanted[key]).length }
      : {};
  return { ...count('replayed', 'asRecorded'), ...count('lifted', 'lifted'), ...count('recorded', 'asRecorded') };
}

/** The rules of the recordings: eBay's increments, no reserve that anybody knows of, and a close that does not move. */
export const termsFrom = (startingPrice: Minor): EnglishTerms => ({
  format: 'english',
  currency: 'USD',
  startingPrice,
  reservePrice: null,
  buyNowPrice: null,
  increments: incrementsFor('USD'),
  retraction: 'ebay',
  softClose: null,
  fees: DEFAULT_FEES,
});

function of<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`nothing is known of auction ${name}`);
  return value;
}
