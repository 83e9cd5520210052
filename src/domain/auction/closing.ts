// The ends an auction can come to, and the one way in which the house itself moves a close.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { invoiceFor } from '../fees/charges.js';
import { NO_POSITIONS, type Positions } from '../fees/tax-position.js';
import type { UserId } from '../ids.js';
import type { Minor } from '../money.js';
import { hasRole, idOf, isHouse, isSelf, isStaff } from '../permissions.js';
import { textProblem } from '../text.js';
import { type Instant, later } from '../time.js';
import type { CancelAuction, CloseAuction, DeferClosing, WithdrawAuction } from './auction.commands.js';
import type { AuctionEvent, AuctionPassed, AuctionSold } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { HallAuction, LiveAuction } from './auction.state.js';
import type { Bid } from './bid-history.js';
import { leadingCall, standingOfHall } from './hall-auction.js';
import { REASON_LIMITS, SOFT_CLOSE_WINDOW_MAX_MS } from './listing.js';
import { sealedResult } from './sealed-bids.js';
import type { Terms } from './terms.js';

type Closing = Decision<AuctionEvent, AuctionRejection>;

/**
 * Brings the hammer down: sold to the leader where the reserve is met, passed otherwise. `closedAt` is when this is
 * judged, at or after `closesAt`; which bids were in time has been decided by `closesAt` alone. Refused as `NotDue`
 * before that, or when the close that the command names is no longer the close.
 */
export function closeAuction(command: CloseAuction, auction: LiveAuction, facts: Facts): Closing {
  const { at, actor, positions } = facts;
  if (!isHouse(actor)) return reject({ reason: 'NotAllowed' });
  const { closesAt, listing } = auction;
  if (command.closesAt !== closesAt || at < closesAt) return reject({ reason: 'NotDue', closesAt });
  const result = resultOf(auction);
  if (!result.sold) return accept<AuctionEvent>({ type: 'AuctionPassed', reason: result.reason, closedAt: at });
  const { winner, hammerPrice } = result;
  const { terms } = listing;
  return accept<AuctionEvent>(sale({ via: 'Hammer', winner, hammerPrice, terms, positions, closedAt: at }));
}

type Result =
  | Readonly<{ sold: false; reason: AuctionPassed['reason'] }>
  | Readonly<{ sold: true; winner: Bid; hammerPrice: Minor }>;

function resultOf(auction: LiveAuction): Result {
  if (auction.status === 'sealed') return sealedResult(auction.bids, auction.listing.terms);
  if (auction.status === 'hall') return lapsed(auction);
  const { currentPrice: hammerPrice, leading: winner, reserveMet } = auction;
  if (winner === null) return { sold: false, reason: 'NoBids' };
  return reserveMet ? { sold: true, winner, hammerPrice } : { sold: false, reason: 'ReserveNotMet' };
}

/** Whom the hammer would make the buyer as things stand; null where nothing would be sold. */
export function buyerAtClose(auction: LiveAuction): UserId | null {
  const result = resultOf(auction);
  return result.sold ? result.winner.bidderId : null;
}

/** A hall lot that no clerk has ended in all its time is decided by what stands. */
function lapsed(auction: HallAuction): Result {
  const winner = leadingCall(auction);
  if (winner === null) return { sold: false, reason: 'NoBids' };
  if (!standingOfHall(auction).reserveMet) return { sold: false, reason: 'ReserveNotMet' };
  return { sold: true, winner, hammerPrice: winner.maximum };
}

/**
 * Moves a close that fell into an outage to the recovery plus a window, so that bidders who were locked out get another
 * chance. Refused as `NotDue` unless the auction was down at the very close it has now.
 */
export function deferClosing(command: DeferClosing, auction: LiveAuction, { at, actor }: Facts): Closing {
  if (!isHouse(actor)) return reject({ reason: 'NotAllowed' });
  const { recoveredAt, windowMs } = command;
  const { closesAt } = auction;
  if (!Number.isSafeInteger(windowMs) || windowMs < 1 || windowMs > SOFT_CLOSE_WINDOW_MAX_MS)
    return reject({ reason: 'InvalidTerms', field: 'windowMs', problem: 'must be 1 ms to 24 h' });
  if (command.closesAt !== closesAt || recoveredAt <= closesAt || at < closesAt)
    return reject({ reason: 'NotDue', closesAt });
  return accept<AuctionEvent>({
    type: 'ClosingExtended',
    cause: 'Outage',
    previousClosesAt: closesAt,
    closesAt: later(recoveredAt, windowMs),
    extensions: auction.status === 'open' ? auction.extensions : 0,
    bidNumber: null,
    extendedAt: at,
  });
}

/**
 * Pulls an auction before it has a bid, for the seller or by staff; a lot of a sale by staff, or by the house when the sale is
 * cancelled. Bids that were all taken back do not prevent it.
 */
export function cancelAuction({ reason }: CancelAuction, auction: LiveAuction, { at, actor }: Facts): Closing {
  const { lot, sellerId } = auction.listing;
  const isTheirs = lot === null ? isSelf(actor, sellerId) : isHouse(actor);
  if (!isTheirs && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const problem = textProblem(reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTerms', field: 'reason', problem });
  if (auction.bidCount > 0) return reject({ reason: 'AuctionHasBids' });
  return accept<AuctionEvent>({ type: 'AuctionCancelled', reason, cancelledBy: idOf(actor), cancelledAt: at });
}

/** Pulls an auction whatever its bids; an admin's alone, and possible until the close is on record. */
export function withdrawAuction({ reason }: WithdrawAuction, _: LiveAuction, { at, actor }: Facts): Closing {
  if (!hasRole(actor, 'admin')) return reject({ reason: 'NotAllowed' });
  const problem = textProblem(reason, REASON_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidTerms', field: 'reason', problem });
  return accept<AuctionEvent>({ type: 'AuctionWithdrawn', reason, withdrawnBy: idOf(actor), withdrawnAt: at });
}

type SaleTerms = Readonly<{
  via: AuctionSold['via'];
  winner: Bid;
  hammerPrice: Minor;
  terms: Terms;
  positions: Positions | undefined;
  closedAt: Instant;
}>;

/** The sale to this bidder at this price, with everybody's share of the money. */
export const sale = ({ positions = NO_POSITIONS, ...of }: SaleTerms): AuctionSold => ({
  type: 'AuctionSold',
  via: of.via,
  buyerId: of.winner.bidderId,
  winningBid: of.winner.bidNumber,
  currency: of.terms.currency,
  ...invoiceFor(of.hammerPrice, of.terms.fees, positions),
  taxPositions: positions,
  closedAt: of.closedAt,
});
