// The topic of dead letters as it is read for `gavel dlq`. What becomes one, and of one, test/bus/kafka-house.it.test.ts tells.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type kafkajs from 'kafkajs';
import { BatchingProducer } from '../../../src/kafka/client/batching-producer.js';
import { kafkaClient } from '../../../src/kafka/client/connection.js';
import { deadLetter, readDeadLetters } from '../../../src/kafka/client/dead-letters.js';
import { silentLog } from '../../../src/runtime/log.js';
import { runtime } from '../../support/api.js';
import { freshPrefix, testBrokers } from '../../support/kafka.js';
import { busSettings, makeTopics } from '../../support/kafka-house.js';
import { describeWithKafka } from '../../support/requires.js';

describeWithKafka('the dead letters', () => {
  const topic = `${freshPrefix()}dlq`;
  let kafka: kafkajs.Kafka;
  let producer: BatchingProducer;
  beforeAll(async () => {
    const settings = busSettings(await testBrokers(), topic.slice(0, -3));
    await makeTopics(settings);
    kafka = await kafkaClient(settings.kafka, silentLog);
    producer = new BatchingProducer(kafka, runtime);
    await producer.connect();
  }, 300_000);
  afterAll(() => producer.close());

  const letterFrom = (offset: string) => {
    const place = { topic: 'auction.bids', partition: 3, offset };
    const message = { key: null, value: Buffer.from('bid!'), offset, timestamp: '1', attributes: 0, headers: {} };
    return deadLetter(topic, place, message, { reason: 'NotJson', detail: 'it is no JSON', arrivedAt: 1 });
  };

  it('are read to their end, each once and the last to come last', async () => {
    await expect(readDeadLetters(kafka, topic, runtime)).resolves.toEqual([]);
    for (const offset of ['1', '2', '1']) await producer.send(letterFrom(offset));
    const letters = await readDeadLetters(kafka, topic, runtime);
    expect(letters.map(({ letter }) => letter.offset)).toEqual(['2', '1']);
  });

  it('are refused at once with a message among them that is none', async () => {
    await producer.send({ topic, partition: 0, key: 'auction.bids/3/9', value: '{"v":2}' });
    await producer.send(letterFrom('3'));
    await expect(readDeadLetters(kafka, topic, runtime)).rejects.toMatchObject({
      code: 'DeadLetterUnreadable',
      message: `the message at ${topic}/0/3 is no dead letter that this version can read`,
    });
  });
});
