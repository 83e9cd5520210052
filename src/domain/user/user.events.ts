// The facts of a user's stream, `user-<id>`. Personal data is encrypted under the user's own key before it gets here.
import type { UserId } from '../ids.js';
import type { Instant } from '../time.js';

/** Name, e-mail and address of a person as one ciphertext (base64); only the key store can open it. */
export type EncryptedPersonalData = string;

/** What a person is called, as a ciphertext of its own: everybody may be shown it, for as long as there is a key. */
export type EncryptedUsername = string;

/** A tax number or the number of a certificate of exemption, as a ciphertext of its own. */
export type EncryptedTaxNumber = string;

/** Holder and number of an account at a bank, as a ciphertext of its own. */
export type EncryptedBankAccount = string;

export type UserEvent =
  | Readonly<{
      type: 'UserRegistered';
      /** Null: nobody, as in auctions of the past. */
      username: EncryptedUsername | null;
      personalData: EncryptedPersonalData | null;
      registeredAt: Instant;
    }>
  | Readonly<{ type: 'PersonalDataChanged'; personalData: EncryptedPersonalData; changedAt: Instant }>
  /** The person asks for a link to the e-mail address in the personal data; `dataVersion` counts how often data was given. */
  | Readonly<{ type: 'EmailVerificationRequested'; dataVersion: number; requestedAt: Instant }>
  /** The link was followed. With other data the address is unconfirmed again. */
  | Readonly<{ type: 'EmailVerified'; dataVersion: number; verifiedAt: Instant }>
  /** Whether the person wants news by e-mail. */
  | Readonly<{ type: 'MailChosen'; wanted: boolean; chosenAt: Instant }>
  /**
   * Where the person is for tax (docs/adr/0107). `statement` counts these statements. A number is not accepted until staff
   * say so, and with each statement anew.
   */
  | Readonly<{
      type: 'TaxPositionStated';
      statement: number;
      country: string | null;
      region: string | null;
      taxNumber: EncryptedTaxNumber | null;
      statedAt: Instant;
    }>
  /** Where the person wants to be paid (docs/adr/0108). */
  | Readonly<{ type: 'BankAccountStated'; account: EncryptedBankAccount | null; statedAt: Instant }>
  | Readonly<{
      type: 'TaxNumberJudged';
      statement: number;
      accepted: boolean;
      judgedBy: UserId | null;
      judgedAt: Instant;
    }>
  | Readonly<{ type: 'UserVerified'; verifiedAt: Instant }>
  /** Feedback score as marketplaces show it: a whole number that may be negative. */
  | Readonly<{ type: 'UserRated'; rating: number; ratedAt: Instant }>
  /** `voidBids`: the house voids the bids of this person that count in open auctions. */
  | Readonly<{
      type: 'UserSuspended';
      reason: string;
      suspendedBy: UserId | null;
      voidBids: boolean;
      suspendedAt: Instant;
    }>
  | Readonly<{ type: 'UserReinstated'; reason: string; reinstatedBy: UserId | null; reinstatedAt: Instant }>
  /** The last fact of an account: its key is deleted, and nobody can tell any more whose it was. */
  | Readonly<{ type: 'UserErased'; erasedBy: UserId | null; erasedAt: Instant }>;
