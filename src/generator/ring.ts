// A ring of three at one seller's auctions, so that the fraud desk has a case: now they push the price in turns, now they shield a bid.
import { actsOf } from './fraud-acts.js';
import type { Person } from './people.js';
import type { Slot } from './plan.js';
import type { Random } from './random.js';

const SHIELDED_SHARE = 0.34;
/** Nobody honest goes on at a shielded price, which stands for the last hour. */
const SHIELDED_MS = 3_600_000;

/** What happens in an auction of `lengthMs` that the ring works; `honest` is what others would do. */
export function ringSlots(
  ring: readonly Person[],
  honest: readonly Slot[],
  lengthMs: number,
  random: Random,
): readonly Slot[] {
  const pattern = random.fraction() < SHIELDED_SHARE ? 'bid-shielding' : 'shill-ring';
  const others = pattern === 'shill-ring' ? honest : honest.filter(({ beforeCloseMs }) => beforeCloseMs > SHIELDED_MS);
  // Shields go up in the last hour, as if there were bids until then.
  const acts = actsOf({ pattern, name: `${pattern}-demo`, people: ring, random }, lengthMs, 0);
  return [...others, ...acts];
}
