// Kill -9 of the archiver and of the batch at random, while bids come in: Bronze stays whole, its objects are those of an archiver
// that was never killed, and Gold is that of a run that was never killed.
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { goldTables } from '../../src/batch/gold/gold-tables.js';
import { PostgresExport } from '../../src/journal/postgres/postgres.export.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { describeStored } from '../../src/lake/hashing.js';
import { EventsArchiver } from '../../src/projections/bronze/events.archiver.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { positions } from '../projections/bronze/bronze-house.js';
import { killIfThere } from '../support/processes.js';
import { scratchDirectory } from '../support/scratch.js';
import { Crowd } from './crowd.js';
import { KilledHouse } from './killed-house.js';
import { Ledger } from './ledger.js';
import { freePort, person } from './people.js';

const KILLS = Number(process.env['GAVEL_TEST_KILLS'] ?? '10');
const BIDDERS = 20;
/** Longer than a command takes from its start to its end on a quiet machine, so that some are met at each point of it. */
const LIFE_MAX_MS = 2_500;
const LOCK_MS = 3_650 * 86_400_000;

jest.setTimeout(900_000);

const secret = randomBytes(32).toString('hex');
const scratch = scratchDirectory('lake-kills');
const runtime = new SystemRuntime();
let house: KilledHouse;
let crowd: Crowd;

beforeAll(async () => {
  const more = { GAVEL_REFUSALS_PER_MINUTE_MAX: '100000', GAVEL_BRONZE_PART_ROWS: '1000' };
  house = new KilledHouse(join(scratch.path, 'data'), await freePort(), secret, more);
  await house.start();
  const bidders = await Promise.all(
    Array.from({ length: BIDDERS }, (_, i) => person(secret, `bidder-${i}`, ['bidder'])),
  );
  const seller = await person(secret, 'seller', ['seller', 'bidder']);
  crowd = new Crowd(() => house.url, { seller, bidders }, new Ledger(), { callers: 20, thinkMs: 20 });
  await crowd.start();
});

afterAll(async () => {
  house.killLeftovers();
  await crowd?.leave();
  scratch.remove();
});

it('of the archiver under load leaves Bronze whole, and the objects of one that was never killed', async () => {
  const killed: string[] = [];
  for (let i = 0; i < KILLS; i++) {
    // The house has an archiver of its own, and every third time it is that one.
    if (i % 3 === 2) {
      await sleep(Math.random() * LIFE_MAX_MS);
      await house.kill('Node alone');
      await house.start();
    } else killed.push(await killedOf('bronze', 'archive'));
    expect(await findings()).toEqual([]);
  }
  await crowd.stop();
  expect((await house.run('bronze', 'archive')).code).toBe(0);
  expect(await findings()).toEqual([]);
  expect(killed).toContain('killed');
  const there = await objectsOf(lake(), 'bronze/');
  expect(there.length).toBeGreaterThan(KILLS);
  expect(await archivedInOneGo()).toEqual(there);
});

it('of a run of Gold leaves what a run that was never killed makes', async () => {
  const ends: string[] = [];
  for (let i = 0; i < KILLS; i++) ends.push(await killedOf('gold', 'run'));
  process.stderr.write(`lake kills: runs of Gold ${ends.join(', ')}\n`);
  expect(ends).toContain('killed');
  const { code, stderr } = await house.run('gold', 'run');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const afterKills = await published();
  expect(afterKills.current.length).toBe(goldTables().length);
  expect(afterKills.scratch).toEqual([]);
  await forgetGold();
  expect((await house.run('gold', 'run')).code).toBe(0);
  expect(await published()).toEqual(afterKills);
});

/** Starts a command, kills it by kill -9 at a moment that nobody chose, and tells whether it had ended by then. */
async function killedOf(...args: readonly string[]): Promise<'killed' | 'ended before'> {
  const { command, pid } = await house.beginProgram(...args);
  await Promise.race([sleep(Math.random() * LIFE_MAX_MS), command.end()]);
  if (command.hasEnded()) return 'ended before';
  killIfThere(pid);
  await command.end();
  return 'killed';
}

async function findings(): Promise<unknown> {
  const { stdout, stderr } = await house.run('bronze', 'verify', '--json');
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  return last === '' ? stderr : JSON.parse(last).findings;
}

const lake = (): DirectoryStore => new DirectoryStore(join(scratch.path, 'data', 'lake'), runtime);

async function objectsOf(store: DirectoryStore, prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(`${key} ${(await describeStored(store, key)).sha256}`);
  return found;
}

async function withDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(house.database());
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same cuts, archived one after the other into another store by an archiver that nobody disturbs. */
function archivedInOneGo(): Promise<readonly string[]> {
  const store = new DirectoryStore(join(scratch.path, 'undisturbed'), runtime);
  const archiver = new EventsArchiver({
    journal: positions,
    exported: new PostgresExport(house.database()),
    store,
    runtime,
    directory: join(scratch.path, 'staging'),
    duck: { threads: 2, memoryLimit: '256MB' },
    lockMs: LOCK_MS,
  });
  return withDatabase(async (client) => {
    const { rows: cuts } = await client.query('SELECT chain, part, cut, cut_at, salt FROM bronze.parts ORDER BY part');
    await client.query('BEGIN');
    await client.query('DELETE FROM bronze.parts');
    for (const { chain, part, cut, cut_at: cutAt, salt } of cuts) {
      await client.query('INSERT INTO bronze.parts (chain, part, cut, cut_at, salt) VALUES ($1, $2, $3, $4, $5)', [
        ...[chain, part, JSON.stringify(cut), cutAt, salt],
      ]);
      await archiver.next(client, { rowsMax: 1_000, rowsMin: 1 });
    }
    await client.query('ROLLBACK');
    return objectsOf(store, 'bronze/');
  });
}

/** The rows of each table, the files that the pointer names, and what lies about in Gold's directory. */
function published() {
  return withDatabase(async (client) => {
    const rows: Record<string, unknown> = {};
    for (const { name, key } of goldTables())
      rows[name] = (await client.query(`SELECT t::text FROM gold.${name} t ORDER BY ${key.join(', ')}`)).rows;
    const { rows: versions } = await client.query('SELECT object_key FROM gold.versions ORDER BY table_name');
    const current = versions.map(({ object_key: key }) => key);
    const scratch = readdirSync(goldDirectory()).filter((name) => name.startsWith('run-'));
    return { rows, current, scratch };
  });
}

const goldDirectory = (): string => join(scratch.path, 'data', 'gold');

/** As it was before the first run. */
async function forgetGold(): Promise<void> {
  await withDatabase(async (client) => {
    const tables = goldTables().map(({ name }) => `gold.${name}`);
    await client.query(`TRUNCATE ${[...tables, 'gold.versions', 'gold.runs'].join(', ')}`);
  });
  rmSync(goldDirectory(), { recursive: true, force: true });
  const store = lake();
  for await (const { key } of store.list('gold/')) await store.delete(key);
}
