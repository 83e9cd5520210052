// The bids that second chances are offered at: of everybody who did not win the last bid that counts. They are worked out
// once, when the auction ends and lets go of its bids.
import type { UserId } from '../ids.js';
import type { LiveAuction } from './auction.state.js';
import type { Bid, BidHistory } from './bid-history.js';
import { bestBids } from './hall-auction.js';
import { liveBids } from './sealed-bids.js';

/** Under-bidders that an ended auction remembers. Bidders further down are far from the price that was asked. */
export const UNDER_BIDS_MAX = 20;

/**
 * The last counting bid of each bidder but `winner` (null: nobody has won), the highest first and of equal ones the
 * earlier. In a sealed auction that is the bidder's own sealed amount, whatever its format; of a hall lot the highest commission or call. Takes as long as there are bids.
 */
export const underBidsOf = (auction: LiveAuction, winner: UserId | null): readonly Bid[] =>
  lastBids(auction)
    .filter(({ bidderId }) => bidderId !== winner)
    .sort(byRank)
    .slice(0, UNDER_BIDS_MAX);

function lastBids(auction: LiveAuction): Bid[] {
  switch (auction.status) {
    case 'sealed':
      return liveBids(auction.bids);
    case 'hall':
      return bestBids(auction);
    case 'open':
      return lastCounting(auction.history);
  }
}

function lastCounting(history: BidHistory): Bid[] {
  const last = new Map<UserId, Bid>();
  for (const { bid, retracted } of history) {
    if (!retracted && !last.has(bid.bidderId)) last.set(bid.bidderId, bid);
  }
  return [...last.values()];
}

function byRank(a: Bid, b: Bid): number {
  if (a.maximum === b.maximum) return a.bidNumber - b.bidNumber;
  return a.maximum > b.maximum ? -1 : 1;
}
