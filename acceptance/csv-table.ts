// Recorded auctions come as CSV files made by others. Every value is checked where it is read, and a file with a fault is
// refused whole, with its line and what would be right.
import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { OperatorError } from '../src/runtime/operator-error.js';
import { hasCode } from '../src/runtime/system-error.js';

/** One row; its accessors refuse a value of the wrong form with file, line and column. */
export class CsvRow {
  constructor(
    private readonly file: string,
    readonly line: number,
    private readonly values: Readonly<Record<string, string>>,
  ) {}

  /** Whether the file has this column. */
  has(column: string): boolean {
    return column in this.values;
  }

  /** Any text but none. */
  text(column: string): string {
    const value = this.values[column] ?? '';
    if (value === '') throw this.wrong(column, 'must not be empty');
    return value;
  }

  /** A whole amount of cents, `min` or more. */
  cents(column: string, min: bigint): bigint {
    const value = this.text(column);
    const right = `must be a whole number of cents, ${min} or more`;
    if (!/^\d{1,18}$/.test(value)) throw this.wrong(column, right);
    const cents = BigInt(value);
    if (cents < min) throw this.wrong(column, right);
    return cents;
  }

  /** A decimal number of days, 0 or more, in whole milliseconds (rounded). */
  daysInMs(column: string): number {
    const value = this.text(column);
    const days = Number(value);
    if (!/^\d+(\.\d+)?$/.test(value) || days > DAYS_MAX)
      throw this.wrong(column, `must be a number of days from 0 to ${DAYS_MAX}, as 2.230949`);
    return Math.round(days * DAY_MS);
  }

  /** A time with its zone, in epoch milliseconds. */
  time(column: string): number {
    const value = this.text(column);
    const at = ISO_TIME.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(at)) throw this.wrong(column, 'must be a time with its zone, as 2025-11-21T02:00:00Z');
    return at;
  }

  /** `true` or `false`. */
  flag(column: string): boolean {
    const value = this.text(column);
    if (value !== 'true' && value !== 'false') throw this.wrong(column, 'must be true or false');
    return value === 'true';
  }

  /** The refusal of this row's value in a column. */
  wrong(column: string, right: string): OperatorError {
    const value = this.values[column] ?? '';
    const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
    return new OperatorError(`${this.file}, line ${this.line}: ${column} is ${JSON.stringify(shown)} and ${right}`);
  }
}

// No auction may be listed for more than a year (src/domain/auction/listing.ts).
const DAYS_MAX = 365;
const DAY_MS = 86_400_000;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;

export type CsvTable = Readonly<{ file: string; columns: ReadonlySet<string>; rows: readonly CsvRow[] }>;

/**
 * Reads a CSV file with a header line (UTF-8, byte order mark allowed) into memory.
 * Refuses one that is missing, is no CSV, lacks a wanted column, or has no row.
 */
export async function readCsvTable(file: string, wanted: readonly string[]): Promise<CsvTable> {
  const table = await readCsvTableIfThere(file, wanted);
  if (table === null) throw new OperatorError(`${file} does not exist; expected a CSV file with ${wanted.join(', ')}`);
  return table;
}

/** Like `readCsvTable`, but answers null where there is no such file. */
export async function readCsvTableIfThere(file: string, wanted: readonly string[]): Promise<CsvTable | null> {
  const text = await readTextIfThere(file);
  if (text === null) return null;
  const [header, ...records] = parsed(file, text);
  if (header === undefined) throw new OperatorError(`${file} is empty; its first line must be ${wanted.join(',')}`);
  const columns = header.record;
  const missing = wanted.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new OperatorError(
      `${file}, line ${header.line}: no column ${missing.join(', ')}; there are ${columns.join(', ')}`,
    );
  const rows = records.map(
    ({ line, record }) => new CsvRow(file, line, Object.fromEntries(columns.map((name, i) => [name, record[i] ?? '']))),
  );
  if (rows.length === 0) throw new OperatorError(`${file} has a header and no rows`);
  return { file, columns: new Set(columns), rows };
}

async function readTextIfThere(file: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new OperatorError(`${file} is not text in UTF-8`, { cause });
  }
}

type Parsed = Readonly<{ record: readonly string[]; line: number }>;

function parsed(file: string, text: string): readonly Parsed[] {
  try {
    const records: Parsed[] = [];
    parse(text, {
      skip_empty_lines: true,
      trim: true,
      bom: true,
      on_record: (record: readonly string[], { lines }) => {
        records.push({ record, line: lines });
        return null;
      },
    });
    return records;
  } catch (error) {
    if (error instanceof CsvError) throw new OperatorError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
