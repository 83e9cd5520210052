// Journal and database of the configured house, for commands that look into it for a moment.
import type { Config } from '../config.js';
import { PostgresJournal } from '../journal/postgres.journal.js';
import { silentLog } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { openDatabase } from './database.js';
import type { WithStores } from './dlq.command.js';

/** Opens both for the time of `work` and leaves everything as it was found, also when `work` fails. */
export const withStoresOf =
  (config: () => Config, runtime: Runtime): WithStores =>
  async (work, { signals } = { signals: 'end the process' }) => {
    const { connection, close } = await openDatabase(config(), silentLog, signals);
    const journal = new PostgresJournal({ config: connection, runtime, log: silentLog });
    try {
      await work({ database: connection, journal });
    } finally {
      await journal.close();
      await close();
    }
  };
