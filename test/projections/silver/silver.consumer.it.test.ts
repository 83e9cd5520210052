import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { Consumer } from '../../../src/feed/consumer.js';
import { Feed } from '../../../src/feed/feed.js';
import type { Projection } from '../../../src/feed/projection.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { silverProjection } from '../../../src/projections/silver/silver.projection.js';
import { silentLog } from '../../../src/runtime/log.js';
import { silentMetrics } from '../../../src/runtime/metrics.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';
import { auctionNo, Chronicle, userNo } from '../chronicle.js';

const runtime = new SystemRuntime();
const [clock, vase] = [auctionNo(1), auctionNo(2)] as const;

let database: TestDatabase;
let client: pg.Client;
let journal: MemoryJournal;
let told: Chronicle;
let running: { consumer: Consumer; feed: Feed }[];

beforeEach(async () => {
  database = await freshDatabase(migrated);
  client = new pg.Client(database.config);
  await client.connect();
  journal = new MemoryJournal({ runtime });
  told = new Chronicle(journal);
  running = [];
});
afterEach(async () => {
  await stopAll();
  await client.end();
  await database.drop();
});

async function stopAll(): Promise<void> {
  for (const { consumer, feed } of running.splice(0)) {
    await consumer.drain();
    await feed.close();
  }
}

function start(projection: Projection = silverProjection()): Consumer {
  const feed = new Feed({ journal, runtime, settings: { pollMs: 50, watchedStreamsMax: 1_000 } });
  const settings = { retryMinMs: 5, standByMs: 10 };
  const consumer = new Consumer({
    feed,
    projection,
    database: database.config,
    runtime,
    log: silentLog,
    metrics: silentMetrics,
    settings,
  });
  running.push({ consumer, feed });
  consumer.start();
  return consumer;
}

const caughtUp = (consumer: Consumer) =>
  eventually('the consumer to reach the head of the journal', async () => {
    const { position, problem, state } = consumer.status();
    if (state === 'halted') throw new Error(problem ?? 'halted');
    return journal.comparePositions(position, await journal.head()) === 0;
  });

async function bidUp(rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++)
    for (const id of [clock, vase]) await told.bid(id, userNo(2 + (i % 2)), BigInt(20_00 + i * 10_00));
}

const TABLES = [
  'users',
  'listings',
  'standings',
  'bids',
  'transactions',
  'money_movements',
  'second_chance_offers',
  'retraction_requests',
  'voiding_proposals',
  'refused_bids',
  'hall_results',
  'hall_bids',
  'documents',
  'tax_positions',
  'bank_accounts',
  'payout_runs',
  'payout_items',
  'document_lines',
  'sales',
  'sale_lots',
  'paddles',
  'questions',
  'feedback',
  'disputes',
] as const;
async function everythingIn(schema: string): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const table of TABLES)
    tables[table] = (await client.query(`SELECT * FROM ${schema}.${table} ORDER BY 1, 2, 3`)).rows;
  return tables;
}
const parked = async () =>
  (await client.query<{ reason: string }>('SELECT reason FROM feed.parked_streams ORDER BY stream_id')).rows;

async function openHouse(): Promise<void> {
  await told.register(userNo(1), userNo(2), userNo(3));
  await told.list(clock);
  await told.list(vase);
}

it('is written once by twins that race', async () => {
  await openHouse();
  const twins = [start(), start(), start()];
  await bidUp(60);
  for (const twin of twins) await caughtUp(twin);
  const { rows } = await client.query(
    'SELECT count(*)::int AS bids, count(DISTINCT bid_id)::int AS ids FROM silver.bids',
  );
  expect(rows).toEqual([{ bids: 120, ids: 120 }]);
  expect(await parked()).toEqual([]);
});

it('is not touched by events that it has, should somebody set the checkpoint back', async () => {
  await openHouse();
  await bidUp(3);
  await caughtUp(start());
  await stopAll();
  const before = await everythingIn('silver_private');
  await client.query('UPDATE feed.checkpoints SET position = NULL');
  await caughtUp(start());
  expect(await everythingIn('silver_private')).toEqual(before);
  expect((await parked()).map(({ reason }) => reason)).toEqual([
    'PostgreSQL refused it with SQLSTATE 23505, table listings, constraint listings_pkey',
    'PostgreSQL refused it with SQLSTATE 23505, table listings, constraint listings_pkey',
    'PostgreSQL refused it with SQLSTATE 23505, table users, constraint users_pkey',
    'PostgreSQL refused it with SQLSTATE 23505, table users, constraint users_pkey',
    'PostgreSQL refused it with SQLSTATE 23505, table users, constraint users_pkey',
  ]);
});

it('can be built a second time beside itself and swapped in by renaming', async () => {
  await openHouse();
  await bidUp(3);
  const live = start();
  await caughtUp(live);
  // The same files make the second version: the first one steps aside for the moment of one transaction.
  const folder = new URL('../../../sql/silver/', import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  await client.query('BEGIN');
  await client.query('ALTER SCHEMA silver RENAME TO aside; ALTER SCHEMA silver_private RENAME TO aside_private');
  for (const file of files) await client.query(await readFile(new URL(file, folder), 'utf8'));
  await client.query('ALTER SCHEMA silver RENAME TO next; ALTER SCHEMA silver_private RENAME TO next_private');
  await client.query('ALTER SCHEMA aside RENAME TO silver; ALTER SCHEMA aside_private RENAME TO silver_private');
  await client.query('COMMIT');
  const next = start(silverProjection('silver-next', 'next_private'));
  await caughtUp(next);
  await bidUp(9);
  for (const consumer of [live, next]) await caughtUp(consumer);
  expect(await everythingIn('next_private')).toEqual(await everythingIn('silver_private'));
  const bids = 'SELECT bid_id, is_winning FROM silver.bids ORDER BY 1';
  const before = await client.query(bids);
  await client.query(`
    BEGIN;
    ALTER SCHEMA silver RENAME TO old; ALTER SCHEMA silver_private RENAME TO old_private;
    ALTER SCHEMA next RENAME TO silver; ALTER SCHEMA next_private RENAME TO silver_private;
    COMMIT`);
  expect((await client.query(bids)).rows).toEqual(before.rows);
  await client.query('DROP SCHEMA old, old_private CASCADE');
  expect((await client.query(bids)).rows).toEqual(before.rows);
});
