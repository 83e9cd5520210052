// For any schedule, price and positions: lines sum to totals, nothing is negative, and rounding loses no cent.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_FEES } from '../../../src/domain/auction/house-defaults.js';
import { type FeeLine, invoiceFor } from '../../../src/domain/fees/charges.js';
import { feesProblem } from '../../../src/domain/fees/fees-problem.js';
import {
  CHARGE_KINDS,
  type Charge,
  type FeeSchedule,
  type FeeTier,
  PARTIES,
  ROUNDING_MODES,
  type TaxRate,
  WITH_NUMBER,
} from '../../../src/domain/fees/schedule.js';
import type { TaxPosition } from '../../../src/domain/fees/tax-position.js';
import { AMOUNT_MAX } from '../../../src/domain/money.js';

const rates = fc.integer({ min: 0, max: 10_000 });
const taxes = fc.integer({ min: 0, max: 1_000_000 });
const amounts = fc.oneof(fc.bigInt(0n, 200n), fc.bigInt(0n, 100_000n), fc.bigInt(0n, AMOUNT_MAX));
const tiers: fc.Arbitrary<readonly FeeTier[]> = fc
  .tuple(fc.uniqueArray(fc.bigInt(1n, 50_000n), { maxLength: 3 }), fc.array(rates, { minLength: 4, maxLength: 4 }))
  .map(([limits, [last = 0, ...others]]) => [
    ...limits.sort((a, b) => Number(a - b)).map((upTo, n) => ({ upTo, rateBp: others[n] ?? 0 })),
    { upTo: null, rateBp: last },
  ]);
const places = fc.constantFrom<Pick<TaxRate, 'country' | 'region'>>(
  { country: 'US', region: 'NY' },
  { country: 'US', region: null },
  { country: 'DE', region: null },
  { country: null, region: null },
);
const taxRates: fc.Arbitrary<TaxRate> = fc
  .record({
    hammerPpm: taxes,
    premiumPpm: taxes,
    feesPpm: taxes,
    withNumber: fc.constantFrom(...WITH_NUMBER),
    place: places,
  })
  .map(({ place, ...rest }) => ({ ...rest, ...place }));
const schedules: fc.Arbitrary<FeeSchedule> = fc
  .record({
    buyersPremium: tiers,
    premiumMinimum: amounts,
    platformFee: tiers,
    charges: fc.array(
      fc.record<Charge>({
        kind: fc.constantFrom(...CHARGE_KINDS),
        paidBy: fc.constantFrom(...PARTIES),
        tiers,
        minimum: amounts,
        fixed: amounts,
      }),
      { maxLength: 4 },
    ),
    tax: fc.record({
      scheme: fc.constant('full' as const),
      country: fc.constantFrom('US', 'DE', null),
      region: fc.constant(null),
      rates: fc.uniqueArray(taxRates, { maxLength: 4, selector: ({ country, region }) => `${country}-${region}` }),
    }),
    rounding: fc.record({ mode: fc.constantFrom(...ROUNDING_MODES), step: fc.constantFrom(1n, 1n, 5n, 10n) }),
  })
  .map((some) => ({ ...DEFAULT_FEES, ...some }));
const positions: fc.Arbitrary<TaxPosition> = fc.record({
  country: fc.constantFrom('US', 'DE', 'FR', null),
  region: fc.constantFrom('NY', null),
  hasNumber: fc.boolean(),
});

const sum = (lines: readonly FeeLine[], of: (line: FeeLine) => bigint): bigint =>
  lines.reduce((total, line) => total + of(line), 0n);

it('balances', () =>
  fc.assert(
    fc.property(schedules, fc.bigInt(1n, AMOUNT_MAX), positions, positions, (fees, hammer, buyer, seller) => {
      expect(feesProblem(fees)).toBeNull();
      const invoice = invoiceFor(hammer, fees, { buyer, seller });
      const { buyersPremium, tax, amountDue, platformFee, sellerProceeds, lines } = invoice;
      const [buyers, sellers] = PARTIES.map((party) => lines.filter(({ paidBy }) => paidBy === party));
      expect(hammer + buyersPremium + tax).toBe(amountDue);
      expect(sum(buyers ?? [], ({ net, tax: on }) => net + on)).toBe(amountDue);
      expect(sum(sellers ?? [], ({ net }) => net)).toBe(platformFee);
      expect(hammer - sum(sellers ?? [], ({ net, tax: on }) => net + on)).toBe(sellerProceeds);
      for (const amount of [sellerProceeds, ...lines.flatMap((line) => [line.net, line.tax])])
        expect(amount).toBeGreaterThanOrEqual(0n);
    }),
  ));

it('taxes the sum of the lines of a rate, to within one rounding', () =>
  fc.assert(
    fc.property(schedules, fc.bigInt(1n, 10n ** 9n), positions, positions, (fees, hammer, buyer, seller) => {
      const { lines } = invoiceFor(hammer, fees, { buyer, seller });
      for (const party of PARTIES)
        for (const ratePpm of new Set(lines.map(({ taxRatePpm }) => taxRatePpm))) {
          const taxed = lines.filter((line) => line.paidBy === party && line.taxRatePpm === ratePpm);
          const exact = sum(taxed, ({ net }) => net) * BigInt(ratePpm);
          const off = sum(taxed, ({ tax }) => tax) * 1_000_000n - exact;
          expect(off < 0n ? -off : off).toBeLessThan(1_000_000n * fees.rounding.step);
          if (fees.rounding.mode === 'down') expect(off).toBeLessThanOrEqual(0n);
        }
    }),
  ));

it('charges more for more', () =>
  fc.assert(
    fc.property(
      schedules,
      fc.bigInt(1n, 10n ** 9n),
      fc.bigInt(0n, 10n ** 6n),
      positions,
      (fees, hammer, more, buyer) => {
        const dueAt = (price: bigint) => invoiceFor(price, fees, { buyer, seller: buyer }).amountDue;
        expect(dueAt(hammer + more)).toBeGreaterThanOrEqual(dueAt(hammer));
      },
    ),
  ));
