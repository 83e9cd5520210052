// The plan: repeatable, shaped as it says, and such that the real rules take all of it.
import { describe, expect, it } from '@jest/globals';
import { EBAY_INCREMENTS } from '../../src/domain/auction/house-defaults.js';
import { incrementAt } from '../../src/domain/auction/increments.js';
import { isUuid } from '../../src/domain/ids.js';
import { PROXY_STEPS } from '../../src/generator/acted-amount.js';
import { SNIPE_STEPS, TYPE_SHARES } from '../../src/generator/draw-moves.js';
import { makePlan } from '../../src/generator/draw-plan.js';
import { HABITS, isFraud, PATTERNS, type Plan, type PlannedBid, type PlanOptions } from '../../src/generator/plan.js';
import { answerLines, planLines } from '../../src/generator/plan-lines.js';
import { PARTS, PROFILES, type Profile, partAt } from '../../src/generator/timing.js';
import { CATEGORIES, CATEGORY_SHARES } from '../../src/generator/vocabulary.js';
import { CRITICAL_AT_1_IN_1000, chiSquare, countsOf } from './chi-square.js';
import { type Judged, judged } from './judged-plan.js';

const options: PlanOptions = { seed: 'a', users: 200, items: 800, bids: 8_000, profile: 'card', fraudPercent: 5 };
const plans = {
  card: makePlan(options),
  observed: makePlan({ ...options, seed: 'b', profile: 'observed' }),
};

const judgedPlans = {
  card: plans.card.auctions.map((auction) => judged(plans.card, auction)),
  observed: plans.observed.auctions.map((auction) => judged(plans.observed, auction)),
};

const bidsOf = ({ auctions }: Plan): readonly PlannedBid[] =>
  auctions.flatMap(({ moves }) => moves.filter((move) => move.kind === 'bid'));
const honestBidsOf = (plan: Plan): readonly PlannedBid[] => bidsOf(plan).filter(({ mark }) => mark === null);

const textOf = (plan: Plan): string => [...planLines(plan)].join('\n');

describe('a seed', () => {
  it('gives the same plan byte for byte, ids and fraud included', () => {
    expect(textOf(makePlan(options))).toBe(textOf(plans.card));
  });

  it('gives another plan than another seed, of other people and auctions', () => {
    const other = makePlan({ ...options, seed: 'A' });
    const idsOf = ({ people, auctions }: Plan) => [
      ...people.map(({ userId }) => userId),
      ...auctions.map(({ auctionId }) => auctionId),
    ];
    const ids = new Set([...idsOf(plans.card), ...idsOf(other)]);
    expect(ids.size).toBe(2 * (options.users + options.items));
    expect([...ids].every(isUuid)).toBe(true);
  });

  it('makes exactly as many people, auctions and bids as asked for', () => {
    for (const plan of Object.values(plans)) {
      expect(plan.people).toHaveLength(options.users);
      expect(plan.auctions).toHaveLength(options.items);
      expect(bidsOf(plan)).toHaveLength(options.bids);
      expect(plan.auctions.flatMap(({ moves }) => moves.map(({ entry }) => entry))).toEqual(
        Array.from({ length: options.bids + retractions(plan) }, (_, i) => i),
      );
    }
  });

  it.each([
    ['the least there is', { users: 20, items: 1, bids: 0 }],
    ['one bid', { users: 20, items: 1, bids: 1 }],
    ['few items with many bids', { users: 20, items: 10, bids: 1_000 }],
    ['more items than bids', { users: 20, items: 500, bids: 100 }],
    ['no fraud', { users: 20, items: 50, bids: 500, fraudPercent: 0 }],
    ['half of all auctions with fraud', { users: 100, items: 100, bids: 1_000, fraudPercent: 50 }],
  ])('makes a plan of %s that the rules take', (_, some) => {
    const plan = makePlan({ ...options, ...some });
    expect(bidsOf(plan)).toHaveLength(some.bids);
    for (const auction of plan.auctions) judged(plan, auction);
  });
});

const retractions = ({ auctions }: Plan): number =>
  auctions.reduce((sum, { moves }) => sum + moves.filter(({ kind }) => kind === 'retraction').length, 0);

/** The statistic, and what it exceeds once in a thousand draws. */
function expectShares<Key>(seen: ReadonlyMap<Key, number>, shares: readonly (readonly [Key, number])[]): void {
  expect(chiSquare(seen, shares)).toBeLessThan(CRITICAL_AT_1_IN_1000[shares.length - 1] ?? 0);
}

const partsOf = (profile: Profile) => PARTS.map((part) => [part, PROFILES[profile][part]] as const);

