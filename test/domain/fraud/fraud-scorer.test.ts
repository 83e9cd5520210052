import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FraudFact } from '../../../src/domain/fraud/fraud-facts.js';
import { FACTORS, judge, type Measures, topReasons } from '../../../src/domain/fraud/fraud-model.js';
import { type BidScore, FraudScorer, type ScorerSnapshot } from '../../../src/domain/fraud/fraud-scorer.js';
import { auction, EVEN, HOUR_MS, Lot, person } from './crowd.js';

const [SELLER, ANN, BOB, CAT] = [person(1), person(2), person(3), person(4)];

function scores(facts: readonly FraudFact[], scorer = new FraudScorer(EVEN)): readonly BidScore[] {
  return facts.flatMap((fact) => scorer.take(fact) ?? []);
}

function measured(facts: readonly FraudFact[], scorer = new FraudScorer(EVEN)): Measures {
  const last = scores(facts, scorer).at(-1);
  if (last === undefined) throw new Error('nothing was scored');
  return last.measures;
}

/** Auctions of `seller` that `loser` always loses to somebody new; returns the scorer that has seen them. */
function afterLosing(times: number, loser = ANN, seller = SELLER, others = 20): FraudScorer {
  const scorer = new FraudScorer(EVEN);
  for (let i = 0; i < others; i++) scores([new Lot(auction(500 + i), person(500 + i)).list()], scorer);
  for (let i = 0; i < times; i++) {
    const lot = new Lot(auction(i), seller);
    scores([lot.list(), lot.bid(loser, 2_000n), lot.bid(person(100 + i), 9_000n), lot.sell()], scorer);
  }
  return scorer;
}

const nextBid = (scorer: FraudScorer, bidder = ANN, seller = SELLER): Measures => {
  const lot = new Lot(auction(900), seller);
  return measured([lot.list(), lot.bid(bidder, 2_000n)], scorer);
};

