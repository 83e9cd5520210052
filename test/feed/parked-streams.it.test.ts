import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { beginByMoving, loadCheckpoint, queueEvents } from '../../src/feed/checkpoint.js';
import { Consumer } from '../../src/feed/consumer.js';
import { Feed } from '../../src/feed/feed.js';
import { listParked, replayParked, waitingEvents } from '../../src/feed/parked-streams.js';
import { openSession } from '../../src/feed/session.js';
import { WHOLE } from '../../src/feed/versions/slice.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, migrated, type TestDatabase } from '../support/postgres.js';
import { entries, LEDGER_TABLES, ledgerProjection, POISON, rate, streamNo } from './ledger.js';

const runtime = new SystemRuntime();
const streamId = streamNo(1);
const key = { name: 'ledger', slice: WHOLE };
const cured = ledgerProjection({ cured: true });

let database: TestDatabase;
let client: pg.Client;
let replaying: pg.Client;
let journal: MemoryJournal;
let feed: Feed;
let consumer: Consumer;

beforeAll(async () => {
  database = await freshDatabase(migrated);
  client = new pg.Client(database.config);
  await client.connect();
  await client.query(LEDGER_TABLES);
  replaying = await openSession(database.config, cured);
});
afterAll(async () => {
  await client?.end();
  await replaying?.end();
  await database?.drop();
});
beforeEach(async () => {
  await client.query('TRUNCATE ledger.entries, feed.checkpoints, feed.parked_streams, feed.parked_events');
  journal = new MemoryJournal({ runtime });
  feed = new Feed({ journal, runtime });
  const parts = { feed, database: database.config, runtime, log: silentLog, metrics: silentMetrics };
  consumer = new Consumer({ ...parts, projection: ledgerProjection(), settings: { standByMs: 10 } });
  await rate(journal, [1, POISON], [2, 20]);
  consumer.start();
  await caughtUp();
});
afterEach(async () => {
  await consumer.drain();
  await feed.close();
});

const caughtUp = () =>
  eventually('the consumer to reach the head of the journal', async () => {
    const head = await journal.head();
    return journal.comparePositions(consumer.status().position, head) === 0;
  });

const replay = () => replayParked(replaying, { journal, projection: cured, streamId, now: runtime.now() });
const ratings = async () => (await entries(client)).map(({ stream, rating }) => [stream, rating]);

it('lists what is parked, by consumer and by stream', async () => {
  const [parked, ...others] = await listParked(client, null, null);
  expect(others).toEqual([]);
  expect(parked).toMatchObject({ consumer: 'ledger', streamId, revision: 0, position: '1', waiting: 1 });
  expect(await listParked(client, 'ledger', streamId)).toEqual([parked]);
  expect(await listParked(client, 'silver', null)).toEqual([]);
  expect(await listParked(client, null, streamNo(2))).toEqual([]);
});

it('shows what waits from the journal, at most so many and never beyond what is queued', async () => {
  await rate(journal, [1, 11], [1, 12]);
  await caughtUp();
  const [parked] = await listParked(client, null, null);
  if (parked === undefined) throw new Error('the stream is parked');
  expect((await waitingEvents(journal, parked, 2)).map(({ revision }) => revision)).toEqual([0, 1]);
  expect((await waitingEvents(journal, parked, 99)).map(({ revision }) => revision)).toEqual([0, 1, 2]);
});

it('is taken up by a running consumer from behind what was replayed', async () => {
  expect(await replay()).toEqual({ status: 'replayed', events: 1 });
  await rate(journal, [1, 11], [2, 21]);
  await caughtUp();
  expect(await ratings()).toEqual([
    [1, POISON],
    [1, 11],
    [2, 20],
    [2, 21],
  ]);
  expect(await listParked(client, null, null)).toEqual([]);
});

it('waits for an event that the consumer is just queueing, and replays that one too', async () => {
  await consumer.drain();
  await rate(journal, [1, 11]);
  const [late] = await journal.readStream(streamId, 1, 1);
  if (late === undefined) throw new Error('two events were recorded');
  // A consumer in the middle of its transaction: the checkpoint moved, the event queued, nothing committed.
  const { generation } = await loadCheckpoint(client, key, journal, runtime.now());
  const move = { from: '2', to: '3', generation, now: runtime.now() };
  expect(await beginByMoving(client, key, move)).toBe(true);
  await queueEvents(client, key, [late], { journal, now: runtime.now() });
  const replayed = replay();
  await eventually('the replay to wait for a lock', async () => {
    const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    return (await client.query(waiting)).rowCount === 1;
  });
  await client.query('COMMIT');
  expect(await replayed).toEqual({ status: 'replayed', events: 2 });
  expect(await ratings()).toEqual([
    [1, POISON],
    [1, 11],
    [2, 20],
  ]);
});

it('changes nothing and names the revision, while its event is still poison', async () => {
  await rate(journal, [1, 11]);
  await caughtUp();
  const before = await listParked(client, null, null);
  const projection = ledgerProjection();
  expect(await replayParked(replaying, { journal, projection, streamId, now: runtime.now() })).toEqual({
    status: 'still poisoned',
    revision: 0,
    reason: 'a rating of the beast',
  });
  expect(await listParked(client, null, null)).toEqual(before);
  expect(await ratings()).toEqual([[2, 20]]);
});

it('says so when the stream is not parked', async () => {
  await replay();
  expect(await replay()).toEqual({ status: 'not parked' });
});
