import { describe, expect, it } from '@jest/globals';
import { dealt, largest, market, partitionShares, zipfShares } from '../../../bench/scale/skew.js';

describe('shares by a Zipf law', () => {
  it('are those of the harmonic numbers', () => {
    // 1 + 1/2 + 1/3 = 11/6
    expect(zipfShares(3, 1)).toEqual([6 / 11, 3 / 11, 2 / 11].map((share) => expect.closeTo(share, 12)));
  });

  it('are even at exponent 0, and all of it for one auction', () => {
    expect(zipfShares(4, 0)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(zipfShares(1, 1)).toEqual([1]);
    expect(() => zipfShares(0, 1)).toThrow('at least one auction');
  });
});

describe('partitions', () => {
  const four = { hashes: [0, 1, 2, 5], shares: [0.4, 0.3, 0.2, 0.1] };

  it('get the auctions whose hash leaves their number', () => {
    expect(partitionShares(four, 2)).toEqual([0.4 + 0.2, 0.3 + 0.1]);
    expect(partitionShares(four, 4)).toEqual([0.4, 0.3 + 0.1, 0.2, 0]);
    expect(partitionShares(four, 1)).toEqual([expect.closeTo(1, 12)]);
  });

  it('are dealt to workers in turn', () => {
    expect(dealt([0.4, 0.3, 0.2, 0.1], 2)).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.4, 12)]);
    expect(dealt([0.4, 0.6], 3)).toEqual([0.4, 0.6, 0]);
    expect(largest([0.4, 0.6, 0])).toBe(0.6);
  });
});

it('draws the same market from the same seed, and another from another', () => {
  expect(market('a', 100, 0.8)).toEqual(market('a', 100, 0.8));
  expect(market('b', 100, 0.8).hashes).not.toEqual(market('a', 100, 0.8).hashes);
});
