// Second chances, as published by eBay: when the winner has not paid or the reserve was not met, the seller
// may offer the item to an under-bidder at that bidder's own last bid, within sixty days of the close.
import type { Facts, NamedUser } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { invoiceFor } from '../fees/charges.js';
import { NO_POSITIONS } from '../fees/tax-position.js';
import { idOf, isHouse, isSelf, isStaff } from '../permissions.js';
import { earlierOf, type Instant, later } from '../time.js';
import type {
  AcceptSecondChance,
  DeclineSecondChance,
  ExpireSecondChance,
  OfferSecondChance,
} from './after-sale.commands.js';
import type { SecondChanceOffered } from './after-sale.events.js';
import type { AfterSale, Offer } from './after-sale.state.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { FinishedAuction } from './auction.state.js';
import { invoiceOf } from './invoicing.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

const DAY_MS = 86_400_000;
const SECOND_CHANCE_MS = 60 * DAY_MS;
export const OFFER_MIN_MS = 60_000;
export const OFFER_MAX_MS = 14 * DAY_MS;

/**
 * Judges an offer, by the seller or by staff on the seller's behalf. One offer at a time, and one to each under-bidder. It
 * ends after `durationMs`, and never later than second chances do.
 */
export function offerSecondChance(command: OfferSecondChance, auction: FinishedAuction, facts: Facts): Judged {
  const { bidderId, durationMs } = command;
  const { afterSale, listing } = auction;
  const { at, actor } = facts;
  if (!isSelf(actor, listing.sellerId) && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (!Number.isSafeInteger(durationMs) || durationMs < OFFER_MIN_MS || durationMs > OFFER_MAX_MS)
    return reject({ reason: 'InvalidOffer', field: 'durationMs', problem: 'must be a minute to 14 days' });
  const cause = causeOf(auction);
  if (cause === null) return reject({ reason: 'SecondChanceNotOpen' });
  const until = later(closedAtOf(auction), SECOND_CHANCE_MS);
  if (at >= until) return reject({ reason: 'SecondChanceOver', until });
  if (afterSale.offer !== null) return reject({ reason: 'OfferPending', expiresAt: afterSale.offer.expiresAt });
  if (afterSale.offered.includes(bidderId)) return reject({ reason: 'AlreadyOffered' });
  const bid = afterSale.underBids.find((under) => under.bidderId === bidderId);
  if (bid === undefined) return reject({ reason: 'NotAnUnderBidder' });
  const objection = userObjection(facts.user);
  if (objection !== null) return reject(objection);
  return accept<AuctionEvent>({
    type: 'SecondChanceOffered',
    offerNumber: afterSale.offered.length + 1,
    cause,
    bidderId,
    bidNumber: bid.bidNumber,
    offeredPrice: bid.maximum,
    currency: listing.terms.currency,
    offeredBy: idOf(actor),
    expiresAt: earlierOf(later(at, durationMs), until),
    offeredAt: at,
  });
}

/** Judges the under-bidder's yes, which makes a sale with an invoice of its own. The instant at which the offer ends is too late. */
export function acceptSecondChance(command: AcceptSecondChance, auction: FinishedAuction, facts: Facts): Judged {
  const { at, positions = NO_POSITIONS } = facts;
  const { terms } = auction.listing;
  const { transaction, offer } = auction.afterSale;
  const objection = answerObjection(command, auction, facts) ?? userObjection(facts.user);
  if (objection !== null) return reject(objection);
  if (offer === null) throw new Error('broken invariant: an offer that may be answered is there');
  const { bid } = offer;
  const money = invoiceFor(bid.maximum, terms.fees, positions);
  const transactionNumber = (transaction?.transactionNumber ?? 0) + 1;
  return accept<AuctionEvent>(
    {
      type: 'SecondChanceAccepted',
      offerNumber: offer.offerNumber,
      transactionNumber,
      buyerId: bid.bidderId,
      winningBid: bid.bidNumber,
      currency: terms.currency,
      ...money,
      taxPositions: positions,
      lapsedTransaction: transaction?.transactionNumber ?? null,
      acceptedAt: at,
    },
    invoiceOf({ transactionNumber, buyerId: bid.bidderId, money }, terms, at),
  );
}

/** Judges the under-bidder's no. */
export function declineSecondChance(command: DeclineSecondChance, auction: FinishedAuction, facts: Facts): Judged {
  const objection = answerObjection(command, auction, facts);
  if (objection !== null) return reject(objection);
  const { offerNumber, bidderId } = command;
  return accept<AuctionEvent>({ type: 'SecondChanceDeclined', offerNumber, bidderId, declinedAt: facts.at });
}

/** Ends an offer that nobody has answered, at its time and by the house alone. */
export function expireSecondChance(
  { offerNumber, expiresAt }: ExpireSecondChance,
  { afterSale }: FinishedAuction,
  { at, actor }: Facts,
): Judged {
  if (!isHouse(actor)) return reject({ reason: 'NotAllowed' });
  const pending = pendingOffer(afterSale, offerNumber);
  if ('reason' in pending) return reject(pending);
  if (pending.expiresAt !== expiresAt || at < pending.expiresAt)
    return reject({ reason: 'NotDue', closesAt: pending.expiresAt });
  const { bidderId } = pending.bid;
  return accept<AuctionEvent>({ type: 'SecondChanceExpired', offerNumber, bidderId, expiredAt: at });
}

function causeOf(auction: FinishedAuction): SecondChanceOffered['cause'] | null {
  const { transaction } = auction.afterSale;
  if (transaction !== null) return transaction.paymentStatus === 'overdue' ? 'WinnerDidNotPay' : null;
  // An item that was relisted is up again: people bid for it there.
  if (auction.status !== 'passed' || auction.relistedAs !== null) return null;
  return auction.reason === 'ReserveNotMet' ? 'ReserveNotMet' : null;
}

const closedAtOf = (auction: FinishedAuction): Instant =>
  auction.status === 'sold' ? auction.sale.closedAt : auction.closedAt;

type Answer = AcceptSecondChance | DeclineSecondChance;

function answerObjection(
  { offerNumber, bidderId }: Answer,
  { afterSale }: FinishedAuction,
  { at, actor }: Facts,
): AuctionRejection | null {
  if (!isSelf(actor, bidderId)) return { reason: 'NotAllowed' };
  if (afterSale.offered[offerNumber - 1] !== undefined && afterSale.offered[offerNumber - 1] !== bidderId)
    return { reason: 'OfferOfAnother' };
  const pending = pendingOffer(afterSale, offerNumber);
  if ('reason' in pending) return pending;
  return at < pending.expiresAt ? null : { reason: 'OfferExpired', expiresAt: pending.expiresAt };
}

function pendingOffer({ offered, offer }: AfterSale, offerNumber: number): Offer | AuctionRejection {
  if (offered[offerNumber - 1] === undefined) return { reason: 'OfferUnknown' };
  return offer?.offerNumber === offerNumber ? offer : { reason: 'OfferNotPending' };
}

function userObjection({ status }: NamedUser): AuctionRejection | null {
  if (status === 'unknown') return { reason: 'BidderUnknown' };
  return status === 'suspended' ? { reason: 'BidderSuspended' } : null;
}
