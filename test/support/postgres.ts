// Databases for integration tests (`*.it.test.ts`), on the one server that the run started (global-setup.mjs).
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Connection, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { migrate } from '../../src/migrations/migrate.js';
import { silentLog } from '../../src/runtime/log.js';
import { scratchDirectory } from './scratch.js';

export type TestDatabase = Readonly<{ config: Connection; connectionString: string; drop(): Promise<void> }>;

/** What every copy starts as; `build` runs once per run and `name`, on an empty database. */
export type Template = Readonly<{ name: string; build(config: Connection): Promise<void> }>;

/** Every table that Gavel has, and nothing in them. */
export const migrated: Template = { name: 'migrated', build: (config) => migrate(config) };

/** A database of its own for a test file: empty, or a copy of `template`, which costs about as little. */
export async function freshDatabase(template?: Template): Promise<TestDatabase> {
  const server = runServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const source = template === undefined ? 'template1' : await templateDatabase(server, template);
  // Without a checkpoint each (FILE_COPY makes two) copies of small databases take some 20 ms.
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY WAL_LOG`));
  return described(server, name);
}

/** A connection to a database of its own, once this has run there. `drop` ends both. */
export async function freshClient(statements: string): Promise<Readonly<{ client: pg.Client; drop(): Promise<void> }>> {
  const database = await freshDatabase();
  const client = new pg.Client(database.config);
  await client.connect();
  await client.query(statements);
  const drop = async () => {
    await client.end();
    await database.drop();
  };
  return { client, drop };
}

/** A database on a server of its own that keeps fsync on: for tests that kill it, or claim that something is durable. */
export async function durableDatabase(template?: Template): Promise<TestDatabase> {
  const scratch = scratchDirectory('durable');
  const postgres = await startEmbeddedPostgres({
    dataDir: `${scratch.path}/postgres`,
    settings: { shared_buffers: '128MB' },
    log: silentLog,
  });
  await template?.build(postgres.connection);
  const drop = async () => {
    await postgres.stop();
    scratch.remove();
  };
  return { config: postgres.connection, connectionString: urlOf(postgres.connection), drop };
}

/** A pool for a test's own queries, to be ended before the database is dropped. */
export function poolOn({ config }: TestDatabase): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', (error) => {
    // It counts as ended while its last connections are still saying goodbye, and the drop may cut that short.
    if (!pool.ending) throw error;
  });
  return pool;
}

function runServer(): Connection {
  const text = process.env['GAVEL_TEST_POSTGRES'];
  if (text === undefined)
    throw new Error('no PostgreSQL for tests: name the file *.it.test.ts and run it through Jest');
  return JSON.parse(text);
}

/** Test files run in several processes: the first to come builds the template while the others wait for its lock. */
async function templateDatabase(server: Connection, { name, build }: Template): Promise<string> {
  const database = `template_${name}`;
  await onServer(server, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [database]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) {
      const unfinished = `${database}_unfinished`;
      await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${unfinished}`);
      await build({ ...server, database: unfinished });
      await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${database}`);
    }
  });
  return database;
}

function described(server: Connection, database: string): TestDatabase {
  const config = { ...server, database };
  const drop = async () => {
    await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
  };
  return { config, connectionString: urlOf(config), drop };
}

function urlOf({ user, password, host, port, database }: Connection): string {
  return `postgres://${user}:${password}@${host}:${port}/${database}`;
}

async function onServer(server: Connection, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
