import { describe, expect, it } from '@jest/globals';
import { type BidHistory, countingBids, findBid, withRetracted } from '../../../src/domain/auction/bid-history.js';
import { ann, at } from '../../support/auction-story.js';

const bidNo = (bidNumber: number) => ({
  bidNumber,
  bidderId: ann,
  maximum: BigInt(bidNumber),
  placedAt: at('09:00:00'),
});
const three = [1, 2, 3].reduce<BidHistory>((earlier, n) => ({ bid: bidNo(n), retracted: false, earlier }), null);
const numbers = (history: BidHistory) => countingBids(history).map(({ bidNumber }) => bidNumber);

describe('a history', () => {
  it('tells the bids that count in the order in which they were placed', () => {
    expect(numbers(three)).toEqual([1, 2, 3]);
    expect(numbers(null)).toEqual([]);
  });
  it('finds a bid by its number, and none that was never placed', () => {
    for (const n of [1, 2, 3]) expect(findBid(three, n)?.bid).toEqual(bidNo(n));
    for (const n of [0, 4, 1.5, Number.NaN]) expect(findBid(three, n)).toBeNull();
    expect(findBid(null, 1)).toBeNull();
  });
  it.each([
    [1, [2, 3]],
    [2, [1, 3]],
    [3, [1, 2]],
  ])('without bid %s still holds it, as retracted', (n, rest) => {
    const after = withRetracted(three, n);
    expect(numbers(after)).toEqual(rest);
    expect(findBid(after, n)?.retracted).toBe(true);
    expect(numbers(three)).toEqual([1, 2, 3]);
  });
  it('shares what is older than the bid taken back', () =>
    expect(withRetracted(three, 2)?.earlier?.earlier).toBe(three?.earlier?.earlier));
  it('has nothing to retract but its bids', () => {
    for (const n of [0, 4])
      expect(() => withRetracted(three, n)).toThrow(`broken invariant: bid ${n} was never placed`);
  });
});
