// Soft close: an accepted bid with less than the window left moves the close to its arrival plus the window.
import { earlierOf, type Instant, later } from '../time.js';
import type { SoftClose } from './terms.js';

/** Where the close stands: the scheduled one, today's, and how often a late bid has moved it. */
export type ClosingState = Readonly<{ scheduledClosesAt: Instant; closesAt: Instant; extensions: number }>;

/** The moved close after a bid accepted at `at`; null when it stays. It never moves back, nor beyond the policy's limits. */
export function extendedClose(closing: ClosingState, at: Instant, policy: SoftClose | null): Instant | null {
  if (policy === null) return null;
  if (policy.extensionsMax !== null && closing.extensions >= policy.extensionsMax) return null;
  const wanted = later(at, policy.windowMs);
  const limit =
    policy.extensionTotalMaxMs === null ? wanted : later(closing.scheduledClosesAt, policy.extensionTotalMaxMs);
  const closesAt = earlierOf(wanted, limit);
  return closesAt > closing.closesAt ? closesAt : null;
}
