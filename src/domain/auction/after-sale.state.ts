// What an auction keeps after the hammer: the transaction there is, and what second chances need. All of it is bounded.
import type { Invoice } from '../fees/charges.js';
import type { UserId } from '../ids.js';
import type { Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { DisputeStatus, PaymentStatus } from './after-sale.events.js';
import type { Bid } from './bid-history.js';

/** The latest sale of the item. Those before it have lapsed: no money was ever in them. */
export type Transaction = Readonly<{
  transactionNumber: number;
  buyerId: UserId;
  money: Invoice;
  /** `lapsed` only once the item is up again. */
  paymentStatus: PaymentStatus;
  /** Null while there is no invoice. */
  paymentDueAt: Instant | null;
  failedPayments: number;
  moneyIn: Minor;
  moneyOut: Minor;
}>;

export type MovementKind = 'payment' | 'failure' | 'refund' | 'payout' | 'payout-return';

/** Money that moved, or failed to, under a reference of its own. `at` is when it was recorded. */
export type Movement = Readonly<{
  kind: MovementKind;
  transactionNumber: number;
  reference: string;
  amount: Minor;
  at: Instant;
}>;

/** A dispute over a payment, as it was told last. */
export type Dispute = Readonly<{
  reference: string;
  transactionNumber: number;
  amount: Minor;
  status: DisputeStatus;
  at: Instant;
}>;

/** A second chance that waits for its bidder's answer. */
export type Offer = Readonly<{ offerNumber: number; bid: Bid; expiresAt: Instant }>;

/** What follows on a sale, or on an auction that passed with bids. */
export type AfterSale = Readonly<{
  transaction: Transaction | null;
  /** The last bids of those who did not win, the best first; no more of them than `UNDER_BIDS_MAX`. */
  underBids: readonly Bid[];
  /** Who was offered a second chance, in order. */
  offered: readonly UserId[];
  offer: Offer | null;
  movements: readonly Movement[];
  disputes: readonly Dispute[];
}>;
