// Taking a bid back, by eBay's rule (FIELD-NOTES 5): more than twelve hours before the close any of the bidder's bids, in
// the last twelve hours only one placed within the last hour.
import { type Instant, later, laterOf } from '../time.js';
import type { LiveBid } from './proxy-bidding.js';

const HOUR_MS = 3_600_000;
const FREE_UNTIL_BEFORE_CLOSE_MS = 12 * HOUR_MS;

/** The last instant at which this bid may be taken back. */
export function retractableUntil({ placedAt }: LiveBid, closesAt: Instant): Instant {
  // "More than twelve hours": twelve hours to the millisecond is too late already.
  const freeUntil = later(closesAt, -FREE_UNTIL_BEFORE_CLOSE_MS - 1);
  return laterOf(later(placedAt, HOUR_MS), freeUntil);
}
