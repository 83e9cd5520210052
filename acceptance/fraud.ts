// Recorded proxy bids through the whole house, for the sake of the fraud scores that real bidders get. All of them are taken
// as honest. Recordings name no date, so the auctions are held in the order of the file, some hours apart.
import { join } from 'node:path';
import type { UserId } from '../src/domain/ids.js';
import type { Minor } from '../src/domain/money.js';
import { type Instant, instant, later, laterOf } from '../src/domain/time.js';
import type { Log } from '../src/runtime/log.js';
import { type CsvRow, readCsvTable } from './csv-table.js';
import { BIDS, termsFrom } from './ebay.js';
import {
  inFileOrder,
  type PastAuction,
  type PastBid,
  pastAuctionId,
  pastBidderId,
  pastSellerId,
} from './past-auction.js';
import { PastHouse, type PastScore, sayMoved } from './past-house.js';
import { type Planted, plantShills } from './planted-shills.js';
import { printResult } from './results.js';

const START = instant(Date.UTC(2003, 0, 1));
const APART_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;
/** Between the last bid and the close, where the file does not tell how long auctions lasted. */
const CLOSE_AFTER_MS = 1_000;

/**
 * Runs `acceptance:fraud` on `bids.csv` of `directory`. Prints `{"bidders":…,"flagged":…,"naiveRuleFlagged":…}`: the naive
 * rule is a visible price that rises by more than half, or the last five minutes. Without a `seller_id` column every auction
 * is another seller's. With a seed, shills are planted, and `shills`, `shillsCaught`, `shillPairs` and `shillPairsFlagged` printed.
 */
export async function runFraud(directory: string, inject: string | undefined, log: Log): Promise<void> {
  const { rows } = await readCsvTable(join(directory, 'bids.csv'), BIDS);
  const recorded = auctionsOf(rows);
  const { auctions, shills }: Planted =
    inject === undefined ? { auctions: recorded, shills: new Set() } : plantShills(recorded, inject);
  const people = auctions.flatMap(({ sellerId, bids }) => [
    ...(sellerId === undefined ? [] : [sellerId]),
    ...bids.map(({ bidderId }) => bidderId),
  ]);
  const house = await PastHouse.open(START, log);
  try {
    await house.register(new Set(people));
    await house.hold('recorded bids', auctions);
    const scores = await house.fraudScores();
    const bidders = new Set(recorded.flatMap(({ bids }) => bids.map(({ bidderId }) => bidderId)));
    const flagged = (of: (score: PastScore) => boolean): number =>
      new Set(scores.filter((score) => bidders.has(score.bidderId) && of(score)).map(({ bidderId }) => bidderId)).size;
    printResult({
      bidders: bidders.size,
      flagged: flagged(({ isFlagged }) => isFlagged),
      naiveRuleFlagged: flagged(({ unusualIncrement, snipe }) => unusualIncrement || snipe),
      ...(inject === undefined ? {} : caught(scores, shills)),
    });
  } finally {
    await house.close();
  }
}

function caught(scores: readonly PastScore[], shills: ReadonlySet<UserId>): Readonly<Record<string, number>> {
  const theirs = scores.filter(({ bidderId }) => shills.has(bidderId));
  const flagged = theirs.filter(({ isFlagged }) => isFlagged);
  const pairs = (of: readonly PastScore[]) =>
    new Set(of.map(({ auctionId, bidderId }) => `${auctionId} ${bidderId}`)).size;
  return {
    shills: shills.size,
    shillsCaught: new Set(flagged.map(({ bidderId }) => bidderId)).size,
    shillPairs: pairs(theirs),
    shillPairsFlagged: pairs(flagged),
  };
}

function auctionsOf(rows: readonly CsvRow[]): readonly PastAuction[] {
  let moved = 0;
  const byName = Map.groupBy(rows, (row) => row.text('auction_id'));
  const auctions = [...byName].map(([name, lines], i): PastAuction => {
    const [first] = lines;
    if (first === undefined) throw new Error(`broken invariant: auction ${name} has no row`);
    const startsAt = later(START, i * APART_MS);
    const ordered = inFileOrder(lines.map((row) => bidOf(row, startsAt)));
    moved += ordered.moved;
    const last = ordered.bids.at(-1)?.at ?? startsAt;
    const lasts = first.has('duration_days') ? first.daysInMs('duration_days') : 0;
    return {
      auctionId: pastAuctionId('fraud', name),
      title: `Auction ${name}`,
      sellerId: pastSellerId(first.has('seller_id') ? first.text('seller_id') : `unknown seller of ${name}`),
      ...(first.has('item') ? { category: first.text('item') } : {}),
      terms: termsFrom(first.cents('opening_cents', 1n)),
      closesInTurn: true,
      listedAt: startsAt,
      closesAt: laterOf(later(startsAt, lasts), later(last, CLOSE_AFTER_MS)),
      bids: ordered.bids,
    };
  });
  sayMoved(moved);
  return auctions;
}

function bidOf(row: CsvRow, startsAt: Instant): PastBid {
  const amount: Minor = row.cents('maximum_cents', 1n);
  return {
    bidderId: pastBidderId(row.text('bidder_id')),
    amount,
    at: later(startsAt, Math.min(row.daysInMs('days_since_start'), 365 * DAY_MS)),
  };
}
