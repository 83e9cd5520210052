// A sale under each tax scheme, computed by hand from published rules: what is on the lines, and what they come to.
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_FEES } from '../../../src/domain/auction/house-defaults.js';
import { invoiceFor } from '../../../src/domain/fees/charges.js';
import type { Charge, FeeSchedule, TaxRate, TaxRules } from '../../../src/domain/fees/schedule.js';
import { NO_POSITION, type TaxPosition } from '../../../src/domain/fees/tax-position.js';
import type { Minor } from '../../../src/domain/money.js';

const flat = (rateBp: number) => [{ upTo: null, rateBp }];
const rate = (country: string | null, rates: Partial<TaxRate>): TaxRate => ({
  country,
  region: null,
  hammerPpm: 0,
  premiumPpm: 0,
  feesPpm: 0,
  withNumber: 'same',
  ...rates,
});
const at = (country: string, region: string | null = null, hasNumber = false): TaxPosition => ({
  country,
  region,
  hasNumber,
});
const schedule = (tax: TaxRules, changed: Partial<FeeSchedule> = {}): FeeSchedule => ({
  ...DEFAULT_FEES,
  buyersPremium: flat(2_500),
  platformFee: flat(1_000),
  tax,
  ...changed,
});

/** [kind, net, tax] of each of the buyer's lines, and the total. */
function buyerPays(hammer: Minor, fees: FeeSchedule, buyer: TaxPosition = NO_POSITION) {
  const { lines, amountDue } = invoiceFor(hammer, fees, { buyer, seller: NO_POSITION });
  const buyers = lines.filter(({ paidBy }) => paidBy === 'buyer');
  return [...buyers.map(({ kind, net, tax }) => [kind, net, tax]), amountDue];
}
const sellerGets = (hammer: Minor, fees: FeeSchedule, seller: TaxPosition = NO_POSITION) => {
  const { lines, sellerProceeds } = invoiceFor(hammer, fees, { buyer: NO_POSITION, seller });
  const sellers = lines.filter(({ paidBy }) => paidBy === 'seller');
  return [...sellers.map(({ kind, net, tax }) => [kind, net, tax]), sellerProceeds];
};

// HMRC VAT Notice 718/2: under the auctioneers' scheme VAT falls on the auctioneer's own margin, never on the hammer price.
describe('the margin scheme, of a house in Britain at 20 %', () => {
  const fees = schedule({
    scheme: 'margin',
    country: 'GB',
    region: null,
    rates: [rate('GB', { premiumPpm: 200_000, feesPpm: 200_000 })],
  });
  it('taxes the premium alone', () =>
    expect(buyerPays(1_000_00n, fees)).toEqual([['hammer', 1_000_00n, 0n], ['premium', 250_00n, 50_00n], 1_300_00n]));
  it('taxes a buyer with a number as everybody else', () =>
    expect(buyerPays(1_000_00n, fees, at('GB', null, true)).at(-1)).toBe(1_300_00n));
  it('does not tax an item that leaves the country', () =>
    expect(buyerPays(1_000_00n, fees, at('NO')).at(-1)).toBe(1_250_00n));
  it('taxes what the seller pays the house', () =>
    expect(sellerGets(1_000_00n, fees)).toEqual([['platform-fee', 100_00n, 20_00n], 880_00n]));
});

// Directive 2006/112/EC: the price is all the buyer pays (article 73); a business in another member state accounts for the tax
// itself (articles 138 and 196), a private person pays the house's (until distance-selling thresholds); exports are exempt (146).
describe('tax on hammer and premium, of a house in France at 20 %', () => {
  const fees = schedule({
    scheme: 'full',
    country: 'FR',
    region: null,
    rates: [
      rate('FR', { hammerPpm: 200_000, premiumPpm: 200_000, feesPpm: 200_000 }),
      rate('DE', { hammerPpm: 190_000, premiumPpm: 190_000, feesPpm: 190_000, withNumber: 'exempt' }),
      rate(null, {}),
    ],
  });
  it('taxes the whole price', () =>
    expect(buyerPays(1_000_00n, fees)).toEqual([
      ['hammer', 1_000_00n, 200_00n],
      ['premium', 250_00n, 50_00n],
      1_500_00n,
    ]));
  it('taxes a person in Germany by Germany’s rate', () =>
    expect(buyerPays(1_000_00n, fees, at('DE')).at(-1)).toBe(1_487_50n));
  it('exempts a business there that has a number', () =>
    expect(buyerPays(1_000_00n, fees, at('DE', null, true)).at(-1)).toBe(1_250_00n));
  it('does not exempt a business at home', () =>
    expect(buyerPays(1_000_00n, fees, at('FR', null, true)).at(-1)).toBe(1_500_00n));
  it('exempts what is exported', () => expect(buyerPays(1_000_00n, fees, at('US', 'NY')).at(-1)).toBe(1_250_00n));
  it('exempts a German seller with a number from tax on the fee', () =>
    expect(sellerGets(1_000_00n, fees, at('DE', null, true))).toEqual([['platform-fee', 100_00n, 0n], 900_00n]));
});

// HMRC VAT Notice 702: works of art under temporary admission bear import VAT of 5 % on the hammer price.
it('taxes a temporary import at 5 % on the hammer price and 20 % on the premium', () => {
  const rates = [rate('GB', { hammerPpm: 50_000, premiumPpm: 200_000 })];
  expect(buyerPays(1_000_00n, schedule({ scheme: 'full', country: 'GB', region: null, rates }))).toEqual([
    ['hammer', 1_000_00n, 50_00n],
    ['premium', 250_00n, 50_00n],
    1_350_00n,
  ]);
});

