// The bids of an auction, newest first, as a list that shares its older part with the states before it: to add a bid
// costs the same after a million bids as after none, and no state ever changes under somebody's hands.
import type { UserId } from '../ids.js';
import type { Minor } from '../money.js';
import type { Instant } from '../time.js';

/** A bid as the rules weigh it. Of two bids, the one with the lower number was first. */
export type Bid = Readonly<{ bidNumber: number; bidderId: UserId; maximum: Minor; placedAt: Instant }>;

/** Retracted bids keep their place, so that it can be told whose they were. */
export type BidHistory = Readonly<{ bid: Bid; retracted: boolean; earlier: BidHistory }> | null;

/** The entry of this number, or null where no such bid was placed. Takes as long as there are newer bids. */
export function findBid(history: BidHistory, bidNumber: number): Exclude<BidHistory, null> | null {
  let node = history;
  while (node !== null && node.bid.bidNumber > bidNumber) node = node.earlier;
  return node?.bid.bidNumber === bidNumber ? node : null;
}

/** The history with this bid, one of its own, marked as retracted. Takes as long as there are newer bids. */
export function withRetracted(history: BidHistory, bidNumber: number): BidHistory {
  const newer: Exclude<BidHistory, null>[] = [];
  let node = history;
  for (; node !== null && node.bid.bidNumber > bidNumber; node = node.earlier) newer.push(node);
  if (node?.bid.bidNumber !== bidNumber) throw new Error(`broken invariant: bid ${bidNumber} was never placed`);
  return newer.reduceRight<BidHistory>((earlier, { bid, retracted }) => ({ bid, retracted, earlier }), {
    ...node,
    retracted: true,
  });
}

/** The bids that count, in the order in which they were placed. */
export function countingBids(history: BidHistory): readonly Bid[] {
  const counting: Bid[] = [];
  for (let node = history; node !== null; node = node.earlier) if (!node.retracted) counting.push(node.bid);
  return counting.reverse();
}