describe.each(['card', 'observed'] as const)('the distributions of profile %s', (profile) => {
  const plan = plans[profile];

  it('hold for categories', () => {
    expectShares(
      countsOf(plan.auctions.map(({ category }) => category)),
      CATEGORIES.map((category) => [category, CATEGORY_SHARES[category]]),
    );
  });

  it('hold for the time before the close', () => {
    const seen = countsOf(honestBidsOf(plan).map(({ beforeCloseMs }) => partAt(beforeCloseMs)));
    expectShares(seen, partsOf(profile));
    // A test that takes everything holds nothing.
    const other = profile === 'card' ? 'observed' : 'card';
    expect(chiSquare(seen, partsOf(other))).toBeGreaterThan(CRITICAL_AT_1_IN_1000[3] ?? 0);
  });

  it('hold for bid types', () => {
    const late = PROFILES[profile]['last minute'] / 100;
    expectShares(countsOf(honestBidsOf(plan).map(({ bidType }) => bidType)), [
      ['snipe', late],
      ['manual', (1 - late) * TYPE_SHARES.manual],
      ['proxy', (1 - late) * TYPE_SHARES.proxy],
    ]);
  });

  it('hold for increments, counted with the house’s own table', () => {
    const moves = judgedPlans[profile].flatMap((auction) => auction.moves);
    const ofType = (bidType: string) =>
      countsOf(
        moves
          .filter(({ move }) => move.kind === 'bid' && move.mark === null && move.bidType === bidType)
          .map(stepsAbove),
      );
    // Manual bids are the minimum, or what somebody offers who does not know the leader's maximum and does not reach more.
    const manual = moves.filter(({ move }) => move.kind === 'bid' && move.mark === null && move.bidType === 'manual');
    const minimal = manual.filter(({ move, before }) => move.kind === 'bid' && move.amount === before.minimumNextBid);
    expect(minimal.length).toBeGreaterThan(manual.length / 3);
    for (const { move, before } of manual) {
      if (move.kind !== 'bid' || move.amount === before.minimumNextBid) continue;
      expect(move.amount).toBeGreaterThan(before.minimumNextBid);
      expect(move.amount).toBeLessThanOrEqual(before.leading?.maximum ?? 0n);
    }
    expectShares(ofType('snipe'), SNIPE_STEPS);
    expectShares(ofType('proxy'), PROXY_STEPS);
  });
});

/** How many steps a bid lies above what its bidder had to offer: the minimum, or for a proxy what it took to lead. */
function stepsAbove({ move, before }: Judged): number {
  if (move.kind !== 'bid') throw new Error('not a bid');
  const { leading, minimumNextBid } = before;
  const isProxy = move.bidType === 'proxy' && leading !== null;
  let amount = isProxy ? leading.maximum + incrementAt(EBAY_INCREMENTS, leading.maximum) : minimumNextBid;
  let steps = 0;
  for (; amount < move.amount; steps++) amount += incrementAt(EBAY_INCREMENTS, amount);
  if (amount !== move.amount) throw new Error(`${move.amount} is on no step`);
  return steps;
}

describe('the rules of the house', () => {
  it.each(['card', 'observed'] as const)(
    'take all of plan %s, and call every bid what the plan calls it',
    (profile) => {
      // Where late bids move the close, they are no longer in its last minute.
      const moves = judgedPlans[profile].flatMap(({ auction, moves }) => (auction.softClose ? [] : moves));
      const wrong = moves.filter(
        ({ move, events: [first] }) =>
          move.kind === 'bid' && !(first?.type === 'BidPlaced' && first.bidType === move.bidType),
      );
      expect(wrong).toEqual([]);
      expect(moves.length).toBeGreaterThan(options.bids / 2);
    },
  );
});

