// Runs of Gold over a house in PostgreSQL with Silver and Bronze: what is published, what stays when a run ends early or is
// contradicted, and the way back from a row.
import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type GoldParts,
  type GoldRequest,
  type GoldStep,
  goldFile,
  runGold,
} from '../../../src/batch/gold/gold-run.js';
import { goldTables } from '../../../src/batch/gold/gold-tables.js';
import { readThresholds } from '../../../src/batch/gold/gold-thresholds.js';
import { traceGold } from '../../../src/batch/gold/gold-trace.js';
import type { GoldRun } from '../../../src/batch/gold/lineage.js';
import { GOLD_POINTER } from '../../../src/batch/gold/publish.js';
import { Feed } from '../../../src/feed/feed.js';
import { ownPrefix } from '../../../src/lake/abandoned.js';
import { DirectoryStore } from '../../../src/lake/directory.store.js';
import { FraudScoring } from '../../../src/projections/fraud/fraud-scoring.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { auctionNo } from '../../projections/chronicle.js';
import { eventually } from '../../support/eventually.js';
import { ProjectedHouse } from '../../support/projected-house.js';
import { type Scratch, scratchDirectory } from '../../support/scratch.js';
import { eagerModel, moves, tell } from './gold-history.js';
import { archive as archiveHouse, foldOf, lateBids, liveOn } from './gold-house.js';
import type { GoldRows } from './gold-oracle.js';
import { comparable } from './gold-rows.js';

const runtime = new SystemRuntime();
const thresholds = readThresholds('config/gold.json');
const ALL: GoldRequest = { tables: null, days: null };

let house: ProjectedHouse;
let scratch: Scratch;
let store: DirectoryStore;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  scratch = scratchDirectory('gold');
  store = new DirectoryStore(join(scratch.path, 'lake'), runtime);
});
afterEach(async () => {
  await house.close();
  scratch.remove();
});

const parts = (changed: Partial<GoldParts> = {}): GoldParts => ({
  store,
  database: house.database.config,
  runtime,
  directory: join(scratch.path, 'gold'),
  duck: { threads: 2, memoryLimit: '256MB' },
  thresholds,
  model: eagerModel,
  version: '1.0.0',
  silverWithinMs: 0,
  ...changed,
});

const run = (request: GoldRequest = ALL, changed: Partial<GoldParts> = {}): Promise<GoldRun> =>
  runGold(parts(changed), request);

/** A stretch of history, the same for the same seed, projected and archived in parts of 150 events. */
async function live(seed: number): Promise<void> {
  await liveOn(house, seed);
  await archive();
}

const archive = (): Promise<void> => archiveHouse(house, store, scratch);

async function published(): Promise<GoldRows> {
  const tables: Record<string, unknown> = {};
  for (const { name, columns } of goldTables()) {
    const chosen = columns.map(({ name: column, type }) =>
      type === 'timestamptz'
        ? `(extract(epoch FROM ${column}) * 1000)::bigint::text AS ${column}`
        : `${column}::text AS ${column}`,
    );
    tables[name] = (await house.client.query(`SELECT ${chosen.join(', ')} FROM gold.${name}`)).rows;
  }
  return comparable(tables as GoldRows);
}

const expected = async (): Promise<GoldRows> => comparable((await foldOf(house)).rows(thresholds));

async function objects(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('gold/')) keys.push(key);
  return keys;
}

const runs = async () =>
  (await house.client.query('SELECT outcome, problem FROM gold.runs ORDER BY started_at, run_id')).rows;

