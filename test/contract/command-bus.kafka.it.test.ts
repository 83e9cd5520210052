import { beforeAll } from '@jest/globals';
import { runtime } from '../support/api.js';
import { freshPrefix, testBrokers } from '../support/kafka.js';
import { busSettings, makeTopics, openBus } from '../support/kafka-house.js';
import { describeWithKafka } from '../support/requires.js';
import { commandBusContract } from './command-bus.contract.js';

describeWithKafka('Kafka', () => {
  let brokers: readonly string[];
  beforeAll(async () => {
    brokers = await testBrokers();
  }, 300_000);

  commandBusContract('Kafka', async () => {
    const settings = { ...busSettings(brokers, freshPrefix()), queueMax: 3, batchMax: 2 };
    await makeTopics(settings);
    const bus = await openBus(settings);
    return { bus, now: () => runtime.now(), close: () => bus.drain() };
  });
});
