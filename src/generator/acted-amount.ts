// How much those bid who follow a plan of their own: shills and shields, and honest people with habits.
import type { Contest } from './contest.js';
import { climb, stepAt } from './increments.js';
import type { Act, Lot } from './plan.js';
import { type Random, Weighted } from './random.js';

/** How many steps a proxy bid leaves above what it takes to lead, with weights. The last ones are leaps. */
export const PROXY_STEPS = [
  [1, 26],
  [2, 18],
  [4, 13],
  [8, 12],
  [16, 10],
  [32, 9],
  [64, 12],
] as const;
/** Of bids that are no snipes. */
export const MANUAL_SHARE = 0.6;

export const proxySteps = new Weighted(PROXY_STEPS);

/** What somebody who tries out the leader's maximum adds to the minimum, in cents: never a step of the table. */
const ODD_CENTS = [3n, 7n, 9n, 11n, 13n, 17n, 19n, 21n, 23n] as const;
/** A shield is so many times the price that nobody goes on, and so is a bid with a digit too many. */
const SHIELD_TIMES = 10n;
/** A leader's limit is found within so many steps. */
const FOUND_STEPS = 2n;
/** What a seller without a reserve wants at least: so many steps above the start. */
const WANTED_STEPS = [8, 24] as const;
/** Who wants a piece for a collection leaves so many steps above what it takes to lead. */
const COLLECTOR_STEPS = [1, 24] as const;
/** Now and then such a person bids the minimum. */
const CALM_SHARE = 0.25;
/** A bargain costs at most so many times the starting price. */
const BARGAIN_TIMES = 2n;

/** The maximum of a bid in cents, or null where the actor has no reason to bid: the own group leads, or the aim is reached. */
export function actedAmount(
  contest: Contest,
  { does, person, allies }: Act,
  terms: Pick<Lot, 'startingPrice' | 'reservePrice'>,
  random: Random,
): bigint | null {
  const { leader, minimumNextBid, leastToLead } = contest;
  if (does === 'shelter') return climb(leastToLead, 1);
  if (does === 'shield' || does === 'mistype') return leastToLead * SHIELD_TIMES;
  if (leader !== null && (leader.bidder === person.number || allies.has(leader.bidder))) return null;
  switch (does) {
    case 'push':
      return minimumNextBid;
    case 'nudge':
      return climb(minimumNextBid, random.whole(0, 3));
    case 'lift': {
      const wanted = terms.reservePrice ?? climb(terms.startingPrice, random.whole(...WANTED_STEPS));
      return minimumNextBid > wanted ? null : wanted;
    }
    case 'discover':
      return halfway(contest, random);
    case 'feel':
      return minimumNextBid + random.pick(ODD_CENTS);
    case 'bargain':
      return minimumNextBid > terms.startingPrice * BARGAIN_TIMES ? null : climb(minimumNextBid, random.whole(0, 2));
    case 'collect':
      return random.fraction() < CALM_SHARE ? minimumNextBid : climb(leastToLead, random.whole(...COLLECTOR_STEPS));
    case 'bid':
      return random.fraction() < MANUAL_SHARE ? minimumNextBid : climb(leastToLead, proxySteps.draw(random));
    case 'retract':
      throw new Error('broken invariant: a retraction has no amount');
  }
}

/** Some way towards the leader's maximum and below it: who stops there knows from the price how near it is. */
function halfway({ leader, minimumNextBid }: Contest, random: Random): bigint | null {
  if (leader === null) return null;
  const room = leader.maximum - minimumNextBid;
  if (room <= FOUND_STEPS * stepAt(leader.maximum)) return null;
  return minimumNextBid + (room * BigInt(random.whole(30, 70))) / 100n;
}
