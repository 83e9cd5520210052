// A payment: one reference in one channel of the house. It knows which sales count it, so that it counts once, or in parts
// that together are no more than the whole (docs/adr/0052). The sales themselves live in their auctions' streams.
import type { RecordPayment } from '../auction/after-sale.commands.js';
import type { AuctionRejection } from '../auction/auction.rejections.js';
import type { Auction } from '../auction/auction.state.js';
import type { AuctionId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { PaymentClaimed, PaymentEvent, PaymentReleased } from './payment.events.js';

/** A sale's part of a payment. */
export type Share = Readonly<{ auctionId: AuctionId; transactionNumber: number; amount: Minor }>;

/** A payment that at least one sale counts, or once did. */
export type Payment = Readonly<{ currency: Currency; paymentTotal: Minor; shares: readonly Share[] }>;

/** What a sale's claim comes to: it has its part already, it gets it, or the payment is used up. */
export type Claim =
  | Readonly<{ status: 'held' }>
  | Readonly<{ status: 'granted'; event: PaymentClaimed }>
  | Readonly<{ status: 'refused'; rejection: AuctionRejection; others: readonly Share[] }>;

/** More sales than any one payment is known to have been for; it bounds the state. */
export const SHARES_MAX = 1_000;

/** Judges a sale's claim on a payment. A request without `paymentTotal` claims the payment as a whole. */
export function claimPayment(command: RecordPayment, payment: Payment | null, at: Instant): Claim {
  const { auctionId, transactionNumber, amount, currency, channel, reference } = command;
  const paymentTotal = command.paymentTotal ?? amount;
  const shares = payment?.shares ?? [];
  const own = shares.find((share) => isOf(share, command));
  const others = shares.filter((share) => share !== own);
  const [other] = others;
  const countedByOthers = sumOf(others);
  // Once nobody counts it any more, the payment may be described anew.
  const isAsKnown = payment === null || (payment.paymentTotal === paymentTotal && payment.currency === currency);
  if (other !== undefined && payment !== null) {
    if (!isAsKnown || countedByOthers + amount > paymentTotal || shares.length >= SHARES_MAX) {
      const usedFor = { auctionId: other.auctionId, transactionNumber: other.transactionNumber };
      const { currency: paidIn, paymentTotal: whole } = payment;
      const known = { usedFor, counted: countedByOthers, paymentTotal: whole, currency: paidIn };
      return { status: 'refused', rejection: { reason: 'PaymentUsed', ...known }, others };
    }
  }
  if (own !== undefined && own.amount === amount && isAsKnown) return { status: 'held' };
  const of = { channel, reference, auctionId, transactionNumber, amount, currency, paymentTotal };
  return {
    status: 'granted',
    event: { type: 'PaymentClaimed', ...of, counted: countedByOthers + amount, claimedAt: at },
  };
}

/** Takes the part of a sale back that can never record it. */
export function releaseShare(share: Share, { shares }: Payment, at: Instant): PaymentReleased {
  const { auctionId, transactionNumber, amount } = share;
  const counted = sumOf(shares) - amount;
  return { type: 'PaymentReleased', auctionId, transactionNumber, amount, counted, releasedAt: at };
}

/**
 * True if this sale neither has recorded the payment nor ever can. A transaction that is no longer awaiting its payment never
 * awaits one again, so what is true once stays true.
 */
export function isGivenUp({ transactionNumber }: Share, reference: string, auction: Auction): boolean {
  if (!('afterSale' in auction)) return false;
  const { movements, transaction } = auction.afterSale;
  const isRecorded = movements.some(
    (moved) =>
      moved.kind === 'payment' && moved.reference === reference && moved.transactionNumber === transactionNumber,
  );
  if (isRecorded || transaction === null) return false;
  if (transactionNumber < transaction.transactionNumber) return true;
  const { paymentStatus } = transaction;
  return paymentStatus !== 'uninvoiced' && paymentStatus !== 'due' && paymentStatus !== 'overdue';
}

/** Applies a fact of a payment; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function evolvePayment(payment: Payment | null, event: PaymentEvent): Payment {
  const others = (payment?.shares ?? []).filter((share) => !isOf(share, event));
  const { auctionId, transactionNumber, amount, counted } = event;
  if (event.type === 'PaymentReleased') {
    if (payment === null || others.length === payment.shares.length || counted !== sumOf(others))
      throw corrupt(`a part of the payment is released that auction ${auctionId} does not hold`);
    return { ...payment, shares: others };
  }
  const { currency, paymentTotal } = event;
  if (counted !== sumOf(others) + amount || counted > paymentTotal)
    throw corrupt(`auction ${auctionId} counts more of the payment than is left`);
  return { currency, paymentTotal, shares: [...others, { auctionId, transactionNumber, amount }] };
}

const isOf = (share: Share, of: Readonly<{ auctionId: AuctionId; transactionNumber: number }>): boolean =>
  share.auctionId === of.auctionId && share.transactionNumber === of.transactionNumber;

const sumOf = (shares: readonly Share[]): Minor => shares.reduce((sum, { amount }) => sum + amount, 0n);

const corrupt = (what: string): Error => new Error(`broken invariant: ${what}`);
