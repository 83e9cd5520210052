// The database of a house, for commands that look into it for a moment: while `gavel up` runs and while it does not.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config.js';
import { passwordOf } from '../embedded/cluster.js';
import type { DataDirectory } from '../embedded/data-directory.js';
import { EmbeddedError } from '../embedded/embedded-error.js';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { migrate } from '../migrations/migrate.js';
import type { Log } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import { hasCode } from '../runtime/system-error.js';
import { endOnSignals } from '../terminal/interrupt.js';
import { takeDataDirectory } from './data-directory.js';

/** What a signal does while a database is open that was started for the moment. */
export type SignalRoad = 'end the process' | 'left to the caller';

export type OpenDatabase = Readonly<{
  connection: pg.ClientConfig;
  /** Leaves the database as it was found: one that was started for this command is stopped. Idempotent. */
  close(): Promise<void>;
}>;

const CONNECT_WITHIN_MS = 10_000;
const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;

/**
 * The configured database: the one at `GAVEL_POSTGRES_URL`, the PostgreSQL of a running `gavel up` on this data directory,
 * or the same one started for the moment. Refuses a data directory without a house with one sentence, unless it is to `make` one.
 */
export async function openDatabase(
  config: Pick<Config, 'dataDirectory' | 'postgres'>,
  log: Log,
  { signals = 'end the process', make = false }: Readonly<{ signals?: SignalRoad; make?: boolean }> = {},
): Promise<OpenDatabase> {
  const { url } = config.postgres;
  if (url !== null) return { connection: await connectionTo(url), close: async () => undefined };
  const dataDir = embeddedPostgresIn(config.dataDirectory);
  if (!make && (await readIfThere(join(dataDir, 'data', 'PG_VERSION'))) === null)
    throw new OperatorError(`there is no auction house in ${config.dataDirectory} yet; npm start makes one`);
  const taken = await acquireUnlessInUse(config.dataDirectory);
  return taken === null
    ? joinRunning(dataDir)
    : startForNow(dataDir, taken, { port: config.postgres.port, log, signals });
}

/** What connections are opened with, each as its work needs it. In an address they would take the place of ours. */
const SET_BY_US = ['options', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];

/**
 * The connection of `GAVEL_POSTGRES_URL`, tried once. Refuses a server that cannot be reached or does not let us in, and an
 * address that sets what Gavel sets itself.
 */
export async function connectionTo(url: URL): Promise<pg.ClientConfig> {
  const taken = SET_BY_US.find((name) => url.searchParams.has(name));
  if (taken !== undefined)
    throw new OperatorError(
      `GAVEL_POSTGRES_URL sets ${taken}, which Gavel sets for each of its connections; leave it out of the address, or set it for the database or the role`,
    );
  const connection = { connectionString: url.href };
  try {
    // Files that the address names, as that of the authority, are read here.
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_WITHIN_MS });
    await client.connect();
    await client.end();
  } catch (cause) {
    throw new OperatorError(`PostgreSQL at ${url.host} (GAVEL_POSTGRES_URL) cannot be used: ${reasonIn(cause)}`, {
      cause,
    });
  }
  return connection;
}

/** An address that stands for several (localhost) fails with an error that has a code and no message. */
function reasonIn(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const told = ['message', 'code', 'name'].map((key) => Reflect.get(error, key));
  return told.find((text): text is string => typeof text === 'string' && text !== '') ?? 'it does not say why';
}

/** Where a data directory keeps the cluster of its own PostgreSQL. */
export const embeddedPostgresIn = (dataDirectory: string): string => join(dataDirectory, 'postgres');

async function acquireUnlessInUse(directory: string): Promise<DataDirectory | null> {
  try {
    return await takeDataDirectory(directory);
  } catch (error) {
    if (error instanceof EmbeddedError && error.code === 'DataDirectoryInUse') return null;
    throw error;
  }
}

async function startForNow(
  dataDir: string,
  taken: DataDirectory,
  { port, log, signals }: Readonly<{ port: number; log: Log; signals: SignalRoad }>,
): Promise<OpenDatabase> {
  const release = signals === 'end the process' ? endOnSignals() : () => undefined;
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, log, ...(port === 0 ? {} : { port }) });
    const close = async (): Promise<void> => {
      await postgres.stop();
      taken.release();
      release();
    };
    try {
      // The house may have been left by an older version; what is read here is the tables of this one.
      await migrate(postgres.connection, log);
      return { connection: postgres.connection, close };
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  } catch (error) {
    taken.release();
    release();
    throw error;
  }
}

/** PostgreSQL writes its port (line 4) and how far it is (line 8) into postmaster.pid (src/include/utils/pidfile.h). */
async function joinRunning(dataDir: string): Promise<OpenDatabase> {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    const lines = (await readIfThere(join(dataDir, 'data', 'postmaster.pid')))?.split('\n') ?? [];
    if (lines[7]?.trim() === 'ready') {
      const password = await passwordOf(dataDir, 'gavel');
      const connection = { host: '127.0.0.1', port: Number(lines[3]), user: 'gavel', password, database: 'gavel' };
      return { connection, close: async () => undefined };
    }
    await sleep(POLL_MS);
  }
  throw new OperatorError(`waited ${READY_WITHIN_MS / 1000} s for the PostgreSQL of the gavel that runs on ${dataDir}`);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
