// Backups of the configured house: beside it while it runs (the log all the time, a base once a day), by command, and out of
// them a data directory again. Keys of persons are not in the database, and so not in its backups (docs/backup.md).
import { readdir } from 'node:fs/promises';
import type pg from 'pg';
import { type Base, basesIn, prune } from '../batch/backup/backup-store.js';
import { takeBase } from '../batch/backup/base-backup.js';
import { baseFor, type RestoredFiles, restoreFiles } from '../batch/backup/restore-files.js';
import { baseLeadingTo, forgetSlot, type Shipped, WalShipper } from '../batch/backup/wal-shipper.js';
import type { Config } from '../config.js';
import { passwordOf } from '../embedded/cluster.js';
import { type Recovered, recoverCluster, writeRecovery } from '../embedded/recover-cluster.js';
import type { ObjectStore } from '../lake/object-store.js';
import { openStore } from '../lake/open-store.js';
import type { Log } from '../runtime/log.js';
import { Loop } from '../runtime/loop.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { hasCode } from '../runtime/system-error.js';
import { takeDataDirectory } from './data-directory.js';
import { embeddedPostgresIn } from './database.js';

export type BackupConfig = Pick<Config, 'lake' | 'backup' | 'postgres' | 'dataDirectory'>;
type Around = Readonly<{ config: BackupConfig; runtime: Runtime; log: Log }>;
type Progress = (done: number, total: number) => void;

/** Who copies the database: on our own PostgreSQL a role that can do nothing else, elsewhere the house's own. */
export async function backupConnection(
  { postgres, dataDirectory }: Pick<BackupConfig, 'postgres' | 'dataDirectory'>,
  connection: pg.ClientConfig,
): Promise<pg.ClientConfig> {
  const { url } = postgres;
  const ours = embeddedPostgresIn(dataDirectory);
  if (url !== null && !(await isPasswordOf(ours, url.password))) return connection;
  const [user, password] = ['gavel_backup', await passwordOf(ours, 'gavel_backup')];
  if (url === null) return { ...connection, user, password };
  const own = Object.assign(new URL(url), { username: user, password });
  return { ...connection, connectionString: own.href };
}

