// Proxy bidding: a bid is a secret maximum, and the price is what it takes to beat the others, not what the leader would
// pay. With the step taken at the second-highest bidder's maximum, the rule reproduces eBay's own prices even when the
// winner's maximum is changed: `npm run acceptance:ebay` compares 628 auctions of 2002 and 2003.
import { greater, lesser, type Minor } from '../money.js';
import type { Standing } from './auction.events.js';
import type { Bid } from './bid-history.js';
import { incrementAt } from './increments.js';
import type { EnglishTerms } from './terms.js';

/** Who leads, how far the best of the other bidders would go (null: there is no other), and the price which that makes. */
export type Contest = Readonly<{ leading: Bid | null; runnerUp: Minor | null; currentPrice: Minor }>;
export type LedContest = Contest & Readonly<{ leading: Bid }>;

/** The contest before the first bid: the price starts where the seller wants it to. */
export const noContest = ({ startingPrice }: EnglishTerms): Contest => ({
  leading: null,
  runnerUp: null,
  currentPrice: startingPrice,
});

/** The state after an accepted bid, be it a challenge or the leader's own raise. Judges nothing. */
export function contestAfter(contest: Contest, bid: Bid, terms: EnglishTerms): LedContest {
  const leading = leaderAfter(contest.leading, bid);
  const runnerUp = runnerUpAfter(contest, bid, leading);
  return { leading, runnerUp, currentPrice: priceAfter(contest.currentPrice, leading.maximum, runnerUp, terms) };
}

/** Of two bidders with equal maxima the earlier leads: a challenge has to be higher. A leader's own bid replaces the last. */
const leaderAfter = (leading: Bid | null, bid: Bid): Bid =>
  leading === null || bid.bidderId === leading.bidderId || bid.maximum > leading.maximum ? bid : leading;

/** The highest maximum of everybody but the leader. `leading` is who leads with this bid taken into account. */
export function runnerUpAfter({ leading: before, runnerUp }: Contest, bid: Bid, leading: Bid): Minor | null {
  if (before === null || before.bidderId === bid.bidderId) return runnerUp;
  // Nobody's maximum was above that of the leader who has just been beaten.
  if (leading.bidderId === bid.bidderId) return before.maximum;
  return runnerUp === null ? bid.maximum : greater(runnerUp, bid.maximum);
}

// One step above the runner-up, as far as the leader's maximum goes; never down; and a maximum that reaches the reserve
// lifts the price to it.
function priceAfter(
  price: Minor,
  maximum: Minor,
  runnerUp: Minor | null,
  { increments, reservePrice }: EnglishTerms,
): Minor {
  const asked =
    runnerUp === null ? price : greater(price, lesser(maximum, runnerUp + incrementAt(increments, runnerUp)));
  return reservePrice !== null && maximum >= reservePrice ? greater(asked, reservePrice) : asked;
}

/** What the next bidder has to offer at least: the price and a step, or the starting price while nobody leads. */
export const minimumNextBid = (
  { leading, currentPrice }: Contest,
  { increments, startingPrice }: EnglishTerms,
): Minor => (leading === null ? startingPrice : currentPrice + incrementAt(increments, currentPrice));

/** True where the reserve allows a sale: it has been reached, or there is none. */
export const isReserveMet = ({ leading }: Contest, { reservePrice }: EnglishTerms): boolean =>
  reservePrice === null || (leading !== null && leading.maximum >= reservePrice);

/** A contest as events tell it: everything but the maxima. */
export const standingIn = (contest: Contest, bidCount: number, terms: EnglishTerms): Standing => ({
  currentPrice: contest.currentPrice,
  leaderId: contest.leading === null ? null : contest.leading.bidderId,
  leadingBid: contest.leading === null ? null : contest.leading.bidNumber,
  bidCount,
  minimumNextBid: minimumNextBid(contest, terms),
  reserveMet: isReserveMet(contest, terms),
});
