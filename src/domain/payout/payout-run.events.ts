// A payout run: what sellers are paid out together. The facts of its own stream, `payout-<id>` (docs/adr/0108).
import type { AuctionId, PayoutRunId, UserId } from '../ids.js';
import type { Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { EncryptedBankAccount } from '../user/user.events.js';

/** It keeps events below half a megabyte; what is left goes into the next run. */
export const PAYOUTS_MAX = 500;

/** What the books call the payouts of a run. */
export const payoutReference = (id: PayoutRunId): string => `payout ${id}`;

/** One sale's payout, to the account that its seller had stated when the run was prepared. */
export type PayoutItem = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  sellerId: UserId;
  amount: Minor;
  account: EncryptedBankAccount;
}>;

/** In euros, which is what SEPA pays. `total` is the sum of the items. */
export type PayoutRunPrepared = Readonly<{
  type: 'PayoutRunPrepared';
  items: readonly PayoutItem[];
  total: Minor;
  preparedBy: UserId;
  preparedAt: Instant;
}>;
/** By another of the staff. The house then settles each sale that is still to be settled. */
export type PayoutRunApproved = Readonly<{ type: 'PayoutRunApproved'; approvedBy: UserId; approvedAt: Instant }>;
export type PayoutRunDiscarded = Readonly<{ type: 'PayoutRunDiscarded'; discardedBy: UserId; discardedAt: Instant }>;

export type PayoutRunEvent = PayoutRunPrepared | PayoutRunApproved | PayoutRunDiscarded;