/** Processes of `gavel cluster` are given the address of the PostgreSQL of their data directory: its password tells. */
async function isPasswordOf(dataDir: string, password: string): Promise<boolean> {
  try {
    return (await passwordOf(dataDir, 'gavel')) === decodeURIComponent(password);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Takes a base backup now, beside a running house or without one, and deletes what is too old. */
export async function backUp(
  { config, runtime, postgres }: Omit<Around, 'log'> & Readonly<{ postgres: pg.ClientConfig }>,
  progress: Progress = () => undefined,
): Promise<Base> {
  const database = await backupConnection(config, postgres);
  return withStore({ config, runtime }, async (store) => {
    const base = await takeBase({ database, store, runtime }, progress);
    await prune(store, runtime.now() - config.backup.keepMs);
    return base;
  });
}

/** The bases that there are, the oldest first. */
export const backupsOf = (around: Omit<Around, 'log'>): Promise<readonly Base[]> => withStore(around, basesIn);

const LOOK_EVERY_MS = 60_000;
const POLL_MS = 100;
const BACK_OFF = { minMs: 1_000, maxMs: 60_000 };

/**
 * Backs up a running house: its log within `backup.withinMs`, and a base every `backup.baseEveryMs`, or sooner where the log
 * does not lead from the newest one to now. Where backups are off, PostgreSQL is told that nobody needs its log any more.
 */
export async function startBackups(
  parts: Around & Readonly<{ postgres: pg.ClientConfig }>,
): Promise<Readonly<{ drain(): Promise<void> }>> {
  const { config, runtime, log, postgres } = parts;
  if (!config.backup.on) {
    if (config.postgres.url === null) await forgetSlot(await backupConnection(config, postgres));
    return { drain: async () => undefined };
  }
  const database = await backupConnection(config, postgres);
  const store = await openStore(config.lake, runtime);
  const shipper = new WalShipper({ database, store, runtime, log, withinMs: config.backup.withinMs });
  const keeper = baseKeeper({ ...parts, store, shipper });
  shipper.start();
  keeper.start();
  const drain = async (): Promise<void> => {
    await keeper.stop();
    await shipper.drain();
    store.close();
  };
  return { drain };
}

type Keeping = Around & Readonly<{ postgres: pg.ClientConfig; store: ObjectStore; shipper: WalShipper }>;

/** Takes bases when they are due. The log comes first: without it no base leads to any later time. */
const baseKeeper = (parts: Keeping): Loop =>
  new Loop({
    name: 'base backups',
    runtime: parts.runtime,
    log: parts.log,
    backOff: BACK_OFF,
    pauseMs: LOOK_EVERY_MS,
    round: async (signal) => {
      const shipped = await firstShipped(parts, signal);
      if (shipped === null || !(await isDue(parts, shipped))) return;
      const { bytes, startedAt, finishedAt } = await backUp(parts);
      parts.log.info({ bytes, ms: finishedAt - startedAt }, 'took a base backup');
    },
  });

async function firstShipped({ shipper, runtime }: Keeping, signal: AbortSignal): Promise<Shipped | null> {
  while (shipper.status().shipped === null && !signal.aborted) await runtime.sleep(POLL_MS, signal);
  return shipper.status().shipped;
}

async function isDue({ config, runtime, store }: Keeping, shipped: Shipped): Promise<boolean> {
  const base = await baseLeadingTo({ store }, shipped);
  return base === null || runtime.now() - base.finishedAt >= config.backup.baseEveryMs;
}

export type RestoreRequest = Readonly<{
  /** Milliseconds since 1970; null is the end of what was backed up. */
  to: number | null;
  /** Where a cluster for another PostgreSQL is to be made; null for the data directory of this house. */
  into: string | null;
}>;

/** `recovered` is null for another PostgreSQL, which goes through the log when it starts. */
export type Restored = Readonly<{ base: Base; files: RestoredFiles; recovered: Recovered | null; directory: string }>;

/** Makes a cluster out of the backups. Refuses a place where there is one already. */
export async function restoreFromBackup(
  { config, runtime, log }: Around,
  { to, into }: RestoreRequest,
  progress: Progress = () => undefined,
): Promise<Restored> {
  if (into !== null) return withStore({ config, runtime }, (store) => fillDirectory(store, { to, into }, progress));
  if (config.postgres.url !== null)
    throw new OperatorError(
      'GAVEL_POSTGRES_URL names a PostgreSQL elsewhere: gavel restore --from backup --into DIR makes a data directory for it',
    );
  const data = await takeDataDirectory(config.dataDirectory);
  try {
    const dataDir = embeddedPostgresIn(config.dataDirectory);
    if (await hasEntries(dataDir))
      throw new OperatorError(`${dataDir} holds a database: move it away first, nothing is written over it`);
    return await restoreInto({ config, runtime, log }, { to, dataDir }, progress);
  } finally {
    data.release();
  }
}

/** The same into any directory that is not there yet, whose server is then started by startEmbeddedPostgres. */
export function restoreInto(
  { config, runtime, log }: Around,
  { to, dataDir }: Readonly<{ to: number | null; dataDir: string }>,
  progress: Progress = () => undefined,
): Promise<Restored> {
  return withStore({ config, runtime }, async (store) => {
    const base = await baseFor(store, to);
    let files: RestoredFiles = { pieces: 0, end: base.end };
    const fill = async (directory: string): Promise<void> => {
      files = await restoreFiles(store, base, directory, progress);
    };
    const recovered = await recoverCluster(dataDir, fill, { to, log });
    return { base, files, recovered, directory: dataDir };
  });
}

async function fillDirectory(
  store: ObjectStore,
  { to, into }: Readonly<{ to: number | null; into: string }>,
  progress: Progress,
): Promise<Restored> {
  const base = await baseFor(store, to);
  if (await hasEntries(into)) throw new OperatorError(`${into} is not empty: nothing is written over what is there`);
  const files = await restoreFiles(store, base, into, progress);
  await writeRecovery(into, to);
  return { base, files, recovered: null, directory: into };
}

async function hasEntries(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length > 0;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function withStore<T>(
  { config, runtime }: Omit<Around, 'log'>,
  work: (store: ObjectStore) => Promise<T>,
): Promise<T> {
  const store = await openStore(config.lake, runtime);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
