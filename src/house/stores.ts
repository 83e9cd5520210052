// Journal and database of the configured house, for commands that look into it for a moment.
import pg from 'pg';
import type { Config } from '../config.js';
import type { Journal } from '../journal/journal.js';
import { silentLog } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { openDatabase, type SignalRoad } from './database.js';
import { configuredJournal, type JournalParts, refuseForeignDatabase } from './journal.js';

/** The configured house's journal and database, open for the time of `work`. */
export type Stores = Readonly<{ database: pg.ClientConfig; journal: Journal }>;
export type WithStores = (
  work: (stores: Stores) => Promise<void>,
  options?: Readonly<{ signals: SignalRoad }>,
) => Promise<void>;

/** Opens both for the time of `work` and leaves everything as it was found, also when `work` fails. */
export const withStoresOf =
  (config: () => Config, runtime: Runtime): WithStores =>
  async (work, { signals } = { signals: 'end the process' }) => {
    const settings = config();
    const { connection, close } = await openDatabase(settings, silentLog, { signals });
    try {
      await withJournal({ config: settings, postgres: connection, runtime, log: silentLog }, work);
    } finally {
      await close();
    }
  };

async function withJournal(parts: JournalParts, work: Parameters<WithStores>[0]): Promise<void> {
  await belongsTogether(parts);
  const journal = await configuredJournal(parts);
  try {
    await work({ database: parts.postgres, journal });
  } finally {
    await journal.close();
  }
}

async function belongsTogether({ postgres, config }: JournalParts): Promise<void> {
  const client = new pg.Client(postgres);
  await client.connect();
  try {
    await refuseForeignDatabase(client, config);
  } finally {
    await client.end();
  }
}
