// What the house does by the clock, on a whole house: files in the landing folder, the archive, Gold, and the check of the archive.
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { type Config, loadConfig } from '../../src/config.js';
import { type House, openHouse } from '../../src/house/house.js';
import { workOf } from '../../src/house/runs.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { HouseRuns } from '../../src/scheduler/runs/house-runs.js';
import { RunsQueries } from '../../src/scheduler/runs/runs.queries.js';
import { auctionNo, Chronicle, userNo } from '../projections/chronicle.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { freshDatabase, migrated, type TestDatabase } from '../support/postgres.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;
const never = new AbortController().signal;

let database: TestDatabase;
let house: House;
let scratch: Scratch;
let config: Config;
let clock: ForwardRuntime;
let runs: HouseRuns;

beforeEach(async () => {
  scratch = scratchDirectory('runs');
  config = loadConfig({ GAVEL_DATA: scratch.path, GAVEL_GOLD_MEMORY_MB: '256' });
  database = await freshDatabase(migrated);
  const log = silentLog;
  house = await openHouse({
    postgres: database.config,
    config,
    runtime: new SystemRuntime(),
    log,
    metrics: silentMetrics,
  });
  clock = new ForwardRuntime();
  const parts = { config, postgres: database.config, runtime: clock, log };
  runs = new HouseRuns({
    ...parts,
    database: database.config,
    journal: house.journal,
    work: workOf({ ...parts, ...house }),
  });
});
afterEach(async () => {
  await house.drain();
  await database.drop();
  scratch.remove();
});

async function tellHistory(): Promise<void> {
  const told = new Chronicle(house.journal);
  // Today: the house closes nothing while the test looks on.
  told.now = clock.now();
  for (const n of [1, 2, 3]) await told.register(userNo(n));
  await told.list(auctionNo(1));
  await told.bid(auctionNo(1), userNo(2), 50_00n);
}

const HEADER = 'sale,lot_number,title,category,currency,status,hammer_price,held_at';
function land(name: string, ...lines: readonly string[]): void {
  const folder = join(scratch.path, 'lake', 'landing');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), [HEADER, ...lines, ''].join('\n'));
}

/** To three in the morning behind the next midnight. */
function toNight(): void {
  const now = clock.now();
  clock.forward(Math.floor(now / DAY_MS) * DAY_MS + DAY_MS + 4.5 * 3_600_000 - now);
}

const latest = async () => (await new RunsQueries(house.pool).runs(null, { after: null, limit: 1 })).rows[0];

it('takes in hall sales, archives, computes Gold, and goes on from there the next night', async () => {
  await tellHistory();
  land(
    'spring.csv',
    'Spring,1,A clock,Clocks,USD,sold,1200.00,2026-03-31',
    'Spring,2,A vase,Vases,USD,passed,,2026-03-31',
  );
  toNight();
  await runs.catchUp('nightly', never);
  const head = house.journal.printPosition((await house.journal.head()) ?? (0n as never));
  expect(await latest()).toMatchObject({
    kind: 'nightly',
    state: 'succeeded',
    counts: {
      unconfirmedErased: 0,
      hallFiles: 1,
      hallRows: 2,
      hallRecorded: 2,
      archivedUpTo: head,
      goldOutcome: 'published',
    },
  });
  const { rows } = await house.pool.query('SELECT sum(hall_sales)::integer AS sold FROM gold.daily_revenue');
  expect(rows).toEqual([{ sold: 1 }]);

  toNight();
  await runs.catchUp('nightly', never);
  expect(await latest()).toMatchObject({
    state: 'succeeded',
    counts: { hallFiles: 0, archivedEvents: 0, goldOutcome: 'unchanged' },
  });
  await runs.catchUp('hourly', never);
  expect(await latest()).toMatchObject({ kind: 'hourly', state: 'succeeded', counts: { goldOutcome: 'unchanged' } });
});

it('computes the night although a file cannot be read, and then fails', async () => {
  await tellHistory();
  land('broken.csv', 'Spring,1,A clock,Clocks,USD,sold,1200.00,2026-03-31');
  writeFileSync(join(scratch.path, 'lake', 'landing', 'broken.csv'), 'nothing,of,ours\n1,2,3\n');
  toNight();
  await expect(runs.catchUp('nightly', never)).rejects.toThrow('1 files could not be taken in: landing/broken.csv');
  expect(await latest()).toMatchObject({ state: 'failed', counts: { goldOutcome: 'published' } });
});

it('verifies the archive and witnesses it, and fails where a file was changed', async () => {
  await tellHistory();
  toNight();
  await runs.catchUp('hourly', never);
  await runs.catchUp('verification', never);
  expect(await latest()).toMatchObject({ state: 'succeeded', counts: { parts: 1, findings: 0, witnessedPart: 1 } });
  const folder = join(scratch.path, 'lake', 'bronze', 'events');
  const file =
    readdirSync(folder, { recursive: true })
      .map(String)
      .find((name) => name.endsWith('.parquet')) ?? '';
  appendFileSync(join(folder, file), 'x');
  toNight();
  await expect(runs.catchUp('verification', never)).rejects.toThrow(
    /finds 1 problems, the first: changed: bronze\/events/,
  );
  expect(await latest()).toMatchObject({ state: 'failed', counts: { findings: 1 } });
});

it('has nothing to say of an empty house', async () => {
  toNight();
  expect(await runs.catchUp('nightly', never)).toEqual([]);
  expect(await latest()).toBeUndefined();
});

it('skips the restore drill where no backups are configured, and says so', async () => {
  await tellHistory();
  clock.forward(8 * DAY_MS);
  expect(await runs.catchUp('drill', never)).toMatchObject([{ state: 'skipped' }]);
  expect(await latest()).toMatchObject({
    kind: 'drill',
    state: 'skipped',
    problem: 'no backups are configured, so there is none to restore; GAVEL_BACKUP=on takes them (docs/backup.md)',
    counts: {},
  });
});
