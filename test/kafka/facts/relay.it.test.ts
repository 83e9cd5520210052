// The relay with a real Kafka and a real PostgreSQL: everything at least once, in order per auction, nothing private.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { auctionStream, refusalsStream, type StreamId, userStream } from '../../../src/domain/messages.js';
import { instant } from '../../../src/domain/time.js';
import type { PublicFact } from '../../../src/feed/facts/public-facts.js';
import { Feed } from '../../../src/feed/feed.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { BatchingProducer, type Outgoing } from '../../../src/kafka/client/batching-producer.js';
import { kafkaClient } from '../../../src/kafka/client/connection.js';
import type { TopicTail } from '../../../src/kafka/client/topic-tail.js';
import { MessageSigner } from '../../../src/kafka/commands/message-signer.js';
import { factTail } from '../../../src/kafka/facts/fact-tail.js';
import { Relay } from '../../../src/kafka/facts/relay.js';
import { silentLog } from '../../../src/runtime/log.js';
import { silentMetrics } from '../../../src/runtime/metrics.js';
import { runtime } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { goldenEvent } from '../../support/golden-event.js';
import { freshPrefix, testBrokers } from '../../support/kafka.js';
import { busSettings, makeTopics, signingKey } from '../../support/kafka-house.js';
import { auctionNo, userNo } from '../../support/memory-house.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';
import { describeWithKafka } from '../../support/requires.js';

const meta = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };

