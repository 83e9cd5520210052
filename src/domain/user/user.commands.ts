// What may be asked of a user's account.
import type { UserId } from '../ids.js';
import type { Instant } from '../time.js';
import type {
  EncryptedBankAccount,
  EncryptedPersonalData,
  EncryptedTaxNumber,
  EncryptedUsername,
} from './user.events.js';

/**
 * What binds a person to others, as it was a moment ago: open auctions that the person sells, and second chances on offer;
 * open ones in which a bid of the person counts, led or not, and second chances to take; sales with the person on either side
 * that are not settled, refunded or lapsed.
 */
export type Ties = Readonly<{ selling: number; bidding: number; unpaid: number }>;

export const NO_TIES: Ties = { selling: 0, bidding: 0, unpaid: 0 };

export type UserCommand =
  | Readonly<{
      type: 'RegisterUser';
      userId: UserId;
      username: EncryptedUsername | null;
      personalData: EncryptedPersonalData | null;
    }>
  | Readonly<{ type: 'ChangePersonalData'; userId: UserId; personalData: EncryptedPersonalData }>
  | Readonly<{ type: 'RequestEmailVerification'; userId: UserId }>
  /** What following the link comes to. `dataVersion` is that of the data whose address got the link. */
  | Readonly<{ type: 'ConfirmEmail'; userId: UserId; dataVersion: number }>
  | Readonly<{ type: 'ChooseMail'; userId: UserId; wanted: boolean }>
  /** Where the person is for tax: ISO 3166-1 and the second part of ISO 3166-2. A null country takes the statement back. */
  | Readonly<{
      type: 'StateTaxPosition';
      userId: UserId;
      country: string | null;
      region: string | null;
      taxNumber: EncryptedTaxNumber | null;
    }>
  /** Where the person wants to be paid; null takes it back. */
  | Readonly<{ type: 'StateBankAccount'; userId: UserId; account: EncryptedBankAccount | null }>
  /** `statement` is the number of the statement that was looked at, so that none is accepted unseen. */
  | Readonly<{ type: 'JudgeTaxNumber'; userId: UserId; statement: number; accepted: boolean }>
  | Readonly<{ type: 'VerifyUser'; userId: UserId }>
  | Readonly<{ type: 'RateUser'; userId: UserId; rating: number }>
  /** With `voidBids` the person's bids in open auctions are voided; without it they count, and may win. */
  | Readonly<{ type: 'SuspendUser'; userId: UserId; reason: string; voidBids: boolean }>
  | Readonly<{ type: 'ReinstateUser'; userId: UserId; reason: string }>
  | Readonly<{ type: 'EraseUser'; userId: UserId; ties: Ties }>;

/** The closed list of reasons for which an account refuses a command. */
export type UserRejection =
  | Readonly<{
      reason:
        | 'UserUnknown'
        | 'UserAlreadyRegistered'
        | 'UserAlreadyVerified'
        | 'UserNotSuspended'
        | 'UserAlreadySuspended'
        | 'UserErased'
        | 'EmailUnknown'
        | 'EmailChanged'
        | 'EmailAlreadyVerified'
        | 'TaxNumberUnknown'
        | 'TaxStatementChanged';
    }>
  | Readonly<{ reason: 'EmailVerificationTooSoon'; until: Instant }>
  | (Readonly<{ reason: 'UserHasTies' }> & Ties)
  | Readonly<{ reason: 'InvalidUser'; field: string; problem: string }>
  | Readonly<{ reason: 'NotAllowed' }>;
