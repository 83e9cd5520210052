// Looking into a house that does not run, that runs, and that there is none of.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { loadConfig } from '../../src/config.js';
import { acquireDataDirectory } from '../../src/embedded/data-directory.js';
import { startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { connectionTo, openDatabase } from '../../src/house/database.js';
import { silentLog } from '../../src/runtime/log.js';
import { freshDatabase } from '../support/postgres.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(60_000);

let scratch: Scratch;
let data: string;
beforeEach(() => {
  scratch = scratchDirectory('database');
  data = join(scratch.path, 'data');
});
afterEach(() => scratch.remove());

const open = () => openDatabase(loadConfig({ GAVEL_DATA: data }), silentLog);

async function eventsIn(connection: pg.ClientConfig): Promise<number> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM journal.events');
  await client.end();
  return Number(rows[0]?.count);
}

it('refuses a directory without a house, and makes nothing there', async () => {
  await expect(open()).rejects.toThrow(new Error(`there is no auction house in ${data} yet; npm start makes one`));
  expect(existsSync(data)).toBe(false);
});

it("starts the PostgreSQL of a house that is not running, with today's tables, and stops it again", async () => {
  const made = await startEmbeddedPostgres({ dataDir: join(data, 'postgres'), log: silentLog });
  await made.stop();
  const database = await open();
  expect(await eventsIn(database.connection)).toBe(0);
  await database.close();
  await expect(eventsIn(database.connection)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const free = await acquireDataDirectory(data);
  free.release();
});

it('joins the PostgreSQL of a house that is running, and leaves it running', async () => {
  const held = await acquireDataDirectory(data);
  const postgres = await startEmbeddedPostgres({ dataDir: join(data, 'postgres'), log: silentLog });
  try {
    const database = await open();
    expect(database.connection).toEqual(postgres.connection);
    await database.close();
    const client = new pg.Client(postgres.connection);
    await client.connect();
    await client.end();
  } finally {
    await postgres.stop();
    held.release();
  }
});

it('takes the database of GAVEL_POSTGRES_URL, and says in one sentence why it cannot', async () => {
  const database = await freshDatabase();
  try {
    const url = new URL(database.connectionString);
    await expect(connectionTo(url)).resolves.toEqual({ connectionString: url.href });
    const named = new URL(url);
    named.searchParams.set('application_name', 'ours');
    await expect(connectionTo(named)).resolves.toEqual({ connectionString: named.href });
    for (const taken of ['options', 'statement_timeout', 'lock_timeout']) {
      const setting = new URL(named);
      setting.searchParams.set(taken, '1');
      await expect(connectionTo(setting)).rejects.toThrow(`GAVEL_POSTGRES_URL sets ${taken}, which Gavel sets`);
    }
    const elsewhere = new URL(url);
    elsewhere.pathname = '/no_such_database';
    await expect(connectionTo(elsewhere)).rejects.toThrow(
      `PostgreSQL at ${url.host} (GAVEL_POSTGRES_URL) cannot be used: database "no_such_database" does not exist`,
    );
  } finally {
    await database.drop();
  }
});
