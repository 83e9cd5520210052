// A tail whose group is shuffled by a real broker, as it is when the group's coordinator moves or the process was paused.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { kafkaClient } from '../../../src/kafka/client/connection.js';
import { TopicTail } from '../../../src/kafka/client/topic-tail.js';
import { type Log, silentLog } from '../../../src/runtime/log.js';
import { runtime } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { freshPrefix, testBrokers } from '../../support/kafka.js';
import { busSettings, plainClient } from '../../support/kafka-house.js';
import { LineLog } from '../../support/line-log.js';
import { describeWithKafka } from '../../support/requires.js';

const PARTITIONS = 2;
const JOINED_WITHIN_MS = 30_000;

describeWithKafka('a tail whose group is shuffled', () => {
  const prefix = freshPrefix();
  const [topic, groupId] = [`${prefix}tail`, `${prefix}tail`];
  const tails: TopicTail[] = [];
  let brokers: readonly string[];
  let admin: kafkajs.Admin;
  let producer: kafkajs.Producer;
  let written = 0;

  beforeAll(async () => {
    brokers = await testBrokers();
    const client = plainClient(brokers);
    admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
    producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
  }, 300_000);
  afterAll(async () => {
    await Promise.all(tails.map((tail) => tail.stop()));
    await producer.disconnect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
  });

  const tail = async (taken: number[], log: Log = silentLog): Promise<TopicTail> => {
    const one = new TopicTail({
      kafka: await kafkaClient(busSettings(brokers, prefix).kafka, silentLog),
      topic,
      partitions: null,
      groupId,
      runtime,
      log,
      stallMs: 60_000,
      take: (messages) => taken.push(...messages.map(({ value }) => Number(value?.toString()))),
      missed: () => undefined,
    });
    tails.push(one);
    await one.start();
    return one;
  };
  const write = async (): Promise<void> => {
    await producer.send({ topic, messages: [{ partition: written % PARTITIONS, value: `${written}` }] });
    written += 1;
  };
  /** Goes on writing until the group has so many members and is at rest. */
  const writeUntilMembers = (count: number): Promise<void> =>
    eventually(
      `a group of ${count}`,
      async () => {
        await write();
        const [group] = (await admin.describeGroups([groupId])).groups;
        return group?.state === 'Stable' && group.members.length === count;
      },
      JOINED_WITHIN_MS,
    );

  it('passes over nothing that was written meanwhile, and takes nothing twice', async () => {
    const taken: number[] = [];
    const log = new LineLog();
    const one = await tail(taken, log);
    await writeUntilMembers(1);
    const other = await tail([]);
    await writeUntilMembers(2);
    await other.stop();
    await writeUntilMembers(1);
    await eventually('the last message', () => taken.includes(written - 1) && taken.includes(written - 2), 30_000);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const all = Array.from({ length: written }, (_, i) => i).filter((i) => i % PARTITIONS === partition);
      expect(taken.filter((i) => i % PARTITIONS === partition)).toEqual(all);
    }
    // A tail that was shuffled goes on by itself; one that broke off says why.
    expect({ restarts: one.restarts(), said: log.lines }).toEqual({ restarts: 0, said: [] });
  }, 120_000);
});
