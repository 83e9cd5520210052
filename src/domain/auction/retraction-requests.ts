// Asking staff to let a bid be taken back. The bid counts until they grant that; a request that nobody answers lapses with the
// close. Staff decide at any time before it: that is what they are asked for.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { idOf, isSelf, isStaff } from '../permissions.js';
import { textProblem } from '../text.js';
import type { GrantRetraction, RefuseRetraction, RequestRetraction } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { LiveAuction } from './auction.state.js';
import type { Bid } from './bid-history.js';
import { afterClose, countingBid } from './counting-bids.js';
import { REASON_LIMITS } from './listing.js';
import { ownBid, retracted } from './retraction.js';
import { type RetractionRequest, requestAbout } from './retractions.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

/** Requests of one bidder in one auction, answered ones included: more are no typing errors. A rule of this house's own. */
export const RETRACTION_REQUESTS_MAX = 3;

/** Judges a request, by the bidder in person. Each bid can be asked about once. */
export function requestRetraction(command: RequestRetraction, auction: LiveAuction, { at, actor }: Facts): Judged {
  const { bidNumber, bidderId, reason } = command;
  if (!isSelf(actor, bidderId)) return reject({ reason: 'NotAllowed' });
  const bid = ownBid(auction, bidNumber, bidderId);
  if ('reason' in bid) return reject(bid);
  if (auction.listing.terms.retraction === 'never') return reject({ reason: 'RetractionNotOffered' });
  const { requests } = auction.retractions;
  if (requestAbout(auction.retractions, bidNumber) !== null) return reject({ reason: 'RetractionAlreadyRequested' });
  if (requests.filter((request) => request.bidderId === bidderId).length >= RETRACTION_REQUESTS_MAX)
    return reject({ reason: 'RetractionRequestedTooOften', requestsMax: RETRACTION_REQUESTS_MAX });
  const late = afterClose(auction, at);
  if (late !== null) return reject(late);
  return accept<AuctionEvent>({ type: 'RetractionRequested', bidNumber, bidderId, reason, requestedAt: at });
}

/** Judges staff's yes: the bid is taken back, whatever the time left. Nobody grants a request of their own. */
export function grantRetraction({ bidNumber }: GrantRetraction, auction: LiveAuction, facts: Facts): Judged {
  const asked = pendingRequest(bidNumber, auction, facts);
  if ('accepted' in asked) return asked;
  const { bid, request } = asked;
  return accept(...retracted(auction, bid, { reason: request.reason, grantedBy: idOf(facts.actor), at: facts.at }));
}

/** Judges staff's no, with a reason for the bidder. */
export function refuseRetraction(command: RefuseRetraction, auction: LiveAuction, facts: Facts): Judged {
  const { bidNumber, reason } = command;
  const asked = pendingRequest(bidNumber, auction, facts);
  if ('accepted' in asked) return asked;
  const problem = textProblem(reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTerms', field: 'reason', problem });
  const { bidderId } = asked.bid;
  const about = { bidNumber, bidderId, reason, refusedBy: idOf(facts.actor), refusedAt: facts.at };
  return accept<AuctionEvent>({ type: 'RetractionRefused', ...about });
}

type Asked = Readonly<{ bid: Bid; request: RetractionRequest }>;

function pendingRequest(bidNumber: number, auction: LiveAuction, { at, actor }: Facts): Asked | Judged {
  if (!isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const bid = countingBid(auction, bidNumber);
  if ('reason' in bid) return reject(bid);
  if (isSelf(actor, bid.bidderId)) return reject({ reason: 'NotAllowed' });
  const request = requestAbout(auction.retractions, bidNumber);
  if (request === null || !request.isPending) return reject({ reason: 'RetractionNotRequested' });
  const late = afterClose(auction, at);
  return late === null ? { bid, request } : reject(late);
}
