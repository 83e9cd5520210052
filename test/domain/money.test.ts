import { expect, it } from '@jest/globals';
import { formatMoney, greater, isCurrency, lesser } from '../../src/domain/money.js';

it.each([
  [0n, 'USD', 'USD 0.00'],
  [5n, 'USD', 'USD 0.05'],
  [99n, 'EUR', 'EUR 0.99'],
  [1_00n, 'EUR', 'EUR 1.00'],
  [1_234_50n, 'USD', 'USD 1,234.50'],
  [999_99n, 'USD', 'USD 999.99'],
  [1_000_000_000_000_000n, 'GBP', 'GBP 10,000,000,000,000.00'],
  [-1_234_05n, 'USD', 'USD -1,234.05'],
  [0n, 'JPY', 'JPY 0'],
  [1_234_567n, 'JPY', 'JPY 1,234,567'],
] as const)('%s in %s reads %s', (minor, currency, text) => expect(formatMoney({ minor, currency })).toBe(text));

it('knows the currencies of the house, and no property of objects', () => {
  expect(['USD', 'JPY'].every(isCurrency)).toBe(true);
  expect(['usd', 'XAU', '', 'toString', '__proto__'].some(isCurrency)).toBe(false);
});

it('tells the greater from the lesser', () => {
  expect([lesser(1n, 2n), lesser(2n, 1n), greater(1n, 2n), greater(2n, 1n)]).toEqual([1n, 1n, 2n, 2n]);
});