describeWithKafka('the relay', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let settings: ReturnType<typeof busSettings>;
  let producer: BatchingProducer;
  let journal: MemoryJournal;
  let feed: Feed;
  let relays: Relay[];
  let tail: TopicTail;
  let heard: PublicFact[];
  let topic: string;

  beforeAll(async () => {
    const brokers = await testBrokers();
    settings = busSettings(brokers, freshPrefix(), 4);
    await makeTopics(settings);
    topic = `${settings.kafka.prefix}events`;
    producer = new BatchingProducer(await kafkaClient(settings.kafka, silentLog), runtime);
    await producer.connect();
    database = await freshDatabase(migrated);
    client = new pg.Client(database.config);
    await client.connect();
  }, 300_000);
  afterAll(async () => {
    await producer?.close();
    await client?.end();
    await database?.drop();
  });
  beforeEach(async () => {
    await client.query('TRUNCATE feed.checkpoints');
    journal = new MemoryJournal({ runtime });
    feed = new Feed({ journal, runtime });
    relays = [];
    heard = [];
    tail = factTail({
      kafka: await kafkaClient(settings.kafka, silentLog),
      topic,
      groupId: `${settings.kafka.prefix}live.${runtime.uuid()}`,
      runtime,
      log: silentLog,
      stallMs: 15_000,
      signer: new MessageSigner(signingKey),
      take: (facts) => heard.push(...facts),
      missed: () => undefined,
    });
    await tail.start();
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.drain()));
    await tail.stop();
    await feed.close();
  });

  const relay = (send: (message: Outgoing) => Promise<void> = (message) => producer.send(message)): Relay => {
    const one = new Relay({
      feed,
      database: database.config,
      producer: { send },
      topic,
      signer: new MessageSigner(signingKey),
      runtime,
      log: silentLog,
      metrics: silentMetrics,
      settings: { batchMax: 5 },
    });
    relays.push(one);
    one.start();
    return one;
  };
  const append = (streamId: StreamId, ...names: readonly string[]) =>
    journal.append([
      {
        streamId,
        expected: 'any',
        events: names.map((name) => ({ event: goldenEvent(name), occurredAt: instant(1), meta })),
        restsOn: [],
      },
    ]);
  const revisionsOf = (n: number) =>
    heard.filter(({ auctionId }) => auctionId === auctionNo(n)).map(({ revision }) => revision);
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('is believed by its signature alone: facts of others are passed over', async () => {
    await append(auctionStream(auctionNo(9)), 'AuctionListed.v1');
    let fact: Outgoing | undefined;
    relay(async (message) => {
      fact ??= message;
      await producer.send(message);
    });
    await eventually('the first fact', () => revisionsOf(9).length === 1);
    const text = String(fact?.value);
    const forged = text.replace(/"revision":0/, '"revision":1');
    expect(forged).not.toBe(text);
    // Without a signature, with one by another key, and with one for another purpose.
    await producer.send({ topic, key: auctionNo(9), value: forged });
    for (const signature of [
      new MessageSigner(new Uint8Array(32)).sign('fact', forged),
      new MessageSigner(signingKey).sign('outcomes', forged),
    ])
      await producer.send({ topic, key: auctionNo(9), value: forged, headers: { 'gavel-signature': signature } });
    await producer.send({ topic, key: auctionNo(9), value: forged, headers: { ...fact?.headers } });
    await append(auctionStream(auctionNo(9)), 'BidPlaced.v1');
    await eventually('the second fact', () => revisionsOf(9).length >= 2);
    expect(revisionsOf(9)).toEqual([0, 1]);
    expect(heard.at(-1)?.event.type).toBe('BidPlaced');
  });

  it('publishes every event of every auction with its revision, and none of people or refusals', async () => {
    await append(userStream(userNo(1)), 'UserRegistered.v1');
    relay();
    for (const n of [1, 2, 3]) await append(auctionStream(auctionNo(n)), 'AuctionListed.v1');
    for (let i = 0; i < 20; i++) {
      await append(auctionStream(auctionNo(1 + (i % 3))), 'BidPlaced.v1', 'ClosingExtended.v1');
      await append(refusalsStream(auctionNo(1)), 'BidRejected.v1');
    }
    await append(auctionStream(auctionNo(3)), 'AuctionSold.v1');
    await eventually('all facts', () => heard.length >= 44);
    expect(heard).toHaveLength(44);
    expect(revisionsOf(1)).toEqual(upTo(15));
    expect(revisionsOf(2)).toEqual(upTo(15));
    expect(revisionsOf(3)).toEqual(upTo(14));
    const { maximum } = decodeJson('BidPlaced.v1');
    expect(JSON.stringify(heard, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(
      `"${maximum}"`,
    );
  });

  it('lets one work and one stand by, which goes on where the first one stopped', async () => {
    const first = relay();
    await eventually('one at work', () => first.status().state === 'running');
    const second = relay();
    await eventually('one on standby', () => second.status().state === 'on standby');
    await append(auctionStream(auctionNo(1)), 'AuctionListed.v1', 'BidPlaced.v1');
    await eventually('two facts', () => heard.length >= 2);
    await first.drain();
    await eventually('the other at work', () => second.status().state === 'running');
    await append(auctionStream(auctionNo(1)), 'BidPlaced.v1');
    await eventually('the third fact', () => heard.length >= 3);
    expect(revisionsOf(1)).toEqual([0, 1, 2]);
  });

  it('says again what it cannot be sure of, and leaves nothing out', async () => {
    let broken = 2;
    relay(async (message) => {
      // Sent, and the acknowledgement lost.
      await producer.send(message);
      if (broken-- > 0) throw new Error('the broker did not answer');
    });
    await append(auctionStream(auctionNo(1)), 'AuctionListed.v1', 'BidPlaced.v1', 'BidPlaced.v1');
    await eventually('the last fact', () => revisionsOf(1).includes(2));
    await eventually('a second time', () => revisionsOf(1).length > 3);
    expect([...new Set(revisionsOf(1))].sort()).toEqual([0, 1, 2]);
    expect(revisionsOf(1).at(-1)).toBe(2);
  });

  it('drops what another relay has moved the checkpoint under, and begins there', async () => {
    const one = relay();
    await append(auctionStream(auctionNo(1)), 'AuctionListed.v1');
    await eventually('a saved checkpoint', async () => (await checkpoint()) === '1');
    await client.query(`UPDATE feed.checkpoints SET generation = generation + 1 WHERE consumer = 'relay'`);
    await append(auctionStream(auctionNo(1)), 'BidPlaced.v1');
    await eventually('the checkpoint again', async () => (await checkpoint()) === '2');
    expect([...new Set(revisionsOf(1))]).toEqual([0, 1]);
    expect(one.status().state).toBe('running');
  });

  it('is not stopped by a message on its topic that is no fact', async () => {
    relay();
    await producer.send({ topic, key: auctionNo(1), value: 'not a fact' });
    await append(auctionStream(auctionNo(1)), 'AuctionListed.v1');
    await eventually('the fact behind it', () => heard.length === 1);
  });

  const checkpoint = async () =>
    (await client.query(`SELECT position::text FROM feed.checkpoints WHERE consumer = 'relay'`)).rows[0]?.position;
  const decodeJson = (name: string): { maximum?: unknown } => goldenEvent(name) as { maximum?: unknown };
});
