// Honest people who look like frauds: whoever looks for fraud should leave them alone. They are labelled as fraud is.
import type { Cast, Casting } from './fraud.js';
import { isPlain } from './fraud.js';
import type { Person } from './people.js';
import { type Doing, HABITS, type Habit, type Lot, type PlanOptions, type Slot } from './plan.js';
import type { Random } from './random.js';
import { beforeClose, MomentsOf } from './timing.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Life = Readonly<{
  /** Of all people. */
  share: number;
  does: Doing;
  /** Auctions that one of them goes to. */
  auctions: readonly [min: number, max: number];
  /** Bids in an auction. */
  bids: readonly [min: number, max: number];
}>;

const LIVES: Readonly<Record<Habit, Life>> = {
  'loyal-collector': { share: 0.005, does: 'collect', auctions: [5, 16], bids: [1, 3] },
  'bargain-hunter': { share: 0.003, does: 'bargain', auctions: [8, 20], bids: [1, 1] },
  enthusiast: { share: 0.003, does: 'bid', auctions: [8, 16], bids: [1, 3] },
  'odd-increments': { share: 0.008, does: 'feel', auctions: [1, 3], bids: [2, 4] },
  'typing-error': { share: 0.003, does: 'mistype', auctions: [1, 1], bids: [2, 2] },
};
/** Of what collectors buy, so much at most comes from others than their favourite. */
const ELSEWHERE_MAX = 0.5;
/** People with habits make at most one bid in so many. */
const BIDS_DIVISOR = 4;
/** A typing error is noticed within minutes. */
const NOTICED_MS = [MINUTE_MS, 10 * MINUTE_MS] as const;
/** A bid may be taken back before the last twelve hours; this leaves room. */
const CORRECTABLE_MS = 13 * HOUR_MS;

export type Habits = Readonly<{
  /** Accounts to keep aside. */
  people: number;
  /** Bids to keep free. */
  bids: number;
  /** `people`: those that were kept aside. */
  cast(casting: Casting, people: readonly Person[]): Cast;
}>;

/** Decides how many people with habits there will be. */
export function setUpHabits(options: PlanOptions): Habits {
  const of = (habit: Habit): number => Math.round(options.users * LIVES[habit].share);
  const count = (each: (habit: Habit) => number): number => HABITS.reduce((sum, habit) => sum + each(habit), 0);
  const bids = count((habit) => of(habit) * LIVES[habit].auctions[1] * LIVES[habit].bids[1]);
  const none: Habits = { people: 0, bids: 0, cast: () => new Map() };
  if (isPlain(options) || bids > options.bids / BIDS_DIVISOR) return none;
  const cast = (casting: Casting, people: readonly Person[]): Cast => {
    const slots = new Map<number, Slot[]>();
    const free = [...people];
    for (const habit of HABITS)
      for (const [i, person] of free.splice(0, of(habit)).entries())
        for (const [auction, acts] of lifeOf(habit, `${habit}-${i + 1}`, person, casting, options))
          slots.set(auction, [...(slots.get(auction) ?? []), ...acts]);
    return slots;
  };
  return { people: count(of), bids, cast };
}

function lifeOf(
  habit: Habit,
  group: string,
  person: Person,
  { lots, random }: Casting,
  { profile }: PlanOptions,
): readonly (readonly [number, readonly Slot[]])[] {
  const { does, auctions, bids } = LIVES[habit];
  const source = new MomentsOf(profile);
  const act = (beforeCloseMs: number, doing: Doing): Slot => ({
    beforeCloseMs,
    act: { person, does: doing, allies: new Set(), mark: { pattern: habit, group, role: 'honest' } },
  });
  return visited(habit, random.whole(...auctions), lots, random).map(({ number, lengthMs }) => {
    if (habit === 'typing-error') {
      const at = CORRECTABLE_MS + Math.floor(random.fraction() * (lengthMs - CORRECTABLE_MS));
      const noticed = at - random.whole(...NOTICED_MS);
      return [number, [act(at, 'mistype'), act(noticed, 'retract'), act(noticed - MINUTE_MS, 'bid')]] as const;
    }
    const from = beforeClose(source.draw(random), lengthMs);
    // One after the other: who comes late has little time between two bids.
    const gap = Math.min(2 * MINUTE_MS, from / 5);
    const count = random.whole(...bids);
    return [number, Array.from({ length: count }, (_, i) => act(Math.floor(from - i * gap), does))] as const;
  });
}

/** Where somebody with a habit goes. */
function visited(habit: Habit, count: number, lots: readonly Lot[], random: Random): readonly Lot[] {
  const chosen = random.pick(lots);
  switch (habit) {
    case 'loyal-collector': {
      // Some of it is found elsewhere.
      const elsewhere = random.shuffled(lots).slice(0, Math.floor(count * ELSEWHERE_MAX * random.fraction()));
      return [...new Set([...random.shuffled(mostOf(lots, random)).slice(0, count), ...elsewhere])];
    }
    case 'enthusiast':
      return random.shuffled(lots.filter(({ category }) => category === chosen.category)).slice(0, count);
    case 'typing-error':
      return random.shuffled(lots.filter(({ retraction }) => retraction === 'ebay')).slice(0, count);
    case 'bargain-hunter':
    case 'odd-increments':
      return random.shuffled(lots).slice(0, count);
  }
}

/** A seller's lots: somebody's who sells enough to have collectors. */
function mostOf(lots: readonly Lot[], random: Random): readonly Lot[] {
  const bySeller = [...Map.groupBy(lots, ({ seller }) => seller).values()];
  const busy = bySeller.filter((list) => list.length >= LIVES['loyal-collector'].auctions[0]);
  return busy.length > 0 ? random.pick(busy) : [];
}
