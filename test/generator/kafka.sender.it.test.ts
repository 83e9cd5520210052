// A small marketplace whose listings and bids are written to Kafka by their people, against a whole house on the same brokers.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { userId } from '../../src/domain/ids.js';
import { lookUpOutcome } from '../../src/engine/outcomes.js';
import { makePlan } from '../../src/generator/draw-plan.js';
import { HttpSender } from '../../src/generator/http.sender.js';
import { KafkaSender } from '../../src/generator/kafka.sender.js';
import type { Person } from '../../src/generator/people.js';
import { playPlan } from '../../src/generator/play-plan.js';
import { refusalsIn } from '../../src/generator/tally.js';
import { openHouse } from '../../src/house/house.js';
import { BatchingProducer } from '../../src/kafka/client/batching-producer.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { runtime, TestApi, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { freshPrefix, testBrokers } from '../support/kafka.js';
import { busSettings, makeTopics, openBus, plainClient } from '../support/kafka-house.js';
import { freshDatabase, migrated, type TestDatabase } from '../support/postgres.js';
import { describeWithKafka } from '../support/requires.js';

const tokenOf = ({ userId: id }: Person): Promise<string> => tokenFor(userId(id), 'bidder', 'seller');

describeWithKafka('people who write to Kafka', () => {
  const undo: (() => Promise<void>)[] = [];
  let database: TestDatabase;
  let house: Awaited<ReturnType<typeof openHouse>>;
  let sender: KafkaSender;

  beforeAll(async () => {
    const brokers = await testBrokers();
    const settings = busSettings(brokers, freshPrefix());
    await makeTopics(settings);
    database = await freshDatabase(migrated);
    undo.push(() => database.drop());
    const parts = { config: loadConfig({}), runtime, log: silentLog, metrics: silentMetrics };
    house = await openHouse({ ...parts, postgres: database.config, bus: await openBus(settings) });
    undo.push(() => house.drain());
    const api = await TestApi.start({
      bus: house.bus,
      queries: house.silver,
      commandLookup: (commandId, actorId) => lookUpOutcome(house.journal, commandId, actorId),
    });
    undo.push(() => api.close());
    const producer = new BatchingProducer(plainClient(brokers), runtime);
    await producer.connect();
    undo.push(() => producer.close());
    const http = new HttpSender({ url: new URL(api.url), tokenOf, runtime });
    sender = new KafkaSender({ http, producer, prefix: settings.kafka.prefix, tokenOf, runtime });
  }, 300_000);
  afterAll(async () => {
    for (const one of undo.toReversed()) await one();
  });

  it('are answered like those who ask the API, and Silver holds what they did', async () => {
    const plan = makePlan({ seed: 'kafka', users: 20, items: 6, bids: 60, profile: 'card', fraudPercent: 0 });
    const stop = new AbortController().signal;
    const report = await playPlan({
      plan,
      sender,
      runtime,
      rate: 50,
      durationMs: 20_000,
      stop,
      progress: () => undefined,
    });
    expect({ end: report.end, faults: [...report.tally.faultMessages] }).toEqual({ end: 'done', faults: [] });
    const [listings, bids] = [report.tally.of('list'), report.tally.of('bid')];
    expect(report.tally.of('register').accepted).toBe(20);
    expect(listings.accepted).toBeGreaterThan(0);
    expect(bids.accepted).toBeGreaterThan(0);
    await eventually('Silver to hold them', async () => {
      const { rows } = await house.pool.query(
        `SELECT (SELECT count(*)::int FROM silver.items) AS items, (SELECT count(*)::int FROM silver.bids) AS bids,
                (SELECT count(*)::int FROM silver.rejected_bids) AS refused`,
      );
      const [row] = rows;
      return row.items === listings.accepted && row.bids === bids.accepted && row.refused === refusalsIn(bids);
    });
  }, 180_000);

  it('are told of a message that nobody answers as of a fault', async () => {
    const cut = new AbortController();
    const by = makePlan({ seed: 'k', users: 20, items: 1, bids: 0, profile: 'card', fraudPercent: 0 }).people[0];
    if (by === undefined) throw new Error('the plan has people');
    // No command id: the message goes to the dead letters.
    const asked = {
      by,
      commandId: 'no id',
      wish: { kind: 'bid', auctionId: runtime.uuid(), amount: 100n, currency: 'USD' },
    } as const;
    const answer = sender.send(asked, cut.signal);
    cut.abort();
    expect(await answer).toMatchObject({ kind: 'fault' });
  });
});
