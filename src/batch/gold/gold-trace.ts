// From a row of Gold back to what it was made of: the run, the manifests and the events.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import { withDuck } from '../../lake/duck.js';
import { OperatorError } from '../../runtime/operator-error.js';
import { makeInputs, readFacts } from './gold-build.js';
import type { GoldParts } from './gold-run.js';
import { type GoldTable, type GoldTableName, goldSql, goldTables } from './gold-tables.js';
import { currentVersions, type GoldVersion } from './publish.js';
import { localFiles, readSource } from './source.js';

export type TracedEvent = Readonly<{
  position: string;
  streamId: string;
  revision: string;
  eventType: string;
  occurredAt: string;
  /** The part of Bronze, counted from 1. */
  part: number;
  /** As analysts may read it: secrets are null. */
  text: string | null;
}>;

export type GoldTrace = Readonly<{
  table: GoldTableName;
  row: Readonly<Record<string, unknown>>;
  version: GoldVersion;
  /** How many events went into the row; `events` are the first of them. */
  eventCount: number;
  events: readonly TracedEvent[];
}>;

/**
 * Finds the row whose key is `key`: its columns with `/` between, in the order of docs/gold.md. Refuses a row that is not
 * there. Reads the archive as far as the row's run did.
 */
export async function traceGold(
  parts: GoldParts,
  { table: name, key, limit }: Readonly<{ table: GoldTableName; key: string; limit: number }>,
): Promise<GoldTrace> {
  const table = goldTables().find((one) => one.name === name);
  if (table === undefined) throw new Error(`Gold has no table ${name}`);
  const values = keyValues(table, key);
  const { row, version } = await findRow(parts, table, values);
  const source = await readSource(parts.store, BigInt(version.cut));
  await mkdir(parts.directory, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(parts.directory, 'trace-'));
  try {
    const files = await localFiles(parts.store, source, parts.directory);
    return await withDuck({ ...parts.duck, tempDirectory: scratch }, async (duck) => {
      await duck.run(`ATTACH '${join(scratch, 'work.duckdb')}' AS work`);
      await duck.run('USE work');
      await readFacts(duck, files);
      await makeInputs(duck);
      await setKey(duck, table, values);
      await duck.run(`CREATE TABLE traced AS SELECT DISTINCT position FROM (${goldSql(`trace/${name}.sql`)}\n)`);
      const found = await duck.runAndReadAll('SELECT count(*) AS count FROM traced');
      const eventCount = Number(found.getRowObjects()[0]?.['count']);
      return { table: name, row, version, eventCount, events: await eventsOf(duck, files, limit) };
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function keyValues({ name, key: names }: GoldTable, key: string): readonly string[] {
  const values = key.split('/');
  if (values.length !== names.length)
    throw new OperatorError(`a row of ${name} is named by ${names.join('/')}; "${key}" is not of that form`);
  return values;
}

async function findRow({ database }: GoldParts, { name, key }: GoldTable, values: readonly string[]) {
  const client = new pg.Client({ ...database, application_name: 'gavel trace' });
  await client.connect();
  try {
    await client.query("SET TIME ZONE 'UTC'");
    const version = (await currentVersions(client)).get(name);
    const where = key.map((column, index) => `${column}::text = $${index + 1}`).join(' AND ');
    const { rows } = await client.query<{ row: Record<string, unknown> }>(
      `SELECT to_json(t) AS row FROM gold.${name} t WHERE ${where}`,
      [...values],
    );
    const row = rows[0]?.row;
    if (version === undefined || row === undefined)
      throw new OperatorError(`gold.${name} has no row ${values.join('/')}; its key is ${key.join('/')}`);
    return { row, version };
  } finally {
    await client.end();
  }
}

async function setKey(duck: DuckDBConnection, { key, columns }: GoldTable, values: readonly string[]): Promise<void> {
  const typeOf = (name: string): string => {
    const type = columns.find((column) => column.name === name)?.type;
    return type === 'date' || type === 'integer' ? type : 'varchar';
  };
  const chosen = key.map((name, index) => `$${index + 1}::VARCHAR::${typeOf(name)} AS ${name}`);
  await duck.run(`CREATE TABLE gold_key AS SELECT ${chosen.join(', ')}`, [...values]);
}

async function eventsOf(
  duck: DuckDBConnection,
  files: readonly string[],
  limit: number,
): Promise<readonly TracedEvent[]> {
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  const reader = await duck.runAndReadAll(`
    SELECT position::VARCHAR AS position, stream_id, revision::VARCHAR AS revision, event_type,
      strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS occurred_at, list_position([${list}], filename) AS part, text
    FROM read_parquet([${list}], hive_partitioning = false, filename = true)
    JOIN traced USING (position) ORDER BY 1::BIGINT LIMIT ${limit}`);
  return reader.getRowObjects().map((row) => ({
    position: String(row['position']),
    streamId: String(row['stream_id']),
    revision: String(row['revision']),
    eventType: String(row['event_type']),
    occurredAt: String(row['occurred_at']),
    part: Number(row['part']),
    text: row['text'] === null ? null : String(row['text']),
  }));
}