describe('a score', () => {
  const anyMeasures = fc.record(
    Object.fromEntries(
      [...FACTORS, 'unusualIncrement', 'snipe'].map((name) => [name, fc.double({ min: 0, max: 1, noNaN: true })]),
    ),
  ) as unknown as fc.Arbitrary<Measures>;

  it('is made of contributions that add up to the logit, and lies between 0 and 1', () => {
    fc.assert(
      fc.property(anyMeasures, (measures) => {
        const { score, logit, contributions } = judge(measures, EVEN);
        const sum = contributions.reduce((total, { value }) => total + value, EVEN.intercept);
        expect(sum).toBe(logit);
        expect(score).toBe(1 / (1 + Math.exp(-logit)));
        expect(score > 0 && score < 1).toBe(true);
      }),
    );
  });

  it('never falls when a factor rises', () => {
    fc.assert(
      fc.property(
        anyMeasures,
        fc.constantFrom(...FACTORS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (m, factor, x) => {
          const higher = { ...m, [factor]: Math.max(m[factor], x) };
          expect(judge(higher, EVEN).score).toBeGreaterThanOrEqual(judge(m, EVEN).score);
        },
      ),
    );
  });

  it('passes the budget where the logit passes zero', () => {
    const at = (intercept: number) => judge({ ...zero, concentration: 1 }, { ...EVEN, intercept }).score;
    expect(at(-1)).toBe(0.5);
    expect(at(-1.001)).toBeLessThan(0.5);
    expect(at(-0.999)).toBeGreaterThan(0.5);
  });

  it('names the largest contributions first', () => {
    const judgement = judge({ ...zero, shielding: 0.2, smallSteps: 0.9, priceLift: 0.9 }, EVEN);
    expect(topReasons(judgement, 2)).toEqual([
      { factor: 'priceLift', value: 0.9 },
      { factor: 'smallSteps', value: 0.9 },
    ]);
  });
});

const zero: Measures = {
  concentration: 0,
  losingToSeller: 0,
  priceLift: 0,
  smallSteps: 0,
  earlyBidding: 0,
  limitFound: 0,
  shielding: 0,
  fewSellers: 0,
  sellerPressure: 0,
  unusualIncrement: 0,
  snipe: 0,
};

describe('every accepted bid', () => {
  it('gets one score, with its number, its bidder and the seller', () => {
    const lot = new Lot(auction(1), SELLER);
    const all = scores([lot.list(), lot.bid(ANN, 2_000n), lot.bid(BOB, 3_000n), lot.sell()]);
    expect(all.map(({ bidNumber, bidderId, sellerId }) => ({ bidNumber, bidderId, sellerId }))).toEqual([
      { bidNumber: 1, bidderId: ANN, sellerId: SELLER },
      { bidNumber: 2, bidderId: BOB, sellerId: SELLER },
    ]);
  });

  it('is measured by auctions that ended before it, not by its own', () => {
    const lot = new Lot(auction(1), SELLER);
    const first = measured([lot.list(), lot.bid(ANN, 2_000n), lot.bid(BOB, 9_000n), lot.bid(ANN, 3_000n)]);
    expect(first).toMatchObject({ concentration: 0, losingToSeller: 0, fewSellers: 0, sellerPressure: 0 });
  });

  it('of an auction that it never saw listed gets none', () => {
    expect(scores([new Lot(auction(1), SELLER).bid(ANN, 2_000n)])).toEqual([]);
  });
});

describe('keeping to one seller', () => {
  it('is suspicious where the seller is one of many, not where he is the only one', () => {
    expect(nextBid(afterLosing(4)).concentration).toBeGreaterThan(0.25);
    expect(nextBid(afterLosing(4, ANN, SELLER, 0)).concentration).toBeLessThan(0.1);
  });

  it('is less so for who goes to others as well', () => {
    const scorer = afterLosing(4);
    for (let i = 0; i < 4; i++) {
      const lot = new Lot(auction(700 + i), person(700 + i));
      scores([lot.list(), lot.bid(ANN, 2_000n), lot.sell()], scorer);
    }
    expect(nextBid(scorer).concentration).toBeLessThan(nextBid(afterLosing(4)).concentration);
    expect(nextBid(scorer).fewSellers).toBeLessThan(nextBid(afterLosing(4)).fewSellers);
  });

  it('counts losses, and a win takes most of them back', () => {
    const lost = nextBid(afterLosing(3)).losingToSeller;
    expect(lost).toBeGreaterThan(0.5);
    const scorer = afterLosing(3);
    const lot = new Lot(auction(800), SELLER);
    scores([lot.list(), lot.bid(ANN, 2_000n), lot.sell()], scorer);
    expect(nextBid(scorer).losingToSeller).toBeLessThan(lost / 2);
  });

  it('counts neither what passed nor what was called off as lost', () => {
    for (const how of ['pass', 'cancel'] as const) {
      const scorer = new FraudScorer(EVEN);
      const lot = new Lot(auction(1), SELLER);
      scores([lot.list(), lot.bid(ANN, 2_000n), lot.bid(BOB, 3_000n), lot[how]()], scorer);
      expect(nextBid(scorer).losingToSeller).toBe(0);
    }
  });

  it('presses on the seller once losers come back, and not after one loss', () => {
    const pushed = (scorer: FraudScorer, by: bigint) => {
      const lot = new Lot(auction(901), SELLER);
      return measured([lot.list(), lot.bid(CAT, 9_000n), lot.bid(BOB, 1_000n + by)], scorer).sellerPressure;
    };
    expect(pushed(afterLosing(1), 100n)).toBe(0);
    expect(pushed(afterLosing(4), 100n)).toBeGreaterThan(0);
    // Who comes to such a seller and does not push is left alone, and so is the seller's faithful loser as long as there is no other.
    expect(pushed(afterLosing(4), 5_000n)).toBe(0);
    expect(nextBid(afterLosing(4)).sellerPressure).toBe(0);
  });

  it('begins to count few sellers at the third auction', () => {
    expect(nextBid(afterLosing(2)).fewSellers).toBe(0);
    expect(nextBid(afterLosing(3)).fewSellers).toBeGreaterThan(0);
  });
});

describe('finding the limit', () => {
  const search = (last: bigint): Measures => {
    const lot = new Lot(auction(1), SELLER);
    return measured([lot.list(), lot.bid(BOB, 3_000n), lot.bid(ANN, 1_500n), lot.bid(ANN, last)]);
  };

  it('is two bids in a row that end within two steps of it', () => {
    expect(search(2_800n).limitFound).toBe(0.5);
    expect(search(2_799n).limitFound).toBe(0);
  });

  it('is not one bid, nor one that takes the lead', () => {
    const lot = new Lot(auction(1), SELLER);
    expect(measured([lot.list(), lot.bid(BOB, 3_000n), lot.bid(ANN, 2_900n)]).limitFound).toBe(0);
    expect(search(3_100n).limitFound).toBe(0);
  });

  it('weighs more where it was found with this seller before', () => {
    const scorer = new FraudScorer(EVEN);
    const lot = new Lot(auction(1), SELLER);
    scores([lot.list(), lot.bid(BOB, 3_000n), lot.bid(ANN, 1_500n), lot.bid(ANN, 2_900n), lot.sell()], scorer);
    const next = new Lot(auction(2), SELLER);
    scores([next.list(), next.bid(BOB, 3_000n), next.bid(ANN, 1_500n)], scorer);
    expect(measured([next.bid(ANN, 2_900n)], scorer).limitFound).toBe(0.75);
  });
});

describe('shielding', () => {
  const takenBack = (maximum: bigint, leftMs: number): Measures => {
    const lot = new Lot(auction(1), SELLER);
    const facts = [lot.list(), lot.bid(CAT, 2_000n), lot.bid(BOB, maximum), lot.retract(2, 24 * HOUR_MS - leftMs)];
    return measured(facts);
  };

  it('is a leap that is taken back late', () => {
    expect(takenBack(500_000n, 60_000).shielding).toBeGreaterThan(0.9);
    expect(takenBack(1_200n, 60_000).shielding).toBeLessThan(0.5);
    expect(takenBack(500_000n, 20 * HOUR_MS).shielding).toBeLessThan(0.3);
  });

  it('scores the bid again that was taken back', () => {
    const lot = new Lot(auction(1), SELLER);
    const all = scores([lot.list(), lot.bid(CAT, 2_000n), lot.bid(BOB, 500_000n), lot.retract(2, 23 * HOUR_MS)]);
    expect(all.map(({ bidNumber }) => bidNumber)).toEqual([1, 2, 2]);
    expect(all[2]?.judgement.score).toBeGreaterThan(all[1]?.judgement.score ?? 1);
  });

  it('does not claim to know the limit of a leader who came back by it', () => {
    const lot = new Lot(auction(1), SELLER);
    const facts = [lot.list(), lot.bid(CAT, 2_000n), lot.bid(BOB, 500_000n), lot.retract(2, HOUR_MS)];
    expect(measured([...facts, lot.bid(ANN, 1_300n), lot.bid(ANN, 1_900n)]).limitFound).toBe(0);
  });
});

describe('within an auction', () => {
  it('only who pushes without leading lifts the price', () => {
    const lot = new Lot(auction(1), SELLER);
    const facts = [lot.list(), lot.bid(BOB, 9_000n)];
    expect(measured([...facts, lot.bid(ANN, 5_000n)]).priceLift).toBeCloseTo(1 - 1_000 / 5_100);
    expect(measured([...facts, lot.bid(CAT, 20_000n)]).priceLift).toBe(0);
  });

  it('own raises of the leader are neither steps nor lift', () => {
    const lot = new Lot(auction(1), SELLER);
    expect(measured([lot.list(), lot.bid(BOB, 9_000n), lot.bid(BOB, 9_100n)])).toMatchObject({ priceLift: 0 });
  });

  it('records a rise by more than a half and a late bid as signals, which weigh nothing here', () => {
    const at = (price: bigint, atMs: number) => {
      const lot = new Lot(auction(1), SELLER);
      return scores([lot.list(), lot.bid(BOB, 9_000n), lot.bid(ANN, price, atMs)]).at(-1);
    };
    const [close, late] = [24 * HOUR_MS, 24 * HOUR_MS - 299_999];
    expect(at(1_400n, HOUR_MS)?.measures).toMatchObject({ unusualIncrement: 0, snipe: 0 });
    expect(at(1_401n, close - 300_000)?.measures).toMatchObject({ unusualIncrement: 1, snipe: 0 });
    expect(at(1_401n, late)?.measures.snipe).toBe(1);
    expect(at(1_401n, late)?.judgement.contributions.map(({ factor }) => factor)).not.toContain('snipe');
  });
});

describe('what the scorer knows', () => {
  /** Random crowds of four sellers and eight bidders. */
  const crowd = fc.array(
    fc.record({
      seller: fc.integer({ min: 1, max: 4 }),
      bids: fc.array(fc.record({ who: fc.integer({ min: 10, max: 17 }), by: fc.integer({ min: 1, max: 40 }) }), {
        maxLength: 8,
      }),
      end: fc.constantFrom('sell', 'pass', 'cancel', null),
    }),
    { maxLength: 12 },
  );
  const factsOf = (lots: typeof crowd extends fc.Arbitrary<infer T> ? T : never): readonly FraudFact[] =>
    lots.flatMap(({ seller, bids, end }, i) => {
      const lot = new Lot(auction(i), person(seller));
      const facts = [lot.list()];
      for (const { who, by } of bids) facts.push(lot.bid(person(who), lot.price + BigInt(by) * 100n));
      if (end === 'sell' && bids.length > 0) facts.push(lot.sell());
      else if (end === 'pass' || end === 'cancel') facts.push(lot[end]());
      return facts;
    });

  it('goes on from a snapshot, written as JSON at any moment, to the last bit', () => {
    fc.assert(
      fc.property(crowd, fc.nat(100), (lots, cut) => {
        const facts = factsOf(lots);
        const whole = scores(facts);
        const scorer = new FraudScorer(EVEN);
        const before = scores(facts.slice(0, cut), scorer);
        const kept = JSON.parse(JSON.stringify(scorer.snapshot())) as ScorerSnapshot;
        expect([...before, ...scores(facts.slice(cut), new FraudScorer(EVEN, kept))]).toEqual(whole);
      }),
    );
  });

  it('stays within its limits, and forgets to the milder side', () => {
    const limits = { bidders: 4, pairs: 4, sellers: 4, categories: 4 };
    const scorer = new FraudScorer(EVEN, null, limits);
    for (let i = 0; i < 50; i++) {
      const lot = new Lot(auction(i), person(1_000 + i));
      scores([lot.list(), lot.bid(person(i), 2_000n), lot.bid(person(100 + i), 9_000n), lot.sell()], scorer);
    }
    const { lots, histories } = scorer.snapshot();
    expect(lots).toEqual([]);
    for (const [name, { young, old }] of Object.entries(histories))
      expect([name, young.length + old.length <= (name === 'listings' ? 8 : 4)]).toEqual([name, true]);
    expect(nextBid(scorer, person(0), person(1_000))).toMatchObject({ concentration: 0, losingToSeller: 0 });
  });
});
