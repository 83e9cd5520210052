// Who asks for something, and what the engine knows when it judges. Both arrive from outside; the domain looks nothing up.
import type { Positions } from './fees/tax-position.js';
import type { UserId } from './ids.js';
import type { Minor } from './money.js';
import type { Instant } from './time.js';

export type Role = 'bidder' | 'seller' | 'analyst' | 'operator' | 'admin';

/** `house` is Gavel itself (its closer); a person is a token's subject with the token's roles. */
export type Actor = Readonly<{ kind: 'house' }> | Readonly<{ kind: 'user'; userId: UserId; roles: readonly Role[] }>;

/** Whether a bidder or seller is active, by the revision of that user's own stream; at most a second old. */
export type NamedUser =
  | Readonly<{ status: 'unknown' }>
  | Readonly<{ status: 'active' | 'suspended'; revision: number }>;

/** Whether a bidder may bid in a sale, by the sale's own stream; at most a second old. A null limit is none. */
export type PaddleStatus =
  | Readonly<{ status: 'none' | 'requested' | 'refused' }>
  | Readonly<{ status: 'given'; biddingLimit: Minor | null }>;

/**
 * What a decision rests on besides the command and the state.
 * `at` is the judged time: the later of the arrival and the aggregate's last judged time.
 * `user` is the bidder or seller whom the command names.
 * `paddle` is the bidder's in the sale, for a bid on a lot of one.
 * `positions` are buyer's and seller's where the command makes a sale; as if both lived where the house is unless given.
 * `holder` is who has the paddle whose number the command names, if anybody; `user` and `paddle` are theirs then.
 */
export type Facts = Readonly<{
  at: Instant;
  actor: Actor;
  user: NamedUser;
  paddle?: PaddleStatus | undefined;
  positions?: Positions | undefined;
  holder?: UserId | undefined;
}>;
