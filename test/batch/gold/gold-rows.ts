// Rows of Gold as texts, so that they can be compared wherever they come from.
import type { DuckDBConnection } from '@duckdb/node-api';
import { type GoldTable, goldTables } from '../../../src/batch/gold/gold-tables.js';
import type { GoldRows, OracleRow } from './gold-oracle.js';

/** A table's rows in the order of its key; times in epoch milliseconds. */
export async function rowsOf(duck: DuckDBConnection, { name, columns, key }: GoldTable): Promise<readonly OracleRow[]> {
  const chosen = columns.map(({ name: column, type }) =>
    type === 'timestamptz' ? `epoch_ms(${column})::VARCHAR AS ${column}` : `${column}::VARCHAR AS ${column}`,
  );
  const reader = await duck.runAndReadAll(`SELECT ${chosen.join(', ')} FROM gold.${name}`);
  return inOrder(key, reader.getRowObjectsJson() as OracleRow[]);
}

/** Rows with the columns that every table has, in the order of the tables' keys. */
export const comparable = (rows: GoldRows): GoldRows => {
  const ordered = goldTables().map((table) => [
    table.name,
    inOrder(
      table.key,
      rows[table.name].map((row) => ({ ...row })),
    ),
  ]);
  return Object.fromEntries(ordered) as GoldRows;
};

function inOrder(key: readonly string[], rows: readonly OracleRow[]): readonly OracleRow[] {
  const keyOf = (row: OracleRow): string => key.map((name) => (row[name] ?? '').padStart(40)).join('|');
  return [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
