// Updates that count the rows they found.
import type { ClientBase } from 'pg';
import { DataProblem } from '../../feed/projection.js';

/**
 * Runs a statement over rows, each of whose columns is an array; `update` has them as its parameters, in order. Throws `DataProblem`
 * unless it finds every row. Nothing is sent for no rows.
 */
export async function updateRows<Row>(
  client: ClientBase,
  what: string,
  update: string,
  columns: readonly ((row: Row) => unknown)[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const { rowCount } = await client.query(
    update,
    columns.map((column) => rows.map(column)),
  );
  expectRows(what, rowCount, rows.length);
}

/** Throws where an update found fewer rows than it names: one is missing, or at another revision than the event before. */
export function expectRows(what: string, found: number | null, expected: number): void {
  if (found !== expected)
    throw new DataProblem(`of ${expected} ${what}, ${found} stood where the event before left them`);
}
