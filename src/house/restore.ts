// A house again out of its archive: the journal from Bronze, then the erasure list. Read models are built when the house starts.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type RestoredJournal, type RestoreParts, restoreJournal } from '../batch/restore/restore-journal.js';
import { restoreStreams } from '../batch/restore/restore-streams.js';
import type { Config } from '../config.js';
import { type AppliedErasures, applyErasures } from '../erasure/apply-erasures.js';
import { clearAbandoned, ownPrefix } from '../lake/abandoned.js';
import { openStore } from '../lake/open-store.js';
import { migrate } from '../migrations/migrate.js';
import { BronzeBroken, EVENTS_CHAIN } from '../projections/bronze/manifest.js';
import { type Log, silentLog } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { MEMORY_LIMIT, scratchOf, witnessesOf } from './bronze.js';
import { openDatabase } from './database.js';
import { claimDatabase, configuredJournal, journalRestorer } from './journal.js';
import { erasureListOf, keyStoreOf } from './personal.js';

export type RestoreHouseParts = Readonly<{
  config: Config;
  runtime: Runtime;
  progress: (done: number, total: number) => void;
  onPart?: (part: number) => void | Promise<void>;
}>;

/** `witnesses`: signed heads that were compared. */
export type RestoredHouse = RestoredJournal & Readonly<{ witnesses: number; erasures: AppliedErasures }>;

/** Restores the journal of the configured house, which is made where there is none yet. See `restoreJournal` for what it refuses. */
export async function restoreFromBronze(parts: RestoreHouseParts): Promise<RestoredHouse> {
  const { config } = parts;
  const database = await openDatabase(config, silentLog, { make: true });
  try {
    await migrate(database.connection, silentLog);
    const restored = await fromLake(parts, database.connection);
    const erasures = await eraseAgain(parts, database.connection, silentLog);
    return { ...restored, erasures };
  } finally {
    await database.close();
  }
}

async function fromLake({ config, runtime, progress, onPart }: RestoreHouseParts, database: pg.ClientConfig) {
  const directory = scratchOf(config);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await clearAbandoned(directory, ['restore']);
  const scratch = await mkdtemp(join(directory, ownPrefix('restore')));
  const store = await openStore(config.lake, runtime);
  try {
    const { check, count } = await witnessed(config);
    const duck = { threads: availableParallelism(), memoryLimit: MEMORY_LIMIT, tempDirectory: scratch };
    const now = () => runtime.now();
    const optional = onPart === undefined ? {} : { onPart };
    const given = { store, database, now, scratch, duck, checkWitness: check, progress, ...optional };
    return { ...(await restoreInto({ config, runtime }, given)), witnesses: count };
  } finally {
    store.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Into PostgreSQL as it was; into an EventStoreDB as far as that store lets it. */
async function restoreInto({ config, runtime }: Pick<RestoreHouseParts, 'config' | 'runtime'>, given: RestoreParts) {
  const restorer = await journalRestorer(config, runtime);
  if (restorer === null) return restoreJournal(given);
  try {
    return await restoreStreams(given, restorer);
  } finally {
    await restorer.close();
  }
}

/** Witnesses that this data directory's key has signed: a manifest that they name must be the one they name. */
async function witnessed(config: Config) {
  const witnesses = await witnessesOf(config);
  const known = (await witnesses.of(EVENTS_CHAIN)).filter((one) => witnesses.isGenuine(one));
  const check = (part: number, sha256: string): void => {
    const other = known.find((one) => one.part === part && one.sha256 !== sha256);
    if (other !== undefined)
      throw new BronzeBroken(
        `the manifest of part ${part} has the SHA-256 ${sha256}, and had ${other.sha256} when it was witnessed at ${other.witnessedAt}`,
      );
  };
  return { check, count: known.length };
}

/** Whoever was erased since the archive was written is erased again, before anybody sees the house. */
async function eraseAgain({ config, runtime }: RestoreHouseParts, postgres: pg.ClientConfig, log: Log) {
  const client = new pg.Client(postgres);
  await client.connect();
  await claimDatabase(client, config).finally(() => client.end());
  const journal = await configuredJournal({ config, postgres, runtime, log });
  try {
    return await applyErasures({ journal, keys: keyStoreOf(config), list: erasureListOf(config), runtime });
  } finally {
    await journal.close();
  }
}
