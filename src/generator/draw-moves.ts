// Who bids how much in an auction whose moments are known. Amounts are those of people who watch the price: the house takes
// all of them if they come in their turn, and what comes too late or is overtaken it refuses.
import { Contest } from './contest.js';
import { climb, stepAt } from './increments.js';
import type { People, Person } from './people.js';
import type { Lot, PlannedMove, Slot } from './plan.js';
import { type Random, Weighted } from './random.js';

const SNIPE_MS = 60_000;
const MANUAL_SHARE = 0.6;

/** How many steps a proxy bid leaves above what it takes to lead, with weights. */
export const PROXY_STEPS = [
  [1, 35],
  [2, 25],
  [4, 20],
  [8, 13],
  [16, 7],
] as const;
/** How many steps a snipe is above the minimum next bid, with weights. */
export const SNIPE_STEPS = [
  [0, 45],
  [1, 20],
  [2, 15],
  [4, 12],
  [8, 8],
] as const;
export const TYPE_SHARES = { manual: MANUAL_SHARE, proxy: 1 - MANUAL_SHARE } as const;

const proxySteps = new Weighted(PROXY_STEPS);
const snipeSteps = new Weighted(SNIPE_STEPS);

/** What a bidder who tries out the leader's maximum adds to the minimum, in cents: never a step of the table. */
const ODD_CENTS = [3n, 7n, 9n, 11n, 13n, 17n, 19n, 21n, 23n] as const;
/** A shield is so many times the price that nobody goes on. */
const SHIELD_TIMES = 10n;

/** The moves of an auction with their amounts, numbered from `entry`. */
export function movesOf(
  terms: Pick<Lot, 'startingPrice' | 'reservePrice'>,
  slots: readonly Slot[],
  people: Pick<People, 'bidders'>,
  entry: number,
  random: Random,
): readonly PlannedMove[] {
  const contest = new Contest(terms);
  const crowd = drawCrowd(slots.length, people, random);
  const shields = new Map<number, number>();
  return slots.map(({ beforeCloseMs, act }, i): PlannedMove => {
    const number = entry + i;
    const mark = act?.mark ?? null;
    if (act?.does === 'retract') {
      const of = shields.get(act.person.number);
      if (of === undefined) throw new Error('broken invariant: a shield is taken back before it is up');
      contest.retract(of);
      return { kind: 'retraction', entry: number, bidder: act.person.number, of, beforeCloseMs, mark: act.mark };
    }
    const bidder = act?.person.number ?? challenger(crowd, contest, random).number;
    const amount = act === null ? honestAmount(contest, beforeCloseMs, random) : actedAmount(contest, act, random);
    contest.bid(number, bidder, amount);
    if (act?.does === 'shield') shields.set(bidder, number);
    const proxyOrManual = amount > contest.currentPrice ? 'proxy' : 'manual';
    const bidType = beforeCloseMs < SNIPE_MS ? 'snipe' : proxyOrManual;
    return { kind: 'bid', entry: number, bidder, amount, bidType, beforeCloseMs, mark };
  });
}

/** Those who are after one item: they come back when they are outbid, so there are fewer of them than bids. */
function drawCrowd(bids: number, { bidders }: Pick<People, 'bidders'>, random: Random): readonly Person[] {
  const crowd = new Set<Person>();
  const size = Math.max(2, Math.ceil(bids / random.whole(2, 4)));
  // Draws that hit the same person twice make a small crowd smaller; two are needed, for nobody outbids themselves.
  for (let draws = 0; draws < size || crowd.size < 2; draws++) crowd.add(bidders.draw(random));
  return [...crowd];
}

function challenger(crowd: readonly Person[], { leader }: Contest, random: Random): Person {
  const at = random.whole(0, crowd.length - 1);
  const person = crowd[at]?.number === leader?.bidder ? crowd[(at + 1) % crowd.length] : crowd[at];
  if (person === undefined) throw new Error('broken invariant: a crowd is empty');
  return person;
}

function honestAmount(contest: Contest, beforeCloseMs: number, random: Random): bigint {
  if (beforeCloseMs < SNIPE_MS) return climb(contest.minimumNextBid, snipeSteps.draw(random));
  if (random.fraction() < MANUAL_SHARE) return contest.minimumNextBid;
  return climb(contest.leastToLead, proxySteps.draw(random));
}

function actedAmount(contest: Contest, { does, person }: NonNullable<Slot['act']>, random: Random): bigint {
  const { leader, minimumNextBid, leastToLead } = contest;
  // Whoever leads already must go above the own maximum.
  const floor = leader?.bidder === person.number ? leader.maximum + stepAt(leader.maximum) : minimumNextBid;
  switch (does) {
    case 'push':
      return floor;
    case 'probe':
      return floor + random.pick(ODD_CENTS);
    case 'shelter':
      return climb(leastToLead, 1);
    case 'shield':
      return leastToLead * SHIELD_TIMES;
    case 'retract':
      throw new Error('broken invariant: a retraction has no amount');
  }
}
