import { describe, expect, it } from '@jest/globals';
import { DEFAULT_FEES } from '../../../src/domain/auction/house-defaults.js';
import { invoiceFor } from '../../../src/domain/fees/charges.js';
import { flatTax } from '../../../src/domain/fees/schedule.js';
import { tieredFee } from '../../../src/domain/fees/tiers.js';
import { AMOUNT_MAX } from '../../../src/domain/money.js';

const flat = (rateBp: number) => [{ upTo: null, rateBp }];

describe('tiers', () => {
  const tiers = [
    { upTo: 100_00n, rateBp: 1_000 },
    { upTo: 200_00n, rateBp: 500 },
    { upTo: null, rateBp: 100 },
  ];
  it.each([
    [0n, 0n],
    [99_90n, 9_99n],
    [100_00n, 10_00n],
    // In the next tier it takes ten cents to make half a cent more.
    [100_09n, 10_00n],
    [100_10n, 10_01n],
    [100_20n, 10_01n],
    [200_00n, 15_00n],
    [201_00n, 15_01n],
    [1_200_00n, 25_00n],
  ])('charge each part of %s at its own rate', (amount, fee) => expect(tieredFee(amount, tiers)).toBe(fee));
});

describe('rounding', () => {
  it.each([
    // 5 % of 9 cents is 0.45, of 10 cents 0.50, of 11 cents 0.55.
    [9n, 0n],
    [10n, 1n],
    [11n, 1n],
    [29n, 1n],
    [30n, 2n],
  ])('of 5 %% on %s cents goes half a cent up', (amount, fee) => expect(tieredFee(amount, flat(500))).toBe(fee));
  it('happens once, not in each tier', () =>
    // 0.4 and 0.4 cents: nothing if each were rounded, one cent together.
    expect(
      tieredFee(8n, [
        { upTo: 4n, rateBp: 1_000 },
        { upTo: null, rateBp: 1_000 },
      ]),
    ).toBe(1n));
  it('of half of one hundredth of a cent goes down', () => expect(tieredFee(1n, flat(4_999))).toBe(0n));
  it('of exactly half a cent goes up', () => expect(tieredFee(1n, flat(5_000))).toBe(1n));
});

describe('an invoice', () => {
  it('taxes hammer and premium together', () =>
    expect(
      invoiceFor(1_234_56n, {
        ...DEFAULT_FEES,
        buyersPremium: flat(2_500),
        platformFee: flat(1_250),
        tax: flatTax(770),
      }),
    ).toMatchObject({
      hammerPrice: 1_234_56n,
      buyersPremium: 308_64n,
      // 7.7 % of 1,543.20 is 118.8264.
      tax: 118_83n,
      amountDue: 1_662_03n,
      platformFee: 154_32n,
      sellerProceeds: 1_080_24n,
    }));
  it('leaves the seller nothing, and never less, at a fee of the whole', () =>
    expect(
      invoiceFor(9_99n, {
        ...DEFAULT_FEES,
        buyersPremium: flat(0),
        platformFee: flat(10_000),
        tax: flatTax(0),
      }),
    ).toMatchObject({
      platformFee: 9_99n,
      sellerProceeds: 0n,
      amountDue: 9_99n,
    }));
  it('is exact for the largest amounts', () =>
    expect(
      invoiceFor(AMOUNT_MAX, {
        ...DEFAULT_FEES,
        buyersPremium: flat(1),
        platformFee: flat(1),
        tax: flatTax(1),
      }),
    ).toMatchObject({
      buyersPremium: 100_000_000_000n,
      tax: 100_010_000_000n,
    }));
  it('by the house’s defaults', () => {
    // 150.00 + 12 % of 49,000.00 + 10 % of 10,000.00; 100.00 + 5 % of 59,000.00.
    expect(invoiceFor(60_000_00n, DEFAULT_FEES)).toMatchObject({
      hammerPrice: 60_000_00n,
      buyersPremium: 7_030_00n,
      tax: 0n,
      amountDue: 67_030_00n,
      platformFee: 3_050_00n,
      sellerProceeds: 56_950_00n,
    });
  });
});