describe('fraud', () => {
  const plan = plans.card;
  const marked = plan.auctions.map((auction) => ({
    ...auction,
    moves: auction.moves.filter(({ mark }) => mark !== null),
  }));
  const of = (pattern: string) =>
    marked
      .filter(({ moves }) => moves.some(({ mark }) => mark?.pattern === pattern))
      .map(({ number }) => judgedPlans.card[number]!);

  it('is in as many auctions as asked for, one pattern in each', () => {
    const worked = PATTERNS.map((pattern) => [
      pattern,
      of(pattern).filter(({ moves }) =>
        moves.some(({ move: { mark } }) => mark?.pattern === pattern && mark.role !== 'camouflage'),
      ).length,
    ]);
    const wanted = { 'naive-shill': 7, 'careful-shill': 6, 'shill-ring': 8, 'camouflaged-ring': 3, 'bid-shielding': 4 };
    expect(Object.fromEntries(worked)).toMatchObject(wanted);
    // These find nothing to do in some auctions: there is no limit to discover, or the price is high enough.
    for (const pattern of ['reserve-shill', 'discover-and-stop'] as const) {
      expect(of(pattern).length).toBeGreaterThanOrEqual(3);
      expect(of(pattern).length).toBeLessThanOrEqual(6);
    }
    for (const { moves } of marked) {
      const frauds = moves.flatMap(({ mark }) =>
        mark !== null && isFraud(mark) && mark.role !== 'camouflage' ? mark.group : [],
      );
      expect(new Set(frauds).size).toBeLessThanOrEqual(1);
    }
  });

  it('is labelled apart from what honest people do, and no honest person is in it', () => {
    const marks = marked.flatMap(({ moves }) => moves.flatMap(({ mark }) => mark ?? []));
    for (const mark of marks) expect(isFraud(mark)).toBe(mark.role !== 'honest');
    const played = new Set(marks.map(({ pattern }) => pattern));
    expect([...PATTERNS, ...HABITS].filter((pattern) => !played.has(pattern))).toEqual([]);
    const lines = [...answerLines(plan, () => null)].map(
      (line) => JSON.parse(line) as { pattern: string; fraud: boolean },
    );
    expect(lines).toHaveLength(marks.length);
    for (const { pattern, fraud } of lines) expect(fraud).toBe((PATTERNS as readonly string[]).includes(pattern));
  });

  it('is done by accounts that do nothing else, so bidder and auction tell a marked bid', () => {
    const suspects = new Set(marked.flatMap(({ moves }) => moves.map(({ bidder }) => bidder)));
    for (const { bidder } of honestBidsOf(plan)) expect(suspects.has(bidder)).toBe(false);
    const groups = new Map<number, string>();
    for (const { moves } of marked)
      for (const { bidder, mark } of moves) {
        expect(groups.get(bidder) ?? mark?.group).toBe(mark?.group);
        groups.set(bidder, mark?.group ?? '');
      }
  });

  it.each(['naive-shill', 'shill-ring', 'discover-and-stop', 'reserve-shill'] as const)(
    'of a %s works for one seller, and hardly ever wins',
    (pattern) => {
      const sellers = new Map<string, Set<number>>();
      let won = 0;
      for (const { auction, moves, end } of of(pattern)) {
        const shills = moves.map(({ move }) => move).filter(({ mark }) => mark?.pattern === pattern);
        expect(shills.length).toBeGreaterThanOrEqual(1);
        if (shills.some(({ bidder }) => plan.people[bidder]?.userId === end.leading?.bidderId)) won += 1;
        const group = shills[0]?.mark?.group ?? '';
        sellers.set(group, (sellers.get(group) ?? new Set()).add(auction.seller));
      }
      for (const ofRing of sellers.values()) expect(ofRing.size).toBe(1);
      expect(won).toBeLessThanOrEqual(1);
    },
  );

  it('of a ring takes turns and does not bid against itself', () => {
    for (const { moves } of of('shill-ring')) {
      const members = new Set(
        moves.flatMap(({ move: { mark, bidder } }) => (mark?.pattern === 'shill-ring' ? bidder : [])),
      );
      const ids = [...members].map((number) => plan.people[number]?.userId);
      for (const { move, before } of moves)
        if (members.has(move.bidder)) expect(ids).not.toContain(before.leading?.bidderId);
    }
  });

  it('of shields frightens everybody away and leaves the item to the third for a low price', () => {
    for (const { moves, end } of of('bid-shielding')) {
      const roles = moves.slice(-5).map(({ move }) => `${move.mark?.role} ${move.kind}`);
      expect(roles).toEqual(['beneficiary bid', 'shield bid', 'shield bid', 'shield retraction', 'shield retraction']);
      const [sheltered, , , taken] = moves.slice(-5);
      expect(end.leading?.bidderId).toBe(plan.people[sheltered?.move.bidder ?? 0]?.userId);
      expect(taken?.before.currentPrice).toBeGreaterThan(9n * end.currentPrice);
    }
  });

  it('is not what tries amounts between the steps, which somebody honest does at any seller’s', () => {
    for (const { moves } of of('odd-increments'))
      for (const probe of moves.filter(({ move }) => move.mark?.pattern === 'odd-increments'))
        expect(() => stepsAbove({ ...probe, move: { ...probe.move, bidType: 'manual' } as PlannedBid })).toThrow(
          /on no step/,
        );
  });
});
