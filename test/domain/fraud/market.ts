// A market with honest people as they were recorded (docs/fraud.md) and with shills among them, as facts in their order.
import type { FraudFact } from '../../../src/domain/fraud/fraud-facts.js';
import type { UserId } from '../../../src/domain/ids.js';
import { auction, HOUR_MS, Lot, person, STEP } from './crowd.js';

export type Market = Readonly<{
  facts: readonly FraudFact[];
  /** Who plays what, by account. */
  roles: ReadonlyMap<UserId, Role>;
}>;
export type Role = 'honest' | 'collector' | 'bargain hunter' | 'naive shill' | 'ring' | 'limit finder';

const SELLERS = 60;
const ROUNDS = 14;
const CATEGORIES = 6;
/** Sellers with shills: the first ones. */
const SHILLED = { 'naive shill': 3, ring: 2, 'limit finder': 2 } as const;
const DAY_MS = 24 * HOUR_MS;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Plan = { at: number; bidder: UserId; amount: (lot: Lot) => bigint | null };

class Cast {
  readonly roles = new Map<UserId, Role>();
  private next = 10_000;
  take(role: Role): UserId {
    this.next += 1;
    this.roles.set(person(this.next), role);
    return person(this.next);
  }
}

export function market(seed: number): Market {
  const random = randomOf(seed);
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const cast = new Cast();
  const shills = Object.entries(SHILLED).flatMap(([role, count]) =>
    Array.from({ length: count }, () => ({
      role: role as Role,
      accounts: Array.from({ length: role === 'ring' ? 3 : 1 }, () => cast.take(role as Role)),
    })),
  );
  const collectors = Array.from({ length: 40 }, () => ({ id: cast.take('collector'), seller: whole(0, SELLERS - 1) }));
  const hunters = Array.from({ length: 30 }, () => cast.take('bargain hunter'));
  const regulars = Array.from({ length: 120 }, () => cast.take('honest'));
  const facts: FraudFact[] = [];
  let number = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const plans: (Plan & { lot: Lot })[] = [];
    const lots: Lot[] = [];
    for (let seller = 0; seller < SELLERS; seller++) {
      for (let i = whole(0, 2); i > 0; i--) {
        number += 1;
        const lot = new Lot(auction(number), person(seller + 1), `category ${seller % CATEGORIES}`);
        const value = BigInt(Math.round(1_500 * Math.exp(2 * random())));
        lots.push(lot);
        const add = (list: readonly Plan[]) => plans.push(...list.map((plan) => ({ ...plan, lot })));
        const goers = Array.from({ length: whole(2, 6) }, () =>
          random() < 0.55 ? cast.take('honest') : (regulars[whole(0, regulars.length - 1)] as UserId),
        );
        for (const bidder of goers) add(honest(bidder, value, random));
        for (const { id, seller: favourite } of collectors)
          if (favourite === seller ? random() < 0.7 : random() < 0.02) add(honest(id, value, random));
        for (const id of hunters) if (random() < 0.04) add(honest(id, value / 2n, random));
        const group = shills[seller];
        if (group !== undefined && random() < 0.85) add(shilling(group, value, random));
      }
    }
    for (const lot of lots) facts.push(lot.list());
    for (const { at, bidder, amount, lot } of plans.sort((a, b) => a.at - b.at)) {
      const maximum = amount(lot);
      if (maximum !== null && maximum >= lot.least) facts.push(lot.bid(bidder, maximum, at));
    }
    for (const lot of lots) facts.push(lot.hasBids ? lot.sell() : lot.pass());
  }
  return { facts, roles: cast.roles };
}

/** Two in three bid once, what they would pay or less; the others feel their way up. A third comes late. */
function honest(bidder: UserId, value: bigint, random: () => number): readonly Plan[] {
  const own = BigInt(Math.round(Number(value) * (0.5 + 0.8 * random())));
  const late = random() < 0.35;
  const at = (): number => (late ? DAY_MS - random() * HOUR_MS : random() * DAY_MS);
  if (random() < 0.66) return [{ at: at(), bidder, amount: () => own }];
  const from = at();
  const times = 2 + Math.floor(3 * random());
  return Array.from({ length: times }, (_, i) => ({
    at: Math.min(DAY_MS - 1, from + i * 120_000),
    bidder,
    // Who leads already stops.
    amount: (lot: Lot) => {
      const next = lot.least + BigInt(Math.floor(4 * random())) * STEP;
      return lot.leader === bidder || next > own ? null : next;
    },
  }));
}

function shilling(
  { role, accounts }: Readonly<{ role: Role; accounts: readonly UserId[] }>,
  value: bigint,
  random: () => number,
): readonly Plan[] {
  const stop = BigInt(Math.round(Number(value) * (0.55 + 0.2 * random())));
  const from = (0.1 + 0.4 * random()) * DAY_MS;
  const count = 3 + Math.floor(3 * random());
  const first = Math.floor(random() * accounts.length);
  return Array.from({ length: count }, (_, i) => {
    const bidder = accounts[(first + i) % accounts.length] as UserId;
    return {
      at: role === 'limit finder' ? from + 0.3 * DAY_MS + i * 60_000 : from + i * 0.08 * DAY_MS,
      bidder,
      amount: (lot: Lot) => {
        if (lot.leader === null || accounts.includes(lot.leader)) return null;
        // Who finds limits knows how to stop in time; here he is told.
        if (role === 'limit finder')
          return lot.limit > lot.least + STEP ? lot.least + (lot.limit - lot.least) / 2n : null;
        return lot.least > stop ? null : lot.least;
      },
    };
  });
}
