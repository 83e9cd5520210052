// The facts of a refusals stream, `refusals-<id of the auction, user, sale, hall lot or fraud case>`: what was asked, and why it was refused. They
// are kept apart so that refused bidders cannot slow an auction down.
import type { AuctionRejection } from './auction/auction.rejections.js';
import type { DocumentRejection } from './documents/document.commands.js';
import type { FraudCaseRejection } from './fraud/fraud-case.commands.js';
import type { UserId } from './ids.js';
import type { Currency, Minor } from './money.js';
import type { PayoutRunRejection } from './payout/payout-run.js';
import type { HallRejection } from './sale/hall-result.commands.js';
import type { SaleRejection } from './sale/sale.commands.js';
import type { Instant } from './time.js';
import type { UserRejection } from './user/user.commands.js';

export type Rejection =
  | AuctionRejection
  | UserRejection
  | HallRejection
  | SaleRejection
  | FraudCaseRejection
  | DocumentRejection
  | PayoutRunRejection;

/** A refused bid. `judgedAtRevision` is the auction's revision the refusal rests on, -1 for an auction never listed. */
export type BidRejected = Readonly<{
  type: 'BidRejected';
  bidderId: UserId;
  /** Secret like any maximum; null for a refused Buy It Now, which names no amount. */
  amount: Minor | null;
  currency: Currency | null;
  rejection: Rejection;
  judgedAtRevision: number;
  rejectedAt: Instant;
}>;

/** Any other refused command. */
export type CommandRejected = Readonly<{
  type: 'CommandRejected';
  command: string;
  rejection: Rejection;
  judgedAtRevision: number;
  rejectedAt: Instant;
}>;

/**
 * A flood: commands of one person, on one auction or account, that were turned away unjudged, because more than the house's
 * limit of that person's commands had been refused there within a minute. One event a minute; nothing was decided about the
 * commands themselves. Commands on auctions and accounts that do not exist are counted together, in the refusals stream of the
 * person's own account.
 */
export type FloodRejected = Readonly<{
  type: 'FloodRejected';
  actorId: UserId;
  count: number;
  firstAt: Instant;
  lastAt: Instant;
}>;

export type RefusalEvent = BidRejected | CommandRejected | FloodRejected;
