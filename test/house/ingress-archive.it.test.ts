// Raw messages of a real Kafka in Bronze: as they were received, but for what nobody may keep; and whatever is done to them is
// found and named.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type kafkajs from 'kafkajs';
import pg from 'pg';
import { loadConfig } from '../../src/config.js';
import { instant } from '../../src/domain/time.js';
import { ingressSources } from '../../src/house/ingress-archive.js';
import { PostgresExport } from '../../src/journal/postgres/postgres.export.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { withDuck } from '../../src/lake/duck.js';
import { describeStored } from '../../src/lake/hashing.js';
import { witnessKey } from '../../src/personal-data/witness-key.js';
import { readManifest } from '../../src/projections/bronze/bronze.queries.js';
import type { ArchiveStep } from '../../src/projections/bronze/events.archiver.js';
import { IngressArchiver, type IngressSource } from '../../src/projections/bronze/ingress.archiver.js';
import { encodeManifest, type Manifest, manifestKey } from '../../src/projections/bronze/manifest.js';
import { verifyBronze } from '../../src/projections/bronze/verification.js';
import { Witnesses } from '../../src/projections/bronze/witness.js';
import { silentLog } from '../../src/runtime/log.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { DUCK, positions } from '../projections/bronze/bronze-house.js';
import { noon } from '../projections/chronicle.js';
import { runtime, tokenFor } from '../support/api.js';
import { freshPrefix, testBrokers } from '../support/kafka.js';
import { busSettings, makeTopics, plainClient, withAdmin } from '../support/kafka-house.js';
import { ann, auctionNo } from '../support/memory-house.js';
import { freshDatabase, migrated, type TestDatabase } from '../support/postgres.js';
import { describeWithKafka } from '../support/requires.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(180_000);

const DAY_MS = 86_400_000;
const ALL = { rowsMax: 1_000, rowsMin: 1 };

