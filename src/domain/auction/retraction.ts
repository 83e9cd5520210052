// Taking a bid back. Where the policy is `ebay`, its bidder may, once an auction, by eBay's time rule: more
// than twelve hours before the close any bid, after that only a bid of the last hour.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { isSelf } from '../permissions.js';
import { earlierOf, type Instant, later, laterOf } from '../time.js';
import type { RetractBid } from './auction.commands.js';
import type { AuctionEvent, RetractionReason } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { HallAuction, LiveAuction } from './auction.state.js';
import type { Bid } from './bid-history.js';
import { countingBid, extensionWithout, standingWithout } from './counting-bids.js';
import { liveBidOf } from './sealed-bids.js';

type Retraction = Decision<AuctionEvent, AuctionRejection>;

const HOUR_MS = 3_600_000;
const LAST_HOURS_MS = 12 * HOUR_MS;

/**
 * Judges a retraction of exactly one bid, by its bidder and without staff. The other bids of that bidder stay; in a sealed
 * auction a bid that it had replaced does not come back.
 */
export function retractBid(command: RetractBid, auction: LiveAuction, { at, actor }: Facts): Retraction {
  const { bidNumber, bidderId, reason } = command;
  if (!isSelf(actor, bidderId)) return reject({ reason: 'NotAllowed' });
  const bid = ownBid(auction, bidNumber, bidderId);
  if ('reason' in bid) return reject(bid);
  const objection = policyObjection(auction, bidderId);
  if (objection !== null) return reject(objection);
  const retractableUntil = lastRetractableAt(bid, auction.closesAt);
  if (at > retractableUntil) return reject({ reason: 'RetractionTooLate', retractableUntil });
  return accept(...retracted(auction, bid, { reason, grantedBy: null, at }));
}

function policyObjection({ listing, retractions }: LiveAuction, bidderId: UserId): AuctionRejection | null {
  switch (listing.terms.retraction) {
    case 'never':
      return { reason: 'RetractionNotOffered' };
    case 'by-request':
      return { reason: 'RetractionByRequest' };
    case 'ebay':
      return retractions.unaided.includes(bidderId) ? { reason: 'RetractedBefore' } : null;
  }
}

/** The bidder's bid of this number if it counts, or why it cannot be taken back. Tells whose a bid was that counts no more. */
export function ownBid(auction: LiveAuction, bidNumber: number, bidderId: UserId): Bid | AuctionRejection {
  if (auction.status === 'sealed') {
    const live = liveBidOf(auction.bids, bidderId);
    if (live !== null && live.bidNumber === bidNumber) return live;
    // Whose another live bid is, is nobody's business.
    return { reason: bidNumber >= 1 && bidNumber <= auction.bidsPlaced ? 'BidNotLive' : 'BidUnknown' };
  }
  if (auction.status === 'hall') return ownCommission(auction, bidNumber, bidderId);
  const found = auction.history.find(bidNumber);
  if (found !== null && found.bid.bidderId !== bidderId) return { reason: 'BidOfAnother' };
  return countingBid(auction, bidNumber);
}

/** A commission may be taken back until the lot is opened; a call only the clerk undoes. */
function ownCommission(auction: HallAuction, bidNumber: number, bidderId: UserId): Bid | AuctionRejection {
  if (auction.isCalled) return { reason: 'LotAlreadyOpened' };
  const live = liveBidOf(auction.commissions, bidderId);
  if (live !== null && live.bidNumber === bidNumber) return live;
  return { reason: bidNumber >= 1 && bidNumber <= auction.bidsPlaced ? 'BidNotLive' : 'BidUnknown' };
}

type About = Readonly<{ reason: RetractionReason; grantedBy: UserId | null; at: Instant }>;

/** What follows when this bid is taken back: the retraction, and what it does to the close. */
export function retracted(
  auction: LiveAuction,
  { bidNumber, bidderId }: Bid,
  { reason, grantedBy, at }: About,
): readonly AuctionEvent[] {
  const about = { bidNumber, bidderId, reason, grantedBy, retractedAt: at };
  // Of a hall lot it is a commission.
  if (auction.status !== 'open') return [{ type: 'SealedBidRetracted', ...about, bidCount: auction.bidCount - 1 }];
  const stands = standingWithout(auction, bidNumber);
  const extended = extensionWithout(auction, bidNumber, stands, at);
  const event: AuctionEvent = { type: 'BidRetracted', ...about, ...stands };
  return extended === null ? [event] : [event, extended];
}

/** The last instant at which a bid may be taken back. */
// "More than twelve hours before the close" leaves out the instant twelve hours before it, "within an hour of placing"
// takes the whole hour in, and the close itself is too late for anything.
export function lastRetractableAt({ placedAt }: Bid, closesAt: Instant): Instant {
  const beforeTheLastHours = later(closesAt, -LAST_HOURS_MS - 1);
  const withinTheHour = earlierOf(later(placedAt, HOUR_MS), later(closesAt, -1));
  return laterOf(beforeTheLastHours, withinTheHour);
}
