// The journal that the configuration names, on the database that belongs to it. No other file knows of EventStoreDB.
import type pg from 'pg';
import type { Config } from '../config.js';
import type { Projection } from '../feed/projection.js';
import { noCommandIndex } from '../journal/eventstoredb/command-index.js';
import { commandsProjection } from '../journal/eventstoredb/commands.projection.js';
import type { EventStoreRestorer } from '../journal/eventstoredb/eventstoredb.restorer.js';
import { PostgresCommandIndex } from '../journal/eventstoredb/postgres.command-index.js';
import type { Journal } from '../journal/journal.js';
import { PostgresJournal } from '../journal/postgres/postgres.journal.js';
import type { Log } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';

export type JournalParts = Readonly<{
  config: Pick<Config, 'journal'>;
  postgres: pg.ClientConfig;
  /** For a journal that cannot be asked for a command's events; without it, such a journal is looked through. */
  pool?: pg.Pool;
  runtime: Runtime;
  log: Log;
}>;

/** The configured journal; it connects when it is first used. */
export async function configuredJournal(parts: JournalParts): Promise<Journal> {
  const { config, postgres, pool, runtime, log } = parts;
  const { journal } = config;
  if (journal.store === 'postgres')
    return new PostgresJournal({ config: postgres, writer: journal.writer, runtime, log });
  // Its client is large, and most houses have no use for it.
  const { EventStoreJournal } = await import('../journal/eventstoredb/eventstoredb.journal.js');
  try {
    const { address } = journal;
    const commandIndex = pool === undefined ? noCommandIndex : new PostgresCommandIndex(pool);
    return new EventStoreJournal({ address, runtime, log, commandIndex });
  } catch (cause) {
    throw unusableAddress(journal.address, cause);
  }
}

/** Puts archived events into the EventStoreDB that the configuration names; null where the journal is in PostgreSQL. */
export async function journalRestorer(
  { journal }: JournalParts['config'],
  runtime: Runtime,
): Promise<EventStoreRestorer | null> {
  if (journal.store === 'postgres') return null;
  const { eventStoreRestorer } = await import('../journal/eventstoredb/eventstoredb.restorer.js');
  try {
    return eventStoreRestorer(journal.address, runtime);
  } catch (cause) {
    throw unusableAddress(journal.address, cause);
  }
}

/** What the client throws may quote the address, and with it a password. */
function unusableAddress({ caFile }: Readonly<{ caFile: string | null }>, cause: unknown): OperatorError {
  const about = caFile === null ? '' : ' and GAVEL_EVENTSTOREDB_CA_FILE';
  return new OperatorError(`GAVEL_EVENTSTOREDB_URL${about} cannot be used: see docs/settings.md`, { cause });
}

/** What any journal needs to have projected for itself. */
export const JOURNAL_PROJECTIONS: readonly Projection[] = [commandsProjection()];

/** What this one does: PostgreSQL has an index of commands of its own. */
export const journalProjections = ({ journal }: JournalParts['config']): readonly Projection[] =>
  journal.store === 'postgres' ? [] : JOURNAL_PROJECTIONS;

const CLAIM = 'INSERT INTO journal.home (store) VALUES ($1) ON CONFLICT DO NOTHING';
const HOME = 'SELECT store FROM journal.home';
const RESTORING = 'SELECT upto FROM journal.restoring';
const NAMES = { postgres: 'in PostgreSQL', eventstoredb: 'in EventStoreDB' } as const;

type Database = Pick<pg.ClientBase, 'query'>;

/** Makes this journal the database's own, if it has none yet. The first one that it meets is its own for good. */
export async function claimDatabase(database: Database, config: JournalParts['config']): Promise<void> {
  await database.query(CLAIM, [config.journal.store]);
  await refuseForeignDatabase(database, config);
}

/**
 * Refuses a database whose checkpoints speak of another store's positions: read against this journal, its tables would
 * lack events or hold some twice.
 */
export async function refuseForeignDatabase(database: Database, { journal }: JournalParts['config']): Promise<void> {
  await refuseUnfinishedRestore(database);
  const { rows } = await database.query<{ store: keyof typeof NAMES }>(HOME);
  const store = rows[0]?.store ?? journal.store;
  if (store !== journal.store)
    throw new OperatorError(
      `this database belongs to a house whose journal is ${NAMES[store]}, and GAVEL_JOURNAL says "${journal.store}"`,
    );
}

/** A house on a part of its history would judge by that part. */
async function refuseUnfinishedRestore(database: Database): Promise<void> {
  const { rows } = await database.query<{ upto: string }>(RESTORING);
  if (rows.length > 0)
    throw new OperatorError(
      `a restore from Bronze up to position ${rows[0]?.upto} is unfinished: run gavel restore --from bronze again, it goes on where it stopped`,
    );
}
