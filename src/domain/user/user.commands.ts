// What may be asked of a user's account.
import type { UserId } from '../ids.js';
import type { SealedPersonalData } from './user.events.js';

export type UserCommand =
  | Readonly<{ type: 'RegisterUser'; userId: UserId; username: string; personalData: SealedPersonalData | null }>
  | Readonly<{ type: 'ChangePersonalData'; userId: UserId; personalData: SealedPersonalData }>
  | Readonly<{ type: 'VerifyUser'; userId: UserId }>
  | Readonly<{ type: 'RateUser'; userId: UserId; rating: number }>
  | Readonly<{ type: 'SuspendUser'; userId: UserId; reason: string }>
  | Readonly<{ type: 'ReinstateUser'; userId: UserId; reason: string }>;

/** The closed list of reasons for which an account refuses a command. */
export type UserRejection =
  | Readonly<{
      reason:
        | 'UserUnknown'
        | 'UserAlreadyRegistered'
        | 'UserAlreadyVerified'
        | 'UserNotSuspended'
        | 'UserAlreadySuspended';
    }>
  | Readonly<{ reason: 'InvalidUser'; field: string; problem: string }>
  | Readonly<{ reason: 'NotAllowed' }>;
