// What the parts of a house over Kafka have used by now: processor time by process, bytes by store.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { cpuSecondsOf } from '../processor-time.js';

export type Reading = Readonly<Record<string, number>>;
export type Named = Readonly<{ name: string; pid: number }>;

/** Seconds of processor time by name; processes of one name are added up. Refuses where there is no /proc. */
export async function processorSeconds(processes: readonly Named[]): Promise<Reading> {
  const used = await Promise.all(processes.map(async ({ name, pid }) => ({ name, seconds: await cpuSecondsOf(pid) })));
  if (used.every(({ seconds }) => seconds === null))
    throw new Error('the system does not tell the processor time of processes: costs are measured on Linux');
  const gone = used.find(({ seconds }) => seconds === null);
  if (gone !== undefined) throw new Error(`a process of "${gone.name}" ended while it was measured: measure again`);
  const sums: Record<string, number> = {};
  for (const { name, seconds } of used) sums[name] = (sums[name] ?? 0) + (seconds ?? 0);
  return sums;
}

/** PostgreSQL's processes, each named after whom it works for. */
export async function serverProcesses(database: pg.Client): Promise<readonly Named[]> {
  const { rows } = await database.query<{ pid: number; name: string; type: string }>(
    'SELECT pid, application_name AS name, backend_type AS type FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
  );
  return rows.map(({ pid, name, type }) => ({ pid, name: `postgres ${purposeOf(type, name)}` }));
}

function purposeOf(type: string, name: string): string {
  if (type !== 'client backend') return 'background';
  return /journal|silver/.exec(name)?.[0] ?? 'others';
}

/** Bytes of tables and indexes by schema, of the log of changes, and of Kafka's topics as its segments have them. */
export async function storedBytes(database: pg.Client, kafkaDirectory: string): Promise<Reading> {
  const { rows } = await database.query<{ schema: string; bytes: string }>(
    `SELECT CASE WHEN nspname = 'journal' THEN nspname ELSE 'silver' END AS schema, sum(pg_total_relation_size(pg_class.oid))::text AS bytes
       FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind = 'r' AND (nspname = 'journal' OR nspname LIKE 'silver%') GROUP BY 1
     UNION ALL SELECT 'wal', (pg_current_wal_lsn() - '0/0'::pg_lsn)::text`,
  );
  const bytes: Record<string, number> = {};
  for (const row of rows) bytes[row.schema] = Number(row.bytes);
  return { ...bytes, ...(await topicBytes(kafkaDirectory)) };
}

async function topicBytes(directory: string): Promise<Reading> {
  const bytes: Record<string, number> = {};
  const files = await readdir(directory, { recursive: true });
  for (const file of files) {
    const [, topic] = /auction\.(bids|events)-\d+\/\d+\.log$/.exec(file) ?? [];
    if (topic === undefined) continue;
    const name = `topic ${topic}`;
    bytes[name] = (bytes[name] ?? 0) + (await stat(join(directory, file))).size;
  }
  return bytes;
}

/** What was used between two readings, in `unit`s for each of `count`. */
export function each(before: Reading, after: Reading, count: number, unit: number): Reading {
  if (count <= 0) throw new RangeError('a cost is one of at least one bid');
  const names = Object.keys(after);
  return Object.fromEntries(
    names.map((name) => [name, Math.round((10 * unit * ((after[name] ?? 0) - (before[name] ?? 0))) / count) / 10]),
  );
}
