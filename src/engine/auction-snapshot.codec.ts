// A fold of an auction as text, and back. Bids are written in slices with a tick of the event loop between them, because
// an auction of a million bids takes a second to write, and bidders do not wait for a cache. The version is part of a
// snapshot's key: whoever changes the shape of an auction raises it, and old snapshots are simply not found.
import {
  type Auction,
  type HallAuction,
  isLive,
  type LiveAuction,
  type OpenAuction,
  type SealedAuction,
} from '../domain/auction/auction.js';
import { type Bid, BidHistory, type PlacedBid } from '../domain/auction/bid-history.js';
import { liveBids, type SealedBids, withLiveBid } from '../domain/auction/sealed-bids.js';
import type { Instant } from '../domain/time.js';

export const SNAPSHOT_VERSION = 8;
const BIDS_PER_TURN = 5_000;

/** What is worth a snapshot: the state, and the judged time that no later command may undercut. */
export type AuctionSnapshot = Readonly<{ auction: Auction; judgedAt: Instant }>;

type StoredBid = readonly [bidNumber: number, bidderId: string, maximum: string, placedAt: number, retracted: 0 | 1];

/** Writes a snapshot as JSON; `yieldNow` lets others run between two slices of the bids. */
export async function encodeSnapshot(
  { auction, judgedAt }: AuctionSnapshot,
  yieldNow: () => Promise<void>,
): Promise<string> {
  if (!isLive(auction)) return JSON.stringify({ judgedAt, auction, bids: [] }, bigintAsText);
  const slices: string[] = [];
  let slice: string[] = [];
  for (const bid of storedBidsOf(auction)) {
    slice.push(JSON.stringify(bid));
    if (slice.length < BIDS_PER_TURN) continue;
    slices.push(slice.join(','));
    slice = [];
    await yieldNow();
  }
  if (slice.length > 0) slices.push(slice.join(','));
  const rest = JSON.stringify(auction, (key, value) => (BIDS_KEYS.has(key) ? undefined : bigintAsText(key, value)));
  return `{"judgedAt":${judgedAt},"auction":${rest},"bids":[${slices.join(',')}]}`;
}

/** Reads what `encodeSnapshot` wrote; throws on anything else. */
export function decodeSnapshot(text: string): AuctionSnapshot {
  const stored = JSON.parse(text, bigintFromText) as { judgedAt: Instant; auction: Auction; bids: StoredBid[] };
  if (typeof stored.judgedAt !== 'number' || !Array.isArray(stored.bids)) throw new TypeError('not a snapshot');
  return { auction: withBids(stored.auction, stored.bids), judgedAt: stored.judgedAt };
}

function withBids(auction: Auction, stored: readonly StoredBid[]): Auction {
  if (auction.status === 'sealed') {
    const bids = stored.map(bidOf).reduce<SealedBids>(withLiveBid, null);
    const sealed: SealedAuction = { ...auction, bids };
    return sealed;
  }
  if (auction.status === 'hall') {
    const hall: HallAuction = { ...auction, commissions: stored.map(bidOf).reduce<SealedBids>(withLiveBid, null) };
    return hall;
  }
  if (auction.status !== 'open') return auction;
  const open: OpenAuction = { ...auction, history: historyOf(stored) };
  return open;
}

function historyOf(stored: readonly StoredBid[]): BidHistory {
  const placed = stored.reduceRight((history, bid) => history.with(bidOf(bid)), BidHistory.none);
  return placed.withRetracted(stored.filter(([, , , , retracted]) => retracted === 1).map(([bidNumber]) => bidNumber));
}

/** What is written as the list of bids instead. */
const BIDS_KEYS: ReadonlySet<string> = new Set(['history', 'bids', 'commissions']);

/** The bids, newest first; of a sealed auction the live ones, whose order means nothing; of a hall lot its commissions. */
function* storedBidsOf(auction: LiveAuction): Generator<StoredBid> {
  if (auction.status !== 'open') {
    const bids = auction.status === 'sealed' ? auction.bids : auction.commissions;
    for (const bid of liveBids(bids)) yield storedBid({ bid, retracted: false });
    return;
  }
  for (const placed of auction.history) yield storedBid(placed);
}

const storedBid = ({ bid, retracted }: PlacedBid): StoredBid => [
  bid.bidNumber,
  bid.bidderId,
  bid.maximum.toString(),
  bid.placedAt,
  retracted ? 1 : 0,
];

const bidOf = ([bidNumber, bidderId, maximum, placedAt]: StoredBid): Bid => ({
  bidNumber,
  bidderId: bidderId as Bid['bidderId'],
  maximum: BigInt(maximum),
  placedAt: placedAt as Instant,
});

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { $n: value.toString() } : value;

function bigintFromText(_key: string, value: unknown): unknown {
  const boxed = value as { $n?: unknown } | null;
  return typeof boxed === 'object' && boxed !== null && typeof boxed.$n === 'string' ? BigInt(boxed.$n) : value;
}
