import { afterAll, beforeAll, describe } from '@jest/globals';
import type pg from 'pg';
import { PostgresSnapshots } from '../../src/journal/postgres/postgres.snapshots.js';
import { freshDatabase, migrated, poolOn, type TestDatabase } from '../support/postgres.js';
import { snapshotsContract } from './snapshots.contract.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase(migrated);
  pool = poolOn(database);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('snapshots in PostgreSQL', () =>
  snapshotsContract(async () => {
    await pool.query('TRUNCATE journal.snapshots');
    return new PostgresSnapshots(pool);
  }));
