// Backups of a real PostgreSQL: killed, restored to its end, to a point in time, past a gap, and by a server of somebody else's.
import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { basesIn, walIn } from '../../src/batch/backup/backup-store.js';
import { takeBase } from '../../src/batch/backup/base-backup.js';
import { parseLsn } from '../../src/batch/backup/replication.js';
import {
  BACKUP_SLOT,
  baseLeadingTo,
  forgetSlot,
  type Shipped,
  WalShipper,
} from '../../src/batch/backup/wal-shipper.js';
import { type Config, loadConfig } from '../../src/config.js';
import { type Connection, type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { backUp, restoreFromBackup, restoreInto } from '../../src/house/backup.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { StoreFailed } from '../../src/lake/object-store.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eventually } from '../support/eventually.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(180_000);

const runtime = new SystemRuntime();
const settings = { shared_buffers: '16MB' };
let scratch: Scratch;
let store: FailingStore;
let server: EmbeddedPostgres;
let shipper: WalShipper;
let open: EmbeddedPostgres[];
let config: Config;

/** A directory that refuses so many puts. */
class FailingStore extends DirectoryStore {
  refusals = 0;
  override async put(...args: Parameters<DirectoryStore['put']>) {
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new StoreFailed('putting', new Error('no space left'));
    }
    return super.put(...args);
  }
}

beforeEach(async () => {
  scratch = scratchDirectory('backup');
  config = loadConfig({ GAVEL_DATA: join(scratch.path, 'data'), GAVEL_LAKE_DIR: join(scratch.path, 'lake') });
  store = new FailingStore(join(scratch.path, 'lake'), runtime);
  open = [];
  server = await start('original');
  shipper = ship();
  await on(server.connection, 'CREATE TABLE kept (n integer PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())');
});
afterEach(async () => {
  await shipper.drain();
  for (const one of open) await one.stop();
  scratch.remove();
});

async function start(name: string): Promise<EmbeddedPostgres> {
  const started = await startEmbeddedPostgres({ dataDir: join(scratch.path, name), settings, log: silentLog });
  open.push(started);
  return started;
}

function ship(): WalShipper {
  const started = new WalShipper({ ...parts(), log: silentLog, withinMs: 50 });
  started.start();
  return started;
}

const parts = () => ({ database: server.backup, store, runtime });

