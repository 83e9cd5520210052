// Patterns of fraud, planted with their answers, so that whoever looks for fraud can be marked. Each pattern is what
// auctioneers describe; the accounts that do it do nothing else.
import { type Acting, actsOf } from './fraud-acts.js';
import type { People, Person } from './people.js';
import { type Lot, type Moments, PATTERNS, type Pattern, type PlanOptions, type Slot } from './plan.js';
import type { Random } from './random.js';
import { beforeClose, MomentsOf } from './timing.js';

type PatternPlan = Readonly<{
  /** Of the auctions with fraud. */
  share: number;
  /** Bids in one auction, at most; camouflage elsewhere included. */
  bids: number;
  /** Accounts of the nth group, from 0. */
  people: (group: number) => number;
  /** Bids at other sellers' auctions, for each auction worked. */
  camouflage: number;
}>;

const one = () => 1;
/** Rings of two to five. */
const twoToFive = (group: number) => 2 + (group % 4);
const PLANS: Readonly<Record<Pattern, PatternPlan>> = {
  'naive-shill': { share: 0.18, bids: 5, people: one, camouflage: 0 },
  'careful-shill': { share: 0.14, bids: 3, people: one, camouflage: 1 },
  'shill-ring': { share: 0.2, bids: 5, people: twoToFive, camouflage: 0 },
  'camouflaged-ring': { share: 0.08, bids: 5, people: twoToFive, camouflage: 2 },
  'reserve-shill': { share: 0.14, bids: 2, people: one, camouflage: 0 },
  'discover-and-stop': { share: 0.16, bids: 5, people: one, camouflage: 0 },
  'bid-shielding': { share: 0.1, bids: 3, people: () => 3, camouflage: 0 },
};
/** Auctions that one group works. */
const AUCTIONS_A_GROUP = 12;
/** Below these a marketplace is too thin to hide anything in. */
const ITEMS_MIN = 10;
const BIDS_AN_ITEM_MIN = 5;
/** Of all people, at most one in so many is kept for fraud. */
const ACCOMPLICES_DIVISOR = 4;

type Share = Readonly<{ pattern: Pattern; auctions: number; groups: number }>;

export type Casting = Readonly<{ lots: readonly Lot[]; moments: Moments; people: People; random: Random }>;
/** What happens in the auctions by somebody's plan, by the auction's number. */
export type Cast = ReadonlyMap<number, readonly Slot[]>;

export type FraudSetup = Readonly<{
  /** Accounts to keep aside. */
  accomplices: number;
  /** Bids to keep free. */
  bids: number;
  /** Auctions that will be shielded: they get honest bids early only. */
  shieldedAuctions: readonly number[];
  /** Finds the auctions for the rest and tells what happens in them. */
  cast(casting: Casting): Cast;
}>;

/** Whether a marketplace is so small, or so honest, that nothing is planted in it. */
export const isPlain = ({ items, bids, fraudPercent }: PlanOptions): boolean =>
  items < ITEMS_MIN || bids < items * BIDS_AN_ITEM_MIN || fraudPercent === 0;

/** Decides how much fraud there will be. */
export function setUpFraud(options: PlanOptions, random: Random): FraudSetup {
  const { users, items, fraudPercent } = options;
  const shares = isPlain(options) ? [] : sharesOf(users, (items * fraudPercent) / 100);
  const numbers = random.shuffled(Array.from({ length: items }, (_, i) => i));
  const shieldedAuctions = numbers.slice(0, shares.find(({ pattern }) => pattern === 'bid-shielding')?.auctions ?? 0);
  return {
    accomplices: shares.reduce((sum, { pattern, groups }) => sum + peopleOf(pattern, groups), 0),
    bids: shares.reduce((sum, { pattern, auctions }) => sum + auctions * PLANS[pattern].bids, 0),
    shieldedAuctions,
    cast: (casting) => cast(shares, shieldedAuctions, casting, options),
  };
}

function sharesOf(users: number, auctions: number): readonly Share[] {
  const wanted = PATTERNS.map((pattern) => Math.max(1, Math.round(auctions * PLANS[pattern].share)));
  const groups = PATTERNS.map((_, i) => Math.ceil((wanted[i] ?? 0) / AUCTIONS_A_GROUP));
  const accomplices = PATTERNS.reduce((sum, pattern, i) => sum + peopleOf(pattern, groups[i] ?? 0), 0);
  const scale = Math.min(1, users / ACCOMPLICES_DIVISOR / accomplices);
  return PATTERNS.map((pattern, i) => ({
    pattern,
    auctions: wanted[i] ?? 0,
    groups: Math.max(1, Math.floor((groups[i] ?? 0) * scale)),
  }));
}

