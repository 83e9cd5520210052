// Draws the whole of a synthetic marketplace from a seed: who, what, when and for how much. The same options make the same
// plan, byte for byte.
import { drawLots } from './draw-lots.js';
import { movesOf } from './draw-moves.js';
import { type Cast, type FraudSetup, setUpFraud } from './fraud.js';
import { setUpHabits } from './habits.js';
import { drawPeople, visitors } from './people.js';
import type { Lot, Moments, Plan, PlannedAuction, PlanOptions, Slot } from './plan.js';
import { Random, Weighted } from './random.js';
import { beforeClose, type Moment, MomentsOf } from './timing.js';

/** Draws the plan. `bids` counts marked bids too; retractions come on top. */
export function makePlan(options: PlanOptions): Plan {
  const { seed, users, items, bids } = options;
  const random = (name: string): Random => new Random(seed, name);
  const fraud = setUpFraud(options, random('fraud'));
  const habits = setUpHabits(options);
  const people = drawPeople(seed, users, fraud.accomplices + habits.people, random('people'));
  const lots = shieldable(drawLots(seed, items, people, random('items')), fraud);
  const moments = dealMoments(options, fraud, bids - fraud.bids - habits.bids, random('moments'));
  const shielded = new Set(fraud.shieldedAuctions);
  const casting = { lots, moments, people, random: random('rings') };
  const rings = fraud.cast(casting);
  const open = lots.filter(({ number }) => !shielded.has(number));
  const others = habits.cast(
    { ...casting, lots: open, random: random('habits') },
    people.accomplices.slice(fraud.accomplices),
  );
  const acts = (i: number): readonly Slot[] => [...(rings.get(i) ?? []), ...(others.get(i) ?? [])];
  dealMissing(options, moments, bidsIn(rings) + bidsIn(others), random('missing'));
  const crowd = { bidders: visitors(people, bids / BIDS_A_VISIT) };
  let entry = 0;
  const bidding = random('bids');
  const auctions = lots.map((lot, i): PlannedAuction => {
    const slots = slotsOf(lot, moments.ofAuction[i] ?? [], acts(i));
    const moves = movesOf(lot, slots, crowd, entry, bidding);
    entry += moves.length;
    return { ...lot, moves };
  });
  return { options, people: people.all, auctions };
}

/** Of recorded bidders, in one auction. */
const BIDS_A_VISIT = 2.1;

const bidsIn = (cast: Cast): number =>
  [...cast.values()].reduce((sum, acts) => sum + acts.filter(({ act }) => act?.does !== 'retract').length, 0);

/** A shielded auction has these many honest bids, all of them early: after that its price frightens everybody away. */
const BIDS_BEFORE_A_SHIELD = 3;

/** Who shields goes where bids may be taken back without asking anybody. */
function shieldable(lots: readonly Lot[], { shieldedAuctions }: FraudSetup): readonly Lot[] {
  const shielded = new Set(shieldedAuctions);
  return lots.map((lot) => (shielded.has(lot.number) ? { ...lot, retraction: 'ebay' } : lot));
}

/** Every auction draws bidders by a weight of its own (log-normal): most have a few bids, some have hundreds. */
function dealMoments({ items, profile }: PlanOptions, fraud: FraudSetup, count: number, random: Random): Moments {
  const shielded = new Set(fraud.shieldedAuctions);
  const open = Array.from({ length: items }, (_, i) => i).filter((i) => !shielded.has(i));
  const weights = new Weighted(open.map((i) => [i, Math.exp(random.normal())] as const));
  const ofAuction: Moment[][] = Array.from({ length: items }, () => []);
  const source = new MomentsOf(profile);
  const wanted = fraud.shieldedAuctions.flatMap((i) => Array<number>(BIDS_BEFORE_A_SHIELD).fill(i));
  for (let left = count; left > 0; left--) {
    const moment = source.draw(random);
    // So the moments of all honest bids together keep the profile.
    const early = moment.part === 'before' ? wanted.pop() : undefined;
    ofAuction[early ?? weights.draw(random)]?.push(moment);
  }
  return { ofAuction, weights };
}

/** Where an auction for a pattern could not be found, its bids are honest ones elsewhere. */
function dealMissing({ bids, profile }: PlanOptions, moments: Moments, marked: number, random: Random): void {
  const source = new MomentsOf(profile);
  const dealt = moments.ofAuction.reduce((sum, list) => sum + list.length, 0);
  for (let left = bids - dealt - marked; left > 0; left--)
    moments.ofAuction[moments.weights.draw(random)]?.push(source.draw(random));
}

function slotsOf({ lengthMs }: Lot, moments: readonly Moment[], acts: readonly Slot[]): readonly Slot[] {
  const honest = moments.map((moment): Slot => ({ beforeCloseMs: beforeClose(moment, lengthMs), act: null }));
  return [...honest, ...acts].sort((a, b) => b.beforeCloseMs - a.beforeCloseMs);
}
