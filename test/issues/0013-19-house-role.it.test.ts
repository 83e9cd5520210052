// The house's role on its own PostgreSQL was the superuser: whoever got a statement in could read any file, and run programs.
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Connection, type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { Consumer } from '../../src/feed/consumer.js';
import { Feed } from '../../src/feed/feed.js';
import { PostgresJournal } from '../../src/journal/postgres/postgres.journal.js';
import { migrate } from '../../src/migrations/migrate.js';
import { closingsProjection } from '../../src/projections/closings/closings.projection.js';
import { silverProjection } from '../../src/projections/silver/silver.projection.js';
import { rebuildSilver, rollBackSilver } from '../../src/rebuild/silver-rebuild.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { verify } from '../../src/verify/verify.js';
import { auctionNo, Chronicle, userNo } from '../projections/chronicle.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory } from '../support/scratch.js';

const runtime = new SystemRuntime();
let scratch: ReturnType<typeof scratchDirectory>;
let dataDir: string;
let postgres: EmbeddedPostgres | null;
beforeEach(() => {
  scratch = scratchDirectory('house-role');
  dataDir = join(scratch.path, 'postgres');
  postgres = null;
});
afterEach(async () => {
  await postgres?.stop();
  scratch.remove();
});

async function start(): Promise<EmbeddedPostgres> {
  await postgres?.stop();
  postgres = await startEmbeddedPostgres({
    dataDir,
    settings: { shared_buffers: '16MB', fsync: 'off' },
    log: silentLog,
  });
  return postgres;
}

