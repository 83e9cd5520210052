// Whom a story is told to, and the words that all of its sentences share.
import type { UserId } from '../../domain/ids.js';
import type { Currency } from '../../domain/money.js';
import { type Instant, isoTime } from '../../domain/time.js';

export type Telling = Readonly<{
  currency: Currency;
  /** What a user is called: the username, and the id where there is none. */
  nameOf: (userId: UserId) => string;
  secrets: boolean;
}>;

/** A person's name, or the house where nobody in person did it. */
export const whoOf = (userId: UserId | null, nameOf: Telling['nameOf']): string =>
  userId === null ? 'the house' : nameOf(userId);

/** As `2026-01-01 12:00:00.000Z`: sortable, and short enough to stand before a sentence. */
export const timeOf = (at: Instant): string => isoTime(at).replace('T', ' ');
