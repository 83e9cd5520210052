// Follows partitions of a topic from its end on, for one process that wants them all to itself: an API node its answers, a
// node with live prices the public facts. Nothing is committed: what was said before the process came is not for it.
import kafkajs from 'kafkajs';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { isGroupMove } from './connection.js';
import { StandStill } from './stand-still.js';

export type TopicTailParts = Readonly<{
  kafka: kafkajs.Kafka;
  topic: string;
  /** Null is all of them. */
  partitions: readonly number[] | null;
  /** A name that no other process has; the group is deleted at the end. */
  groupId: string;
  runtime: Runtime;
  log: Log;
  /** A tail that has not moved for so long, although there is something to read, is started again. */
  stallMs: number;
  take: (messages: readonly kafkajs.KafkaMessage[]) => void;
  /** Called after messages may have been missed: a place in the log was gone. */
  missed: () => void;
}>;

type Place = { offset: bigint };

const { AssignerProtocol } = kafkajs;
const RESTART_PAUSE_MS = 500;
const ENDS_TRIES = 20;
const FETCH_WAIT_MS = 250;
const SESSION_MS = 10_000;

export class TopicTail {
  private readonly stopping = new AbortController();
  private readonly admin: kafkajs.Admin;
  /** Where each partition is read on. */
  private places: ReadonlyMap<number, Place> = new Map();
  private loops: Promise<unknown> | null = null;
  private endCurrent: () => void = () => undefined;
  private restarted = 0;
  private readonly standStill: StandStill;

  constructor(private readonly parts: TopicTailParts) {
    this.admin = parts.kafka.admin();
    this.standStill = new StandStill(parts.stallMs);
  }

  /** Resolves when everything that is written from now on will be read. */
  async start(): Promise<void> {
    await this.admin.connect();
    this.places = await this.firstEnds();
    this.loops = Promise.all([this.keepReading(), this.watch()]);
  }

  /** How often reading was begun again. */
  restarts(): number {
    return this.restarted;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loops;
    await this.admin.deleteGroups([this.parts.groupId]).catch((error: unknown) => {
      // It goes by itself once the broker forgets its offsets.
      this.parts.log.debug({ error: String(error) }, 'a group could not be deleted');
    });
    await this.admin.disconnect();
  }

  /** A topic that has just been made, or whose leader is changing, has no ends for a moment. */
  private async firstEnds(): Promise<ReadonlyMap<number, Place>> {
    for (let left = ENDS_TRIES; ; left--) {
      try {
        return await this.ends();
      } catch (error) {
        if (left === 0) throw error;
        await this.parts.runtime.sleep(RESTART_PAUSE_MS, this.stopping.signal);
      }
    }
  }

  private async ends(): Promise<ReadonlyMap<number, Place>> {
    const { topic, partitions } = this.parts;
    const offsets = await this.admin.fetchTopicOffsets(topic);
    const wanted = offsets.filter(({ partition }) => partitions === null || partitions.includes(partition));
    return new Map(wanted.map(({ partition, high }) => [partition, { offset: BigInt(high) }]));
  }

  private async keepReading(): Promise<void> {
    const { runtime, log, topic } = this.parts;
    while (!this.stopping.signal.aborted) {
      const ended = new AbortController();
      this.endCurrent = () => ended.abort();
      const consumer = this.newConsumer();
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: [topic] });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: (payload) => this.take(payload),
        });
        await untilAborted(AbortSignal.any([ended.signal, this.stopping.signal]));
      } catch (error) {
        log.warn(
          { topic, error: error instanceof Error ? error.message : String(error) },
          'a topic could not be followed',
        );
      }
      await consumer
        .disconnect()
        .catch((error: unknown) => log.debug({ error: String(error) }, 'the consumer was gone already'));
      if (this.stopping.signal.aborted) return;
      this.restarted += 1;
      await runtime.sleep(RESTART_PAUSE_MS, this.stopping.signal);
    }
  }

  private newConsumer(): kafkajs.Consumer {
    const { kafka, groupId, log, topic } = this.parts;
    const consumer = kafka.consumer({
      groupId,
      partitionAssigners: [everythingOf(topic, [...this.places.keys()])],
      sessionTimeout: SESSION_MS,
      heartbeatInterval: 2_000,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        retries: 10,
        restartOnFailure: () => Promise.resolve(false),
      },
    });
    // With every joining kafkajs forgets where it was, and it joins again by itself: when the group's coordinator moves, or
    // this process was paused past its session. What was written meanwhile would be passed over.
    consumer.on(consumer.events.GROUP_JOIN, () => {
      for (const [partition, { offset }] of this.places) consumer.seek({ topic, partition, offset: `${offset}` });
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
      const level = isGroupMove(error.message) ? 'debug' : 'warn';
      log[level]({ topic, error: error.message }, 'following a topic broke off; starting again');
      void this.startOver(isLost(error));
    });
    return consumer;
  }

  /** Where the place to read on is gone, the end is the only one there is. */
  private async startOver(lost: boolean): Promise<void> {
    if (lost) {
      this.places = await this.ends().catch(() => this.places);
      this.parts.missed();
    }
    this.endCurrent();
  }

  private async take({ batch, resolveOffset, heartbeat, isRunning, isStale }: kafkajs.EachBatchPayload): Promise<void> {
    if (!isRunning() || isStale() || this.stopping.signal.aborted) return;
    const place = this.places.get(batch.partition);
    // A fetch that was under way at a joining may bring what has been read.
    const fresh = batch.messages.filter(({ offset }) => place === undefined || BigInt(offset) >= place.offset);
    if (fresh.length > 0) this.parts.take(fresh);
    resolveOffset(batch.lastOffset());
    if (place !== undefined) {
      const offset = BigInt(batch.lastOffset()) + 1n;
      if (offset > place.offset) place.offset = offset;
    }
    await heartbeat();
  }

  private async watch(): Promise<void> {
    const { runtime, stallMs, log, topic } = this.parts;
    while (!this.stopping.signal.aborted) {
      await runtime.sleep(stallMs / 2, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      const ends = await this.ends().catch(() => new Map<number, Place>());
      const now = runtime.monotonicMs();
      const still = [...this.places].find(([partition, { offset }]) =>
        this.standStill.look(`${partition}`, { offset, end: ends.get(partition)?.offset ?? 0n }, now),
      );
      if (still === undefined) continue;
      log.error(
        { topic, partition: still[0], stallMs },
        'following a topic stands still although there is something to read: starting again',
      );
      this.standStill.clear();
      this.endCurrent();
    }
  }
}

/** The one member of the group gets these partitions. */
export const everythingOf =
  (topic: string, partitions: number[]): kafkajs.PartitionAssigner =>
  () => ({
    name: 'gavel-tail',
    version: 1,
    async assign({ members }) {
      const userData = Buffer.alloc(0);
      return members.map(({ memberId }, i) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: i === 0 ? { [topic]: partitions } : {},
          userData,
        }),
      }));
    },
    protocol({ topics }) {
      const metadata = AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) });
      return { name: 'gavel-tail', metadata };
    },
  });

function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'MessagesLost') || isLost(error.cause);
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
