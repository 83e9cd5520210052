// Cursors: where the next page of a list begins, as an opaque text. A list's rows are sorted by a unique key, and the
// cursor is the key of the last row shown, so rows that come or go meanwhile neither repeat nor hide others.
import type { Branded } from '../../domain/ids.js';

export type Cursor = Branded<string, 'Cursor'>;

/** A page of a list; a null `next` is the list's end. */
export type Page<Row> = Readonly<{ rows: readonly Row[]; next: Cursor | null }>;

/** A text that is not a cursor of this list. */
export class CursorInvalid extends RangeError {
  readonly code = 'CursorInvalid';
  constructor() {
    super('this is not a cursor of this list: give back the one that the page before came with, or none');
    this.name = 'CursorInvalid';
  }
}

const FORM = /^[A-Za-z0-9_-]{1,200}$/;

/** What a part of a key looks like. */
const KINDS = {
  time: /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  id: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  stream: /^[a-z]{1,20}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  number: /^\d{1,9}$/,
  /** As `sale_lots.lot_order` has it: 00012A. */
  lot: /^\d{5}[A-Z]?$/,
} as const;
type Kind = keyof typeof KINDS;

/** A cursor as a client sent it; throws `CursorInvalid` on anything that cannot be one. */
export function cursor(text: string): Cursor {
  if (!FORM.test(text)) throw new CursorInvalid();
  return text as Cursor;
}

/** The cursor behind a row of the list `list` with this key. */
export const cursorOf = (list: string, key: readonly string[]): Cursor =>
  Buffer.from([list, ...key].join(' ')).toString('base64url') as Cursor;

/** The key in a cursor of `list`, or nulls for the list's beginning. Throws `CursorInvalid`. */
export function keyIn(list: string, at: Cursor | null, kinds: readonly Kind[]): readonly (string | null)[] {
  if (at === null) return kinds.map(() => null);
  const [name, ...key] = Buffer.from(at, 'base64url').toString('utf8').split(' ');
  if (name !== list || key.length !== kinds.length) throw new CursorInvalid();
  if (!kinds.every((kind, i) => isOfKind(kind, key[i] ?? ''))) throw new CursorInvalid();
  return key;
}

const isOfKind = (kind: Kind, part: string): boolean => KINDS[kind].test(part) && (kind !== 'time' || isTime(part));

/** PostgreSQL knows no 30th of February, which JavaScript takes for the 2nd of March. */
function isTime(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

/** What a page holds at most, in bytes of JSON as `bytesOf` reckons them. 200 ordinary rows are less. */
export const PAGE_BYTES_MAX = 262_144;
/** More than the names, numbers and ids of our widest row. */
const ROW_BYTES = 1_000;

/**
 * A page out of `limit` + 1 rows asked for: the one too many tells that there is more. Rows full of text fill it earlier;
 * it has one row at least.
 */
export function pageOf<Row extends object>(
  rows: readonly Row[],
  limit: number,
  cursorBehind: (row: Row) => Cursor,
): Page<Row> {
  let bytes = 0;
  const full = rows.findIndex((row, i) => {
    bytes += bytesOf(row);
    return i > 0 && bytes > PAGE_BYTES_MAX;
  });
  const shown = rows.slice(0, full === -1 ? limit : Math.min(full, limit));
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > shown.length && last !== undefined ? cursorBehind(last) : null };
}

/** About what a row takes as JSON, which writes some characters as six. */
const bytesOf = (row: object): number =>
  Object.values(row).reduce(
    (sum, value) =>
      typeof value === 'string' && value.length > 40 ? sum + Buffer.byteLength(JSON.stringify(value)) : sum,
    ROW_BYTES,
  );