describeWithKafka('raw messages in Bronze', () => {
  let brokers: readonly string[];
  let database: TestDatabase;
  let client: pg.Client;
  let scratch: Scratch;
  let store: DirectoryStore;
  let source: IngressSource;
  let producer: kafkajs.Producer;
  let witnesses: Witnesses;
  let prefix: string;
  let token: string;

  beforeEach(async () => {
    brokers = await testBrokers();
    prefix = freshPrefix();
    await makeTopics(busSettings(brokers, prefix, 2));
    database = await freshDatabase(migrated);
    client = new pg.Client(database.config);
    await client.connect();
    scratch = scratchDirectory('ingress');
    store = new DirectoryStore(join(scratch.path, 'lake'), runtime);
    const env = { GAVEL_KAFKA_BROKERS: brokers.join(','), GAVEL_KAFKA_PREFIX: prefix };
    const [bids] = await ingressSources({ config: loadConfig(env), runtime, log: silentLog });
    if (bids === undefined) throw new Error('there are no inbound topics');
    source = bids;
    producer = plainClient(brokers).producer();
    await producer.connect();
    witnesses = new Witnesses(join(scratch.path, 'witness'), await witnessKey(scratch.path));
    token = await tokenFor(ann, 'bidder');
  });
  afterEach(async () => {
    await producer.disconnect();
    await client.end();
    await database.drop();
    scratch.remove();
  });

  type Options = Readonly<{ at?: number; to?: DirectoryStore; onStep?: (step: ArchiveStep) => void }>;
  const archiver = ({ at = Number(noon), to = store, onStep }: Options = {}) =>
    new IngressArchiver({
      source,
      store: to,
      runtime: new ManualRuntime(instant(at), 7),
      directory: join(scratch.path, 'staging'),
      duck: DUCK,
      lockMs: DAY_MS,
      expireAfterMs: 10 * DAY_MS,
      ...(onStep !== undefined && { onStep }),
    });

  const put = (...messages: kafkajs.Message[]) =>
    producer.send({
      topic: source.topic,
      messages: messages.map((message) => ({ partition: 0, key: 'k', ...message })),
    });
  const bid = (amount: string) => ({
    v: 1,
    commandId: runtime.uuid(),
    token,
    request: { type: 'PlaceBid', auctionId: auctionNo(1), amount, currency: 'USD' },
  });
  const verify = (now: number = noon) =>
    verifyBronze({
      store,
      journal: positions,
      exported: new PostgresExport(database.config),
      client,
      witnesses,
      directory: scratch.path,
      duck: DUCK,
      ingressExpiresAfterMs: 10 * DAY_MS,
      now,
    });
  const found = async (now: number = noon) => (await verify(now)).findings.map(({ kind, key }) => `${kind} ${key}`);
  const keys = async (prefix: string) => {
    const all: string[] = [];
    for await (const { key } of store.list(prefix)) all.push(key);
    return all;
  };
  const rows = async (folder: string, text = 'value') => {
    const files = (await keys(`bronze/${folder}/`)).map((key) => `'${store.pathOf(key)}'`);
    return withDuck({ ...DUCK, tempDirectory: scratch.path }, async (duck) =>
      (
        await duck.runAndReadAll(
          `SELECT * EXCLUDE (value, "offset"), ${text} AS value FROM read_parquet([${files.join(', ')}], hive_partitioning = false) ORDER BY "partition", "offset"`,
        )
      ).getRowObjectsJS(),
    );
  };

  it('are as they were received, but for tokens, names and what is secret', async () => {
    const plain = '{"v":1,  "request":{"type":"BuyNow"}}';
    await put(
      { value: JSON.stringify(bid('4242')), headers: { authorization: `Bearer ${token}`, 'x-till': '7' } },
      { value: plain },
      { value: JSON.stringify({ v: 1, token, request: { type: 'RegisterUser', username: 'ann-of-the-hill' } }) },
      { value: JSON.stringify({ v: 1, request: { type: 'VoidBid', bidNumber: 7, reason: 'has lied to us' } }) },
      { value: `no JSON, and a token: ${token}` },
      { value: null },
      { partition: 1, value: plain },
    );
    expect(await archiver().next(client, ALL)).toMatchObject({ part: 1, rows: 7 });
    const [shown, restricted] = [await rows('ingress'), await rows('ingress-restricted', 'decode(value)')];
    expect(shown).toHaveLength(7);
    const [first, second, third, voided, fourth, fifth, sixth] = shown;
    expect(JSON.parse(String(first?.['value']))).toMatchObject({ token: '(removed)', request: { amount: null } });
    expect(JSON.parse(String(first?.['headers']))).toEqual({ authorization: '(removed)', 'x-till': '7' });
    expect([second?.['value'], fourth?.['value'], fifth?.['value'], sixth?.['value']]).toEqual([
      plain,
      null,
      null,
      plain,
    ]);
    expect(String(third?.['value'])).not.toContain('ann-of-the-hill');
    expect(JSON.parse(String(restricted[0]?.['value'])).request).toMatchObject({ amount: '4242', type: 'PlaceBid' });
    expect(JSON.parse(String(voided?.['value'])).request).toEqual({ type: 'VoidBid', bidNumber: 7, reason: null });
    expect(restricted).toHaveLength(4);
    const all = JSON.stringify([shown, restricted]);
    for (const secret of [token, token.split('.')[2] ?? '', 'ann-of-the-hill']) expect(all).not.toContain(secret);
    expect(JSON.stringify(shown)).not.toContain('4242');
    expect(await verify()).toMatchObject({ messages: 7, findings: [] });
  });

  it('are archived once, part by part', async () => {
    await put({ value: 'a' }, { value: 'b' }, { value: 'c' });
    expect(await archiver().next(client, { rowsMax: 2, rowsMin: 1 })).toMatchObject({ part: 1, rows: 2 });
    expect(await archiver().next(client, { rowsMax: 2, rowsMin: 2 })).toBeNull();
    expect(await archiver().next(client, { rowsMax: 2, rowsMin: 1 })).toMatchObject({ part: 2, rows: 1 });
    expect(await archiver().next(client, ALL)).toBeNull();
    expect(await found()).toEqual([]);
  });

  it.each(['cut', 'written', 'events put', 'restricted put', 'manifest put'] as const)(
    'come to the same objects after a crash behind “%s”',
    async (at) => {
      await put({ value: JSON.stringify(bid('1')) }, { value: 'b' });
      const crash = archiver({
        onStep: (step) => {
          if (step === at) throw new Error('crash');
        },
      });
      await expect(crash.next(client, ALL)).rejects.toThrow('crash');
      expect(await found()).toEqual([]);
      await archiver().next(client, ALL);
      expect(await found()).toEqual([]);
      const objects = async (from: DirectoryStore) => {
        const all: string[] = [];
        for await (const { key } of from.list('bronze/'))
          all.push(`${key} ${(await describeStored(from, key)).sha256}`);
        return all;
      };
      const other = new DirectoryStore(join(scratch.path, 'undisturbed'), runtime);
      await client.query(
        'UPDATE bronze.parts SET row_count = NULL, bytes = NULL, digest = NULL, manifest_sha256 = NULL, finished_at = NULL',
      );
      await archiver({ to: other }).next(client, ALL);
      expect(await objects(other)).toEqual(await objects(store));
    },
  );

  it('expire, and the chain stays whole', async () => {
    await put({ value: JSON.stringify(bid('1')) });
    await archiver().next(client, ALL);
    const later = noon + 10 * DAY_MS;
    expect(await archiver({ at: later - 1 }).expire(client)).toBe(0);
    expect(await archiver({ at: later }).expire(client)).toBe(2);
    expect(await keys('bronze/ingress')).toEqual([]);
    expect(await found(later)).toEqual([]);
    // A day too early they would be missed.
    expect(await found(later - 1)).toHaveLength(2);
    await put({ value: 'b' });
    expect(await archiver({ at: later }).next(client, ALL)).toMatchObject({ part: 2 });
    expect(await found(later)).toEqual([]);
  });

  it('that the topic let go of too early are missed by name', async () => {
    await put({ value: 'a' });
    await archiver().next(client, ALL);
    await put({ value: 'b' }, { value: 'c' });
    await withAdmin(brokers, async (admin) => {
      // kafkajs has to know the topic's leaders first.
      await admin.fetchTopicOffsets(source.topic);
      await admin.deleteTopicRecords({ topic: source.topic, partitions: [{ partition: 0, offset: '2' }] });
    });
    expect(await archiver().next(client, ALL)).toMatchObject({ part: 2, rows: 1 });
    const { findings } = await verify();
    expect(findings).toEqual([
      {
        kind: 'missing',
        key: manifestKey(`ingress/${source.topic}`, 2),
        problem: 'it begins at offset 2 of partition 0, and the part before ends at 1',
      },
    ]);
  });

  describe('that somebody has changed:', () => {
    const overwrite = (key: string, bytes: Uint8Array) => {
      chmodSync(store.pathOf(key), 0o600);
      writeFileSync(store.pathOf(key), bytes);
    };
    beforeEach(async () => {
      await put({ value: JSON.stringify(bid('1')) });
      await archiver().next(client, ALL);
      await put({ value: 'b' });
      await archiver().next(client, ALL);
    });

    it.each(['ingress', 'ingress-restricted'])('a byte of a file of bronze/%s', async (folder) => {
      const [key = ''] = await keys(`bronze/${folder}/`);
      const bytes = readFileSync(store.pathOf(key));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      overwrite(key, bytes);
      expect(await found()).toEqual([`changed ${key}`]);
    });

    it('a file that is gone, one that was added, a manifest written anew with all behind it', async () => {
      const [gone = ''] = await keys('bronze/ingress/');
      const extra = `${gone}.copy`;
      await store.put(extra, await store.get(gone));
      await store.delete(gone);
      const chain = `ingress/${source.topic}`;
      const { manifest } = (await readManifest(store, chain, 2)) ?? {};
      overwrite(
        manifestKey(chain, 2),
        encodeManifest({ ...(manifest as Manifest), archivedAt: '2030-01-01T00:00:00.000Z' }),
      );
      expect([...(await found())].sort()).toEqual(
        [`missing ${gone}`, `extra ${extra}`, `rewritten ${manifestKey(chain, 2)}`].sort(),
      );
    });
  });
});
