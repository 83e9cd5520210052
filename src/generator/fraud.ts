// Patterns of fraud, planted with their answers, so that whoever looks for fraud can be marked. Each pattern is what
// auctioneers describe; the accounts that do it do nothing else.

import type { People, Person } from './people.js';
import { type Lot, type Mark, type Moments, PATTERNS, type Pattern, type PlanOptions, type Slot } from './plan.js';
import type { Random } from './random.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How the auctions with fraud divide over the patterns. */
const SHARES: Readonly<Record<Pattern, number>> = { 'shill-ring': 0.45, 'bid-shielding': 0.1, 'odd-increments': 0.45 };
const BIDS: Readonly<Record<Pattern, number>> = { 'shill-ring': 4, 'bid-shielding': 3, 'odd-increments': 4 };
const PEOPLE: Readonly<Record<Pattern, number>> = { 'shill-ring': 3, 'bid-shielding': 3, 'odd-increments': 1 };
/** Auctions that one group works. */
const AUCTIONS_A_GROUP = 8;
/** Below these a marketplace is too thin to hide anything in. */
const ITEMS_MIN = 10;
const BIDS_AN_ITEM_MIN = 5;
/** Of all people, at most one in so many is kept for fraud. */
const ACCOMPLICES_DIVISOR = 4;

type Share = Readonly<{ pattern: Pattern; auctions: number; groups: number }>;

export type Casting = Readonly<{ lots: readonly Lot[]; moments: Moments; people: People; random: Random }>;
export type Rings = Readonly<{ slots: ReadonlyMap<number, readonly Slot[]>; bids: number }>;

export type FraudSetup = Readonly<{
  /** Accounts to keep aside. */
  accomplices: number;
  /** Bids to keep free. */
  bids: number;
  /** Auctions that will be shielded: they get honest bids early only. */
  shieldedAuctions: readonly number[];
  /** Finds the auctions for the rest and tells what happens in them. */
  cast(casting: Casting): Rings;
}>;

/** Decides how much fraud there will be. */
export function setUpFraud({ users, items, bids, fraudPercent }: PlanOptions, random: Random): FraudSetup {
  const isThin = items < ITEMS_MIN || bids < items * BIDS_AN_ITEM_MIN || fraudPercent === 0;
  const shares = isThin ? [] : sharesOf(users, (items * fraudPercent) / 100);
  const numbers = random.shuffled(Array.from({ length: items }, (_, i) => i));
  const shieldedAuctions = numbers.slice(0, shares.find(({ pattern }) => pattern === 'bid-shielding')?.auctions ?? 0);
  return {
    accomplices: shares.reduce((sum, { pattern, groups }) => sum + groups * PEOPLE[pattern], 0),
    bids: shares.reduce((sum, { pattern, auctions }) => sum + auctions * BIDS[pattern], 0),
    shieldedAuctions,
    cast: (casting) => cast(shares, shieldedAuctions, casting),
  };
}

function sharesOf(users: number, auctions: number): readonly Share[] {
  const wanted = PATTERNS.map((pattern) => Math.max(1, Math.round(auctions * SHARES[pattern])));
  const groups = PATTERNS.map((_, i) => Math.ceil((wanted[i] ?? 0) / AUCTIONS_A_GROUP));
  const accomplices = PATTERNS.reduce((sum, pattern, i) => sum + (groups[i] ?? 0) * PEOPLE[pattern], 0);
  const scale = Math.min(1, users / ACCOMPLICES_DIVISOR / accomplices);
  return PATTERNS.map((pattern, i) => ({
    pattern,
    auctions: wanted[i] ?? 0,
    groups: Math.max(1, Math.floor((groups[i] ?? 0) * scale)),
  }));
}

/** A group, and the auctions it works. */
type Group = Readonly<{ name: string; people: readonly Person[]; auctions: readonly number[] }>;