async function on(connection: Connection, ...statements: readonly string[]): Promise<any[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    let rows: any[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

const RIGHTS = `
SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user`;
const NO_RIGHTS = {
  rolname: 'gavel',
  ...{ rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false, rolbypassrls: false },
};
/** Whatever is not the house's own in its database. */
const FOREIGN = `
SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner) AS owner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND pg_get_userbyid(c.relowner) <> 'gavel'
UNION ALL SELECT nspname, '', pg_get_userbyid(nspowner) FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') AND pg_get_userbyid(nspowner) <> 'gavel'
UNION ALL SELECT n.nspname, p.proname, pg_get_userbyid(p.proowner) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND pg_get_userbyid(p.proowner) <> 'gavel'`;
const ROLES = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1";

/** A house with a history: bids are taken, Silver follows, is verified, rebuilt, and goes back again. */
async function expectWorkingHouse(connection: Connection, n: number): Promise<void> {
  await migrate(connection);
  const journal = new PostgresJournal({ config: connection, runtime, log: silentLog });
  const feed = new Feed({ journal, runtime });
  const told = new Chronicle(journal);
  // Everything is sold by the first user.
  await told.register(...(n === 1 ? [userNo(1)] : []), userNo(10 * n));
  await told.list(auctionNo(n));
  const head = await journal.head();
  for (const projection of [silverProjection(), closingsProjection()]) {
    const consumer = new Consumer({
      feed,
      projection,
      database: connection,
      runtime,
      log: silentLog,
      metrics: silentMetrics,
    });
    consumer.start();
    await eventually('the head', () => journal.comparePositions(consumer.status().position, head) >= 0);
    await consumer.drain();
  }
  const nothing = () => undefined;
  const { signal } = new AbortController();
  const parts = { database: connection, journal, runtime, signal, phase: nothing, progress: nothing, notice: nothing };
  expect((await rebuildSilver(parts, { verifyOnly: false, acceptDifferences: false })).status).toBe('swapped');
  await rollBackSilver(parts);
  const now = () => runtime.now();
  expect(await verify({ ...parts, findingsMax: 5, lagMaxMs: 10_000, now })).toMatchObject({
    clean: true,
    findings: [],
  });
  await feed.close();
  await journal.close();
}

describe('a new data directory', () => {
  it('has a house that is no superuser, and works as one', async () => {
    const { connection, superuser } = await start();
    expect(await on(connection, RIGHTS)).toEqual([NO_RIGHTS]);
    expect(connection.password).not.toBe(superuser.password);
    for (const file of ['password', 'admin-password']) expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    await expectWorkingHouse(connection, 1);
    expect(await on(connection, FOREIGN)).toEqual([]);
  });

  it('keeps the house from what a superuser may', async () => {
    const { connection } = await start();
    for (const statement of [
      "COPY (SELECT 1) TO PROGRAM 'true'",
      "SELECT pg_read_file('postgresql.conf')",
      "ALTER SYSTEM SET fsync = 'off'",
      "SET session_replication_role = 'replica'",
      'CREATE ROLE friend',
      'CREATE DATABASE other',
      'SELECT rolpassword FROM pg_authid',
    ])
      await expect(on(connection, statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('gives a role back what it must be, and no more, at each start', async () => {
    const first = await start();
    await on(first.superuser, "ALTER ROLE gavel SUPERUSER CREATEDB PASSWORD 'forgotten'");
    const { connection } = await start();
    expect(await on(connection, RIGHTS)).toEqual([NO_RIGHTS]);
  });
});

describe('a data directory from when the house was the superuser', () => {
  /** What is there now as an older Gavel would have left it. */
  async function makeOld(): Promise<void> {
    const { superuser } = postgres as EmbeddedPostgres;
    const password = readFileSync(join(dataDir, 'password'), 'utf8').trim();
    const other = { ...superuser, user: 'other', password: 'other' };
    await on(superuser, "CREATE ROLE other SUPERUSER LOGIN PASSWORD 'other'");
    await on(
      other,
      'ALTER ROLE gavel RENAME TO plain',
      'ALTER ROLE gavel_admin RENAME TO gavel',
      `ALTER ROLE gavel PASSWORD '${password}'`,
      'REASSIGN OWNED BY plain TO gavel',
      'DROP OWNED BY plain',
      'DROP ROLE plain',
    );
    const old = { ...superuser, user: 'gavel', password };
    await on(old, 'DROP ROLE other');
    expect(await on(old, RIGHTS)).toEqual([expect.objectContaining({ rolname: 'gavel', rolsuper: true })]);
    expect((await on(old, FOREIGN)).length).toBe(0);
    rmSync(join(dataDir, 'admin-password'));
  }

  it('is upgraded at the start, with all it holds', async () => {
    await expectWorkingHouse((await start()).connection, 1);
    await makeOld();
    const { connection } = await start();
    expect(await on(connection, RIGHTS)).toEqual([NO_RIGHTS]);
    expect(await on(connection, FOREIGN)).toEqual([]);
    expect(await on(connection, ROLES)).toEqual([
      { rolname: 'gavel' },
      { rolname: 'gavel_admin' },
      { rolname: 'gavel_analyst' },
      { rolname: 'gavel_backup' },
      { rolname: 'gavel_reader' },
    ]);
    expect(await on(connection, 'SELECT count(*)::int AS n FROM silver.auctions')).toEqual([{ n: 1 }]);
    await expectWorkingHouse(connection, 2);
    await expectWorkingHouse((await start()).connection, 3);
  });

  it('is upgraded to the end by the next start, wherever the first one broke off', async () => {
    await expectWorkingHouse((await start()).connection, 1);
    await makeOld();
    // Broken off right after the superuser had got its other name; and with the role of the upgrade still there.
    const { superuser } = await start();
    await on(superuser, 'CREATE ROLE gavel_upgrade SUPERUSER', 'ALTER DATABASE gavel OWNER TO gavel_admin');
    await on(superuser, 'ALTER SCHEMA journal OWNER TO gavel_admin', 'ALTER TABLE journal.events OWNER TO gavel_admin');
    await on(superuser, 'ALTER ROLE gavel NOLOGIN');
    const { connection } = await start();
    expect(await on(connection, FOREIGN)).toEqual([]);
    expect(await on(connection, ROLES)).toEqual([
      { rolname: 'gavel' },
      { rolname: 'gavel_admin' },
      { rolname: 'gavel_analyst' },
      { rolname: 'gavel_backup' },
      { rolname: 'gavel_reader' },
    ]);
    await expectWorkingHouse(connection, 2);
  });
});
