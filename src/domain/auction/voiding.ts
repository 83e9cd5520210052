// Taking somebody else's bid out of the contest: staff with a reason, or the house for who was suspended or erased.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { idOf, isHouse, isSelf, isStaff } from '../permissions.js';
import { textProblem } from '../text.js';
import type { VoidBid } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { LiveAuction } from './auction.state.js';
import { REASON_LIMITS } from './listing.js';
import { afterClose, extensionWithout, standingBid, standingWithout } from './standing-bids.js';

/**
 * Judges the voiding of one bid that counts, before the close, whatever the auction's policy on retractions. The bidder's other
 * bids stay. Staff void no bid of their own: that would be a retraction which nobody has granted.
 */
export function voidBid(
  { bidNumber, reason }: VoidBid,
  auction: LiveAuction,
  { at, actor }: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  if (!isStaff(actor) && !isHouse(actor)) return reject({ reason: 'NotAllowed' });
  const problem = textProblem(reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTerms', field: 'reason', problem });
  const bid = standingBid(auction, bidNumber);
  if ('reason' in bid) return reject(bid);
  const { bidderId } = bid;
  if (isSelf(actor, bidderId)) return reject({ reason: 'NotAllowed' });
  const late = afterClose(auction, at);
  if (late !== null) return reject(late);
  const about = { bidNumber, bidderId, reason, voidedBy: idOf(actor), voidedAt: at };
  if (auction.status === 'sealed')
    return accept<AuctionEvent>({ type: 'SealedBidVoided', ...about, bidCount: auction.bidCount - 1 });
  const stands = standingWithout(auction, bidNumber);
  const extended = extensionWithout(auction, bidNumber, stands, at);
  const voided: AuctionEvent = { type: 'BidVoided', ...about, ...stands };
  return extended === null ? accept(voided) : accept<AuctionEvent>(voided, extended);
}
