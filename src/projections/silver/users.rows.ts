// What a batch comes to for users: new accounts, and what changed in old ones.
import { type Instant, isoTime } from '../../domain/time.js';
import type { UserEvent } from '../../domain/user/user.events.js';
import { copyNullable, copyText } from '../copy-text.js';

type UserRegistered = Extract<UserEvent, { type: 'UserRegistered' }>;

/** One user's changes in a batch; null is "as it was". `before` is the revision they build on. */
export type UserChange = {
  readonly userId: string;
  readonly before: number;
  revision: number;
  registered: UserRegistered | null;
  personalData: string | null;
  isVerified: true | null;
  rating: number | null;
  status: 'active' | 'suspended' | 'erased' | null;
  erasedAt: Instant | null;
  /** Whether the house voids the bids of this person that count in open auctions. */
  voidsBids: boolean | null;
};

export const unchangedUser = (userId: string, before: number): UserChange => ({
  userId,
  before,
  revision: before,
  registered: null,
  personalData: null,
  isVerified: null,
  rating: null,
  status: null,
  erasedAt: null,
  voidsBids: null,
});

/** Takes over what an event says. */
export function noteUserEvent(change: UserChange, event: UserEvent, revision: number): void {
  change.revision = revision;
  switch (event.type) {
    case 'UserRegistered':
      change.registered = event;
      change.personalData = event.personalData;
      return;
    case 'PersonalDataChanged':
      change.personalData = event.personalData;
      return;
    // What people say about mail is no analyst's business.
    case 'EmailVerificationRequested':
    case 'EmailVerified':
    case 'MailChosen':
      return;
    // Rows of their own.
    case 'TaxPositionStated':
    case 'BankAccountStated':
    case 'TaxNumberJudged':
      return;
    case 'UserVerified':
      change.isVerified = true;
      return;
    case 'UserRated':
      change.rating = event.rating;
      return;
    case 'UserSuspended':
      change.status = 'suspended';
      change.voidsBids = event.voidBids;
      return;
    case 'UserReinstated':
      change.status = 'active';
      change.voidsBids = false;
      return;
    case 'UserErased':
      change.status = 'erased';
      change.voidsBids = true;
      change.erasedAt = event.erasedAt;
      return;
  }
}

export const COPY_USERS = `
COPY users (user_id, revision, encrypted_username, status, is_verified, rating, personal_data, registered_at,
  erased_at, voids_bids) FROM STDIN`;

export function userRow(change: UserChange, { username, registeredAt }: UserRegistered): string {
  const { userId, revision, status, isVerified, rating, personalData, erasedAt, voidsBids } = change;
  // Nothing personal of an erased user is kept, encrypted or not.
  const isKept = erasedAt === null;
  return (
    `${userId}\t${revision}\t${textOrNull(isKept ? username : null)}\t${copyNullable(status ?? 'active')}\t` +
    `${isVerified ?? false}\t${rating ?? 0}\t${textOrNull(isKept ? personalData : null)}\t${isoTime(registeredAt)}\t` +
    `${copyNullable(erasedAt === null ? null : isoTime(erasedAt))}\t${voidsBids ?? false}\n`
  );
}

const textOrNull = (text: string | null): string => (text === null ? '\\N' : copyText(text));

export const UPDATE_USERS = `
UPDATE users u SET
  revision = c.revision,
  encrypted_username = CASE WHEN c.erased_at IS NULL THEN u.encrypted_username END,
  personal_data = CASE WHEN c.erased_at IS NULL THEN COALESCE(c.personal_data, u.personal_data) END,
  is_verified = COALESCE(c.is_verified, u.is_verified),
  rating = COALESCE(c.rating, u.rating),
  status = COALESCE(c.status, u.status),
  erased_at = c.erased_at,
  voids_bids = COALESCE(c.voids_bids, u.voids_bids)
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::boolean[], $6::integer[], $7::text[],
  $8::timestamptz[], $9::boolean[])
  AS c(user_id, before, revision, personal_data, is_verified, rating, status, erased_at, voids_bids)
WHERE u.user_id = c.user_id AND u.revision = c.before`;
