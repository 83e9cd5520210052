// The facts of a payment's own stream, `payment-<id>`: which sales of the house count it (docs/adr/0052).
import type { PaymentChannel } from '../auction/after-sale.events.js';
import type { AuctionId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';

type OfSale = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  amount: Minor;
  /** What all sales together count of the payment after this event; never more than `paymentTotal`. */
  counted: Minor;
}>;

/** A sale counts this payment, or its part of it. Recorded before the sale itself records that it is paid. */
export type PaymentClaimed = OfSale &
  Readonly<{
    type: 'PaymentClaimed';
    channel: PaymentChannel;
    reference: string;
    currency: Currency;
    /** How large the whole payment is, as every request about it has to say. */
    paymentTotal: Minor;
    claimedAt: Instant;
  }>;

/** The sale never came to record the payment, and never can: another sale may count it. */
export type PaymentReleased = OfSale & Readonly<{ type: 'PaymentReleased'; releasedAt: Instant }>;

export type PaymentEvent = PaymentClaimed | PaymentReleased;

/** True for what a payment's own stream records. */
export const isPaymentEvent = (event: Readonly<{ type: string }>): event is PaymentEvent =>
  event.type === 'PaymentClaimed' || event.type === 'PaymentReleased';
