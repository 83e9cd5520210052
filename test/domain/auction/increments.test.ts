import { describe, expect, it } from '@jest/globals';
import { EBAY_INCREMENTS, incrementsFor, TRADE_ME_INCREMENTS } from '../../../src/domain/auction/house-defaults.js';
import { incrementAt } from '../../../src/domain/auction/increments.js';
import { CURRENCY_DIGITS, type Currency } from '../../../src/domain/money.js';

// [last amount of a row, its step, the step one cent further]
describe('eBay’s table', () => {
  it.each([
    [99n, 5n, 25n],
    [4_99n, 25n, 50n],
    [24_99n, 50n, 1_00n],
    [99_99n, 1_00n, 2_50n],
    [249_99n, 2_50n, 5_00n],
    [499_99n, 5_00n, 10_00n],
    [999_99n, 10_00n, 25_00n],
    [2_499_99n, 25_00n, 50_00n],
    [4_999_99n, 50_00n, 100_00n],
  ])('changes its step right above %s', (last, step, next) => {
    expect(incrementAt(EBAY_INCREMENTS, last)).toBe(step);
    expect(incrementAt(EBAY_INCREMENTS, last + 1n)).toBe(next);
  });
  it('has no end', () => expect(incrementAt(EBAY_INCREMENTS, 10n ** 30n)).toBe(100_00n));
  it('begins at nothing', () => expect(incrementAt(EBAY_INCREMENTS, 0n)).toBe(5n));
});

describe('Trade Me’s table', () => {
  it.each([
    [19_99n, 50n, 1_00n],
    [199_99n, 1_00n, 5_00n],
    [999_99n, 5_00n, 10_00n],
    [4_999_99n, 10_00n, 50_00n],
    [24_999_99n, 50_00n, 100_00n],
  ])('changes its step right above %s', (last, step, next) => {
    expect(incrementAt(TRADE_ME_INCREMENTS, last)).toBe(step);
    expect(incrementAt(TRADE_ME_INCREMENTS, last + 1n)).toBe(next);
  });
});

it('gives every currency a table', () => {
  for (const [currency, digits] of Object.entries(CURRENCY_DIGITS))
    if (digits < 3) expect(incrementsFor(currency as Currency)).toBe(EBAY_INCREMENTS);
});
it('has steps ten times as many thousandths', () => {
  expect(incrementsFor('KWD')[0]).toEqual({ below: 1_000n, step: 50n });
  expect(incrementsFor('KWD').at(-1)).toEqual({ below: null, step: 100_000n });
});

it('takes a table without an open row for what it is', () =>
  expect(() => incrementAt([{ below: 10n, step: 1n }], 10n)).toThrow('broken invariant'));
