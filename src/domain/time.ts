// Time as the domain knows it: whole milliseconds since 1970 in UTC, always handed in, never read from a clock.
import type { Branded } from './ids.js';

export type Instant = Branded<number, 'Instant'>;

/** An instant from epoch milliseconds; throws a `RangeError` on fractions and on what a JavaScript date cannot hold. */
export function instant(epochMs: number): Instant {
  if (!Number.isSafeInteger(epochMs) || Math.abs(epochMs) > 8.64e15)
    throw new RangeError(`${epochMs} is not an instant in milliseconds`);
  return epochMs as Instant;
}

/** The instant `ms` milliseconds after `at` (before it, when negative). */
export const later = (at: Instant, ms: number): Instant => instant(at + ms);

/** The later of two instants. */
export const laterOf = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** The earlier of two instants. */
export const earlierOf = (a: Instant, b: Instant): Instant => (a < b ? a : b);

/** ISO 8601 in UTC with milliseconds, as `2025-11-21T02:00:00.000Z`. */
export const isoTime = (at: Instant): string => new Date(at).toISOString();
