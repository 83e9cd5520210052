// Where the tables of Gold go: Parquet files in the object store, under names made of what they hold; the tables of the
// PostgreSQL schema `gold`, all in one transaction, which is what makes a run count; then a pointer in the store and the
// DuckDB file, which the next run makes good if a crash falls in between.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { oneRow } from '../../lake/duck.js';
import type { ObjectStore } from '../../lake/object-store.js';
import type { GoldTable, GoldTableName } from './gold-tables.js';

/** A table as a file of the object store. */
export type GoldFile = Readonly<{ key: string; sha256: string; bytes: number; rows: number }>;

/** A table's file, what it was made of and by which run. */
export type GoldVersion = GoldFile & Readonly<{ runId: string; cut: string; codeVersion: string }>;

export const GOLD_POINTER = 'gold/current.json';

/** Writes a table of the schema `gold` as Parquet and puts it. The same rows come to the same object. */
export async function putTable(
  duck: DuckDBConnection,
  store: ObjectStore,
  { name, key }: GoldTable,
  scratch: string,
): Promise<GoldFile> {
  const path = join(scratch, `${name}.parquet`);
  await duck.run(`COPY (FROM gold.${name} ORDER BY ${key.join(', ')}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  const sha256 = hash.digest('hex');
  const { count } = await oneRow(duck, `SELECT count(*) AS count FROM gold.${name}`);
  const file = { key: `gold/${name}/${sha256}.parquet`, sha256, bytes: (await stat(path)).size, rows: Number(count) };
  await store.put(file.key, createReadStream(path), { ifAbsent: true, sha256 });
  return file;
}

/** The versions that PostgreSQL has now, by table. */
export async function currentVersions(client: pg.Client): Promise<ReadonlyMap<string, GoldVersion>> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT table_name, run_id, cut::text, code_version, object_key, sha256, bytes::text, row_count::text FROM gold.versions`,
  );
  return new Map(
    rows.map((row) => [
      String(row['table_name']),
      {
        runId: String(row['run_id']),
        cut: String(row['cut']),
        codeVersion: String(row['code_version']),
        key: String(row['object_key']),
        sha256: String(row['sha256']),
        bytes: Number(row['bytes']),
        rows: Number(row['row_count']),
      },
    ]),
  );
}

/** What the pointer says: each table's file, and what of Bronze it was made of. */
export const pointerText = (
  versions: ReadonlyMap<string, GoldVersion>,
  { cut, parts, manifestSha256 }: Readonly<{ cut: string; parts: number; manifestSha256: string }>,
): string =>
  `${JSON.stringify(
    {
      format: 'gavel-gold/1',
      bronze: { cut, parts, manifestSha256 },
      tables: Object.fromEntries(
        [...versions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { runId: _, ...file }]) => [name, file]),
      ),
    },
    null,
    1,
  )}\n`;

/** Deletes the files of tables that are none of these: whoever read the pointer before this run still finds its files. */
export async function pruneVersions(store: ObjectStore, kept: readonly Pick<GoldFile, 'key'>[]): Promise<void> {
  const keys = new Set(kept.map(({ key }) => key));
  for await (const { key } of store.list('gold/')) if (VERSION_KEY.test(key) && !keys.has(key)) await store.delete(key);
}

const VERSION_KEY = /^gold\/[a-z_]+\/[0-9a-f]{64}\.parquet$/;

const SAVE_VERSION = `INSERT INTO gold.versions (table_name, run_id, cut, code_version, object_key, sha256, bytes, row_count)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (table_name) DO UPDATE SET run_id = excluded.run_id, cut = excluded.cut,
  code_version = excluded.code_version, object_key = excluded.object_key, sha256 = excluded.sha256, bytes = excluded.bytes,
  row_count = excluded.row_count`;

/** Notes what a table is equal to from now on, in the caller's transaction. */
export async function saveVersion(client: pg.Client, table: GoldTableName, version: GoldVersion): Promise<void> {
  const { runId, cut, codeVersion, key, sha256, bytes, rows } = version;
  await client.query(SAVE_VERSION, [table, runId, cut, codeVersion, key, sha256, bytes, rows]);
}

/** Makes a table of PostgreSQL equal to the new one, in the caller's transaction. Rows that stay are not touched; tells whether any changed. */
export async function replaceTable(
  duck: DuckDBConnection,
  client: pg.Client,
  { name, key, columns }: GoldTable,
  scratch: string,
): Promise<boolean> {
  const path = join(scratch, `${name}.csv`);
  const names = columns.map((column) => column.name).join(', ');
  await duck.run(`COPY (SELECT ${names} FROM gold.${name}) TO '${path}' (FORMAT csv, HEADER false, FORCE_QUOTE *)`);
  await client.query(`CREATE TEMPORARY TABLE next_${name} (LIKE gold.${name}) ON COMMIT DROP`);
  await pipeline(
    createReadStream(path),
    client.query(copyFrom(`COPY next_${name} (${names}) FROM STDIN (FORMAT csv)`)),
  );
  await client.query(`ANALYZE next_${name}`);
  const gone =
    await client.query(`DELETE FROM gold.${name} WHERE (${key.join(', ')}) IN (SELECT ${key.join(', ')} FROM (
    SELECT ${names} FROM gold.${name} EXCEPT SELECT ${names} FROM next_${name}) AS gone)`);
  const come = await client.query(`INSERT INTO gold.${name} (${names})
    SELECT ${names} FROM next_${name} EXCEPT SELECT ${names} FROM gold.${name}`);
  return (gone.rowCount ?? 0) + (come.rowCount ?? 0) > 0;
}
