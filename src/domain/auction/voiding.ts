// Taking somebody else's bid out of the contest: two people of the staff, one who proposes it with a reason and another who confirms,
// or the house for who was suspended or erased.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { idOf, isHouse, isSelf, isStaff } from '../permissions.js';
import { textProblem } from '../text.js';
import type { ProposeVoiding, VoidBid } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { LiveAuction } from './auction.state.js';
import type { Bid } from './bid-history.js';
import { afterClose, countingBid, extensionWithout, standingWithout } from './counting-bids.js';
import { standingWithoutCall } from './hall-auction.js';
import { REASON_LIMITS } from './listing.js';
import { proposalAbout } from './retractions.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

/** Judges the first word of two: the bid counts on. A proposal that nobody confirms lapses with the close. */
export function proposeVoiding({ bidNumber, reason }: ProposeVoiding, auction: LiveAuction, facts: Facts): Judged {
  const proposedBy = idOf(facts.actor);
  if (proposedBy === null || !isStaff(facts.actor)) return reject({ reason: 'NotAllowed' });
  const problem = textProblem(reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTerms', field: 'reason', problem });
  const bid = voidable(bidNumber, auction, facts);
  if ('reason' in bid) return reject(bid);
  if (proposalAbout(auction.retractions, bidNumber) !== null) return reject({ reason: 'VoidingAlreadyProposed' });
  const { bidderId } = bid;
  return accept<AuctionEvent>({
    type: 'VoidingProposed',
    bidNumber,
    bidderId,
    reason,
    proposedBy,
    proposedAt: facts.at,
  });
}

/**
 * Judges the voiding of one bid that counts, before the close, whatever the auction's policy on retractions. The bidder's other
 * bids stay. Staff void no bid of their own: that would be a retraction which nobody has granted.
 */
export function voidBid(command: VoidBid, auction: LiveAuction, facts: Facts): Judged {
  const { actor, at } = facts;
  const { bidNumber } = command;
  if (!isStaff(actor) && !isHouse(actor)) return reject({ reason: 'NotAllowed' });
  const bid = voidable(bidNumber, auction, facts);
  if ('reason' in bid) return reject(bid);
  const why = isHouse(actor) ? ownReason(command) : reasonOfProposal(bidNumber, auction, facts);
  if (typeof why !== 'string') return reject(why);
  return accept(...voided(auction, bid, { reason: why, voidedBy: idOf(actor), voidedAt: at }));
}

/** The bid if it may be voided by this person now, or why not. */
function voidable(bidNumber: number, auction: LiveAuction, { at, actor }: Facts): Bid | AuctionRejection {
  const bid = countingBid(auction, bidNumber);
  if ('reason' in bid) return bid;
  if (isSelf(actor, bid.bidderId)) return { reason: 'NotAllowed' };
  return afterClose(auction, at) ?? bid;
}

function ownReason({ reason }: VoidBid): string | AuctionRejection {
  const problem = textProblem(reason ?? '', REASON_LIMITS);
  return problem === null ? (reason ?? '') : { reason: 'InvalidTerms', field: 'reason', problem };
}

/** Two pairs of eyes: the second word is another person's. */
function reasonOfProposal(bidNumber: number, auction: LiveAuction, { actor }: Facts): string | AuctionRejection {
  const proposal = proposalAbout(auction.retractions, bidNumber);
  if (proposal === null) return { reason: 'VoidingNotProposed' };
  return isSelf(actor, proposal.proposedBy) ? { reason: 'VoidingNeedsAnother' } : proposal.reason;
}

type Why = Readonly<{ reason: string; voidedBy: UserId | null; voidedAt: Facts['at'] }>;

function voided(auction: LiveAuction, { bidNumber, bidderId }: Bid, why: Why): readonly AuctionEvent[] {
  const about = { bidNumber, bidderId, ...why };
  if (auction.status === 'sealed') return [{ type: 'SealedBidVoided', ...about, bidCount: auction.bidCount - 1 }];
  if (auction.status === 'hall') {
    if (auction.calls.some((call) => call.bidNumber === bidNumber))
      return [{ type: 'BidVoided', ...about, ...standingWithoutCall(auction, bidNumber) }];
    return [{ type: 'SealedBidVoided', ...about, bidCount: auction.bidCount - 1 }];
  }
  const stands = standingWithout(auction, bidNumber);
  const extended = extensionWithout(auction, bidNumber, stands, why.voidedAt);
  const event: AuctionEvent = { type: 'BidVoided', ...about, ...stands };
  return extended === null ? [event] : [event, extended];
}
