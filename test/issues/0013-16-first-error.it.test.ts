// Statements of a batch leave at once. When one failed, the log told what PostgreSQL said to those behind it: "current
// transaction is aborted". An event that could not be applied passed for trouble of the world, and was tried for ever.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Consumer, type ConsumerSettings } from '../../src/feed/consumer.js';
import { Feed } from '../../src/feed/feed.js';
import { readinessOfConsumer } from '../../src/house/readiness.js';
import { silverProjection } from '../../src/projections/silver/silver.projection.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { auctionNo, userNo } from '../projections/chronicle.js';
import { eventually } from '../support/eventually.js';
import { LineLog } from '../support/line-log.js';
import { ProjectedHouse } from '../support/projected-house.js';

const runtime = new SystemRuntime();
const [sue, ann] = [userNo(1), userNo(2)] as const;
const clock = auctionNo(1);

let house: ProjectedHouse;
let log: LineLog;
let running: { consumer: Consumer; feed: Feed } | null;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  log = new LineLog();
  running = null;
  await house.told.register(sue, ann);
  await house.told.list(clock);
  await house.told.bid(clock, ann, 20_00n);
});
afterEach(async () => {
  await running?.consumer.drain();
  await running?.feed.close();
  await house.close();
});

function start(settings: Partial<ConsumerSettings> = {}): Consumer {
  const feed = new Feed({ journal: house.journal, runtime });
  const following = { feed, database: house.database.config, runtime, log, metrics: silentMetrics };
  const consumer = new Consumer({
    ...following,
    projection: silverProjection(),
    settings: { retryMaxMs: 50, ...settings },
  });
  running = { consumer, feed };
  consumer.start();
  return consumer;
}

/** Everything is one batch: statement after statement, of which this table's fails. */
const fails = (state: string, message: string, table = 'bids') =>
  house.client.query(`
CREATE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '${message}' USING ERRCODE = '${state}'; END $$;
CREATE TRIGGER fails BEFORE INSERT ON silver_private.${table} FOR EACH ROW EXECUTE FUNCTION public.fails()`);
const mend = () => house.client.query('DROP FUNCTION public.fails CASCADE');
const problems = () =>
  new Set(log.lines.filter(({ message }) => message === 'failed; trying again').map(({ fields }) => fields['problem']));

describe('what is logged of a failed transaction', () => {
  it.each([
    ['users', '53100', 'could not extend file: No space left on device'],
    ['listings', '53100', 'could not extend file: No space left on device'],
    ['standings', '55P03', 'canceling statement due to lock timeout'],
    ['bids', '42501', 'permission denied for table bids'],
  ])('is its first error: that of %s, %s', async (table, state, message) => {
    await fails(state, message, table);
    const consumer = start();
    await eventually(
      'three attempts',
      () => log.lines.filter(({ message }) => message === 'failed; trying again').length >= 3,
    );
    expect(consumer.status().problem ?? message).toBe(message);
    expect(problems()).toEqual(new Set([message]));
    await mend();
    const head = await house.journal.head();
    await eventually('the head', () => consumer.status().position === head);
  });

  it('is an event’s own, which is then parked and not tried for ever', async () => {
    await fails('23514', 'a value that no item may have', 'listings');
    const consumer = start();
    await eventually('the stream to be parked', () => consumer.status().parkedStreams === 1);
    const { rows } = await house.client.query('SELECT reason FROM feed.parked_streams');
    expect(rows).toEqual([{ reason: 'PostgreSQL refused it with SQLSTATE 23514' }]);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});

describe('a consumer that fails again and again', () => {
  const state = (consumer: Consumer) => [readinessOfConsumer(consumer).ready, consumer.status().isStuck];

  it('is down once that has been so for long, and up again when it gets on', async () => {
    await fails('53100', 'could not extend file: No space left on device');
    const consumer = start({ stuckMs: 300 });
    await eventually('the consumer to fail', () => consumer.status().state === 'retrying');
    await eventually('the consumer to be stuck', () => consumer.status().isStuck);
    expect(readinessOfConsumer(consumer)).toEqual({ ready: false, detail: 'fails again and again' });
    // Between two attempts it runs, or waits for its turn: it is down all the same.
    const seen = new Set<boolean>();
    const until = log.lines.length + 5;
    await eventually('five attempts more', () => {
      seen.add(readinessOfConsumer(consumer).ready);
      return log.lines.length >= until;
    });
    expect(seen).toEqual(new Set([false]));
    await mend();
    await eventually('the consumer to get on', () => !consumer.status().isStuck);
    expect(readinessOfConsumer(consumer)).toEqual({ ready: true, detail: 'running' });
  });

  it('is up for a while: trouble passes', async () => {
    await fails('53100', 'could not extend file: No space left on device');
    const consumer = start({ stuckMs: 600_000 });
    await eventually('some attempts', () => log.lines.length >= 5);
    expect(state(consumer)).toEqual([true, false]);
  });

  it('is not stuck while another does its work', async () => {
    await fails('53100', 'could not extend file: No space left on device');
    const consumer = start({ stuckMs: 300, standByMs: 20 });
    await eventually('the consumer to be stuck', () => consumer.status().isStuck);
    await house.client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`,
      ['gavel silver'],
    );
    await mend();
    await house.project([silverProjection()]);
    await eventually('the consumer to be well', () => !consumer.status().isStuck);
    expect(state(consumer)).toEqual([true, false]);
  });
});
