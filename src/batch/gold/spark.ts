// Gold on Apache Spark: the job that scripts/gold-spark.py runs, and the comparison of its rows with DuckDB's. Both read the
// same Parquet files by the same SQL; what the two call by other names is in sql/gold/duckdb.sql and sql/gold/spark.sql.
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FraudModel } from '../../domain/fraud/fraud-model.js';
import { oneRow } from '../../lake/duck.js';
import { type OriginalFiles, scoreBids } from './bid-scores.js';
import { daysOf, extentOf, makeInputs, makeTable, readFacts, settingsSql, setUp } from './gold-build.js';
import { type GoldTable, goldSql, goldSqlFiles, goldTables } from './gold-tables.js';
import type { GoldThresholds } from './gold-thresholds.js';

/** What Spark is to do. */
export type SparkJob = Readonly<{
  /** Files of Bronze, and the folder above them all, by addresses that Spark can read. */
  files: readonly string[];
  base: string;
  /** What the fraud scorer said of them: the Parquet file behind the view `bid_scores`. */
  scores: string;
  /** In this order; each may use those before it, and `bronze`. */
  views: readonly Readonly<{ name: string; sql: string; isInput: boolean }>[];
  tables: readonly Readonly<{
    name: string;
    sql: string;
    columns: readonly (readonly [name: string, type: string])[];
  }>[];
}>;

export type TableComparison = Readonly<{
  table: string;
  rows: number;
  /** Rows that only one of them has. */
  onlyInDuckdb: number;
  onlyInSpark: number;
  /** The key of the first of them, its columns with / between; null if there is none. */
  first: string | null;
}>;

/** What Gold is made of, on this machine. */
export type GoldSources = Readonly<{ parts: readonly OriginalFiles[]; thresholds: GoldThresholds; model: FraudModel }>;

/**
 * Makes all tables in the attached database `gold`, every day, and tells the same work as a job for Spark. Bids are scored here, in
 * the journal's order; Spark reads the scores as a file.
 */
export async function makeAll(
  duck: DuckDBConnection,
  { parts, thresholds, model }: GoldSources,
): Promise<Pick<SparkJob, 'views' | 'tables'>> {
  await readFacts(
    duck,
    parts.map(({ events }) => events),
  );
  await scoreBids(duck, parts, model);
  await makeInputs(duck);
  const { firstDay, lastDay } = await extentOf(duck);
  const settings = { days: daysOf({ from: firstDay, to: lastDay }), lastDay, thresholds };
  await setUp(duck, settings);
  const tables = goldTables();
  for (const table of tables) await makeTable(duck, table);
  return {
    views: [
      { name: 'facts', sql: goldSql('spark.sql'), isInput: false },
      ...settingsSql(settings).map((view) => ({ ...view, isInput: false })),
      ...goldSqlFiles('inputs').map((view) => ({ ...view, isInput: true })),
    ],
    tables: tables.map(({ name, sql, columns }) => ({
      name,
      sql,
      columns: columns.map((column) => [column.name, column.type] as const),
    })),
  };
}

/** Writes the scores as a file that Spark reads; resolves to its path. */
export async function writeScores(duck: DuckDBConnection, directory: string): Promise<string> {
  const path = join(directory, 'bid-scores.parquet');
  await duck.run(`COPY (FROM bid_scores ORDER BY position) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
  return path;
}

/** Compares the tables of the attached database `gold` with what Spark has written to `output`, row by row. */
export async function compareTables(duck: DuckDBConnection, output: string): Promise<readonly TableComparison[]> {
  const compared: TableComparison[] = [];
  for (const table of goldTables()) compared.push(await compareTable(duck, table, output));
  return compared;
}

async function compareTable(
  duck: DuckDBConnection,
  { name, key, columns }: GoldTable,
  output: string,
): Promise<TableComparison> {
  const names = columns.map((column) => column.name).join(', ');
  const ours = `SELECT ${names} FROM gold.${name}`;
  const theirs = `SELECT ${names} FROM read_parquet('${join(output, name, '*.parquet')}')`;
  const keyText = `concat_ws('/', ${key.join(', ')})`;
  const row = await oneRow(
    duck,
    `WITH ours AS (${ours} EXCEPT ALL ${theirs}), theirs AS (${theirs} EXCEPT ALL ${ours})
    SELECT (SELECT count(*) FROM gold.${name}) AS row_count, (SELECT count(*) FROM ours) AS only_ours,
      (SELECT count(*) FROM theirs) AS only_theirs,
      (SELECT min(key) FROM (SELECT ${keyText} AS key FROM ours UNION ALL SELECT ${keyText} FROM theirs)) AS first`,
  );
  const { row_count: rows, only_ours: onlyInDuckdb, only_theirs: onlyInSpark, first } = row as Record<string, unknown>;
  return {
    table: name,
    rows: Number(rows),
    onlyInDuckdb: Number(onlyInDuckdb),
    onlyInSpark: Number(onlyInSpark),
    first: first === null ? null : String(first),
  };
}
