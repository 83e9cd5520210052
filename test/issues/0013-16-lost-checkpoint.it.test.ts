// A consumer whose checkpoint was gone began again at the beginning, beside tables that were full.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Consumer } from '../../src/feed/consumer.js';
import { Feed } from '../../src/feed/feed.js';
import type { Projection } from '../../src/feed/projection.js';
import { readinessOfConsumer } from '../../src/house/readiness.js';
import { commandsProjection } from '../../src/journal/eventstoredb/commands.projection.js';
import { closingsProjection } from '../../src/projections/closings/closings.projection.js';
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
const projections = { silver: silverProjection(), closings: closingsProjection(), commands: commandsProjection() };
type Name = keyof typeof projections;
const NAMES: readonly Name[] = ['silver', 'closings', 'commands'];
const FULL: Readonly<Record<Name, string>> = {
  silver: 'silver_private.bids',
  closings: 'closings.due',
  commands: 'journal.command_index',
};
let house: ProjectedHouse;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  await house.told.register(sue, ann);
  await house.told.list(clock);
  await house.told.bid(clock, ann, 20_00n);
  await house.project(Object.values(projections));
  // What the chronicle records comes from no command.
  await house.client.query(
    "INSERT INTO journal.command_index VALUES ('01900009-0000-7000-8000-000000000001', 'user-x', 0)",
  );
});
afterEach(() => house.close());

async function run(projection: Projection, until: (consumer: Consumer) => boolean) {
  const feed = new Feed({ journal: house.journal, runtime });
  const log = new LineLog();
  const parts = { feed, projection, database: house.database.config, runtime, log, metrics: silentMetrics };
  const consumer = new Consumer(parts);
  consumer.start();
  try {
    await eventually('the consumer to come to something', () => until(consumer));
    return { status: consumer.status(), ready: readinessOfConsumer(consumer), log: JSON.stringify(log.lines) };
  } finally {
    await consumer.drain();
    await feed.close();
  }
}
const content = async (name: Name) => (await house.client.query(`SELECT * FROM ${FULL[name]} ORDER BY 1`)).rows;

describe('without a checkpoint beside tables that are full', () => {
  it.each(NAMES)('%s halts with one sentence, is down, and leaves everything as it is', async (name) => {
    const before = await content(name);
    expect(before).not.toEqual([]);
    await house.client.query('DELETE FROM feed.checkpoints');
    const { status, ready, log } = await run(projections[name], (consumer) => consumer.status().state === 'halted');
    const sentence = `consumer ${name} has no checkpoint, but its tables are not empty: restore the checkpoint that belongs to them, or build the tables anew (docs/runbook.md)`;
    expect(status.problem).toBe(sentence);
    expect(ready).toEqual({ ready: false, detail: 'halted' });
    expect(log).toContain(sentence);
    expect(await content(name)).toEqual(before);
    const { rows } = await house.client.query('SELECT FROM feed.checkpoints');
    expect(rows).toEqual([]);
  });
});

it('a consumer with empty tables begins', async () => {
  await house.client.query('TRUNCATE closings.due, closings.openings, closings.relistings, closings.deadlines');
  await house.client.query("DELETE FROM feed.checkpoints WHERE consumer = 'closings'");
  const head = await house.journal.head();
  const { ready } = await run(projections.closings, (consumer) => consumer.status().position === head);
  expect(ready).toEqual({ ready: true, detail: 'running' });
  expect(await content('closings')).toHaveLength(1);
});
