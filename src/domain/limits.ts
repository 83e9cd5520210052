// What terms and tables must keep to, said so that the person who wrote them can mend them. Each returns what is wrong, or null.
import { AMOUNT_MAX, type Minor } from './money.js';

export type Problem = Readonly<{ field: string; problem: string }>;

/** Increment rows and fee tiers: published tables have up to eleven. */
const ROWS_MAX = 100;

/** The limits of a table's rows: strictly rising amounts, and a last row without a limit, so that every amount has a row. */
export function rowsProblem(field: string, limits: readonly (Minor | null)[], column: string): Problem | null {
  if (limits.length < 1 || limits.length > ROWS_MAX) return { field, problem: `must have 1 to ${ROWS_MAX} rows` };
  return firstOf(limits, (limit, row) => {
    const at = `${field}[${row}].${column}`;
    if (row === limits.length - 1)
      return limit === null ? null : { field: at, problem: 'must be null in the last row' };
    if (limit === null) return { field: at, problem: 'must be an amount in every row but the last' };
    const before = limits[row - 1];
    if (before !== undefined && before !== null && limit <= before)
      return { field: at, problem: 'must be above that of the row before' };
    return amountAt(at, limit);
  });
}

export function amountAt(field: string, amount: Minor, least: Minor = 1n, leastIs = `${least}`): Problem | null {
  if (amount < least) return { field, problem: `must be at least ${leastIs}` };
  return amount > AMOUNT_MAX ? { field, problem: `must be at most ${AMOUNT_MAX}` } : null;
}

export const wholeAt = (field: string, value: number, least: number, most: number): Problem | null =>
  Number.isSafeInteger(value) && value >= least && value <= most
    ? null
    : { field, problem: `must be a whole number from ${least} to ${most}` };

export function firstOf<Row>(
  rows: readonly Row[],
  problemOf: (row: Row, index: number) => Problem | null,
): Problem | null {
  for (const [index, row] of rows.entries()) {
    const problem = problemOf(row, index);
    if (problem !== null) return problem;
  }
  return null;
}
