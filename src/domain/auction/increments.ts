// Bid increments: by how much the next bid must exceed the price, as a table of the auction's own.
import type { Minor } from '../money.js';
import type { IncrementTable } from './terms.js';

/** The step of the table's row that `amount` falls into; a row's `below` is the first amount that is not in it. */
export function incrementAt(table: IncrementTable, amount: Minor): Minor {
  for (const { below, step } of table) if (below === null || amount < below) return step;
  throw new Error('broken invariant: an increment table ends with an open row');
}
