// The reasons for which something is refused after the hammer.
import type { AuctionId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { PaymentStatus } from './after-sale.events.js';

export type AfterSaleRejection =
  | Readonly<{ reason: 'AuctionNotEnded' | 'TransactionUnknown' | 'InvoiceAlreadyIssued' }>
  /** What was asked does not fit how far the transaction has come. */
  | Readonly<{
      reason: 'TransactionNotPayable' | 'TransactionNotRefundable' | 'TransactionNotSettleable' | 'PayoutNotMade';
      paymentStatus: PaymentStatus;
    }>
  /** Payments are taken in full or not at all. */
  | Readonly<{ reason: 'PaymentAmountWrong'; amountDue: Minor }>
  /** The buyer gets no more back than was paid; what is disputed is set apart. */
  | Readonly<{ reason: 'RefundTooLarge'; refundable: Minor }>
  /** The seller is not paid out while a payment is disputed. */
  | Readonly<{ reason: 'PaymentDisputed' }>
  /** This very payment, refund or payout is on record: nothing was counted twice, and nothing is left to do. */
  | Readonly<{ reason: 'AlreadyRecorded'; recordedAt: Instant }>
  /**
   * Other sales count this payment, and what is left of it is too little, or it was said to be of another size. `usedFor` is
   * one of them, and `counted` what they count of `paymentTotal`, in the payment's `currency`.
   */
  | Readonly<{
      reason: 'PaymentUsed';
      usedFor: Readonly<{ auctionId: AuctionId; transactionNumber: number }>;
      counted: Minor;
      paymentTotal: Minor;
      currency: Currency;
    }>
  /** The reference belongs to another payment, refund or payout in this auction. */
  | Readonly<{ reason: 'ReferenceUsed' | 'TooManyAttempts' }>
  | Readonly<{ reason: 'InvalidPayment'; field: string; problem: string }>
  | Readonly<{ reason: 'InvalidOffer'; field: string; problem: string }>
  | Readonly<{ reason: 'OfferPending'; expiresAt: Instant }>
  | Readonly<{ reason: 'SecondChanceNotOpen' | 'NotAnUnderBidder' | 'AlreadyOffered' }>
  /** Offers are made within sixty days of the close; `until` is the first instant that is too late. */
  | Readonly<{ reason: 'SecondChanceOver'; until: Instant }>
  | Readonly<{ reason: 'OfferUnknown' | 'OfferOfAnother' | 'OfferNotPending' }>
  | Readonly<{ reason: 'OfferExpired'; expiresAt: Instant }>;