describe('a run', () => {
  it('publishes what a fold over the journal gives, and notes its lineage', async () => {
    await live(1);
    const done = await run();
    expect(await published()).toEqual(await expected());
    const { rows } = await house.client.query('SELECT * FROM gold.runs');
    expect(rows).toEqual([
      expect.objectContaining({
        run_id: done.runId,
        outcome: 'published',
        cut: String(await house.journal.head()),
        events: String(await house.journal.head()),
        unreadable: '0',
        row_counts: done.rows,
        problem: null,
      }),
    ]);
    expect(existsSync(goldFile(parts().directory))).toBe(true);
    expect(await objects()).toHaveLength(1 + goldTables().length);
  });

  it('changes nothing when nothing has happened', async () => {
    await live(2);
    await run();
    const [rows, keys, pointer] = [await published(), await objects(), await store.get(GOLD_POINTER)];
    // Rows that were written again would bear another transaction's number.
    const written = async () => (await house.client.query('SELECT key.xmin FROM gold.hourly_activity key')).rows;
    const writtenBy = await written();
    expect((await run()).outcome).toBe('unchanged');
    expect(await published()).toEqual(rows);
    expect(await objects()).toEqual(keys);
    expect(await store.get(GOLD_POINTER)).toEqual(pointer);
    expect(await written()).toEqual(writtenBy);
  });

  it('follows later events, also where only a day was asked for', async () => {
    await live(3);
    await run();
    const before = await published();
    await live(4);
    const done = await run({ tables: null, days: { from: '2026-01-01', to: '2026-01-01' } });
    expect(done.outcome).toBe('published');
    expect(await published()).toEqual(await expected());
    expect(await published()).not.toEqual(before);
  });

  it('has no day to compute behind the last event', async () => {
    await live(3);
    await run();
    const before = await published();
    const done = await run({ tables: null, days: { from: '2050-01-01', to: '2050-01-02' } });
    expect(done).toMatchObject({ outcome: 'unchanged', firstDay: null, lastDay: null });
    expect(await published()).toEqual(before);
  });

  it('computes one table, and leaves the others as they are', async () => {
    await live(5);
    await run();
    const before = await published();
    await live(6);
    const done = await run({ tables: ['hourly_activity'], days: null });
    expect(Object.keys(done.rows)).toEqual(['hourly_activity']);
    expect(await published()).toEqual({ ...before, hourly_activity: (await expected()).hourly_activity });
  });

  it('is refused while another is under way', async () => {
    await live(7);
    let second: unknown = null;
    await run(ALL, {
      onStep: async (step) => {
        if (step === 'made') second = await run().catch((error: unknown) => error);
      },
    });
    expect(String(second)).toContain('another run of Gold is under way');
    expect((await runs()).map(({ outcome }) => outcome)).toEqual(['published']);
  });

  it('keeps the files of the run before, and deletes older ones', async () => {
    await live(1);
    await run();
    const first = await objects();
    await live(2);
    await run();
    const second = await objects();
    expect(second).toEqual(expect.arrayContaining([...first]));
    await live(3);
    await run();
    const third = await objects();
    const gone = first.filter((key) => !third.includes(key));
    expect(gone.length).toBeGreaterThan(0);
    const { rows } = await house.client.query('SELECT object_key FROM gold.versions');
    expect(third).toEqual(expect.arrayContaining(rows.map(({ object_key }) => object_key)));
    expect(third.length).toBeLessThanOrEqual(1 + 2 * goldTables().length);
  });

  it('sweeps what killed runs left behind, and leaves what another process works on', async () => {
    await live(1);
    const { directory } = parts();
    // No process bears the first number, and process 1 never ends; our own bore another process before.
    const before = `${ownPrefix('run')}c`;
    const [dead, alive] = ['999999999', '1'].map((pid) => before.replace(String(process.pid), pid)) as [string, string];
    for (const name of [dead, alive, before]) mkdirSync(join(directory, name, 'deep'), { recursive: true });
    utimesSync(join(directory, before), 1, 1);
    await run();
    expect(readdirSync(directory).filter((name) => name.startsWith('run-'))).toEqual([alive]);
  });

  it('is refused before anything is archived', async () => {
    await expect(run()).rejects.toThrow('there is nothing in Bronze yet');
  });
});

