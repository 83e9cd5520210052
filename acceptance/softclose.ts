// Recorded bids of an online sale through the whole house: does the soft close end each lot when it really ended?
import { join } from 'node:path';
import { DEFAULT_FEES } from '../src/domain/auction/house-defaults.js';
import type { EnglishTerms } from '../src/domain/auction/terms.js';
import type { UserId } from '../src/domain/ids.js';
import type { Minor } from '../src/domain/money.js';
import { earlierOf, type Instant, instant, isoTime, later } from '../src/domain/time.js';
import type { Log } from '../src/runtime/log.js';
import { type CsvTable, readCsvTable } from './csv-table.js';
import { inFileOrder, type PastAuction, type PastBid, pastAuctionId, pastBidderId } from './past-auction.js';
import { PastHouse, sayMoved } from './past-house.js';
import { printResult, refuseUnwritable, writeCsv } from './results.js';

const LOTS = ['lot_id', 'starting_cents', 'scheduled_close'] as const;
const RECORDED_CLOSE = 'recorded_close';
const BIDS = ['lot_id', 'at', 'amount_cents', 'is_proxy'] as const;

const SOFT_CLOSE_MS = 120_000;
/** Each lot is listed this long before its first bid. */
const LISTED_BEFORE_MS = 3_600_000;
/** The files name no bidders; two who outbid each other in turn stand for them. */
const BIDDERS: readonly [UserId, UserId] = [pastBidderId('first of two'), pastBidderId('second of two')];

type Lot = Readonly<{
  name: string;
  startingPrice: Minor;
  scheduledClose: Instant;
  recordedClose: Instant | null;
  bids: readonly PastBid[];
}>;

/**
 * Runs `acceptance:softclose`: `directory` holds `lots.csv` and `bids.csv`; the closes that Silver has at the end go
 * to `out`. Prints `{"lots":…,"exact":…}` over lots with bids; without recorded closes only the first.
 */
export async function runSoftClose(directory: string, out: string | undefined, log: Log): Promise<void> {
  await refuseUnwritable(out);
  const lots = await readLots(directory);
  const closes = await replay(lots, log);
  if (out !== undefined) {
    const rows = lots.map(({ name }, i) => [name, wholeSeconds(closes[i])]);
    await writeCsv(out, ['lot_id', 'close'], rows);
  }
  // A lot without bids closes as scheduled under any rule, and proves none.
  const contested = lots.filter(({ bids }) => bids.length > 0).length;
  const exact = lots.filter(({ bids, recordedClose }, i) => bids.length > 0 && recordedClose === closes[i]).length;
  const isRecorded = lots.some(({ recordedClose }) => recordedClose !== null);
  printResult({ lots: contested, ...(isRecorded ? { exact } : {}) });
}

async function readLots(directory: string): Promise<readonly Lot[]> {
  const table = await readCsvTable(join(directory, 'lots.csv'), LOTS);
  const names = new Set<string>();
  for (const row of table.rows) {
    const name = row.text('lot_id');
    if (names.has(name)) throw row.wrong('lot_id', 'must not occur twice');
    names.add(name);
  }
  const bids = readBids(await readCsvTable(join(directory, 'bids.csv'), BIDS), names);
  return table.rows.map((row): Lot => {
    const name = row.text('lot_id');
    return {
      name,
      startingPrice: row.cents('starting_cents', 1n),
      scheduledClose: instant(row.time('scheduled_close')),
      recordedClose: table.columns.has(RECORDED_CLOSE) ? instant(row.time(RECORDED_CLOSE)) : null,
      bids: bids.get(name) ?? [],
    };
  });
}

/** Only what people bid: where the other system's proxy answered, ours would answer by itself. */
function readBids({ rows }: CsvTable, lots: ReadonlySet<string>): ReadonlyMap<string, readonly PastBid[]> {
  const bids = new Map<string, PastBid[]>();
  for (const row of rows) {
    const name = row.text('lot_id');
    if (!lots.has(name)) throw row.wrong('lot_id', 'must be a lot of lots.csv');
    const at = instant(row.time('at'));
    const amount = row.cents('amount_cents', 1n);
    if (row.flag('is_proxy')) continue;
    const before = bids.get(name) ?? [];
    bids.set(name, before);
    before.push({ bidderId: BIDDERS[before.length % 2 === 0 ? 0 : 1], amount, at });
  }
  return bids;
}

async function replay(lots: readonly Lot[], log: Log): Promise<readonly Instant[]> {
  let moved = 0;
  const auctions = lots.map(({ name, startingPrice, scheduledClose, bids }): PastAuction => {
    const ordered = inFileOrder(bids);
    moved += ordered.moved;
    const first = earlierOf(ordered.bids[0]?.at ?? scheduledClose, scheduledClose);
    return {
      auctionId: pastAuctionId('softclose', name),
      title: `Lot ${name}`,
      terms: termsFrom(startingPrice),
      listedAt: later(first, -LISTED_BEFORE_MS),
      closesAt: scheduledClose,
      bids: ordered.bids,
    };
  });
  sayMoved(moved);
  const startsAt = auctions.map(({ listedAt }) => listedAt).reduce(earlierOf, instant(Date.UTC(9999, 0)));
  const house = await PastHouse.open(later(startsAt, -LISTED_BEFORE_MS), log);
  try {
    await house.register(new Set(BIDDERS));
    const rows = await house.hold('as recorded', auctions);
    return auctions.map((auction) => {
      const row = rows.get(auction);
      if (row === undefined) throw new Error(`Silver's row of ${auction.title} is missing`);
      return row.closesAt;
    });
  } finally {
    await house.close();
  }
}

/** Steps of one cent, so that whatever was taken then is enough here, and a soft close without limits. */
const termsFrom = (startingPrice: Minor): EnglishTerms => ({
  format: 'english',
  currency: 'USD',
  startingPrice,
  reservePrice: null,
  buyNowPrice: null,
  increments: [{ below: null, step: 1n }],
  retraction: 'never',
  softClose: { windowMs: SOFT_CLOSE_MS, extensionsMax: null, extensionTotalMaxMs: null },
  fees: DEFAULT_FEES,
});

/** `2025-11-21T02:00:00Z`; with milliseconds only where there are some. */
const wholeSeconds = (at: Instant | undefined): string => (at === undefined ? '' : isoTime(at).replace('.000Z', 'Z'));