const peopleOf = (pattern: Pattern, groups: number): number =>
  Array.from({ length: groups }, (_, i) => PLANS[pattern].people(i)).reduce((sum, count) => sum + count, 0);

/** A group, and the auctions it works. */
type Group = Readonly<{ name: string; people: readonly Person[]; auctions: readonly number[] }>;

function cast(shares: readonly Share[], shielded: readonly number[], casting: Casting, { profile }: PlanOptions): Cast {
  const { lots, moments, people, random } = casting;
  const slots = new Map<number, Slot[]>();
  const add = (auction: number, acts: readonly Slot[]) => slots.set(auction, [...(slots.get(auction) ?? []), ...acts]);
  const free = { accomplices: [...people.accomplices], auctions: new Set(lots.map(({ number }) => number)) };
  for (const auction of shielded) free.auctions.delete(auction);
  const groups = shares.flatMap((share) =>
    groupsOf(share, free, shielded, casting).map((group) => ({ ...group, pattern: share.pattern })),
  );
  const source = new MomentsOf(profile);
  const others = [...free.auctions];
  for (const { name, people: accounts, auctions, pattern } of groups) {
    const acting: Acting = { pattern, name, people: accounts, random };
    for (const auction of auctions) {
      const honest = (moments.ofAuction[auction] ?? []).map((moment) =>
        beforeClose(moment, lots[auction]?.lengthMs ?? 0),
      );
      add(auction, actsOf(acting, lots[auction]?.lengthMs ?? 0, Math.min(...honest)));
    }
    for (let i = auctions.length * PLANS[pattern].camouflage; i > 0 && others.length > 0; i--) {
      const elsewhere = random.pick(others);
      const beforeCloseMs = beforeClose(source.draw(random), lots[elsewhere]?.lengthMs ?? 0);
      add(elsewhere, [camouflage(acting, i, beforeCloseMs)]);
    }
  }
  return slots;
}

function camouflage({ pattern, name, people }: Acting, index: number, beforeCloseMs: number): Slot {
  const person = people[index % people.length];
  if (person === undefined) throw new Error(`broken invariant: ${name} has nobody`);
  const allies = new Set(people.map(({ number }) => number));
  return { beforeCloseMs, act: { person, allies, does: 'bid', mark: { pattern, group: name, role: 'camouflage' } } };
}

type Free = Readonly<{ accomplices: Person[]; auctions: Set<number> }>;

function groupsOf(
  { pattern, groups, auctions }: Share,
  free: Free,
  shielded: readonly number[],
  casting: Casting,
): readonly Group[] {
  return Array.from({ length: groups }, (_, i) => {
    const share = Math.floor((auctions * (i + 1)) / groups) - Math.floor((auctions * i) / groups);
    const from = Math.floor((auctions * i) / groups);
    const chosen = pattern === 'bid-shielding' ? shielded.slice(from, from + share) : choose(share, free, casting);
    for (const auction of chosen) free.auctions.delete(auction);
    return {
      name: `${pattern}-${i + 1}`,
      people: free.accomplices.splice(0, PLANS[pattern].people(i)),
      auctions: chosen,
    };
  });
}

/** Auctions of one seller for one group. */
function choose(count: number, free: Free, { lots, moments, random }: Casting): readonly number[] {
  const isFit = (i: number): boolean => {
    const parts = (moments.ofAuction[i] ?? []).map(({ part }) => part);
    // Somebody honest has to come after a shill, or the seller would buy the own item.
    return free.auctions.has(i) && parts.includes('before') && parts.some((part) => part !== 'before');
  };
  const fit = lots.map(({ number }) => number).filter(isFit);
  const bySeller = Map.groupBy(fit, (i) => lots[i]?.seller);
  const busiest = random.shuffled([...bySeller.values()]).sort((a, b) => b.length - a.length);
  // Of the sellers with enough to sell, any; otherwise the one with the most.
  const enough = busiest.filter((list) => list.length >= count);
  const list = enough.length > 0 ? random.pick(enough) : (busiest[0] ?? []);
  return random.shuffled(list).slice(0, count);
}
