// `gavel up`: everything in one process, from the data directory's lock to the API, and back down again in reverse.
import { join } from 'node:path';
import type pg from 'pg';
import type { ApiDeps } from '../api/api.deps.js';
import type { Config } from '../config.js';
import { later } from '../domain/time.js';
import { readerPassFile } from '../embedded/cluster.js';
import { type Connection, startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { startPresence } from '../notify/processes.js';
import type { KeyStore } from '../personal-data/key-store.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import { startBackups } from './backup.js';
import { startArchivers } from './bronze.js';
import { takeDataDirectory } from './data-directory.js';
import { connectionTo, embeddedPostgresIn } from './database.js';
import { tokenSettings } from './development.js';
import { startEraser } from './eraser.js';
import { type House, openHouse } from './house.js';
import { openKafkaBus } from './kafka-bus.js';
import { startNotices } from './notices.js';
import { keyStoreOf, refuseLostMaster } from './personal.js';
import { readinessOfConsumers, readinessOfJournal, readinessOfRuns, shownArchivers } from './readiness.js';
import { startRuns, workOf } from './runs.js';
import { startHouseApi } from './start-house-api.js';
import { openTraces } from './traces.js';
import { startUndoable, type Undo } from './undoable.js';

export type UpParts = Readonly<{
  config: Config;
  runtime: Runtime;
  log: Log;
  metrics: Metrics & ApiDeps['metrics'];
  /** Called once if the database is lost while the house is up. */
  lost: (error: Error) => void;
}>;

export type Up = Readonly<{
  house: House;
  /** Of the people who have personal data here. */
  keys: KeyStore;
  /** Where the API answers. */
  url: string;
  /** The database, without its password. */
  postgres: string;
  /** Analysts' way into our own PostgreSQL, as libpq (psql) takes it; null for a server elsewhere, whose roles are others'. */
  analysts: string | null;
  /** Does at once, for today, what the nightly run does for the day before; it is no run of the schedule's. Rejects soon after `signal` aborts. */
  keepBooks(signal: AbortSignal): Promise<void>;
  /** The API stops taking, the house drains, the database stops, the data directory is free. Idempotent. */
  stop(): Promise<void>;
}>;

/**
 * Starts it all and resolves when the API takes requests. When a part refuses to start, those before it are stopped
 * again and its error is thrown.
 */
export const startUp = (parts: UpParts): Promise<Up> => startUndoable((undo) => start(parts, undo));

async function start(parts: UpParts, undo: Undo[]): Promise<Omit<Up, 'stop'>> {
  const { config, runtime, log, metrics } = parts;
  const data = await takeDataDirectory(config.dataDirectory);
  undo.push(() => data.release());
  const traces = await openTraces(config, { role: 'up', runtime }, undo);
  // Before the slow parts: a bad secret file is found at once.
  const tokens = await tokenSettings(config);
  await refuseLostMaster(config);
  const database = await openPostgres(parts, undo);
  const { kafka } = config;
  const bus =
    kafka === null
      ? null
      : await openKafkaBus({ config: { ...config, kafka }, tokens, runtime, log, lost: parts.lost });
  if (bus !== null) undo.push(() => bus.drain());
  const house = await openHouse({
    postgres: database.connection,
    config,
    runtime,
    log,
    metrics,
    traces,
    ...(bus && { bus }),
  });
  undo.push(() => house.drain());
  const { journal, silver, consumers } = house;
  const eraser = await startEraser({ ...parts, ...house, database: database.connection });
  undo.push(() => eraser.drain());
  const archiving = { config, journal, postgres: database.connection, runtime, log, metrics };
  const { archivers, drain } = await startArchivers(archiving);
  undo.push(drain);
  undo.push((await startBackups({ config, postgres: database.connection, runtime, log })).drain);
  const runs = config.schedule ? await startRuns({ ...parts, ...house, postgres: database.connection }) : null;
  if (runs !== null) undo.push(() => runs.drain());
  undo.push(startPresence({ ...parts, pool: house.pool, role: 'up', dataDirectory: config.dataDirectory }));
  const notices = startNotices({ ...parts, ...house, tokens }, undo);
  const { url } = await startHouseApi(
    {
      ...parts,
      ...house,
      tokens,
      traces,
      silver,
      silverStands: async () => consumers.silver.status().position,
      ready: async () => ({
        journal: await readinessOfJournal(journal, runtime),
        ...readinessOfConsumers({ ...consumers, erasures: eraser }),
        bronze: shownArchivers(archivers),
        runs: readinessOfRuns(runs),
        alerts: { ready: true, detail: notices.status().state },
      }),
    },
    undo,
  );
  const keepBooks = async (signal: AbortSignal): Promise<void> => {
    const today = { from: runtime.now(), to: later(runtime.now(), 1) };
    await workOf({ ...parts, ...house, postgres: database.connection }).nightly(today, {}, signal);
  };
  return { house, keys: keyStoreOf(config), url, postgres: database.shown, analysts: database.analysts, keepBooks };
}

type Postgres = Readonly<{ connection: pg.ClientConfig; shown: string; analysts: string | null }>;

async function openPostgres({ config, log, lost }: UpParts, undo: Undo[]): Promise<Postgres> {
  const { url, port } = config.postgres;
  if (url !== null) {
    const shown = new URL(url);
    shown.password = '';
    return { connection: await connectionTo(url), shown: shown.href, analysts: null };
  }
  const dataDir = embeddedPostgresIn(config.dataDirectory);
  const server = await startEmbeddedPostgres({ dataDir, log, onLost: lost, ...(port === 0 ? {} : { port }) });
  undo.push(() => server.stop());
  const { user, host, port: taken, database } = server.connection;
  const shown = `postgres://${user}@${host}:${taken}/${database} (password in ${join(dataDir, 'password')})`;
  return { connection: server.connection, shown, analysts: readerAddress(server.reader, dataDir) };
}

/** Without the password, which psql reads from a file: it stays out of screens, shell histories and process lists. */
function readerAddress({ user, host, port, database }: Connection, dataDir: string): string {
  return `postgresql://${user}@${host}:${port}/${database}?passfile=${encodeURIComponent(readerPassFile(dataDir))}`;
}
