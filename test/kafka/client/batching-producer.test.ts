// What kafkajs takes for sent, and is not: no real broker can be made to lose its partitions at that moment.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type kafkajs from 'kafkajs';
import { instant } from '../../../src/domain/time.js';
import { BatchingProducer, type Outgoing } from '../../../src/kafka/client/batching-producer.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { settled } from '../../support/fake-kafka.js';

const partitionMetadata = [0, 1, 2].map((partitionId) => ({ partitionId }) as kafkajs.PartitionMetadata);

let runtime: ManualRuntime;
let producer: BatchingProducer;
/** Partitions that nobody answers for. */
let silent: number[];
beforeEach(() => {
  runtime = new ManualRuntime(instant(0));
  silent = [];
  const kafka = {
    producer: ({ createPartitioner }: kafkajs.ProducerConfig) => ({
      // As kafkajs: partitions are chosen for each message, and each has one answer.
      sendBatch: async ({ topicMessages = [] }: kafkajs.ProducerBatch) =>
        topicMessages.flatMap(({ topic, messages }) => {
          const chosen = messages.map((message) => createPartitioner?.()({ topic, partitionMetadata, message }) ?? 0);
          const answering = [...new Set(chosen)].filter((partition) => !silent.includes(partition));
          return answering.map((partition) => ({ topicName: topic, partition, errorCode: 0 }));
        }),
    }),
  };
  producer = new BatchingProducer(kafka as unknown as kafkajs.Kafka, runtime);
});

const message = (partition: number): Outgoing => ({ topic: 'bids', partition, key: null, value: '{}' });

/** Sends messages together; what became of each. */
async function sent(...messages: readonly Outgoing[]): Promise<readonly string[]> {
  const results = Promise.allSettled(messages.map((one) => producer.send(one)));
  await settled(runtime);
  runtime.advanceBy(2);
  return (await results).map((result) => (result.status === 'fulfilled' ? 'sent' : String(result.reason.message)));
}

describe('the producer', () => {
  it('takes for sent what every partition’s broker has acknowledged', async () => {
    expect(await sent(message(0), message(1), { topic: 'items', key: 'a', value: '{}' })).toEqual(
      Array(3).fill('sent'),
    );
  });

  it('does not take for sent what no broker has acknowledged, and sends again what it is given again', async () => {
    silent = [1];
    const told = 'no broker has acknowledged what was sent to bids/1';
    expect(await sent(message(0), message(1))).toEqual([told, told]);
    silent = [];
    expect(await sent(message(0), message(1))).toEqual(['sent', 'sent']);
  });
});
