// A fold of an auction as text, and back. Bids are written in slices with a turn of the event loop between them, because
// an auction of a million bids takes a second to write, and bidders do not wait for a cache. The version is part of a
// snapshot's key: whoever changes the shape of `OpenAuction` raises it, and old snapshots are simply not found.
import type { Auction, OpenAuction } from '../domain/auction/auction.js';
import type { Bid, BidHistory } from '../domain/auction/bid-history.js';
import type { Instant } from '../domain/time.js';

export const SNAPSHOT_VERSION = 1;
const BIDS_PER_TURN = 5_000;

/** What is worth a snapshot: the state, and the judged time that no later command may undercut. */
export type AuctionSnapshot = Readonly<{ auction: Auction; judgedAt: Instant }>;

type StoredBid = readonly [bidNumber: number, bidderId: string, maximum: string, placedAt: number, retracted: 0 | 1];

/** Writes a snapshot as JSON; `turn` lets others run between two slices of the bids. */
export async function encodeSnapshot(
  { auction, judgedAt }: AuctionSnapshot,
  turn: () => Promise<void>,
): Promise<string> {
  if (auction.status !== 'open') return JSON.stringify({ judgedAt, auction, bids: [] }, bigintAsText);
  const { history, ...rest } = auction;
  const slices: string[] = [];
  let slice: string[] = [];
  for (let node = history; node !== null; node = node.earlier) {
    slice.push(JSON.stringify(storedBid(node)));
    if (slice.length < BIDS_PER_TURN) continue;
    slices.push(slice.join(','));
    slice = [];
    await turn();
  }
  if (slice.length > 0) slices.push(slice.join(','));
  return `{"judgedAt":${judgedAt},"auction":${JSON.stringify(rest, bigintAsText)},"bids":[${slices.join(',')}]}`;
}

/** Reads what `encodeSnapshot` wrote; throws on anything else. */
export function decodeSnapshot(text: string): AuctionSnapshot {
  const stored = JSON.parse(text, bigintFromText) as { judgedAt: Instant; auction: Auction; bids: StoredBid[] };
  if (typeof stored.judgedAt !== 'number' || !Array.isArray(stored.bids)) throw new TypeError('not a snapshot');
  if (stored.auction.status !== 'open') return { auction: stored.auction, judgedAt: stored.judgedAt };
  let history: BidHistory = null;
  for (const bid of stored.bids.reverse()) history = { bid: bidOf(bid), retracted: bid[4] === 1, earlier: history };
  const auction: OpenAuction = { ...stored.auction, history };
  return { auction, judgedAt: stored.judgedAt };
}

const storedBid = ({ bid, retracted }: Exclude<BidHistory, null>): StoredBid => [
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
