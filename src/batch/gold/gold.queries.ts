// Gold, asked by the API: rows of one table by page, and what they were made of.
import type pg from 'pg';
import { type Cursor, CursorInvalid, type Page, pageOf } from '../../projections/silver/cursor.js';
import { type GoldColumn, type GoldTableName, goldSql, goldTables } from './gold-tables.js';

export { type GoldColumn, type GoldTable, type GoldTableName, goldTables } from './gold-tables.js';

/** Days are UTC, as `2026-01-31`, both included. Null is any; a table takes only the filters that it has. */
export type GoldFilter = Readonly<Record<GoldFilterName, string | null>>;
export type GoldFilterName = 'from' | 'to' | 'currency' | 'category';

/** A row by the names of its columns; whole numbers as text with all their digits, times as ISO 8601 in UTC. */
export type GoldRow = Readonly<Record<string, string | number | null>>;

/** `cut`: the position of the last event that the table counts. */
export type GoldLineage = Readonly<{
  runId: string;
  computedAt: string;
  cut: string;
  parts: string;
  manifestSha256: string;
  codeVersion: string;
  sha256: string;
}>;

/** `lineage` is null before the first run of Gold. */
export type GoldPage = Page<GoldRow> & Readonly<{ lineage: GoldLineage | null }>;

type Asked = Readonly<{ filters: readonly GoldFilterName[]; order: readonly string[] }>;

/** What each file of sql/gold/queries takes before the number of rows: filters, then the order's columns. */
const ASKED: Readonly<Record<GoldTableName, Asked>> = {
  daily_revenue: { filters: ['from', 'to', 'currency'], order: ['day', 'currency'] },
  auction_performance: { filters: ['from', 'to', 'currency', 'category'], order: ['auction_id'] },
  bidder_analytics: { filters: ['currency'], order: ['bidder_id', 'currency'] },
  seller_rankings: { filters: ['currency'], order: ['currency', 'seller_rank', 'seller_id'] },
  hourly_activity: { filters: ['from', 'to'], order: ['day', 'hour'] },
  fraud_summary: { filters: ['from', 'to'], order: ['day'] },
  refusal_summary: { filters: ['from', 'to'], order: ['day', 'concern', 'command', 'reason'] },
  closing_minutes: { filters: ['from', 'to', 'currency', 'category'], order: ['auction_id', 'minutes_to_close'] },
  cohorts: { filters: ['from', 'to'], order: ['registered_on'] },
};

/** The filters that a table has. */
export const goldFilters = (table: GoldTableName): readonly GoldFilterName[] => ASKED[table].filters;

type TextRow = Readonly<Record<string, string | null>>;
/** Whatever the type: as PostgreSQL writes it, so that no digit is lost. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

export class GoldQueries {
  private readonly columns = new Map(goldTables().map(({ name, columns }) => [name, columns]));

  constructor(private readonly pool: pg.Pool) {}

  /** A page of a table and its lineage, both of the same moment. Refuses a cursor of another list with a `CursorInvalid`. */
  async rows(
    table: GoldTableName,
    filter: GoldFilter,
    { after, limit }: Readonly<{ after: Cursor | null; limit: number }>,
  ): Promise<GoldPage> {
    const { filters, order } = ASKED[table];
    const values = [...filters.map((name) => filter[name]), ...this.placeIn(table, after), limit + 1];
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const sql = goldSql(`queries/${table}.sql`);
      const found = await client.query<TextRow>({ text: sql, values, types: AS_TEXT });
      const made = await client.query<TextRow>({ text: LINEAGE, values: [table], types: AS_TEXT });
      await client.query('COMMIT');
      const page = pageOf(found.rows, limit, (row) =>
        cursorBehind(
          table,
          order.map((name) => row[name] ?? ''),
        ),
      );
      const columns = this.columns.get(table) ?? [];
      return { next: page.next, rows: page.rows.map((row) => rowOf(columns, row)), lineage: lineageOf(made.rows[0]) };
    } catch (error) {
      // What it fails for, if it does, says nothing: the first error is the one that counts.
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  private placeIn(table: GoldTableName, after: Cursor | null): readonly (string | null)[] {
    const { order } = ASKED[table];
    if (after === null) return order.map(() => null);
    const [name, ...key] = partsOf(after);
    const types = new Map((this.columns.get(table) ?? []).map((column) => [column.name, column.type]));
    const fits = order.every((column, i) => FORMS[types.get(column) ?? '']?.test(key[i] ?? '') ?? true);
    if (name !== table || key.length !== order.length || !fits) throw new CursorInvalid();
    return key;
  }
}

const LINEAGE = goldSql('queries/lineage.sql');

/** What PostgreSQL would refuse with an error of its own. */
const FORMS: Readonly<Record<string, RegExp>> = {
  bigint: /^\d{1,18}$/,
  integer: /^\d{1,9}$/,
  date: /^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)$|^(?!0000)\d{4}-(0[13-9]|1[0-2])-30$|^(?!0000)\d{4}-(0[13578]|1[02])-31$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  text: /^[^\0]*$/,
};

/** Reasons and commands may hold blanks, so the parts are kept as JSON. */
const cursorBehind = (table: GoldTableName, key: readonly string[]): Cursor =>
  Buffer.from(JSON.stringify([table, ...key])).toString('base64url') as Cursor;

function partsOf(after: Cursor): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch {
    throw new CursorInvalid();
  }
}

const rowOf = (columns: readonly GoldColumn[], row: TextRow): GoldRow =>
  Object.fromEntries(columns.map(({ name, type }) => [name, readText(type, row[name] ?? null)]));

function readText(type: string, text: string | null): string | number | null {
  if (text === null) return null;
  if (type === 'integer') return Number(text);
  return type === 'timestamptz' ? isoOf(text) : text;
}

/** PostgreSQL writes `2026-01-31 12:00:00.5+00`. */
const isoOf = (text: string): string => new Date(text).toISOString();

function lineageOf(row: TextRow | undefined): GoldLineage | null {
  if (row === undefined) return null;
  return {
    runId: row['run_id'] ?? '',
    computedAt: isoOf(row['finished_at'] ?? ''),
    cut: row['cut'] ?? '',
    parts: row['parts'] ?? '',
    manifestSha256: row['manifest_sha256'] ?? '',
    codeVersion: row['code_version'] ?? '',
    sha256: row['sha256'] ?? '',
  };
}
