// Taking a bid back, by eBay's time rule (FIELD-NOTES 5): more than twelve hours before the close any bid, after that
// only a bid of the last hour.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { isSelf, isStaff } from '../permissions.js';
import { earlierOf, type Instant, later, laterOf } from '../time.js';
import type { RetractBid } from './auction.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { OpenAuction } from './auction.state.js';
import type { Bid, BidHistory } from './bid-history.js';
import { type Contest, contestAfter, noContest, standingIn } from './proxy-bidding.js';
import type { EnglishTerms } from './terms.js';

const HOUR_MS = 3_600_000;
const LAST_HOURS_MS = 12 * HOUR_MS;

/**
 * Judges a retraction of exactly one bid, by its bidder or by staff on the bidder's behalf, staff by the same time rule.
 * The other bids of that bidder stay. What stands afterwards is what `contestOf` makes of the bids that still count.
 */
export function retractBid(
  command: RetractBid,
  auction: OpenAuction,
  { at, actor }: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  const { bidNumber, bidderId, reason } = command;
  if (!isSelf(actor, bidderId) && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const found = auction.history.find(bidNumber);
  if (found === null) return reject({ reason: 'BidUnknown' });
  if (found.bid.bidderId !== bidderId) return reject({ reason: 'BidOfAnother' });
  if (found.retracted) return reject({ reason: 'BidAlreadyRetracted' });
  const retractableUntil = lastRetractableAt(found.bid, auction.closesAt);
  if (at > retractableUntil) return reject({ reason: 'RetractionTooLate', retractableUntil });
  const { terms } = auction.listing;
  const remaining = contestOf(auction.history.withRetracted([bidNumber]), terms);
  return accept<AuctionEvent>({
    type: 'BidRetracted',
    bidNumber,
    bidderId,
    reason,
    retractedAt: at,
    ...standingIn(remaining, auction.bidCount - 1, terms),
  });
}

/**
 * The contest that the bids which count make: a fresh start at the starting price, then every one of them in the order
 * in which it was placed, by the rules of proxy bidding. None is judged again: it was high enough when it was placed. So
 * the price may fall, the only way it may; and with no bids left it is the starting price, and nobody leads.
 */
export const contestOf = (history: BidHistory, terms: EnglishTerms): Contest =>
  history.counting().reduce<Contest>((contest, bid) => contestAfter(contest, bid, terms), noContest(terms));

/** The last instant at which a bid may be taken back. */
// "More than twelve hours before the close" leaves out the instant twelve hours before it, "within an hour of placing"
// takes the whole hour in, and the close itself is too late for anything.
export function lastRetractableAt({ placedAt }: Bid, closesAt: Instant): Instant {
  const beforeTheLastHours = later(closesAt, -LAST_HOURS_MS - 1);
  const withinTheHour = earlierOf(later(placedAt, HOUR_MS), later(closesAt, -1));
  return laterOf(beforeTheLastHours, withinTheHour);
}
