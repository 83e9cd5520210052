// A command bus on the run's Kafka, with topics of its own.
import kafkajs from 'kafkajs';
import { Tokens } from '../../src/api/auth/tokens.js';
import { MessageIngress } from '../../src/api/ingress/ingress.js';
import type { Ingress } from '../../src/bus/ingress.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { decodeEvent, encodeEvent } from '../../src/journal/event-codec.js';
import type { MessagesLost } from '../../src/kafka/client/connection.js';
import { createTopics, topicPlans } from '../../src/kafka/client/topics.js';
import { type KafkaBusSettings, KafkaCommandBus } from '../../src/kafka/commands/kafka.command-bus.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { type Log, silentLog } from '../../src/runtime/log.js';
import { key, runtime } from './api.js';

export const signingKey = new TextEncoder().encode('a key that only processes of the house know');

export const ingress: Ingress = new MessageIngress(
  new Tokens({ key, issuer: null, audience: null, lifetimeMaxMs: 86_400_000, cacheMax: 1_000 }, runtime),
  DEFAULT_HOUSE,
  new MemoryKeyStore(),
);

export const busSettings = (brokers: readonly string[], prefix: string, partitions = 2): KafkaBusSettings => ({
  kafka: { brokers, prefix, clientId: 'gavel-test', tls: null, sasl: null },
  topics: { partitions, replicas: 1, retentionMs: 86_400_000 },
  groupId: `${prefix}engines`,
  signingKey,
  signingKeyAlso: null,
  queueMax: 10_000,
  batchMax: 1_000,
  retryAfterMs: 50,
  forgetAfterMs: 60_000,
  sessionTimeoutMs: 6_000,
  stallMs: 15_000,
  messageBytesMax: 65_536,
  fetchBytesMax: 1_048_576,
});

/** A client for what a test does beside Gavel. */
export const plainClient = (brokers: readonly string[]): kafkajs.Kafka =>
  new kafkajs.Kafka({ brokers: [...brokers], clientId: 'foreign', logLevel: kafkajs.logLevel.NOTHING });

export async function withAdmin<T>(brokers: readonly string[], work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const admin = plainClient(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

export const makeTopics = ({ kafka, topics }: KafkaBusSettings): Promise<void> =>
  withAdmin(kafka.brokers, (admin) => createTopics(admin, topicPlans({ prefix: kafka.prefix, ...topics }), runtime));

export const openBus = (
  settings: KafkaBusSettings,
  parts: Readonly<{ log?: Log; lost?: (error: MessagesLost) => void }> = {},
): Promise<KafkaCommandBus> =>
  KafkaCommandBus.open({
    settings,
    ingress,
    codec: { encode: encodeEvent, decode: decodeEvent },
    runtime,
    log: parts.log ?? silentLog,
    lost: parts.lost ?? (() => undefined),
  });
