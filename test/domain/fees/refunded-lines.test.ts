// What refunds take back of an invoice: a hand-computed example, and for random ones the sums.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FeeLine, netOf, taxOf } from '../../../src/domain/fees/charges.js';
import { refundedLines } from '../../../src/domain/fees/refunded-lines.js';

const line = (kind: FeeLine['kind'], net: bigint, tax: bigint, paidBy: FeeLine['paidBy'] = 'buyer'): FeeLine => ({
  paidBy,
  kind,
  net,
  taxRatePpm: 190_000,
  tax,
});
// 100.00 and 20.00, 19 % on both: 142.80.
const LINES = [
  line('hammer', 100_00n, 19_00n),
  line('premium', 20_00n, 3_80n),
  line('platform-fee', 10_00n, 1_90n, 'seller'),
];
const sums = (lines: readonly FeeLine[]) => lines.map(({ kind, net, tax }) => [kind, net, tax]);

describe('the lines of a refund', () => {
  it('are the buyer’s, in proportion: a half of each', () =>
    expect(sums(refundedLines(LINES, [], 71_40n))).toEqual([
      ['hammer', 50_00n, 9_50n],
      ['premium', 10_00n, 1_90n],
    ]));
  // Rounded down, 71.39 of 71.40 takes 49.99 of the 50.00 that are left of the hammer price, and all of the rest.
  it('of the last cent leave nothing out', () =>
    expect(sums(refundedLines(LINES, [71_40n, 71_39n], 1n))).toEqual([['hammer', 1n, 0n]]));
  it('are of no more than is left', () => {
    expect(() => refundedLines(LINES, [71_40n], 71_41n)).toThrow('more than is left');
    expect(sums(refundedLines(LINES, [71_40n], 71_40n))).toHaveLength(2);
  });
  it('add up to each refund, and all of them to the invoice, line by line', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
    const invoices = fc.array(fc.tuple(amounts, amounts), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(invoices, fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 6 }), (of, parts) => {
        const lines = of.map(([net, tax]) => line('hammer', net, tax)).map((one, n) => ({ ...one, taxRatePpm: n }));
        const total = netOf(lines) + taxOf(lines);
        const refunds: bigint[] = [];
        let left = total;
        for (const part of parts) {
          const refund = (left * BigInt(part)) / 1_000n;
          refunds.push(refund);
          left -= refund;
        }
        refunds.push(left);
        const back = refunds.map((refund, n) => refundedLines(lines, refunds.slice(0, n), refund));
        for (const [n, taken] of back.entries()) expect(netOf(taken) + taxOf(taken)).toBe(refunds[n]);
        for (const { taxRatePpm, net, tax } of lines) {
          const ofLine = back.flat().filter((one) => one.taxRatePpm === taxRatePpm);
          expect(ofLine.every((one) => one.net >= 0n && one.tax >= 0n)).toBe(true);
          expect([netOf(ofLine), taxOf(ofLine)]).toEqual([net, tax]);
        }
      }),
    );
  });
});
