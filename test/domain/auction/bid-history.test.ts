import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bid, BidHistory, type PlacedBid } from '../../../src/domain/auction/bid-history.js';
import { AMOUNT_MAX } from '../../../src/domain/money.js';
import { ann, at, bob, cid } from '../../support/auction-story.js';

const bidNo = (bidNumber: number, maximum = BigInt(bidNumber)): Bid => ({
  bidNumber,
  bidderId: [ann, bob, cid][bidNumber % 3] ?? ann,
  maximum,
  placedAt: at('09:00:00'),
});
const ofBids = (count: number) =>
  Array.from({ length: count }, (_, i) => bidNo(i + 1)).reduce((history, bid) => history.with(bid), BidHistory.none);
const three = ofBids(3);
const numbers = (history: BidHistory) => history.counting().map(({ bidNumber }) => bidNumber);

describe('a history', () => {
  it('tells the bids that count in the order in which they were placed', () => {
    expect(three.counting()).toEqual([bidNo(1), bidNo(2), bidNo(3)]);
    expect(BidHistory.none.counting()).toEqual([]);
  });
  it('finds a bid by its number, and none that was never placed', () => {
    for (const n of [1, 2, 3]) expect(three.find(n)).toEqual({ bid: bidNo(n), retracted: false });
    for (const n of [0, 4, 1.5, Number.NaN]) expect(three.find(n)).toBeNull();
    expect(BidHistory.none.find(1)).toBeNull();
  });
  it.each([
    [1, [2, 3]],
    [2, [1, 3]],
    [3, [1, 2]],
  ])('without bid %s still holds it, as retracted', (n, rest) => {
    const after = three.withRetracted([n]);
    expect(numbers(after)).toEqual(rest);
    expect(after.find(n)).toEqual({ bid: bidNo(n), retracted: true });
    expect(numbers(three)).toEqual([1, 2, 3]);
  });
  it('has nothing to retract but its bids', () => {
    for (const n of [0, 4])
      expect(() => three.withRetracted([1, n])).toThrow(`broken invariant: bid ${n} was never placed`);
  });
  it('takes the next bid and no other', () => {
    for (const n of [2, 3, 5]) expect(() => three.with(bidNo(n))).toThrow(`broken invariant: bid ${n} follows bid 3`);
  });
  it('takes the largest amount there is, to the cent, and none above it', () => {
    expect(three.with(bidNo(4, AMOUNT_MAX)).find(4)?.bid.maximum).toBe(AMOUNT_MAX);
    expect(three.with(bidNo(4, AMOUNT_MAX - 1n)).find(4)?.bid.maximum).toBe(AMOUNT_MAX - 1n);
    expect(() => three.with(bidNo(4, AMOUNT_MAX + 1n))).toThrow('the maximum of bid 4 is too large');
  });
  it.each([127, 128, 129, 255, 256, 257])('of %s bids finds each of them', (count) => {
    const history = ofBids(count);
    for (let n = 1; n <= count; n++) expect(history.find(n)?.bid).toEqual(bidNo(n));
    expect(history.find(count + 1)).toBeNull();
    expect(numbers(history)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  });
});

/** A history, and what it has to hold, newest first. */
type Known = Readonly<{ history: BidHistory; holds: readonly PlacedBid[] }>;

const bidders = [ann, bob, cid] as const;
const step = fc.record({
  /** Which of the histories so far it starts from, the newest being 0. */
  from: fc.nat(4),
  bids: fc.nat(150),
  bidder: fc.constantFrom(...bidders),
  maximum: fc.bigInt({ min: 0n, max: AMOUNT_MAX }),
  retract: fc.option(fc.nat(), { nil: null }),
});

it('keeps every state as it was, whichever of them are gone on from, and how often', () =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const known: Known[] = [{ history: BidHistory.none, holds: [] }];
      for (const { from, bids, bidder, maximum, retract } of steps) {
        let { history, holds } = known[Math.max(0, known.length - 1 - from)] ?? { history: BidHistory.none, holds: [] };
        const placed: PlacedBid[] = [];
        for (let i = 0; i < bids; i++) {
          const bid = { bidNumber: history.count + 1, bidderId: bidder, maximum, placedAt: at('09:00:00') };
          history = history.with(bid);
          placed.push({ bid, retracted: false });
        }
        holds = [...placed.reverse(), ...holds];
        if (retract !== null && history.count > 0) {
          const bidNumber = 1 + (retract % history.count);
          history = history.withRetracted([bidNumber]);
          holds = holds.map((placed) => (placed.bid.bidNumber === bidNumber ? { ...placed, retracted: true } : placed));
        }
        known.push({ history, holds });
      }
      for (const { history, holds } of known) expect([...history]).toEqual(holds);
    }),
    { numRuns: 50 },
  ));
