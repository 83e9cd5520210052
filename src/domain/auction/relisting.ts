// Putting an item up again that was not sold, or whose sale came to nothing: never paid, or refunded. The ended auction decides, once, and records all that the new one is
// listed with; the house then lists the new one from that record (docs/adr/0035).
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { isRelistingId } from '../ids.js';
import { hasRole, isHouse, isSelf, isStaff } from '../permissions.js';
import { type Instant, later } from '../time.js';
import type { ListRelistedAuction, RelistAuction } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { EndedAuction, FinishedAuction, LiveAuction } from './auction.state.js';
import { termsProblem, timesProblem } from './listing.js';

/** As long as an under-bidder may be offered the item: sixty days. */
const RELISTABLE_FOR_MS = 60 * 86_400_000;
/** eBay relists an unsold item up to eight times by itself; after that the terms are the trouble. */
export const RELISTINGS_MAX = 8;

type Relisting = Decision<AuctionEvent, AuctionRejection>;

/** Judges a relisting, by the seller or by staff on the seller's behalf. The new terms are held to the rules of any listing. */
export function relistAuction(
  command: RelistAuction,
  auction: LiveAuction | EndedAuction,
  { at, actor, user }: Facts,
): Relisting {
  const { listing } = auction;
  const { sellerId, relistedAs, closesAt } = command;
  const bySeller = isSelf(actor, sellerId) && hasRole(actor, 'seller');
  if (sellerId !== listing.sellerId || !(bySeller || isStaff(actor))) return reject({ reason: 'NotAllowed' });
  if (user.status === 'unknown') return reject({ reason: 'SellerUnknown' });
  if (user.status === 'suspended') return reject({ reason: 'SellerSuspended' });
  if (auction.status !== 'passed' && auction.status !== 'sold') {
    const status = auction.status === 'sealed' || auction.status === 'hall' ? 'open' : auction.status;
    return reject({ reason: 'AuctionNotPassed', status });
  }
  if (auction.relistedAs !== null) return reject({ reason: 'AuctionAlreadyRelisted', relistedAs: auction.relistedAs });
  const { offer, transaction } = auction.afterSale;
  if (offer !== null) return reject({ reason: 'OfferPending', expiresAt: offer.expiresAt });
  const isUnpaid = transaction?.paymentStatus === 'overdue';
  // A buyer who still may pay, or has paid, has bought the item. A second chance may have sold that of a passed auction.
  if (transaction !== null && !isUnpaid && transaction.paymentStatus !== 'refunded')
    return reject({ reason: 'AuctionNotPassed', status: 'sold' });
  const relistableUntil = later(unsoldSince(auction), RELISTABLE_FOR_MS);
  if (at > relistableUntil) return reject({ reason: 'RelistingTooLate', relistableUntil });
  if (listing.relistings >= RELISTINGS_MAX)
    return reject({ reason: 'RelistedTooOften', relistingsMax: RELISTINGS_MAX });
  if (!isRelistingId(relistedAs))
    return reject({ reason: 'InvalidTerms', field: 'relistedAs', problem: 'must be a UUID of version 8' });
  const terms = command.terms ?? listing.terms;
  const opensAt = command.opensAt ?? at;
  const problem = termsProblem(terms) ?? timesProblem(opensAt, closesAt, at);
  if (problem !== null) return reject({ reason: 'InvalidTerms', ...problem });
  const relistings = listing.relistings + 1;
  return accept<AuctionEvent>({
    type: 'AuctionRelisted',
    relistedAs,
    terms,
    opensAt,
    closesAt,
    relistings,
    lapsedTransaction: isUnpaid ? transaction.transactionNumber : null,
    relistedAt: at,
  });
}

/** When it was clear that the item is not sold: at the close, or when the last sale's time to pay was over, or at its refund. */
function unsoldSince(auction: FinishedAuction): Instant {
  const { transaction, movements } = auction.afterSale;
  const refund = movements.findLast(({ kind }) => kind === 'refund');
  const closedAt = auction.status === 'sold' ? auction.sale.closedAt : auction.closedAt;
  return refund?.at ?? transaction?.paymentDueAt ?? closedAt;
}

/**
 * Lists the new auction as the passed one has recorded it. Nothing is judged a second time: the listing was right when it
 * was taken, and its times stay even if an outage made the house late.
 */
export function listRelistedAuction(command: ListRelistedAuction, { at, actor }: Facts): Relisting {
  if (!isHouse(actor) || !isRelistingId(command.auctionId)) return reject({ reason: 'NotAllowed' });
  const { sellerId, item, terms, opensAt, closesAt, relistOf, relistings } = command;
  const about = { sellerId, item, terms, opensAt, closesAt, listedAt: at };
  return accept<AuctionEvent>({ type: 'AuctionListed', ...about, relistOf, relistings, lot: null });
}
