// The SQL of Gold as it lies under sql/gold: one file a table, whose header says what each column means, and the inputs that
// the tables are made of. The header is read by people, by PostgreSQL (as comments) and by docs/gold.md.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../runtime/package-root.js';

export const GOLD_TABLE_NAMES = [
  'daily_revenue',
  'auction_performance',
  'bidder_analytics',
  'seller_rankings',
  'hourly_activity',
  'fraud_summary',
  'refusal_summary',
  'closing_minutes',
  'cohorts',
] as const;

export type GoldTableName = (typeof GOLD_TABLE_NAMES)[number];

/** `type` is PostgreSQL's; `doc` has the unit and the formula. */
export type GoldColumn = Readonly<{ name: string; type: string; doc: string }>;

export type GoldTable = Readonly<{
  name: GoldTableName;
  doc: string;
  key: readonly string[];
  columns: readonly GoldColumn[];
  /** One SELECT over the inputs. */
  sql: string;
  /** Whether each row belongs to one day. */
  isByDay: boolean;
}>;

export type SqlFile = Readonly<{ name: string; sql: string }>;

const GOLD_SQL = join(PACKAGE_ROOT, 'sql', 'gold');
const COLUMN_TYPES = ['bigint', 'date', 'integer', 'numeric', 'text', 'timestamptz', 'uuid'];

/** All tables, in the order in which docs/gold.md shows them. */
export const goldTables = (): readonly GoldTable[] =>
  GOLD_TABLE_NAMES.map((name) => parseGoldTable(name, goldSql(`${name}.sql`)));

/** The text of a file under sql/gold. */
export const goldSql = (path: string): string => readFileSync(join(GOLD_SQL, path), 'utf8');

/** The SELECTs of a folder under sql/gold, by name. */
export const goldSqlFiles = (folder: string): readonly SqlFile[] =>
  readdirSync(join(GOLD_SQL, folder))
    .sort()
    .map((file) => ({ name: file.replace(/\.sql$/, ''), sql: goldSql(join(folder, file)) }));

/**
 * Reads a table's header: what the table is, `Key:` with the columns that name a row, and a line for each column, as
 * `--   name type: what it is`. Refuses a header that leaves one of them out.
 */
export function parseGoldTable(name: GoldTableName, sql: string): GoldTable {
  const lines = sql.split('\n');
  const header = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('--')),
  );
  const keyAt = header.findIndex((line) => line.startsWith('-- Key: '));
  const doc = header
    .slice(0, keyAt)
    .map((line) => line.slice(3))
    .join(' ');
  if (keyAt < 1 || !doc.startsWith(`${name}: `))
    throw new Error(`sql/gold/${name}.sql must begin with "-- ${name}: …" and have a line "-- Key: …"`);
  const columns = header.slice(keyAt + 1).map((line) => columnOf(name, line));
  const key = header[keyAt]?.slice('-- Key: '.length).split(', ') ?? [];
  const unknown = key.find((one) => !columns.some((column) => column.name === one));
  if (unknown !== undefined) throw new Error(`sql/gold/${name}.sql has ${unknown} in its key and not in its columns`);
  return { name, doc: doc.slice(name.length + 2), key, columns, sql, isByDay: key.includes('day') };
}

function columnOf(table: string, line: string): GoldColumn {
  const [, name, type, doc] = /^-- {3}(\w+) (\w+): (.+)$/.exec(line) ?? [];
  if (name === undefined || type === undefined || doc === undefined || !COLUMN_TYPES.includes(type))
    throw new Error(
      `sql/gold/${table}.sql has the header line ${JSON.stringify(line)}; "--   name type: doc" would be right`,
    );
  return { name, type, doc };
}

/** A hash of all that decides what a table's rows are, given the events: its SQL, the inputs, and what people choose. */
export function codeHash(table: GoldTable, chosen: unknown): string {
  const hash = createHash('sha256').update(goldSql('duckdb.sql'));
  for (const { name, sql } of goldSqlFiles('inputs')) hash.update(name).update(sql);
  return hash.update(table.sql).update(JSON.stringify(chosen)).digest('hex').slice(0, 16);
}
