// The engines' side: a member of the consumer group that takes commands off the topics, partition by partition.
//
// kafkajs goes on with an old batch after a rebalance, resets its position where messages were lost, and can stand still
// while its heartbeats look well. So a batch is dropped as soon as it is not ours, lost messages stop the engine, and progress
// is measured against the end of the log, not by heartbeats.
import type kafkajs from 'kafkajs';
import type { BatchHandler } from '../../bus/command-bus.js';
import type { InboundTopic } from '../../bus/ingress.js';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import type { Runtime } from '../../runtime/runtime.js';
import { isGroupMove, MessagesLost } from '../client/connection.js';
import { leave, READ_AGAIN, read } from '../client/reading.js';
import { StandStill } from '../client/stand-still.js';
import { coPartition } from './co-partition.js';
import { type Judge, LetGo, pieces } from './judge.js';

export type IntakeSettings = Readonly<{
  groupId: string;
  /** An engine without a heartbeat for this long counts as dead, and its partitions are given to others. */
  sessionTimeoutMs: number;
  /** Messages handed to the engine at once. */
  batchMax: number;
  /** Of one fetch. */
  fetchBytesMax: number;
  /** A consumer that has not moved for this long, although there is something to read, is started again. */
  stallMs: number;
}>;

export type IntakeParts = Readonly<{
  kafka: kafkajs.Kafka;
  judge: Judge;
  topics: Readonly<Record<InboundTopic, string>>;
  runtime: Runtime;
  log: Log;
  settings: IntakeSettings;
  /** Called once when messages were lost before they were read; nothing is read any more. */
  lost: (error: MessagesLost) => void;
}>;

export type IntakeStatus = Readonly<{
  state: 'starting' | 'running' | 'lost' | 'stopped';
  /** Partitions of the bids topic that are ours now. */
  partitions: readonly number[];
  restarts: number;
}>;

const COMMIT_EVERY_MS = 200;
/** By a heartbeat a member hears that another has left: what it left behind waits for no longer than this. */
const HEARTBEAT_MS = 200;
/** Long polls answer at once when there is something; this bounds the time between two heartbeats of a quiet engine. */
const FETCH_WAIT_MS = 250;

type Next = {
  readonly topic: string;
  readonly partition: number;
  offset: bigint;
  committed: bigint;
};

export class Intake {
  private readonly handlers = new Map<number, BatchHandler>();
  private readonly lanes = new Map<number, Promise<void>>();
  private readonly admin: kafkajs.Admin;
  private readonly consuming: Loop;
  private readonly committing: Loop;
  private readonly watching: Loop;
  private readonly next = new Map<string, Next>();
  private consumer: kafkajs.Consumer | null = null;
  private assigned: Readonly<Record<string, readonly number[]>> = {};
  private state: IntakeStatus['state'] = 'starting';
  private restarts = 0;
  private readonly standStill: StandStill;
  private endCurrent: () => void = () => undefined;
  /** Partitions whose engine is at work now. */
  private readonly busy = new Map<number, number>();

  constructor(private readonly parts: IntakeParts) {
    this.admin = parts.kafka.admin();
    this.standStill = new StandStill(parts.settings.stallMs);
    const { runtime, log } = parts;
    const around = { name: 'the consumer of commands', runtime, log, ...READ_AGAIN };
    this.consuming = new Loop({ ...around, round: (signal) => this.consume(signal) });
    this.committing = new Loop({
      ...around,
      name: 'committing offsets',
      pauseMs: COMMIT_EVERY_MS,
      round: () => this.commit(this.consumer),
    });
    this.watching = new Loop({
      ...around,
      name: 'watching the consumer of commands',
      pauseMs: 0,
      round: (signal) => this.watch(signal),
    });
  }

  handle(partition: number, handler: BatchHandler): void {
    this.handlers.set(partition, handler);
  }

  status(): IntakeStatus {
    return { state: this.state, partitions: this.assigned[this.parts.topics.bids] ?? [], restarts: this.restarts };
  }

  /** Joins the group. Idempotent. */
  start(): void {
    for (const loop of this.loops()) loop.start();
  }

