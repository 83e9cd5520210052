// What may be asked of an auction after the hammer. Amounts of payouts are not asked for: they follow from the transaction.
import type { AuctionId, UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { DisputeStatus, PaymentChannel, PaymentFailureReason, RefundReason } from './after-sale.events.js';

type OfTransaction = Readonly<{ auctionId: AuctionId; transactionNumber: number }>;

/** For a sale without an invoice, as those made before invoices were recorded. */
export type IssueInvoice = OfTransaction & Readonly<{ type: 'IssueInvoice' }>;

/**
 * From a till or a payment service, by a machine's identity. `reference` is the payment's own name there, `amount` what it
 * pays of this sale, and `paymentTotal` how large it is where it pays several sales; null where this one is all it pays.
 */
export type RecordPayment = OfTransaction &
  Readonly<{
    type: 'RecordPayment';
    channel: PaymentChannel;
    reference: string;
    amount: Minor;
    paymentTotal: Minor | null;
    currency: Currency;
  }>;

export type RecordPaymentFailure = OfTransaction &
  Readonly<{
    type: 'RecordPaymentFailure';
    channel: PaymentChannel;
    reference: string;
    reason: PaymentFailureReason;
  }>;

/** By the house when a payment's time is over (`dueAt` names it, and is refused as `NotDue` if that has changed), or by staff (null). */
export type DeclareOverdue = OfTransaction & Readonly<{ type: 'DeclareOverdue'; dueAt: Instant | null }>;

/** `amount`: a part of what was paid; null for all that is left of it. */
export type RefundPayment = OfTransaction &
  Readonly<{ type: 'RefundPayment'; reference: string; reason: RefundReason; amount: Minor | null }>;

/** Notes what a bank or card company tells of a dispute; `reference` is the dispute's own name there. */
export type RecordDispute = OfTransaction &
  Readonly<{ type: 'RecordDispute'; reference: string; amount: Minor; status: DisputeStatus }>;

/** Notes that the seller was paid out. */
export type SettleTransaction = OfTransaction & Readonly<{ type: 'SettleTransaction'; reference: string }>;

export type RecordPayoutReturn = OfTransaction & Readonly<{ type: 'RecordPayoutReturn'; reference: string }>;

export type OfferSecondChance = Readonly<{
  type: 'OfferSecondChance';
  auctionId: AuctionId;
  bidderId: UserId;
  durationMs: number;
}>;

export type AcceptSecondChance = Readonly<{
  type: 'AcceptSecondChance';
  auctionId: AuctionId;
  bidderId: UserId;
  offerNumber: number;
}>;

export type DeclineSecondChance = Readonly<{
  type: 'DeclineSecondChance';
  auctionId: AuctionId;
  bidderId: UserId;
  offerNumber: number;
}>;

/** Sent by the house when an offer's time is over; refused as `NotDue` before that. */
export type ExpireSecondChance = Readonly<{
  type: 'ExpireSecondChance';
  auctionId: AuctionId;
  offerNumber: number;
  expiresAt: Instant;
}>;

export type TransactionCommand =
  | IssueInvoice
  | RecordPayment
  | RecordPaymentFailure
  | DeclareOverdue
  | RefundPayment
  | RecordDispute
  | SettleTransaction
  | RecordPayoutReturn;
export type SecondChanceCommand = OfferSecondChance | AcceptSecondChance | DeclineSecondChance | ExpireSecondChance;
export type AfterSaleCommand = TransactionCommand | SecondChanceCommand;