describe('a run that ends early', () => {
  it('leaves the last good tables, at whatever step before it commits, and the next run goes through', async () => {
    await live(8);
    await run();
    const before: readonly GoldStep[] = ['read', 'made', 'reconciled', 'files put', 'replaced'];
    for (const [i, step] of before.entries()) {
      const [good, pointer] = [await published(), await store.get(GOLD_POINTER)];
      await live(9 + i);
      const stopped = run(ALL, { onStep: (done) => stopAt(step, done) });
      await expect(stopped).rejects.toThrow('stopped');
      expect([step, await published()]).toEqual([step, good]);
      expect([step, await store.get(GOLD_POINTER)]).toEqual([step, pointer]);
      expect((await runs()).at(-1)).toEqual({ outcome: 'failed', problem: 'stopped' });
      await run();
      expect([step, await published()]).toEqual([step, await expected()]);
    }
  });

  const AFTER: readonly GoldStep[] = ['committed', 'pointer put'];
  it.each(AFTER)('is made good by the next one at "%s"', async (step) => {
    await live(8);
    await expect(run(ALL, { onStep: (done) => stopAt(step, done) })).rejects.toThrow('stopped');
    expect(await published()).toEqual(await expected());
    expect((await run()).outcome).toBe('unchanged');
    const pointer = JSON.parse(Buffer.from(await store.get(GOLD_POINTER)).toString()) as { bronze: unknown };
    expect(pointer.bronze).toMatchObject({ cut: String(await house.journal.head()) });
    expect(existsSync(goldFile(parts().directory))).toBe(true);
  });
});

/** The house's own scorer, up to the journal's head. */
async function score(): Promise<void> {
  const feed = new Feed({ journal: house.journal, runtime });
  const { config: database } = house.database;
  const scoring = new FraudScoring({ feed, database, model: eagerModel, runtime, log: silentLog });
  scoring.start();
  const head = String(await house.journal.head());
  await eventually('the scorer to reach the head', async () => {
    const { rows } = await house.client.query('SELECT FROM fraud.progress WHERE position = $1', [head]);
    return rows.length > 0;
  });
  await scoring.drain();
  await feed.close();
}

function stopAt(step: GoldStep, done: GoldStep): void {
  if (done === step) throw new Error('stopped');
}

