// The bids that count in a live auction, whatever its format, and the auction's state when one of them is taken out.
import type { Instant } from '../time.js';
import type { ClosingExtended, Standing } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { LiveAuction, OpenAuction } from './auction.state.js';
import type { Bid, BidHistory } from './bid-history.js';
import { type Contest, contestAfter, noContest, standingIn } from './proxy-bidding.js';
import { liveBids } from './sealed-bids.js';
import { softCloseExtension } from './soft-close.js';
import type { EnglishTerms } from './terms.js';

/** The bid of this number if it counts, or why it does not. Takes as long as there are bids. */
export function countingBid(auction: LiveAuction, bidNumber: number): Bid | AuctionRejection {
  if (auction.status === 'open') {
    const found = auction.history.find(bidNumber);
    if (found === null) return { reason: 'BidUnknown' };
    return found.retracted ? { reason: 'BidAlreadyRetracted' } : found.bid;
  }
  if (!Number.isInteger(bidNumber) || bidNumber < 1 || bidNumber > auction.bidsPlaced) return { reason: 'BidUnknown' };
  const live =
    auction.status === 'sealed' ? liveBids(auction.bids) : [...liveBids(auction.commissions), ...auction.calls];
  return live.find((bid) => bid.bidNumber === bidNumber) ?? { reason: 'BidNotLive' };
}

/** After the close nobody could answer any more, so nothing is taken out. */
export const afterClose = ({ closesAt }: LiveAuction, at: Instant): AuctionRejection | null =>
  at < closesAt ? null : { reason: 'BidAfterClose', closesAt };

/**
 * The state without this bid: a fresh start at the starting price, then every other bid that counts in the order in which it
 * was placed, by the rules of proxy bidding. None is judged again: it was high enough when it was placed. So the price may
 * fall, the only way it may; and with no bids left it is the starting price, and nobody leads.
 */
export function standingWithout({ history, bidCount, listing: { terms } }: OpenAuction, bidNumber: number): Standing {
  return standingIn(contestOf(history.withRetracted([bidNumber]), terms), bidCount - 1, terms);
}

/** How the close moves when this bid is taken out at `at`: as by a bid, if price or leader change; null where it stays. */
export function extensionWithout(
  auction: OpenAuction,
  bidNumber: number,
  stands: Standing,
  at: Instant,
): ClosingExtended | null {
  const isSame =
    stands.currentPrice === auction.currentPrice && stands.leaderId === (auction.leading?.bidderId ?? null);
  return isSame ? null : softCloseExtension(auction, bidNumber, at);
}

const contestOf = (history: BidHistory, terms: EnglishTerms): Contest =>
  history.counting().reduce<Contest>((contest, bid) => contestAfter(contest, bid, terms), noContest(terms));
