// What a batch comes to for users: new accounts, and what changed in old ones.
import { isoTime } from '../../domain/time.js';
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
  status: 'active' | 'suspended' | null;
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
    case 'UserVerified':
      change.isVerified = true;
      return;
    case 'UserRated':
      change.rating = event.rating;
      return;
    case 'UserSuspended':
      change.status = 'suspended';
      return;
    case 'UserReinstated':
      change.status = 'active';
      return;
  }
}

export const COPY_USERS = `
COPY users (user_id, revision, username, status, is_verified, rating, personal_data, registered_at) FROM STDIN`;

export function userRow(change: UserChange, { username, registeredAt }: UserRegistered): string {
  const { userId, revision, status, isVerified, rating, personalData } = change;
  const sealed = personalData === null ? '\\N' : copyText(personalData);
  return (
    `${userId}\t${revision}\t${copyText(username)}\t${copyNullable(status ?? 'active')}\t${isVerified ?? false}\t` +
    `${rating ?? 0}\t${sealed}\t${isoTime(registeredAt)}\n`
  );
}

export const UPDATE_USERS = `
UPDATE users u SET
  revision = c.revision,
  personal_data = COALESCE(c.personal_data, u.personal_data),
  is_verified = COALESCE(c.is_verified, u.is_verified),
  rating = COALESCE(c.rating, u.rating),
  status = COALESCE(c.status, u.status)
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::boolean[], $6::integer[], $7::text[])
  AS c(user_id, before, revision, personal_data, is_verified, rating, status)
WHERE u.user_id = c.user_id AND u.revision = c.before`;