async function on(connection: Connection, sql: string): Promise<any[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const fill = (from: number, to: number): Promise<unknown> =>
  on(server.connection, `INSERT INTO kept SELECT generate_series(${from}, ${to})`);
const countIn = async (connection: Connection): Promise<number> =>
  (await on(connection, 'SELECT count(*)::integer AS n FROM kept'))[0].n;
const now = async (): Promise<number> =>
  (await on(server.connection, 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now'))[0].now;

/** Waits until all that is committed by now is in the store. */
async function shipped(): Promise<Shipped> {
  const [{ lsn }] = await on(server.connection, 'SELECT pg_current_wal_flush_lsn()::text AS lsn');
  let found: Shipped | null = null;
  await eventually('the log to be in the store', () => {
    found = shipper.status().shipped;
    return found !== null && found.to >= parseLsn(lsn);
  });
  if (found === null) throw new Error('nothing was shipped');
  return found;
}

/** Restores into a place of its own, and resolves to what its server says of the table. */
async function restoredCount(name: string, to: number | null = null) {
  const restored = await restoreInto({ config, runtime, log: silentLog }, { to, dataDir: join(scratch.path, name) });
  const again = await start(name);
  return { ...restored, count: await countIn(again.connection), again };
}

it('restores all that was committed before server and disk were lost', async () => {
  await fill(1, 10);
  await takeBase(parts());
  await fill(11, 50_000);
  await shipped();
  process.kill(server.pid, 'SIGKILL');
  const { count, recovered, again } = await restoredCount('again');
  expect(count).toBe(50_000);
  expect(recovered?.reached).toBe(true);
  // It goes on, on a history of its own.
  await on(again.connection, 'INSERT INTO kept VALUES (0)');
  expect(again.connection.password).not.toBe(server.connection.password);
});

it('restores a base alone where nothing of the log was kept', async () => {
  await shipper.drain();
  await fill(1, 10);
  await takeBase(parts());
  await fill(11, 20);
  expect((await restoredCount('again')).count).toBe(10);
});

it('goes back to a point in time, on either side of a commit', async () => {
  await takeBase(parts());
  await fill(1, 10);
  const between = await now();
  await runtime.sleep(5);
  await fill(11, 30);
  await runtime.sleep(5);
  const after = await now();
  await fill(31, 31);
  await shipped();
  expect((await restoredCount('before', between)).count).toBe(10);
  expect((await restoredCount('after', after)).count).toBe(30);
  const beyond = await restoredCount('beyond', (await now()) + 60_000);
  expect([beyond.count, beyond.recovered?.reached]).toEqual([31, false]);
});

it('refuses a time that nothing leads back to, and a place where there is something', async () => {
  const before = await now();
  await takeBase(parts());
  await shipped();
  const around = { config, runtime, log: silentLog };
  await expect(restoreFromBackup(around, { to: before, into: null })).rejects.toThrow('nothing leads back to a time');
  mkdirSync(join(config.dataDirectory, 'postgres'), { recursive: true });
  writeFileSync(join(config.dataDirectory, 'postgres', 'password'), 'x');
  await expect(restoreFromBackup(around, { to: null, into: null })).rejects.toThrow('holds a database: move it away');
  await expect(restoreFromBackup(around, { to: null, into: scratch.path })).rejects.toThrow('is not empty');
});

it('loses nothing while the store refuses, and nothing over a restart', async () => {
  await takeBase(parts());
  store.refusals = 3;
  await fill(1, 1_000);
  await shipped();
  expect(store.refusals).toBe(0);
  await shipper.drain();
  await fill(1_001, 2_000);
  shipper = ship();
  await shipped();
  expect((await restoredCount('again')).count).toBe(2_000);
});

it('ends before a gap, and knows that a base is due', async () => {
  await takeBase(parts());
  await fill(1, 10);
  const first = await shipped();
  await fill(11, 20);
  const second = await shipped();
  expect(await baseLeadingTo({ store }, second)).not.toBeNull();
  const pieces = await walIn(store, first.systemId, first.timeline);
  const lost = pieces.find(({ start }) => start >= first.to);
  if (lost === undefined) throw new Error('no piece holds the second rows');
  await store.delete(lost.key);
  await fill(21, 30);
  expect(await baseLeadingTo({ store }, await shipped())).toBeNull();
  expect((await restoredCount('again')).count).toBe(10);
  await takeBase(parts());
  expect(await baseLeadingTo({ store }, await shipped())).not.toBeNull();
  expect((await restoredCount('anew')).count).toBe(30);
});

it('takes a base of its own for the history after a restore', async () => {
  await takeBase(parts());
  await fill(1, 10);
  const before = await shipped();
  await shipper.drain();
  const { again } = await restoredCount('again');
  await server.stop();
  server = again;
  shipper = ship();
  const after = await shipped();
  expect([before.timeline, after.timeline]).toEqual([1, 2]);
  expect(await baseLeadingTo({ store }, after)).toBeNull();
  await takeBase(parts());
  await fill(11, 15);
  await shipped();
  expect((await restoredCount('thrice')).count).toBe(15);
  expect((await basesIn(store)).map(({ timeline }) => timeline)).toEqual([1, 2]);
});

it('makes a data directory that a server of somebody else’s starts on, at a point in time', async () => {
  await takeBase(parts());
  await fill(1, 10);
  const between = await now();
  await runtime.sleep(5);
  await fill(11, 20);
  await shipped();
  const elsewhere = join(scratch.path, 'elsewhere');
  mkdirSync(join(elsewhere, 'data'), { recursive: true, mode: 0o700 });
  // It belongs to whoever runs that server.
  const { uid, gid } = statSync(join(scratch.path, 'original', 'data'));
  chownSync(join(elsewhere, 'data'), uid, gid);
  // Roles and passwords are those of the house that was backed up.
  for (const file of ['password', 'admin-password', 'reader-password', 'backup-password'])
    writeFileSync(join(elsewhere, file), readFileSync(join(scratch.path, 'original', file)));
  const { recovered } = await restoreFromBackup(
    { config, runtime, log: silentLog },
    { to: between, into: join(elsewhere, 'data') },
  );
  expect(recovered).toBeNull();
  expect(await countIn((await start('elsewhere')).connection)).toBe(10);
});

it('lets PostgreSQL forget its log once backups are off', async () => {
  await fill(1, 10);
  await shipped();
  await shipper.drain();
  const slots = () => on(server.superuser, 'SELECT slot_name FROM pg_replication_slots');
  expect(await slots()).toEqual([{ slot_name: BACKUP_SLOT }]);
  await forgetSlot(server.backup);
  expect(await slots()).toEqual([]);
});

it('copies our own PostgreSQL by the address of it, too, as processes of gavel cluster have it; no right elsewhere is told', async () => {
  const ours = await start(join('data', 'postgres'));
  const { user, password, host, port, database } = ours.connection;
  const url = new URL(`postgres://${user}:${password}@${host}:${port}/${database}`);
  const given = { ...config, postgres: { ...config.postgres, url } };
  const postgres = { connectionString: url.href };
  expect(await backUp({ config: given, runtime, postgres })).toMatchObject({ bytes: expect.any(Number) });
  const elsewhere = { ...given, dataDirectory: join(scratch.path, 'elsewhere') };
  await expect(backUp({ config: elsewhere, runtime, postgres })).rejects.toThrow(
    'may not copy the database: as its administrator run ALTER ROLE "gavel" REPLICATION',
  );
});
