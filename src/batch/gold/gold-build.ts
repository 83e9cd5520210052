// Makes the tables of Gold out of Bronze files, in a DuckDB: the inputs first, then table by table.
import type { DuckDBConnection } from '@duckdb/node-api';
import { oneRow } from '../../lake/duck.js';
import { BID_SCORES } from './bid-scores.js';
import { type GoldTable, goldSql, goldSqlFiles, type SqlFile } from './gold-tables.js';
import type { GoldThresholds } from './gold-thresholds.js';

/** UTC days as `2026-01-31`. */
export type Day = string;
export type DayRange = Readonly<{ from: Day; to: Day }>;

export type BronzeExtent = Readonly<{
  events: number;
  /** Events whose text is withheld or damaged. */
  unreadable: number;
  firstDay: Day;
  lastDay: Day;
}>;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const DAY_MS = 86_400_000;

/** The files' events as the view `facts`, in the database that the connection uses. Nobody has scored them yet. */
export async function readFacts(duck: DuckDBConnection, files: readonly string[]): Promise<void> {
  await duck.run(`CREATE VIEW bronze AS
    FROM read_parquet([${files.map(text).join(', ')}], hive_partitioning = false)`);
  await duck.run(goldSql('duckdb.sql'));
  await duck.run(BID_SCORES);
}

/** Makes the inputs of all tables; `done` is told of each. */
export async function makeInputs(duck: DuckDBConnection, done: () => void = () => undefined): Promise<void> {
  for (const { name, sql } of goldSqlFiles('inputs')) {
    await duck.run(`CREATE TABLE ${name} AS\n${sql}`);
    done();
  }
}

/** How much there is. Asks the inputs, and at least one event: hall sales may lie before the first. */
export async function extentOf(duck: DuckDBConnection): Promise<BronzeExtent> {
  const row = await oneRow(
    duck,
    `SELECT count(*)::INTEGER AS events, (count(*) FILTER (WHERE text IS NULL OR NOT json_valid(text)))::INTEGER AS unreadable,
      least(min(occurred_at), (SELECT min(held_at) FROM hall_results))::DATE::VARCHAR AS first_day,
      max(occurred_at)::DATE::VARCHAR AS last_day FROM bronze`,
  );
  return {
    events: Number(row['events']),
    unreadable: Number(row['unreadable']),
    firstDay: String(row['first_day']),
    lastDay: String(row['last_day']),
  };
}

const CHANGED_SINCE = `
WITH dated AS (
  SELECT position, occurred_at::DATE AS day, NULL AS currency FROM bronze
  UNION ALL SELECT position, listed_at::DATE, currency FROM listings
  UNION ALL SELECT position, held_at::DATE, currency FROM hall_results
  UNION ALL SELECT replaced_position, held_at::DATE, currency FROM hall_results WHERE replaced_position IS NOT NULL
),
currencies AS (
  SELECT min(day) AS first_day, min(day) FILTER (WHERE position <= $1::BIGINT) AS known_from
  FROM dated WHERE currency IS NOT NULL GROUP BY currency
),
whole AS (
  SELECT min(day) AS first_day, max(day) AS last_day, min(day) FILTER (WHERE position <= $1::BIGINT) AS known_from,
    max(day) FILTER (WHERE position <= $1::BIGINT) AS known_to
  FROM dated
),
days AS (
  SELECT day FROM dated WHERE position > $1::BIGINT
  UNION
  SELECT d.day::DATE FROM whole, unnest(generate_series(whole.first_day, whole.last_day, INTERVAL 1 DAY)) AS d (day)
  WHERE d.day < whole.known_from OR d.day > whole.known_to
    OR EXISTS (FROM currencies WHERE first_day IS DISTINCT FROM known_from AND d.day >= first_day)
)
SELECT day::VARCHAR AS day FROM days ORDER BY day`;

/**
 * Days whose rows may be others than they were when the archive ended at this position: those that newer events touch, those
 * that lie outside the days known then, and those since the first listing of a new currency. Asks the inputs.
 */
export async function daysChangedSince(duck: DuckDBConnection, position: string): Promise<readonly Day[]> {
  const reader = await duck.runAndReadAll(CHANGED_SINCE, [position]);
  return reader.getRowObjects().map(({ day }) => String(day));
}

/** What tables refer to besides the inputs: the days to compute, hours, thresholds. SQL that Spark takes, too. */
export function settingsSql({
  days,
  lastDay,
  thresholds,
}: Readonly<{ days: readonly Day[]; lastDay: Day; thresholds: GoldThresholds }>): readonly SqlFile[] {
  const { bidders, sellerTiers } = thresholds;
  const since = (within: number): string =>
    `TIMESTAMP ${text(new Date(Date.parse(lastDay) - (within - 1) * DAY_MS).toISOString().slice(0, 10))}`;
  const values = (rows: readonly string[]): string => `(VALUES ${rows.join(', ')})`;
  const tiers = sellerTiers.map(
    ({ tier, salesMin, conversionBpMin }, number) => `(${number}, ${text(tier)}, ${salesMin}, ${conversionBpMin})`,
  );
  const hours = Array.from({ length: 24 }, (_, hour) => `(${hour})`);
  // There may be no day to compute, and VALUES needs one row.
  const dates = ['(NULL)', ...days.map((day) => `(${text(day)})`)];
  return [
    {
      name: 'gold_days',
      sql: `SELECT CAST(day AS DATE) AS day FROM ${values(dates)} AS days (day) WHERE day IS NOT NULL`,
    },
    { name: 'gold_hours', sql: `SELECT hour_of_day FROM ${values(hours)} AS hours (hour_of_day)` },
    {
      name: 'gold_settings',
      sql: `SELECT ${since(bidders.activeWithinDays)} AS active_since, ${since(bidders.newWithinDays)} AS new_since,
        ${bidders.powerBidsMin} AS power_bids_min, ${bidders.powerWinsMin} AS power_wins_min,
        ${bidders.activeBidsMin} AS active_bids_min`,
    },
    {
      name: 'gold_tiers',
      sql: `SELECT * FROM ${values(tiers)} AS tiers (tier_number, tier, sales_min, conversion_bp_min)`,
    },
  ];
}

/** Makes them. */
export async function setUp(duck: DuckDBConnection, settings: Parameters<typeof settingsSql>[0]): Promise<void> {
  for (const { name, sql } of settingsSql(settings)) await duck.run(`CREATE TABLE ${name} AS ${sql}`);
}

/** All days of a range. */
export function daysOf({ from, to }: DayRange): readonly Day[] {
  const days: Day[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/** Computes a table of the database `gold`, in the order of its key. Of a `base` the rows of other days are kept. */
export async function makeTable(
  duck: DuckDBConnection,
  { name, sql, key, columns }: GoldTable,
  base: string | null = null,
): Promise<void> {
  const names = columns.map((column) => column.name).join(', ');
  const kept =
    base === null
      ? ''
      : `UNION ALL SELECT ${names} FROM read_parquet(${text(base)}) WHERE day NOT IN (SELECT day FROM gold_days)`;
  await duck.run(`CREATE TABLE gold.${name} AS
    FROM (SELECT ${names} FROM (${sql}\n) ${kept}) ORDER BY ${key.join(', ')}`);
}

/** Takes a table over as it is. */
export async function keepTable(duck: DuckDBConnection, { name, key }: GoldTable, base: string): Promise<void> {
  await duck.run(`CREATE TABLE gold.${name} AS FROM read_parquet(${text(base)}) ORDER BY ${key.join(', ')}`);
}
