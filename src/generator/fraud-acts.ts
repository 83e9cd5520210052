// What each pattern of fraud does in one auction.
import type { Person } from './people.js';
import type { Doing, Mark, Pattern, Slot } from './plan.js';
import type { Random } from './random.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export type Acting = Readonly<{ pattern: Pattern; name: string; people: readonly Person[]; random: Random }>;

/** From this long before the close on the policy `ebay` gives an hour to take a bid back; before it, until it begins. */
const LAST_PART_MS = 12 * HOUR_MS;
/** A shield that goes up early keeps others away for half a day at least. */
const EARLY_SHIELD_MS = 24 * HOUR_MS;

/** The acts in an auction of `lengthMs`, whose last honest bid is planned `lastHonestMs` before the close. */
export function actsOf(acting: Acting, lengthMs: number, lastHonestMs: number): readonly Slot[] {
  const { pattern, name, people, random } = acting;
  const allies = new Set(people.map(({ number }) => number));
  const act = (index: number, does: Doing, beforeCloseMs: number, role: Mark['role'] = 'shill'): Slot => {
    const person = people[index % people.length];
    if (person === undefined) throw new Error(`broken invariant: ${name} has nobody`);
    return { beforeCloseMs, act: { person, does, allies, mark: { pattern, group: name, role } } };
  };
  /** With a share of the time left between these, and more than an hour. */
  const left = (from: number, to: number): number =>
    Math.floor(Math.max(HOUR_MS, lengthMs * (from + (to - from) * random.fraction())));
  const times = (count: number, of: (i: number) => Slot) => Array.from({ length: count }, (_, i) => of(i));
  switch (pattern) {
    case 'naive-shill':
    case 'shill-ring': {
      const first = random.whole(0, people.length - 1);
      return times(random.whole(3, 5), (i) => act(first + i, 'push', left(0.25, 0.95)));
    }
    case 'careful-shill':
    case 'camouflaged-ring': {
      const first = random.whole(0, people.length - 1);
      return times(random.whole(1, pattern === 'careful-shill' ? 2 : 3), (i) =>
        act(first + i, 'nudge', left(0.02, 0.8)),
      );
    }
    case 'reserve-shill':
      return times(random.whole(1, 2), (i) => act(i, 'lift', left(0.5, 0.95)));
    case 'discover-and-stop': {
      // One after the other within minutes, up to where the leader's maximum must be.
      const from = left(0.1, 0.7);
      return times(5, (i) => act(0, 'discover', Math.max(HOUR_MS, from - i * random.whole(5_000, 40_000))));
    }
    case 'bid-shielding':
      return shields(act, random, lastHonestMs);
  }
}

/**
 * Two huge bids make a price that nobody pays; taken back at the last moment that the house allows, they leave the item to
 * the third. They go up in the last hour, or early: then they come down before the last twelve hours begin.
 */
function shields(
  act: (index: number, does: Doing, beforeCloseMs: number, role: Mark['role']) => Slot,
  random: Random,
  lastHonestMs: number,
): readonly Slot[] {
  const isEarly = Number.isFinite(lastHonestMs) && lastHonestMs > EARLY_SHIELD_MS && random.fraction() < 0.6;
  const up = isEarly ? lastHonestMs - 5 * MINUTE_MS : random.whole(40 * MINUTE_MS, 50 * MINUTE_MS);
  const down = isEarly ? LAST_PART_MS + random.whole(2, 30) * MINUTE_MS : random.whole(2_000, 20_000);
  return [
    act(0, 'shelter', up + 2 * MINUTE_MS, 'beneficiary'),
    act(1, 'shield', up, 'shield'),
    act(2, 'shield', up - MINUTE_MS, 'shield'),
    act(2, 'retract', down + 500, 'shield'),
    act(1, 'retract', down, 'shield'),
  ];
}
