// The archive of raw messages of the configured house: each inbound topic has a chain of its own, where Kafka runs.
import type { Config } from '../config.js';
import { archivedMessage } from '../kafka/client/archived-message.js';
import { kafkaClient } from '../kafka/client/connection.js';
import { readRanges, topicRanges } from '../kafka/client/topic-range.js';
import { INBOUND, topicName } from '../kafka/client/topics.js';
import type { ObjectStore } from '../lake/object-store.js';
import { IngressArchiver, type IngressSource, type OffsetCut } from '../projections/bronze/ingress.archiver.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';

export type IngressParts = Readonly<{
  config: Pick<Config, 'kafka' | 'bronze'>;
  store: ObjectStore;
  runtime: Runtime;
  log: Log;
  directory: string;
  duck: Readonly<{ threads: number; memoryLimit: string }>;
}>;

const DAY_MS = 86_400_000;
/** The archiver tries again by itself, and a house that stops does not wait for brokers that are gone. */
const TRIES = 3;

/** An archiver a topic, with its topic's name; none where no Kafka is configured. Connects to nothing yet. */
export async function ingressArchivers({
  config,
  store,
  runtime,
  log,
  directory,
  duck,
}: IngressParts): Promise<readonly Readonly<{ topic: string; archiver: IngressArchiver }>[]> {
  const { ingressDays, lockMs } = config.bronze;
  const expireAfterMs = ingressDays === 0 ? null : ingressDays * DAY_MS;
  const around = { store, runtime, directory, duck, lockMs, expireAfterMs };
  const sources = await ingressSources({ config, runtime, log });
  return sources.map((source) => ({ topic: source.topic, archiver: new IngressArchiver({ ...around, source }) }));
}

/** The inbound topics; none where no Kafka is configured. */
export async function ingressSources({
  config,
  runtime,
  log,
}: Pick<IngressParts, 'runtime' | 'log'> & Readonly<{ config: Pick<Config, 'kafka'> }>): Promise<
  readonly IngressSource[]
> {
  if (config.kafka === null) return [];
  const { kafka: connection, stallMs } = config.kafka;
  const kafka = await kafkaClient(connection, log, TRIES);
  return INBOUND.map((kind) => {
    const topic = topicName(connection.prefix, kind);
    return {
      topic,
      ranges: async () => textOf(await topicRanges(kafka, topic)),
      read: (cut, take) => {
        const groupId = `${connection.prefix}bronze.${runtime.uuid()}`;
        const reading = { kafka, topic, ranges: rangesOf(cut), groupId, runtime, log, stallMs };
        return readRanges(reading, (partition, message) => take(archivedMessage(partition, message)));
      },
    };
  });
}

const textOf = (ranges: Awaited<ReturnType<typeof topicRanges>>): OffsetCut =>
  Object.fromEntries([...ranges].map(([partition, { from, to }]) => [partition, { from: `${from}`, to: `${to}` }]));

const rangesOf = (cut: OffsetCut): Awaited<ReturnType<typeof topicRanges>> =>
  new Map(
    Object.entries(cut).map(([partition, { from, to }]) => [Number(partition), { from: BigInt(from), to: BigInt(to) }]),
  );
