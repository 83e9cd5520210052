// Soft close: a late bid, retraction or voided bid that changes price or leader gives the others time to answer it. Houses use
// windows of 1 to 30 minutes with a limit on the number of extensions and on their total.
import { earlierOf, type Instant, later } from '../time.js';
import type { ClosingExtended } from './auction.events.js';
import type { OpenAuction } from './auction.state.js';

/**
 * How an accepted bid that arrived at `at`, or a bid taken out at `at` if that changed price or leader, moves the close: to `at` + window when strictly less than the window is left;
 * not at all once the extensions are used up. A move that would exceed the cap on the total is cut to it.
 * Returns null where the close stays. Later bids are judged by the moved close.
 */
export function softCloseExtension(auction: OpenAuction, bidNumber: number, at: Instant): ClosingExtended | null {
  const { softClose } = auction.listing.terms;
  if (softClose === null) return null;
  if (softClose.extensionsMax !== null && auction.extensions >= softClose.extensionsMax) return null;
  // With the window or more left, this is no later than the close as it is.
  const closesAt = withinTotal(auction, later(at, softClose.windowMs), softClose.extensionTotalMaxMs);
  if (closesAt <= auction.closesAt) return null;
  return {
    type: 'ClosingExtended',
    cause: 'SoftClose',
    previousClosesAt: auction.closesAt,
    closesAt,
    extensions: auction.extensions + 1,
    bidNumber,
    extendedAt: at,
  };
}

const withinTotal = ({ closesAt, extendedMs }: OpenAuction, wanted: Instant, totalMaxMs: number | null): Instant =>
  totalMaxMs === null ? wanted : earlierOf(wanted, later(closesAt, totalMaxMs - extendedMs));
