// The port to a service that takes payments for the house. What it tells is recorded by commands like everybody's; nothing here
// decides about money.
import type { DisputeStatus } from '../domain/auction/after-sale.events.js';
import type { AuctionId, UserId } from '../domain/ids.js';
import type { Currency, Minor } from '../domain/money.js';
import type { Instant } from '../domain/time.js';

type OfTransaction = Readonly<{ auctionId: AuctionId; transactionNumber: number }>;

/** What a buyer is to pay. */
export type Checkout = OfTransaction &
  Readonly<{ buyerId: UserId; amount: Minor; currency: Currency; description: string }>;

/** `refused`: the service does not take such an amount; a sentence for the buyer. */
export type CheckoutAnswer =
  | Readonly<{ status: 'open'; url: string }>
  | Readonly<{ status: 'refused'; problem: string }>;

/** What the service tells of a payment, under the payment's own name there. */
export type PaymentNotice = Readonly<{ id: string }> &
  (
    | (OfTransaction & Readonly<{ kind: 'paid'; reference: string; amount: Minor; currency: string }>)
    /** So much of it went back. */
    | (OfTransaction & Readonly<{ kind: 'refunded'; reference: string; amount: Minor }>)
    | (OfTransaction & Readonly<{ kind: 'disputed'; reference: string; amount: Minor; status: DisputeStatus }>)
    /** For people to look at: it moves no money in the books by itself. */
    | Readonly<{ kind: 'attention'; detail: string }>
    | Readonly<{ kind: 'other' }>
  );

export interface PaymentService {
  /** What its payments are recorded by. */
  readonly machineId: UserId;
  /** A page of the service where the buyer pays. Asked again, it is the same page. Rejects when the service cannot be reached. */
  checkout(asked: Checkout): Promise<CheckoutAnswer>;
  /**
   * What a notice tells, if the service signed it and it is not old; null for any other. A notice may tell of several refunds. Rejects when
   * the service cannot be reached.
   */
  read(body: Buffer, signature: string, now: Instant): Promise<readonly PaymentNotice[] | null>;
}
