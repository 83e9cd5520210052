// Reads a topic between given offsets, for one process that wants them all: what is to be archived. Nothing is committed, and
// the same offsets give the same messages for as long as the topic keeps them.
import type kafkajs from 'kafkajs';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { isGroupMove } from './connection.js';
import { everythingOf } from './topic-tail.js';

/** Offsets from `from` up to but not including `to`. */
export type OffsetRange = Readonly<{ from: bigint; to: bigint }>;
/** By partition. */
export type OffsetRanges = ReadonlyMap<number, OffsetRange>;

export type RangeReading = Readonly<{
  kafka: kafkajs.Kafka;
  topic: string;
  ranges: OffsetRanges;
  /** A name that no other process has; the group is deleted at the end. */
  groupId: string;
  runtime: Runtime;
  log: Log;
  /** Nothing read for so long, although there is something to read, is a failure. */
  stallMs: number;
}>;

const SESSION_MS = 10_000;
const FETCH_WAIT_MS = 250;
/** A broker that has just started takes seconds to know its groups. */
const GROUP_TRIES = 40;
const GROUP_PAUSE_MS = 500;

/** What the topic has of each partition now. */
export async function topicRanges(kafka: kafkajs.Kafka, topic: string): Promise<OffsetRanges> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(offsets.map(({ partition, low, high }) => [partition, { from: BigInt(low), to: BigInt(high) }]));
  } finally {
    await admin.disconnect();
  }
}

/**
 * Hands each message of the ranges to `take`, in order within its partition. Rejects when `take` fails, when the topic has let
 * go of messages in the ranges (`MessagesLost`), and when reading stands still.
 */
export async function readRanges(
  reading: RangeReading,
  take: (partition: number, message: kafkajs.KafkaMessage) => Promise<void>,
): Promise<void> {
  const { kafka, groupId, runtime, log } = reading;
  const open = new Map([...reading.ranges].filter(([, { from, to }]) => from < to));
  try {
    for (let left = GROUP_TRIES; open.size > 0; left--)
      await readOn(reading, open, take).catch((error: unknown) => {
        // The group goes on by itself, and so does the reading where it was.
        if (left === 0 || !isGroupMove(error instanceof Error ? error.message : '')) throw error;
        return runtime.sleep(GROUP_PAUSE_MS);
      });
  } finally {
    await deleteGroup(kafka, groupId).catch((error: unknown) =>
      log.debug({ error: String(error) }, 'a group could not be deleted'),
    );
  }
}

/** Reads what is left in `open`, and takes out of it what is read. */
async function readOn(
  reading: RangeReading,
  open: Map<number, OffsetRange>,
  take: Parameters<typeof readRanges>[1],
): Promise<void> {
  const { kafka, topic, groupId } = reading;
  const consumer = kafka.consumer({
    groupId,
    partitionAssigners: [everythingOf(topic, [...open.keys()])],
    sessionTimeout: SESSION_MS,
    heartbeatInterval: 2_000,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 10, restartOnFailure: () => Promise.resolve(false) },
  });
  try {
    await new RangeReader(consumer, reading, open, take).read();
  } finally {
    await consumer.disconnect();
  }
}

async function deleteGroup(kafka: kafkajs.Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]);
  } finally {
    await admin.disconnect();
  }
}

class RangeReader {
  private readonly ended = new AbortController();
  private failure: unknown = null;
  private moved = false;

  constructor(
    private readonly consumer: kafkajs.Consumer,
    private readonly reading: RangeReading,
    /** What is left to read. */
    private readonly open: Map<number, OffsetRange>,
    private readonly take: Parameters<typeof readRanges>[1],
  ) {}

  async read(): Promise<void> {
    const { consumer } = this;
    const { topic } = this.reading;
    consumer.on(consumer.events.GROUP_JOIN, () => {
      for (const [partition, { from }] of this.open) consumer.seek({ topic, partition, offset: `${from}` });
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => this.fail(error));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    const eachBatch = (payload: kafkajs.EachBatchPayload) => this.batch(payload);
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
    await this.watch();
    if (this.failure !== null) throw this.failure;
  }

  private async watch(): Promise<void> {
    const { runtime, topic, stallMs } = this.reading;
    while (!this.ended.signal.aborted) {
      this.moved = false;
      await runtime.sleep(stallMs, this.ended.signal);
      if (!this.moved && !this.ended.signal.aborted)
        this.fail(new Error(`reading ${topic} stands still at ${[...this.open.keys()].length} partitions`));
    }
  }

  /** The first failure is the one to tell. */
  private fail(error: unknown): void {
    this.failure ??= error;
    this.ended.abort();
  }

  private async batch({
    batch,
    resolveOffset,
    heartbeat,
    isRunning,
    isStale,
  }: kafkajs.EachBatchPayload): Promise<void> {
    if (!isRunning() || isStale() || this.ended.signal.aborted) return;
    const { partition } = batch;
    const range = this.open.get(partition);
    if (range !== undefined) {
      // A fetch that was under way at a joining may bring what has been read.
      const wanted = batch.messages.filter(({ offset }) => BigInt(offset) >= range.from && BigInt(offset) < range.to);
      try {
        for (const message of wanted) await this.take(partition, message);
      } catch (error) {
        return this.fail(error);
      }
      this.moveTo(partition, { from: BigInt(batch.lastOffset()) + 1n, to: range.to });
    }
    resolveOffset(batch.lastOffset());
    await heartbeat();
  }

  private moveTo(partition: number, range: OffsetRange): void {
    this.moved = true;
    if (range.from < range.to) this.open.set(partition, range);
    else {
      this.open.delete(partition);
      this.consumer.pause([{ topic: this.reading.topic, partitions: [partition] }]);
    }
    if (this.open.size === 0) this.ended.abort();
  }
}
