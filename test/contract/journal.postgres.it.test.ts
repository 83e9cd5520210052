import { afterAll, describe } from '@jest/globals';
import pg from 'pg';
import { PostgresJournal } from '../../src/journal/postgres/postgres.journal.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { freshDatabase, migrated, type TestDatabase } from '../support/postgres.js';
import { journalContract } from './journal.contract.js';

const runtime = new SystemRuntime();
const databases: TestDatabase[] = [];

describe.each(['fast', 'plain'] as const)('the journal in PostgreSQL, by its %s writer', (writer) => {
  journalContract(
    async () => {
      const database = await freshDatabase(migrated);
      databases.push(database);
      const { config } = database;
      return {
        journal: new PostgresJournal({ config, runtime, log: silentLog, writer }),
        another: async () => new PostgresJournal({ config, runtime, log: silentLog, writer }),
        damage: async (streamId, revision) => {
          const client = new pg.Client(config);
          await client.connect();
          // As replication would: past the trigger that keeps events from being changed.
          await client.query('SET session_replication_role = replica');
          await client.query(
            `UPDATE journal.events SET payload = replace(payload, '2', '7')
              WHERE revision = $2 AND stream_key = (SELECT stream_key FROM journal.streams WHERE stream_id = $1)`,
            [streamId, revision],
          );
          await client.end();
        },
      };
    },
    { densePositions: true, canBeDamaged: true },
  );

  afterAll(async () => {
    for (const database of databases) await database.drop();
  });
});
