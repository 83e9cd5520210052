// A restore drill: the newest backup, restored into a scratch directory, started, verified and timed. A backup that nobody
// has restored is a hope.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '../config.js';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { PostgresJournal } from '../journal/postgres/postgres.journal.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { verify } from '../verify/verify.js';
import { type BackupConfig, type Restored, restoreInto } from './backup.js';

export type DrillParts = Readonly<{
  config: BackupConfig & Pick<Config, 'journal'>;
  /** The house's database, to tell what a restore would lose; null where it is gone. */
  live: pg.ClientConfig | null;
  runtime: Runtime;
  log: Log;
  /** Ends the drill where it is; nothing of it is left then either. */
  signal?: AbortSignal;
}>;

export type DrillReport = Readonly<{
  /** Whether the backup can be relied on: restored, started, and all of it as the journal says. */
  ok: boolean;
  problems: readonly string[];
  /** When the base backup was taken, ISO. */
  baseAt: string;
  pieces: number;
  /** Events in the restored journal; those that the house had when the drill began; null where it is not known. */
  events: number;
  eventsLive: number | null;
  /** How long before the drill began the first event was recorded that a restore would lose; 0 if it would lose none. */
  lostMs: number | null;
  restoreMs: number;
  startMs: number;
  verifyMs: number;
}>;

const FINDINGS_SHOWN = 5;
/** What was under way when the backup was made is for the house to catch up with, not for the drill to find. */
const LAG_MAX_MS = 10 * 365 * 86_400_000;
/** Small: a house may be running beside it. */
const SETTINGS = { shared_buffers: '64MB', max_connections: 20 };

/** Runs the drill; nothing of it is left. Refuses where there is no backup at all. */
export async function drill(parts: DrillParts, phase: (name: string) => void = () => undefined): Promise<DrillReport> {
  const { config, runtime, log, signal = new AbortController().signal } = parts;
  const scratch = join(config.dataDirectory, 'drill');
  const dataDir = join(scratch, 'postgres');
  await rm(scratch, { recursive: true, force: true });
  try {
    const at = runtime.now();
    const eventsLive = parts.live === null ? null : await asked(parts.live, HEAD);
    phase('restoring');
    const [restored, restoreMs] = await timed(runtime, () =>
      restoreInto(parts, { to: null, dataDir }, () => signal.throwIfAborted()),
    );
    signal.throwIfAborted();
    phase('starting');
    const [server, startMs] = await timed(runtime, () => startEmbeddedPostgres({ dataDir, settings: SETTINGS, log }));
    try {
      phase('verifying');
      const [found, verifyMs] = await timed(runtime, () => examine({ ...parts, signal }, server.connection));
      const head = (await asked(server.connection, HEAD)) ?? 0;
      const firstLost = parts.live === null ? null : await asked(parts.live, FIRST_LOST, [head, at]);
      const lostMs = parts.live === null ? null : firstLost === null ? 0 : at - firstLost;
      return { ...reportOf(restored, found), eventsLive, lostMs, restoreMs, startMs, verifyMs };
    } finally {
      await server.stop();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Found = Readonly<{ events: number; problems: readonly string[] }>;

const reportOf = ({ base, files }: Restored, { events, problems }: Found) => ({
  ok: problems.length === 0,
  problems,
  baseAt: new Date(base.finishedAt).toISOString(),
  pieces: files.pieces,
  events,
});

/** Where the journal is elsewhere, the tables can be compared with nothing here; that they are there is something. */
async function examine(
  { config, runtime, log, signal }: DrillParts & Readonly<{ signal: AbortSignal }>,
  database: pg.ClientConfig,
): Promise<Found> {
  if (config.journal.store !== 'postgres')
    return { events: 0, problems: (await asked(database, TABLES)) === 0 ? ['it has no tables of Gavel'] : [] };
  const journal = new PostgresJournal({ config: database, runtime, log });
  try {
    const limits = { findingsMax: FINDINGS_SHOWN, lagMaxMs: LAG_MAX_MS, now: () => runtime.now() };
    const quietly = { phase: () => undefined, progress: () => undefined };
    const { events, findings, findingsTotal } = await verify({
      ...{ database, journal, runtime, signal },
      ...limits,
      ...quietly,
    });
    const told = findings.map(({ check, subject, problem }) => `${check}: ${subject}: ${problem}`);
    const more = findingsTotal - findings.length;
    return { events, problems: more > 0 ? [...told, `and ${more} more`] : told };
  } finally {
    await journal.close();
  }
}

const TABLES = 'SELECT count(*)::integer AS n FROM public.gavel_migrations';
const HEAD = 'SELECT max(position)::float8 AS n FROM journal.events';
/** Of the events that the copy lacks, the first that was recorded before the drill began. */
const FIRST_LOST = 'SELECT min(recorded_at)::float8 AS n FROM journal.events WHERE position > $1 AND recorded_at <= $2';

async function asked(database: pg.ClientConfig, sql: string, values: readonly number[] = []): Promise<number | null> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await client.query<{ n: number | null }>(sql, [...values])).rows[0]?.n ?? null;
  } finally {
    await client.end();
  }
}

async function timed<T>(runtime: Runtime, work: () => Promise<T>): Promise<readonly [T, number]> {
  const startedMs = runtime.monotonicMs();
  const result = await work();
  return [result, Math.round(runtime.monotonicMs() - startedMs)];
}
