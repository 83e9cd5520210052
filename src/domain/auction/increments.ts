// Bid increments: how much the next bid must rise, read from a table that belongs to the auction's terms.
import type { Minor } from '../money.js';
import type { IncrementTable } from './terms.js';

/** The step at this price: that of the first row whose limit lies above it. Throws on a table without an open last row. */
export function incrementAt(price: Minor, table: IncrementTable): Minor {
  for (const { below, step } of table) if (below === null || price < below) return step;
  throw new RangeError('an increment table must end with a row without a limit');
}