function cast(shares: readonly Share[], shielded: readonly number[], casting: Casting): Rings {
  const slots = new Map<number, readonly Slot[]>();
  const accomplices = [...casting.people.accomplices];
  const taken = new Set(shielded);
  let bids = 0;
  for (const share of shares) {
    const { pattern } = share;
    for (const group of groupsOf(share, accomplices, shielded, taken, casting))
      for (const auction of group.auctions) {
        const acts = actsOf(pattern, group, casting.lots[auction], casting.random);
        slots.set(auction, acts);
        bids += acts.filter(({ act }) => act?.does !== 'retract').length;
      }
  }
  return { slots, bids };
}

function groupsOf(
  { pattern, groups, auctions }: Share,
  accomplices: Person[],
  shielded: readonly number[],
  taken: Set<number>,
  casting: Casting,
): readonly Group[] {
  return Array.from({ length: groups }, (_, i) => {
    const share = Math.floor((auctions * (i + 1)) / groups) - Math.floor((auctions * i) / groups);
    const from = Math.floor((auctions * i) / groups);
    const chosen =
      pattern === 'bid-shielding' ? shielded.slice(from, from + share) : choose(pattern, share, taken, casting);
    for (const auction of chosen) taken.add(auction);
    return { name: `${pattern}-${i + 1}`, people: accomplices.splice(0, PEOPLE[pattern]), auctions: chosen };
  });
}

/** Auctions for one group: a ring works for one seller, a prober goes where there is bidding. */
function choose(pattern: Pattern, count: number, taken: ReadonlySet<number>, casting: Casting): readonly number[] {
  const { lots, moments, random } = casting;
  const isFit = (i: number): boolean => {
    const parts = (moments.ofAuction[i] ?? []).map(({ part }) => part);
    // Somebody honest has to come after a shill, or the seller would buy the own item.
    return !taken.has(i) && parts.includes('before') && parts.some((part) => part !== 'before');
  };
  const fit = lots.map(({ number }) => number).filter(isFit);
  if (pattern === 'odd-increments') return random.shuffled(fit).slice(0, count);
  const bySeller = Map.groupBy(fit, (i) => lots[i]?.seller);
  const busiest = random.shuffled([...bySeller.values()]).sort((a, b) => b.length - a.length);
  // Of the sellers with enough to sell, any; otherwise the one with the most.
  const enough = busiest.filter((list) => list.length >= count);
  const list = enough.length > 0 ? random.pick(enough) : (busiest[0] ?? []);
  return random.shuffled(list).slice(0, count);
}

function actsOf(pattern: Pattern, { name, people }: Group, lot: Lot | undefined, random: Random): readonly Slot[] {
  const lengthMs = lot?.lengthMs ?? 0;
  const early = (): number => HOUR_MS + Math.floor(random.fraction() * (lengthMs - HOUR_MS));
  const act = (
    index: number,
    does: NonNullable<Slot['act']>['does'],
    role: Mark['role'],
    beforeCloseMs: number,
  ): Slot => {
    const person = people[index % people.length];
    if (person === undefined) throw new Error(`broken invariant: ${name} has nobody`);
    return { beforeCloseMs, act: { person, does, mark: { pattern, group: name, role } } };
  };
  switch (pattern) {
    case 'shill-ring': {
      const first = random.whole(0, people.length - 1);
      return Array.from({ length: BIDS[pattern] }, (_, i) => act(first + i, 'push', 'shill', early()));
    }
    case 'odd-increments': {
      // One after the other within minutes, up to where the leader's maximum must be.
      const from = early();
      return Array.from({ length: BIDS[pattern] }, (_, i) =>
        act(0, 'probe', 'prober', Math.max(HOUR_MS, from - i * random.whole(5_000, 40_000))),
      );
    }
    case 'bid-shielding': {
      // Two huge bids in the last hour make a price that nobody pays; taken back within the hour that the house allows,
      // and so late that nobody can answer, they leave the item to the third.
      const up = random.whole(40 * MINUTE_MS, 50 * MINUTE_MS);
      const down = random.whole(2_000, 20_000);
      return [
        act(0, 'shelter', 'beneficiary', up + 2 * MINUTE_MS),
        act(1, 'shield', 'shield', up),
        act(2, 'shield', 'shield', up - MINUTE_MS),
        act(2, 'retract', 'shield', down + 500),
        act(1, 'retract', 'shield', down),
      ];
    }
  }
}
