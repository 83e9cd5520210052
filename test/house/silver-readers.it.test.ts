// The roles of docker/postgres/init.sql on a real server: what the house may do as one that is no superuser, and what a
// reader of Silver may and may not see.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { migrate } from '../../src/migrations/migrate.js';
import { silentLog } from '../../src/runtime/log.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const passwords: Readonly<Record<string, string>> = {
  house: 'of the house',
  metabase: "of meta'base",
  reader: 'of readers',
};

// The server that comes along has a superuser and a database by the name of `gavel`.
const HOUSE = 'gavel_house';

let scratch: Scratch;
let server: EmbeddedPostgres;

/** The statements that psql would send: without its own commands, passwords put in. */
const statements = (): readonly string[] =>
  readFileSync('docker/postgres/init.sql', 'utf8')
    .replace(/^(--|\\).*$/gm, '')
    .replace(/\bgavel\b/g, HOUSE)
    .replace(/:'(\w+)_password'/g, (_, name: string) => pg.escapeLiteral(passwords[name] ?? ''))
    .split(';\n')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

async function as<Result>(
  user: string,
  password: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...server.connection, database: HOUSE, user, password });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  scratch = scratchDirectory('silver-readers');
  server = await startEmbeddedPostgres({ dataDir: scratch.path, log: silentLog });
  const superuser = new pg.Client(server.superuser);
  await superuser.connect();
  try {
    // init.sql meets an empty server; ours has its roles already.
    await superuser.query('DROP ROLE gavel_analyst');
    for (const statement of statements()) await superuser.query(statement);
  } finally {
    await superuser.end();
  }
  const { host, port } = server.connection;
  await migrate({ host, port, database: HOUSE, user: HOUSE, password: passwords['house'] ?? '' }, silentLog);
}, 120_000);
afterAll(async () => {
  await server.stop();
  scratch.remove();
});

const reading = <Row extends object>(sql: string): Promise<readonly Row[]> =>
  as('metabase_reader', passwords['reader'] ?? '', async (client) => (await client.query<Row>(sql)).rows);

describe('a reader of Silver', () => {
  it('reads every table and view of silver and gold', async () => {
    const seen = await reading<{ name: string }>(
      `SELECT format('%I.%I', schemaname, name) AS name FROM (SELECT schemaname, tablename AS name FROM pg_tables
       UNION ALL SELECT schemaname, viewname FROM pg_views) all_of_them WHERE schemaname IN ('silver', 'gold')`,
    );
    expect(seen.length).toBeGreaterThan(5);
    // The house is new: only what currencies there are is known.
    for (const { name } of seen)
      expect([name, (await reading(`SELECT * FROM ${name}`)).length > 0]).toEqual([name, name === 'silver.currencies']);
  });

  it('reads nothing else of the house', async () => {
    const others = await as(HOUSE, passwords['house'] ?? '', async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('silver', 'gold', 'pg_catalog', 'information_schema')`,
      );
      return rows;
    });
    expect(others.length).toBeGreaterThan(5);
    for (const { name } of others)
      await expect(reading(`SELECT * FROM ${name}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('writes nothing, also when it asks for a transaction that may', async () => {
    await expect(reading('CREATE TABLE mine (a int)')).rejects.toMatchObject({ code: '25006' });
    const asked = 'BEGIN READ WRITE; CREATE TABLE silver.mine (a int)';
    await expect(reading(asked)).rejects.toMatchObject({ code: '42501' });
  });

  it('is the only one of Metabase to get in', async () => {
    await expect(as('metabase', passwords['metabase'] ?? '', async () => 'in')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(as('metabase_reader', 'wrong', async () => 'in')).rejects.toMatchObject({ code: '28P01' });
  });
});

it('lets the house be no superuser', async () => {
  const rows = await as(HOUSE, passwords['house'] ?? '', async (client) => {
    const found = await client.query(
      'SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user',
    );
    return found.rows;
  });
  expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
});
