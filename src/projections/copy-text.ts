// PostgreSQL's COPY in its text format: the cheapest way to write many rows, for them and for us.
import { type Instant, instant, isoTime } from '../domain/time.js';

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A text as one column of a COPY row. Numbers, ids and times never need it. */
export const copyText = (text: string): string => text.replace(SPECIAL, (char) => ESCAPED[char] ?? char);

/** A nullable value as one column. */
export const copyNullable = (value: string | number | bigint | null): string => (value === null ? '\\N' : `${value}`);

let lastTime: Readonly<{ at: Instant; text: string }> = { at: instant(0), text: isoTime(instant(0)) };

/** A time as one column. Bids of a batch share theirs, so the last one is kept. */
export function copyTime(at: Instant): string {
  if (lastTime.at !== at) lastTime = { at, text: isoTime(at) };
  return lastTime.text;
}

/** A PostgreSQL array literal of values that hold no comma, brace, quote or backslash: ids, numbers, times. */
export const arrayOf = (values: readonly (string | number | bigint | boolean | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : value)).join(',')}}`;
