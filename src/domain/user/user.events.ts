// The facts of a user's stream, `user-<id>`. Personal data is encrypted under the user's own key before it gets here.
import type { UserId } from '../ids.js';
import type { Instant } from '../time.js';

/** Name, e-mail and address of a person as one ciphertext (base64); only the key store can open it. */
export type SealedPersonalData = string;

export type UserEvent =
  | Readonly<{
      type: 'UserRegistered';
      username: string;
      personalData: SealedPersonalData | null;
      registeredAt: Instant;
    }>
  | Readonly<{ type: 'PersonalDataChanged'; personalData: SealedPersonalData; changedAt: Instant }>
  | Readonly<{ type: 'UserVerified'; verifiedAt: Instant }>
  /** Feedback score as marketplaces show it: a whole number that may be negative. */
  | Readonly<{ type: 'UserRated'; rating: number; ratedAt: Instant }>
  | Readonly<{ type: 'UserSuspended'; reason: string; suspendedBy: UserId | null; suspendedAt: Instant }>
  | Readonly<{ type: 'UserReinstated'; reason: string; reinstatedBy: UserId | null; reinstatedAt: Instant }>;