/** Silver as the journal says, whatever was done to it. */
async function projectAnew(): Promise<void> {
  const { rows } = await house.client.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('silver_private', 'closings')",
  );
  await house.client.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}, feed.checkpoints`);
  await house.project();
}

describe('Silver', () => {
  const CHANGES: readonly (readonly [string, string, string])[] = [
    [
      'a sale',
      'UPDATE silver_private.transactions SET buyers_premium = buyers_premium + 1, amount_due = amount_due + 1',
      'sale ',
    ],
    ['who bid', 'UPDATE silver_private.bids SET bidder_id = gen_random_uuid()', 'bidder '],
    [
      'whether a bid counts',
      'UPDATE silver_private.bids SET retraction_revision = revision, retracted_at = placed_at WHERE voided_at IS NULL',
      'auction ',
    ],
    ['a listing', "UPDATE silver_private.listings SET currency = 'CHF'", 'auction '],
    ['a refusal', 'UPDATE silver_private.refused_bids SET refused_count = refused_count + 1', 'refusals for '],
    ['a lot of a hall', "UPDATE silver_private.hall_results SET title = title || '!'", 'hall lot '],
    ['the hour of a bid', "UPDATE silver_private.bids SET placed_at = placed_at + interval '1 hour'", 'bids of '],
  ];
  it('that differs fails the run, says in what, and the tables stay', async () => {
    await live(10);
    await run();
    const before = await published();
    await live(11);
    const head = await house.journal.head();
    for (const [what, change, told] of CHANGES) {
      await house.client.query(change);
      await expect(run()).rejects.toThrow(new RegExp(`^Gold and Silver differ up to position ${head}: .*${told}`));
      expect([what, await published()]).toEqual([what, before]);
      expect((await runs()).at(-1)).toMatchObject({ outcome: 'failed', problem: expect.stringContaining(told) });
      await projectAnew();
    }
    await run();
    expect(await published()).toEqual(await expected());
  });

  it('has scores of the same bits as the archive, or the run fails', async () => {
    await live(10);
    await score();
    await run();
    const flagged = (await published()).fraud_summary.map(({ flagged_bids }) => Number(flagged_bids));
    expect(Math.max(...flagged)).toBeGreaterThan(0);
    const { rows } = await house.client.query('SELECT count(*)::integer AS bids FROM fraud.scores');
    expect(rows[0].bids).toBeGreaterThan(0);
    const last = 'SELECT auction_id, bid_number FROM fraud.model_scores ORDER BY logit DESC, auction_id LIMIT 1';
    await house.client.query(
      `UPDATE fraud.model_scores SET logit = logit + 1e-9 WHERE (auction_id, bid_number) IN (${last})`,
    );
    await expect(run()).rejects.toThrow(/^Gold and Silver differ up to position \d+: scores of auction /);
  });

  it('has scores of bids that were taken back since, which are no contradiction', async () => {
    await live(10);
    await liveOn(house, 13, 4);
    await score();
    const { rows } = await house.client.query(
      'SELECT count(*)::integer AS removed FROM silver_private.bids b JOIN fraud.scores USING (auction_id, bid_number) WHERE coalesce(b.retraction_revision, b.void_revision) IS NOT NULL',
    );
    expect(rows[0].removed).toBeGreaterThan(0);
    await run();
  });

  it('has scores that lag behind the archive: the run fails; those of another model are not compared', async () => {
    await live(10);
    await score();
    await run();
    await house.client.query('UPDATE fraud.progress SET position = (position::bigint - 1)::text');
    await expect(run()).rejects.toThrow('run Gold again once it has caught up');
    await run({ tables: ['hourly_activity'], days: null });
    await run(ALL, { model: { ...eagerModel, version: eagerModel.version + 1 } });
  });

  it('that has gone on since the archive is compared up to there', async () => {
    await live(12);
    const [drawn = []] = fc.sample(moves, { numRuns: 1, seed: 13 });
    const before = await expected();
    await tell(house.told, drawn);
    await house.project();
    await run();
    expect(await published()).toEqual(before);
  });

  it('that lags behind the archive fails the run', async () => {
    await live(14);
    await house.client.query("UPDATE feed.checkpoints SET position = position - 1 WHERE consumer = 'silver'");
    await expect(run()).rejects.toThrow('run Gold again once Silver has caught up');
  });
});

it('leads from every row back to its events', async () => {
  await liveOn(house, 15);
  await lateBids(house);
  await archive();
  await run();
  const rows = await published();
  for (const table of goldTables()) {
    const row = rows[table.name].find(
      (one) => Number(one['bids'] ?? one['sales'] ?? one['scored_bids'] ?? one['refusals'] ?? one['have_bid']) > 0,
    );
    if (row === undefined) throw new Error(`no row of ${table.name} to trace`);
    const key = table.key.map((name) => row[name]).join('/');
    const traced = await traceGold(parts(), { table: table.name, key, limit: 1_000 });
    expect(traced.eventCount).toBeGreaterThan(0);
    expect(traced.events).toHaveLength(traced.eventCount);
    for (const event of traced.events) expect(event.part).toBe(Math.ceil(Number(event.position) / 150));
  }
  const absent = traceGold(parts(), { table: 'auction_performance', key: auctionNo(999), limit: 1 });
  await expect(absent).rejects.toThrow(`gold.auction_performance has no row ${auctionNo(999)}`);
});

it('has the columns, types and comments that its SQL says', async () => {
  for (const { name, doc, key, columns } of goldTables()) {
    const { rows } = await house.client.query<{ name: string; type: string; doc: string }>(
      `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, col_description(attrelid, attnum) AS doc
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [`gold.${name}`],
    );
    const wanted = columns.map((one) => ({
      ...one,
      type: one.type.replace('timestamptz', 'timestamp with time zone'),
    }));
    expect(rows).toEqual(wanted);
    const about = await house.client.query(
      `SELECT obj_description(conrelid) AS doc, pg_get_constraintdef(oid) AS key FROM pg_constraint
       WHERE conrelid = $1::regclass AND contype = 'p'`,
      [`gold.${name}`],
    );
    expect(about.rows).toEqual([{ doc, key: `PRIMARY KEY (${key.join(', ')})` }]);
  }
});
