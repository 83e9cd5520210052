// Rows that Silver should hold, on their way into temporary tables. They go by COPY in pieces, so that neither this process
// nor the network ever holds all of them.
import type { ClientBase } from 'pg';
import { copyRows } from '../../src/postgres/copy-query.js';
import { copyText } from '../../src/projections/copy-text.js';
import { COPY_EXPECTED, type ExpectedTable } from './oracle.sql.js';

const FLUSH_CHARACTERS = 4_000_000;

export type Value = string | number | bigint | boolean | Date | null;

/** One COPY row; times as ISO 8601. */
export const row = (...values: readonly Value[]): string => `${values.map(column).join('\t')}\n`;

const column = (value: Value): string => {
  if (value === null) return '\\N';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? copyText(value) : `${value}`;
};

export class ExpectedRows {
  private waiting = new Map<ExpectedTable, string>();
  private characters = 0;

  constructor(private readonly client: ClientBase) {}

  add(table: ExpectedTable, line: string): void {
    this.waiting.set(table, (this.waiting.get(table) ?? '') + line);
    this.characters += line.length;
  }

  /** Sends what waits, once it is worth a trip; or at once, when told that nothing follows. */
  async flush(atOnce = false): Promise<void> {
    if (!atOnce && this.characters < FLUSH_CHARACTERS) return;
    const sent = this.waiting;
    this.waiting = new Map();
    this.characters = 0;
    for (const [table, lines] of sent) await copyRows(this.client, COPY_EXPECTED[table], [[Buffer.from(lines)]]);
  }
}
