// What happens to an auction after the hammer: invoice, payment, refund, settlement with the seller, and second chances
// for under-bidders. Facts of the auction's own stream (docs/adr/0033); each carries the state after it.
import type { FeeLine, Invoice } from '../fees/charges.js';
import type { TaxScheme } from '../fees/schedule.js';
import type { Positions } from '../fees/tax-position.js';
import type { FeeSlice } from '../fees/tiers.js';
import type { UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';

/**
 * How far a transaction has come. `uninvoiced`: sold before invoices were recorded. `due`: invoiced, in its time.
 * `overdue`: the time is over, and it may still be paid. `paid`: the house holds the money, or
 * what a part refund has left of it. `settled`: the seller has
 * been paid out. `refunded`: the buyer has the money back. `lapsed`: never paid, and somebody else has bought
 * since, or the item is up again.
 */
export type PaymentStatus = 'uninvoiced' | 'due' | 'overdue' | 'paid' | 'settled' | 'refunded' | 'lapsed';

/** A transaction's money after an event: what came in, what went out, and what the house holds of it. */
export type TransactionBalance = Readonly<{
  paymentStatus: PaymentStatus;
  moneyIn: Minor;
  moneyOut: Minor;
  /** Always `moneyIn` - `moneyOut`, and never negative: the house pays nobody from money it does not have. */
  held: Minor;
}>;

/** Where a payment was made: by a payment service, or at a till of the house. */
export type PaymentChannel = 'online' | 'point-of-sale';

/**
 * The buyer's invoice. hammer + premium + tax = amount due; the slices' parts add up to the hammer price, and the lines to the
 * amount due. `schedule` and `scheduleVersion` name the fees that the item was listed under.
 */
export type InvoiceIssued = Readonly<{
  type: 'InvoiceIssued';
  /** 1 for the sale at the hammer or the first second chance taken, then one more for each later buyer. */
  transactionNumber: number;
  buyerId: UserId;
  currency: Currency;
  hammerPrice: Minor;
  premiumSlices: readonly FeeSlice[];
  buyersPremium: Minor;
  tax: Minor;
  taxScheme: TaxScheme;
  lines: readonly FeeLine[];
  schedule: string;
  scheduleVersion: number;
  amountDue: Minor;
  paymentDueAt: Instant;
  issuedAt: Instant;
}>;

export type PaymentRecorded = Readonly<{
  type: 'PaymentRecorded';
  transactionNumber: number;
  buyerId: UserId;
  channel: PaymentChannel;
  /** The payment's own name at the till or the payment service, by which it is counted once in the house. */
  reference: string;
  /** What it pays of this sale; the rest of `paymentTotal` is for other sales. */
  amount: Minor;
  paymentTotal: Minor;
  currency: Currency;
  recordedBy: UserId | null;
  paidAt: Instant;
}> &
  TransactionBalance;

export type PaymentFailureReason = 'Declined' | 'Abandoned' | 'TechnicalError';

export type PaymentFailed = Readonly<{
  type: 'PaymentFailed';
  transactionNumber: number;
  channel: PaymentChannel;
  reference: string;
  reason: PaymentFailureReason;
  /** Failed payments of this transaction so far. */
  failedPayments: number;
  recordedBy: UserId | null;
  failedAt: Instant;
}> &
  TransactionBalance;

/** The winner has not paid: the time is over, or staff know that no payment will come. */
export type PaymentOverdue = Readonly<{
  type: 'PaymentOverdue';
  transactionNumber: number;
  cause: 'TermOver' | 'Declared';
  declaredBy: UserId | null;
  overdueAt: Instant;
}> &
  TransactionBalance;

export const DISPUTE_STATUSES = ['open', 'won', 'lost'] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

export type RefundReason = 'Returned' | 'Chargeback' | 'SaleCancelled';

/** The buyer got money back: all that was left (`refunded`), or a part of it (`paid`). */
export type PaymentRefunded = Readonly<{
  type: 'PaymentRefunded';
  transactionNumber: number;
  buyerId: UserId;
  reference: string;
  reason: RefundReason;
  amount: Minor;
  currency: Currency;
  refundedBy: UserId | null;
  refundedAt: Instant;
}> &
  TransactionBalance;

/**
 * A bank or card company tells of a dispute over a payment. `open`: the payout is held. `won`: nothing changes. `lost`: the buyer has
 * `amount` back, which a `PaymentRefunded` of the same reference tells as soon as the house holds it.
 */
export type DisputeRecorded = Readonly<{
  type: 'DisputeRecorded';
  transactionNumber: number;
  buyerId: UserId;
  reference: string;
  status: DisputeStatus;
  amount: Minor;
  currency: Currency;
  recordedBy: UserId | null;
  recordedAt: Instant;
}> &
  TransactionBalance;

/** The seller was paid out: hammer - platform fee - the tax on it = payout, less the share that the buyer got back. */
export type TransactionSettled = Readonly<{
  type: 'TransactionSettled';
  transactionNumber: number;
  sellerId: UserId;
  reference: string;
  hammerPrice: Minor;
  platformFee: Minor;
  payout: Minor;
  currency: Currency;
  settledBy: UserId | null;
  settledAt: Instant;
}> &
  TransactionBalance;

/** The seller gave the payout back, which a refund after the settlement waits for. */
export type PayoutReturned = Readonly<{
  type: 'PayoutReturned';
  transactionNumber: number;
  sellerId: UserId;
  reference: string;
  amount: Minor;
  currency: Currency;
  recordedBy: UserId | null;
  returnedAt: Instant;
}> &
  TransactionBalance;

export type SecondChanceOffered = Readonly<{
  type: 'SecondChanceOffered';
  /** 1 for an auction's first offer, then one more each. */
  offerNumber: number;
  cause: 'WinnerDidNotPay' | 'ReserveNotMet';
  bidderId: UserId;
  bidNumber: number;
  /** The bidder's own last bid. Secret like any maximum until the bidder accepts; the seller does not learn it before. */
  offeredPrice: Minor;
  currency: Currency;
  offeredBy: UserId | null;
  expiresAt: Instant;
  offeredAt: Instant;
}>;

/** The under-bidder has bought. The auction stays what the hammer made of it: sold to somebody who did not pay, or passed. */
export type SecondChanceAccepted = Readonly<{
  type: 'SecondChanceAccepted';
  offerNumber: number;
  transactionNumber: number;
  buyerId: UserId;
  winningBid: number;
  currency: Currency;
  /** The unpaid transaction that this one takes the place of; null where there was none. */
  lapsedTransaction: number | null;
  /** As in `AuctionSold`. */
  taxPositions: Positions;
  acceptedAt: Instant;
}> &
  Invoice;

export type SecondChanceDeclined = Readonly<{
  type: 'SecondChanceDeclined';
  offerNumber: number;
  bidderId: UserId;
  declinedAt: Instant;
}>;

export type SecondChanceExpired = Readonly<{
  type: 'SecondChanceExpired';
  offerNumber: number;
  bidderId: UserId;
  expiredAt: Instant;
}>;

export type AfterSaleEvent =
  | InvoiceIssued
  | PaymentRecorded
  | PaymentFailed
  | PaymentOverdue
  | PaymentRefunded
  | DisputeRecorded
  | TransactionSettled
  | PayoutReturned
  | SecondChanceOffered
  | SecondChanceAccepted
  | SecondChanceDeclined
  | SecondChanceExpired;

const EVENTS: Readonly<Record<AfterSaleEvent['type'], true>> = {
  InvoiceIssued: true,
  PaymentRecorded: true,
  PaymentFailed: true,
  PaymentOverdue: true,
  PaymentRefunded: true,
  DisputeRecorded: true,
  TransactionSettled: true,
  PayoutReturned: true,
  SecondChanceOffered: true,
  SecondChanceAccepted: true,
  SecondChanceDeclined: true,
  SecondChanceExpired: true,
};

/** True for what happens to an auction after its end. */
export const isAfterSaleEvent = (event: Readonly<{ type: string }>): event is AfterSaleEvent =>
  Object.hasOwn(EVENTS, event.type);
