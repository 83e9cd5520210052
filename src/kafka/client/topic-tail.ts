// Follows partitions of a topic from its end on, for one process that wants them all to itself: an API node its answers, a
// node with live prices the public facts. Nothing is committed: what was said before the process came is not for it.
import kafkajs from 'kafkajs';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import { retried } from '../../runtime/retry.js';
import type { Runtime } from '../../runtime/runtime.js';
import { isGroupMove } from './connection.js';
import { leave, READ_AGAIN, read } from './reading.js';
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
  /** A tail that has not moved for this long, although there is something to read, is started again. */
  stallMs: number;
  take: (messages: readonly kafkajs.KafkaMessage[]) => void;
  /** Called after messages may have been missed: the offset to read on from was gone. */
  missed: () => void;
}>;

/** The offset of the next message to read. */
type Next = { offset: bigint };

const { AssignerProtocol } = kafkajs;
const ENDS_TRIES = 20;
const FETCH_WAIT_MS = 250;
const SESSION_MS = 10_000;

export class TopicTail {
  private readonly admin: kafkajs.Admin;
  private readonly stopping = new AbortController();
  private readonly reading: Loop;
  private readonly watching: Loop;
  /** By partition. */
  private next: ReadonlyMap<number, Next> = new Map();
  private endCurrent: () => void = () => undefined;
  private restarted = 0;
  private readonly standStill: StandStill;

  constructor(private readonly parts: TopicTailParts) {
    this.admin = parts.kafka.admin();
    this.standStill = new StandStill(parts.stallMs);
    const { runtime, log, topic } = parts;
    const around = { name: `following ${topic}`, runtime, log, ...READ_AGAIN };
    this.reading = new Loop({ ...around, round: (signal) => this.readOn(signal) });
    this.watching = new Loop({
      ...around,
      name: `watching ${topic}`,
      pauseMs: 0,
      round: (signal) => this.watch(signal),
    });
  }

  /** Resolves when everything that is written from now on will be read. */
  async start(): Promise<void> {
    await this.admin.connect();
    this.next = await this.firstEnds();
    this.reading.start();
    this.watching.start();
  }

  /** How often reading was begun again. */
  restarts(): number {
    return this.restarted;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.reading.stop(), this.watching.stop()]);
    await this.admin.deleteGroups([this.parts.groupId]).catch((error: unknown) => {
      // It goes by itself once the broker forgets its offsets.
      this.parts.log.debug({ error: String(error) }, 'a group could not be deleted');
    });
    await this.admin.disconnect();
  }

  /** A topic that has just been made, or whose leader is changing, has no ends for a moment. */
  private async firstEnds(): Promise<ReadonlyMap<number, Next>> {
    const { runtime, log, topic } = this.parts;
    const trying = { name: `the ends of ${topic}`, runtime, log, backOff: READ_AGAIN.backOff };
    const found = await retried(() => this.ends(), { ...trying, signal: this.stopping.signal, triesMax: ENDS_TRIES });
    return found ?? new Map();
  }

  private async ends(): Promise<ReadonlyMap<number, Next>> {
    const { topic, partitions } = this.parts;
    const offsets = await this.admin.fetchTopicOffsets(topic);
    const wanted = offsets.filter(({ partition }) => partitions === null || partitions.includes(partition));
    return new Map(wanted.map(({ partition, high }) => [partition, { offset: BigInt(high) }]));
  }

  /** The life of one consumer. */
  private async readOn(signal: AbortSignal): Promise<void> {
    const { log, topic } = this.parts;
    const ended = new AbortController();
    this.endCurrent = () => ended.abort();
    const consumer = this.newConsumer();
    try {
      await read({
        consumer,
        subscription: { topics: [topic] },
        options: { autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.take(payload) },
        until: AbortSignal.any([ended.signal, signal]),
        begun: () => this.reading.worked(),
      });
    } finally {
      await leave(consumer, log);
      if (!signal.aborted) this.restarted += 1;
    }
  }

  private newConsumer(): kafkajs.Consumer {
    const { kafka, groupId, log, topic } = this.parts;
    const consumer = kafka.consumer({
      groupId,
      partitionAssigners: [everythingOf(topic, [...this.next.keys()])],
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
      for (const [partition, { offset }] of this.next) consumer.seek({ topic, partition, offset: `${offset}` });
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
      const level = isGroupMove(error.message) ? 'debug' : 'warn';
      log[level]({ topic, error: error.message }, 'following a topic broke off; starting again');
      void this.startOver(isLost(error));
    });
    return consumer;
  }

  /** Where the offset to read on from is gone, only the end is left. */
  private async startOver(lost: boolean): Promise<void> {
    if (lost) {
      this.next = await this.ends().catch(() => this.next);
      this.parts.missed();
    }
    this.endCurrent();
  }

  private async take({ batch, resolveOffset, heartbeat, isRunning, isStale }: kafkajs.EachBatchPayload): Promise<void> {
    if (!isRunning() || isStale() || this.stopping.signal.aborted) return;
    const next = this.next.get(batch.partition);
    // A fetch that was under way at a joining may bring what has been read.
    const fresh = batch.messages.filter(({ offset }) => next === undefined || BigInt(offset) >= next.offset);
    if (fresh.length > 0) this.parts.take(fresh);
    resolveOffset(batch.lastOffset());
    if (next !== undefined) {
      const offset = BigInt(batch.lastOffset()) + 1n;
      if (offset > next.offset) next.offset = offset;
    }
    await heartbeat();
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const { runtime, stallMs, log, topic } = this.parts;
    await runtime.sleep(stallMs / 2, signal);
    if (signal.aborted) return;
    const ends = await this.endsToJudgeBy();
    const now = runtime.monotonicMs();
    const still = [...this.next].find(([partition, { offset }]) =>
      this.standStill.look(`${partition}`, { offset, end: ends.get(partition)?.offset ?? 0n }, now),
    );
    if (still === undefined) return;
    log.error(
      { topic, partition: still[0], stallMs },
      'following a topic stands still although there is something to read: starting again',
    );
    this.standStill.clear();
    this.endCurrent();
  }

  /** While the brokers are away nobody can read, so what was seen before is no reason to start again. */
  private async endsToJudgeBy(): Promise<ReadonlyMap<number, Next>> {
    try {
      return await this.ends();
    } catch (error) {
      this.standStill.clear();
      throw error;
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
