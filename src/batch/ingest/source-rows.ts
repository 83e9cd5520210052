// Rows of a file as its format has them, one after the other, with the line on which each begins. A row that cannot be read
// is handed on with what is wrong with it; the rows behind it are read.
import { pipeline, Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import type { RowProblem, RowValues } from './row.js';

/** `values` by column; `problem` where the row is not to be used. `cells` are the values as the file has them, in its order. */
export type SourceRow = Readonly<{
  line: number;
  cells: readonly string[];
  values: RowValues;
  problem: RowProblem | null;
}>;

/** Columns in the file's order, told before the first row. */
export type Rows = Readonly<{ columns: readonly string[]; rows: AsyncIterable<SourceRow> }>;

/** A file that cannot be taken in at all; the message ends a sentence that begins with the file's name. */
export class FileUnfit extends Error {
  readonly code = 'FileUnfit';
}

export type Wanted = Readonly<{
  /** Columns that must be there. */
  columns: readonly string[];
  delimiter: string;
}>;

/** No row of a real file is longer; a quotation mark that nobody closed would take in the rest of the file. */
const ROW_CHARACTERS_MAX = 1_000_000;
/** A JSON array is read whole. Larger files come as one object a line. */
const JSON_CHARACTERS_MAX = 64_000_000;

/** Rows of a CSV file with a header line. Throws `FileUnfit` for a header that lacks a wanted column or names one twice. */
export async function csvRows(text: AsyncIterable<string>, { columns: wanted, delimiter }: Wanted): Promise<Rows> {
  const records = recordsOf(text, delimiter);
  const first = await records.next();
  if (first.done === true) throw new FileUnfit('is empty; its first line must name the columns');
  const columns = first.value.record.map((name) => name.trim());
  checkColumns(columns, wanted);
  return { columns, rows: rowsBehind(records, columns, first.value.info.lines) };
}

type Parsed = Readonly<{ record: readonly string[]; info: Info }>;

async function* recordsOf(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<Parsed> {
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    // A stray quotation mark is part of its value, as in: 33.66" x 16.93".
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: ROW_CHARACTERS_MAX,
  });
  try {
    // The text's own error comes through the parser: the pipeline ends it with that.
    yield* pipeline(Readable.from(text), parser, () => undefined) as AsyncIterable<Parsed>;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new FileUnfit(`cannot be read to its end: ${cause.message}`, { cause });
  }
}

async function* rowsBehind(
  records: AsyncGenerator<Parsed>,
  columns: readonly string[],
  headerEndsAt: number,
): AsyncGenerator<SourceRow> {
  let [endsAt, empties] = [headerEndsAt, 0];
  try {
    for await (const { record, info } of records) {
      // `lines` is where the record ends, and a quoted value may have lines of its own.
      const line = endsAt + 1 + (info.empty_lines - empties);
      [endsAt, empties] = [info.lines, info.empty_lines];
      yield rowOf(columns, record, line);
    }
  } finally {
    await records.return(undefined);
  }
}

function rowOf(columns: readonly string[], cells: readonly string[], line: number): SourceRow {
  const values = Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? '']));
  return { line, cells, values, problem: shapeProblem(columns, cells) };
}

function shapeProblem(columns: readonly string[], cells: readonly string[]): RowProblem | null {
  if (cells.length !== columns.length)
    return { column: '', reason: `must have ${columns.length} values, as the header has, and has ${cells.length}` };
  // What is left of a mark that was opened and closed in the middle of another row.
  const torn = cells.findIndex((cell) => cell.startsWith('"') && cell.includes('\n'));
  if (torn < 0) return null;
  return { column: columns[torn] ?? '', reason: 'has a quotation mark that is not closed before the end of the value' };
}

function checkColumns(columns: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new FileUnfit(
      `has no column ${missing.map((name) => JSON.stringify(name)).join(', ')}; its columns are ${columns.slice(0, 50).join(', ')}`,
    );
  const twice = columns.find((name, i) => columns.indexOf(name) !== i && wanted.includes(name));
  if (twice !== undefined) throw new FileUnfit(`has the column ${JSON.stringify(twice)} twice`);
}

/**
 * Rows of a JSON file: an array of objects, whose `line` is the object's place in it, or one object a line. Values inside
 * values are columns of their own, as `price.amount`.
 */
export function jsonRows(text: AsyncIterable<string>, { columns }: Wanted): Rows {
  return { columns, rows: objectsOf(text, columns) };
}

async function* objectsOf(text: AsyncIterable<string>, columns: readonly string[]): AsyncGenerator<SourceRow> {
  let [waiting, line, isArray] = ['', 0, null as boolean | null];
  for await (const piece of text) {
    waiting += piece;
    isArray ??= /\S/.test(waiting) ? waiting.trimStart().startsWith('[') : null;
    if (isArray !== false) {
      if (waiting.length > JSON_CHARACTERS_MAX)
        throw new FileUnfit('is a JSON array too large to be read whole; write one object a line instead');
      continue;
    }
    const lines = waiting.split('\n');
    waiting = lines.pop() ?? '';
    for (const one of lines) {
      line += 1;
      if (one.trim() !== '') yield jsonRow(one, line, columns);
    }
    if (waiting.length > ROW_CHARACTERS_MAX)
      throw new FileUnfit(`has more than ${ROW_CHARACTERS_MAX} characters on line ${line + 1}`);
  }
  if (isArray === true) yield* arrayRows(waiting, columns);
  else if (waiting.trim() !== '') yield jsonRow(waiting, line + 1, columns);
}

function* arrayRows(text: string, columns: readonly string[]): Generator<SourceRow> {
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch (cause) {
    throw new FileUnfit('is not JSON', { cause });
  }
  if (!Array.isArray(all)) throw new FileUnfit('is no JSON array');
  for (const [i, one] of all.entries()) yield objectRow(one, i + 1, columns);
}

function jsonRow(text: string, line: number, columns: readonly string[]): SourceRow {
  try {
    return objectRow(JSON.parse(text), line, columns);
  } catch {
    const problem = { column: '', reason: 'is not JSON' };
    return { line, cells: [text.slice(0, 10_000)], values: {}, problem };
  }
}

function objectRow(value: unknown, line: number, columns: readonly string[]): SourceRow {
  const values: Record<string, string> = {};
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject) flatten(value, '', values);
  const cells = isObject ? columns.map((name) => values[name] ?? '') : [JSON.stringify(value).slice(0, 10_000)];
  return { line, cells, values, problem: isObject ? null : { column: '', reason: 'must be a JSON object' } };
}

function flatten(value: object, prefix: string, into: Record<string, string>): void {
  for (const [key, inner] of Object.entries(value)) {
    const name = `${prefix}${key}`;
    if (typeof inner === 'object' && inner !== null) flatten(inner, `${name}.`, into);
    else into[name] = inner === null ? '' : String(inner);
  }
}
