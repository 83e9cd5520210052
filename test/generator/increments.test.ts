import { expect, it } from '@jest/globals';
import { EBAY_INCREMENTS } from '../../src/domain/auction/house-defaults.js';
import { incrementAt } from '../../src/domain/auction/increments.js';
import { climb, stepAt } from '../../src/generator/increments.js';

it('knows the house’s table on both sides of every limit', () => {
  const limits = EBAY_INCREMENTS.flatMap(({ below }) => (below === null ? [] : [below]));
  for (const price of [0n, ...limits.flatMap((limit) => [limit - 1n, limit]), 1_000_000_00n])
    expect([price, stepAt(price)]).toEqual([price, incrementAt(EBAY_INCREMENTS, price)]);
});

it('climbs step by step, each at the height that the one before it reached', () => {
  expect(climb(24_50n, 0)).toBe(24_50n);
  expect(climb(24_50n, 3)).toBe(27_00n);
});