// 20 NYCRR 526.5: the receipt that New York taxes is the whole price, the premium included. The city's rate is 8.875 %.
describe('sales tax by destination, of a house in New York', () => {
  const fees = schedule(
    {
      scheme: 'destination',
      country: 'US',
      region: 'NY',
      rates: [
        rate('US', { region: 'NY', hammerPpm: 88_750, premiumPpm: 88_750, withNumber: 'exempt' }),
        rate('US', { region: 'CA', hammerPpm: 72_500, premiumPpm: 72_500, withNumber: 'exempt' }),
        rate('US', {}),
      ],
    },
    { buyersPremium: flat(2_600) },
  );
  it('taxes hammer and premium where the house is, unless the buyer says where', () =>
    // 8.875 % of 1,000.00 is 88.75, of 1,260.00 it is 111.825.
    expect(buyerPays(1_000_00n, fees)).toEqual([
      ['hammer', 1_000_00n, 88_75n],
      ['premium', 260_00n, 23_08n],
      1_371_83n,
    ]));
  it('taxes by the state that the item goes to', () =>
    // 7.25 % of 1,260.00 is 91.35.
    expect(buyerPays(1_000_00n, fees, at('US', 'CA')).at(-1)).toBe(1_351_35n));
  it('has no tax where the house has no duty to take it', () =>
    expect(buyerPays(1_000_00n, fees, at('US', 'OR')).at(-1)).toBe(1_260_00n));
  it('exempts a dealer with a resale certificate', () =>
    expect(buyerPays(1_000_00n, fees, at('US', 'NY', true)).at(-1)).toBe(1_260_00n));
  it('has no tax on what goes abroad', () => expect(buyerPays(1_000_00n, fees, at('FR')).at(-1)).toBe(1_260_00n));
});

describe('currencies', () => {
  const vat = (rateBp: number): TaxRules => ({
    scheme: 'full',
    country: null,
    region: null,
    rates: [rate(null, { hammerPpm: rateBp * 100, premiumPpm: rateBp * 100 })],
  });
  it('without minor units: yen are rounded down', () => {
    // 10 % of 12,345 is 1,234.5; 10 % of 13,579 is 1,357.9.
    const fees = schedule(vat(1_000), { buyersPremium: flat(1_000), rounding: { mode: 'down', step: 1n } });
    expect(buyerPays(12_345n, fees)).toEqual([['hammer', 12_345n, 1_234n], ['premium', 1_234n, 123n], 14_936n]);
  });
  it('with coins of five hundredths: francs are rounded to them', () => {
    // 20 % of 123.45 is 24.69, so 24.70; 8.1 % of 148.15 is 12.00015.
    const fees = schedule(vat(810), { buyersPremium: flat(2_000), rounding: { mode: 'half-up', step: 5n } });
    expect(buyerPays(123_45n, fees)).toEqual([['hammer', 123_45n, 10_00n], ['premium', 24_70n, 2_00n], 160_15n]);
  });
  it('with thousandths: dinars', () => {
    // 15 % of 100.005 is 15.00075.
    expect(buyerPays(100_005n, schedule(vat(0), { buyersPremium: flat(1_500) }))).toEqual([
      ['hammer', 100_005n, 0n],
      ['premium', 15_001n, 0n],
      115_006n,
    ]);
  });
  it('half to even, where a house rounds so', () => {
    const even = (hammer: Minor) =>
      buyerPays(hammer, schedule(vat(0), { buyersPremium: flat(500), rounding: { mode: 'half-even', step: 1n } })).at(
        -1,
      );
    // 5 % of 10, 30 and 50 cents is 0.5, 1.5 and 2.5.
    expect([even(10n), even(30n), even(50n)]).toEqual([10n, 32n, 52n]);
  });
});

describe('fixed and minimum fees', () => {
  const lotFee: Charge = { kind: 'lot-fee', paidBy: 'buyer', tiers: flat(0), minimum: 0n, fixed: 3_00n };
  const insurance: Charge = { kind: 'insurance', paidBy: 'seller', tiers: flat(150), minimum: 0n, fixed: 0n };
  const commission: Charge = { kind: 'commission', paidBy: 'seller', tiers: flat(500), minimum: 10_00n, fixed: 2_00n };
  const untaxed: TaxRules = { scheme: 'full', country: null, region: null, rates: [rate(null, { feesPpm: 200_000 })] };
  const fees = schedule(untaxed, { premiumMinimum: 20_00n, charges: [lotFee, insurance, commission] });

  it.each([
    [79_99n, 20_00n],
    [80_00n, 20_00n],
    [80_04n, 20_01n],
  ])('the premium on %s is %s: never below its minimum', (hammer, premium) =>
    expect(buyerPays(hammer, fees)).toEqual([
      ['hammer', hammer, 0n],
      ['premium', premium, 0n],
      ['lot-fee', 3_00n, 0n],
      hammer + premium + 3_00n,
    ]),
  );
  it('the seller pays platform fee, insurance, and commission with its minimum and fixed part', () =>
    // 10 % and 1.5 % of 100.00; 5 % is 5.00, so 10.00 and 2.00. 20 % on 23.50 is 4.70, the tax of each line what it adds.
    expect(sellerGets(100_00n, fees)).toEqual([
      ['platform-fee', 10_00n, 2_00n],
      ['insurance', 1_50n, 30n],
      ['commission', 12_00n, 2_40n],
      71_80n,
    ]));
  it('cuts the last fees where they would be more than the hammer price', () =>
    // Of 10.00 there is 8.33 before tax: 1.00, 0.15, and 7.18 of the 12.00.
    expect(sellerGets(10_00n, fees)).toEqual([
      ['platform-fee', 1_00n, 20n],
      ['insurance', 15n, 3n],
      ['commission', 7_18n, 1_44n],
      0n,
    ]));
});
