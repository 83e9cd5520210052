// Proxy bidding: a bid is a secret maximum, and the price is what the second-highest bidder makes the leader pay.
import type { UserId } from '../ids.js';
import { greater, lesser, type Minor } from '../money.js';
import type { Instant } from '../time.js';
import { incrementAt } from './increments.js';
import type { EnglishTerms } from './terms.js';

/** A bid that counts: its number in the auction, its bidder's maximum and when it arrived. */
export type LiveBid = Readonly<{ bidNumber: number; bidderId: UserId; maximum: Minor; placedAt: Instant }>;

/** Who leads, at what price, and the best maximum among everybody else. Null while there is no bid. */
export type Lead = Readonly<{ leading: LiveBid; runnerUpMaximum: Minor | null; price: Minor }>;

/**
 * The lead after one more bid. The earlier of two equal maxima leads. A leader's own higher bid raises the maximum that
 * leads, under its new number. The price is the lesser of the leader's maximum and the runner-up's maximum plus the
 * increment there, at least the starting price; a leading maximum at or above the reserve lifts it to the reserve; and
 * it never falls.
 */
export function leadAfter(lead: Lead | null, bid: LiveBid, terms: EnglishTerms): Lead {
  if (lead === null)
    return { leading: bid, runnerUpMaximum: null, price: priceOf(bid.maximum, null, terms.startingPrice, terms) };
  const { leading } = lead;
  const isOwn = bid.bidderId === leading.bidderId;
  const overtakes = bid.maximum > leading.maximum;
  const next = overtakes ? bid : leading;
  const runnerUpMaximum = isOwn
    ? lead.runnerUpMaximum
    : greaterOf(lead.runnerUpMaximum, overtakes ? leading.maximum : bid.maximum);
  return { leading: next, runnerUpMaximum, price: priceOf(next.maximum, runnerUpMaximum, lead.price, terms) };
}

/** The smallest maximum that the next bidder may name: the starting price, or the price plus the increment there. */
export const minimumNextBid = (lead: Lead | null, terms: EnglishTerms): Minor =>
  lead === null ? terms.startingPrice : lead.price + incrementAt(lead.price, terms.increments);

/** True once a leading maximum reached the reserve; always, where there is none and somebody leads. */
export const isReserveMet = (lead: Lead | null, { reservePrice }: EnglishTerms): boolean =>
  reservePrice === null || (lead !== null && lead.leading.maximum >= reservePrice);

function priceOf(
  maximum: Minor,
  runnerUpMaximum: Minor | null,
  floor: Minor,
  { increments, reservePrice }: EnglishTerms,
): Minor {
  const challenged = runnerUpMaximum === null ? floor : runnerUpMaximum + incrementAt(runnerUpMaximum, increments);
  const price = greater(floor, lesser(maximum, challenged));
  return reservePrice !== null && maximum >= reservePrice ? greater(price, reservePrice) : price;
}

const greaterOf = (a: Minor | null, b: Minor): Minor => (a === null ? b : greater(a, b));
