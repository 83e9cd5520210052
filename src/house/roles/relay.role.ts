// A relay: says the public facts of the journal on `auction.events`. One works, the others stand by.

import { BatchingProducer } from '../../kafka/client/batching-producer.js';
import { kafkaClient } from '../../kafka/client/connection.js';
import { topicName } from '../../kafka/client/topics.js';
import { Relay } from '../../kafka/facts/relay.js';
import { readinessOfJournal } from '../readiness.js';
import { signerOf } from '../signing-key.js';
import { openRoleStores, type StartRole } from './role.js';

export const startRelayRole: StartRole = async (parts, undo) => {
  const { config, tokens, runtime, log, metrics } = parts;
  const { postgres, feed, journal } = await openRoleStores(parts, undo);
  const settings = config.kafka.kafka;
  const producer = new BatchingProducer(await kafkaClient(settings, log), runtime);
  undo.push(() => producer.close());
  await producer.connect();
  const topic = topicName(settings.prefix, 'events');
  const signer = signerOf(config.kafka, tokens);
  const relay = new Relay({ feed, database: postgres, producer, topic, signer, runtime, log, metrics });
  undo.push(() => relay.drain());
  relay.start();
  return {
    url: null,
    ready: async () => {
      const { state, isStuck } = relay.status();
      return {
        journal: await readinessOfJournal(journal, runtime),
        relay: { ready: state !== 'halted' && !isStuck, detail: isStuck ? 'fails again and again' : state },
      };
    },
  };
};
