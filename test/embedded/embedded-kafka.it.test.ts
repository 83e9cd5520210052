// The Kafka of `npm run kafka`, and the release of it that we say kafkajs works with: every request that Gavel sends.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { formatBroker } from '../../src/embedded/kafka/broker.js';
import { startEmbeddedKafka } from '../../src/embedded/kafka/embedded-kafka.js';
import { installKafka } from '../../src/embedded/kafka/installation.js';
import { javaProgram } from '../../src/embedded/kafka/java.js';
import { silentLog } from '../../src/runtime/log.js';
import { freePort } from '../kills/people.js';
import { eventually } from '../support/eventually.js';
import { freshPrefix, testBrokers } from '../support/kafka.js';
import { LineLog } from '../support/line-log.js';
import { describeWithKafka } from '../support/requires.js';
import { runGavel } from '../support/run-gavel.js';
import { programDirectory, scratchDirectory } from '../support/scratch.js';

describe('a machine without what Kafka needs', () => {
  const scratch = programDirectory('no-java');
  afterAll(() => scratch.remove());
  const plain = { JAVA_HOME: '', XDG_CACHE_HOME: scratch.path, GAVEL_DATA: join(scratch.path, 'house') };

  it('is told that Java is missing', async () => {
    const { code, stderr } = await runGavel(['kafka'], { ...plain, PATH: scratch.path });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'gavel: Kafka needs Java 17; java is missing (Debian: default-jre-headless)\n',
    });
  });

  it('is told that its Java is too old, or that Maven is missing', async () => {
    const java = join(scratch.path, 'java');
    writeFileSync(java, '#!/bin/sh\necho \'openjdk version "11.0.2"\' >&2\n', { mode: 0o755 });
    expect((await runGavel(['kafka', 'install'], { ...plain, PATH: scratch.path })).stderr).toBe(
      'gavel: Kafka needs Java 17 or later; java is openjdk version "11.0.2"\n',
    );
    writeFileSync(java, '#!/bin/sh\necho \'openjdk version "17.0.1"\' >&2\n', { mode: 0o755 });
    expect((await runGavel(['kafka', 'install'], { ...plain, PATH: scratch.path })).stderr).toBe(
      'gavel: fetching Apache Kafka by Maven, about 50 MB; this is done once\n' +
        'gavel: fetching Kafka needs Maven; mvn is missing (Debian: maven)\n',
    );
  });

  it('is told which numbers of brokers there are', async () => {
    const { stderr } = await runGavel(['kafka', '--brokers', '2'], plain);
    expect(stderr).toContain('Allowed choices are 1, 3.');
  });
});

describeWithKafka('the installed Kafka', () => {
  const prefix = freshPrefix();
  const topic = `${prefix}try`;
  let kafka: kafkajs.Kafka;
  let admin: kafkajs.Admin;
  beforeAll(async () => {
    kafka = new kafkajs.Kafka({ brokers: [...(await testBrokers())], logLevel: kafkajs.logLevel.NOTHING });
    admin = kafka.admin();
    await admin.connect();
  }, 300_000);
  afterAll(async () => {
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  });

  it('is not fetched twice', async () => {
    expect((await installKafka(silentLog)).version).toMatch(/^4\./);
  });

  it.each([
    { whose: 'broker', place: 0 },
    { whose: 'controller', place: 1 },
  ])(
    "starts on other ports where the $whose's was free and is taken before Kafka has it",
    async ({ place }) => {
      const scratch = scratchDirectory('taken-port');
      // It takes what it is sent, and answers nothing.
      const taker = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
      await once(taker, 'listening');
      const { port: taken } = taker.address() as AddressInfo;
      const [free, ...others] = await Promise.all([freePort(), freePort(), freePort()]);
      const chosen = [place === 0 ? [taken, free] : [free, taken], others];
      const askedAtMs: number[] = [];
      const chooseFree = async (): Promise<readonly number[]> => {
        askedAtMs.push(performance.now());
        return chosen[askedAtMs.length - 1] ?? [];
      };
      const log = new LineLog();
      try {
        const dataDir = join(scratch.path, 'kafka');
        const kafka = await startEmbeddedKafka({ dataDir, heapMb: 256, short: true, chooseFree, log });
        await kafka.stop(true);
        expect(kafka.brokers).toEqual([`127.0.0.1:${others[0]}`]);
        expect(log.lines.map(({ message }) => message)).toContain(
          'a port that was free was taken before Kafka had it; trying others',
        );
        const [begunMs = Number.NaN, againMs = Number.NaN] = askedAtMs;
        // kafkajs would wait half a minute for an answer from the taker of the port.
        process.stderr.write(`embedded Kafka: other ports after ${Math.round(againMs - begunMs)} ms\n`);
      } finally {
        taker.close();
        await once(taker, 'close');
        scratch.remove();
      }
    },
    180_000,
  );

  it('is made for a cluster whose id begins with a dash, as one in 64 does', async () => {
    const scratch = scratchDirectory('dash');
    try {
      const installation = await installKafka(silentLog);
      const java = { program: await javaProgram(), installation, heapMb: 128, short: true };
      const ports = [{ broker: 1, controller: 2, secure: null }];
      const plan = { id: 1, directory: scratch.path, host: '127.0.0.1', ports, sessionMs: 9_000, secure: null };
      await formatBroker(java, plan, '-AAAAAAAAAAAAAAAAAAAAA');
      const made = readFileSync(join(scratch.path, 'log', 'meta.properties'), 'utf8');
      expect(made).toContain('cluster.id=-AAAAAAAAAAAAAAAAAAAAA');
    } finally {
      scratch.remove();
    }
  });

  it('takes what kafkajs asks: topics, settings, messages with append times, a group that is rebalanced, offsets', async () => {
    const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 2, configEntries }] });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['message.timestamp.type'] }],
    });
    expect(resources[0]?.configEntries[0]?.configValue).toBe('LogAppendTime');

    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const before = Date.now();
    const messages = [0, 1].map((partition) => ({ partition, value: 'hello', timestamp: '1000' }));
    await producer.send({ topic, acks: -1, messages });
    await producer.disconnect();

    const seen: kafkajs.KafkaMessage[] = [];
    const assigned: number[] = [];
    const join = async () => {
      const consumer = kafka.consumer({ groupId: `${prefix}group`, sessionTimeout: 6_000, maxWaitTimeInMs: 100 });
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        assigned.push(payload.memberAssignment[topic]?.length ?? 0);
      });
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({ eachBatch: async ({ batch }) => void seen.push(...batch.messages) });
      return consumer;
    };
    const first = await join();
    await eventually('both messages', () => seen.length === 2, 60_000);
    expect(Number(seen[0]?.timestamp)).toBeGreaterThanOrEqual(before - 5_000);
    const second = await join();
    await eventually('one partition each', () => assigned.slice(-2).every((count) => count === 1), 60_000);
    await second.disconnect();
    await eventually('the first one to have both again', () => assigned.at(-1) === 2, 60_000);
    await first.disconnect();
    const offsets = await admin.fetchOffsets({ groupId: `${prefix}group`, topics: [topic] });
    expect(offsets[0]?.partitions.map(({ offset }) => offset)).toEqual(['1', '1']);
  }, 180_000);
});