  /** Finishes the chunks under way, commits what is done and leaves the group, whose others go on at once. Idempotent. */
  async stop(): Promise<void> {
    await this.stopLoops();
    await this.admin.disconnect();
    if (this.state !== 'lost') this.state = 'stopped';
  }

  private loops(): readonly Loop[] {
    return [this.consuming, this.committing, this.watching];
  }

  private async stopLoops(): Promise<void> {
    await Promise.all(this.loops().map((loop) => loop.stop()));
  }

  private get over(): boolean {
    return this.consuming.signal.aborted;
  }

  /** The life of one consumer: it ends when the consumer crashes or stands still, or when the signal aborts. */
  private async consume(signal: AbortSignal): Promise<void> {
    await this.admin.connect();
    const ended = new AbortController();
    this.endCurrent = () => ended.abort();
    const consumer = this.newConsumer(this.endCurrent);
    this.consumer = consumer;
    try {
      await read({
        consumer,
        subscription: { topics: Object.values(this.parts.topics), fromBeginning: true },
        options: this.runOptions(),
        until: AbortSignal.any([ended.signal, signal]),
        begun: () => this.consuming.worked(),
      });
    } finally {
      this.consumer = null;
      await this.leave(consumer);
    }
  }

  private newConsumer(end: () => void): kafkajs.Consumer {
    const { kafka, settings, log } = this.parts;
    const consumer = kafka.consumer({
      groupId: settings.groupId,
      partitionAssigners: [coPartition],
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: Math.max(settings.sessionTimeoutMs, 10_000),
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytes: settings.fetchBytesMax,
      maxBytesPerPartition: settings.fetchBytesMax,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        retries: 10,
        restartOnFailure: () => Promise.resolve(false),
      },
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      this.assigned = memberAssignment;
      this.next.clear();
      this.standStill.clear();
      this.state = 'running';
      log.info({ partitions: memberAssignment[this.parts.topics.bids] ?? [] }, 'this engine works on these partitions');
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
      const lost = lostIn(error);
      if (lost !== null) this.stopForLoss(lost);
      else if (isGroupMove(error.message)) log.debug({ error: error.message }, 'the group moves; joining it again');
      else log.warn({ error: error.message }, 'the consumer crashed; starting another');
      end();
    });
    return consumer;
  }

  private runOptions(): kafkajs.ConsumerRunConfig {
    return {
      autoCommit: false,
      eachBatchAutoResolve: false,
      // As many batches at once as there are partitions: whatever shares an auction waits for its lane.
      partitionsConsumedConcurrently: Math.max(1, this.handlers.size) * Object.keys(this.parts.topics).length,
      eachBatch: (payload) => this.take(payload),
    };
  }

  private async take(payload: kafkajs.EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat } = payload;
    const kind = this.kindOf(batch.topic);
    const handler = this.handlers.get(batch.partition);
    if (kind === null || handler === undefined) throw new Error(`no handler for ${batch.topic}/${batch.partition}`);
    const isOurs = (): boolean =>
      !this.over && payload.isRunning() && !payload.isStale() && this.owns(batch.topic, batch.partition);
    for (const messages of pieces(batch.messages, this.parts.settings.batchMax)) {
      if (!isOurs()) return;
      const chunk = { topic: kind, partition: batch.partition, messages, heartbeat, isOurs };
      try {
        await this.inLane(batch.partition, () => this.parts.judge.take(chunk, handler));
      } catch (error) {
        if (error instanceof LetGo) return;
        throw error;
      }
      const last = messages.at(-1)?.offset ?? batch.lastOffset();
      resolveOffset(last);
      this.progressed(batch.topic, batch.partition, BigInt(last) + 1n);
      await heartbeat();
    }
  }

  /** One engine a partition: commands of the same auction come by several topics, and are judged one after the other. */
  private inLane(partition: number, work: () => Promise<void>): Promise<void> {
    const before = this.lanes.get(partition) ?? Promise.resolve();
    this.busy.set(partition, (this.busy.get(partition) ?? 0) + 1);
    const done = (): void => {
      const left = (this.busy.get(partition) ?? 1) - 1;
      if (left === 0) this.busy.delete(partition);
      else this.busy.set(partition, left);
    };
    const mine = before.then(work, work).finally(done);
    this.lanes.set(
      partition,
      mine.catch(() => undefined),
    );
    return mine;
  }

  private progressed(topic: string, partition: number, offset: bigint): void {
    if (!this.owns(topic, partition)) return;
    const key = `${topic}/${partition}`;
    const known = this.next.get(key);
    if (known === undefined) this.next.set(key, { topic, partition, offset, committed: -1n });
    else known.offset = offset;
  }

  private owns(topic: string, partition: number): boolean {
    return this.assigned[topic]?.includes(partition) ?? false;
  }

  private kindOf(topic: string): InboundTopic | null {
    const found = Object.entries(this.parts.topics).find(([, name]) => name === topic);
    return (found?.[0] as InboundTopic | undefined) ?? null;
  }

  /** What is committed here has been answered for. What is not is read again, and answered again as it was. */
  private async commit(consumer: kafkajs.Consumer | null): Promise<void> {
    const moved = [...this.next.values()].filter(({ offset, committed }) => offset > committed);
    if (consumer === null || moved.length === 0) return;
    const commits = moved.map((one) => ({ one, offset: one.offset }));
    try {
      await consumer.commitOffsets(
        commits.map(({ one: { topic, partition }, offset }) => ({ topic, partition, offset: `${offset}` })),
      );
      for (const { one, offset } of commits) one.committed = offset;
    } catch (error) {
      // While the group is being rebalanced nothing can be committed.
      this.parts.log.debug({ error: String(error) }, 'offsets could not be committed; trying again');
    }
  }

  private async leave(consumer: kafkajs.Consumer): Promise<void> {
    await Promise.all(this.lanes.values());
    await this.commit(consumer);
    this.next.clear();
    await leave(consumer, this.parts.log);
    this.assigned = {};
  }

  private stopForLoss(error: MessagesLost): void {
    this.state = 'lost';
    const { topic, partition, message } = error;
    this.parts.log.error({ topic, partition }, `${message}; this engine stops. The runbook tells how to go on`);
    void this.stopLoops();
    this.parts.lost(error);
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const { runtime, settings, log } = this.parts;
    await runtime.sleep(settings.stallMs / 2, signal);
    if (signal.aborted) return;
    const stalled = await this.stalled();
    if (stalled === null) return;
    this.restarts += 1;
    log.error(
      { ...stalled, stallMs: settings.stallMs },
      'the consumer stands still although there is something to read: starting another',
    );
    this.endCurrent();
  }

  /** A partition of ours that has had something to read for the whole time, and has not moved. */
  private async stalled(): Promise<Readonly<{ topic: string; partition: number; behind: string }> | null> {
    const now = this.parts.runtime.monotonicMs();
    for (const [topic, partitions] of Object.entries(this.assigned)) {
      const ends = await this.admin.fetchTopicOffsets(topic);
      for (const { partition, high } of ends) {
        const place = `${topic}/${partition}`;
        // An engine that waits for its journal is slow, not lost: another consumer would not help it.
        if (!partitions.includes(partition) || this.busy.has(partition)) {
          this.standStill.forget(place);
          continue;
        }
        const offset = this.next.get(place)?.offset ?? (await this.committedOffset(topic, partition));
        const end = BigInt(high);
        if (this.standStill.look(place, { offset, end }, now)) return { topic, partition, behind: `${end - offset}` };
      }
    }
    return null;
  }

  private async committedOffset(topic: string, partition: number): Promise<bigint> {
    const offsets = await this.admin.fetchOffsets({ groupId: this.parts.settings.groupId, topics: [topic] });
    const found = offsets[0]?.partitions.find((one) => one.partition === partition)?.offset ?? '0';
    return BigInt(found) < 0n ? 0n : BigInt(found);
  }
}

function lostIn(error: unknown): MessagesLost | null {
  if (error instanceof MessagesLost) return error;
  return error instanceof Error && error.cause !== undefined ? lostIn(error.cause) : null;
}
