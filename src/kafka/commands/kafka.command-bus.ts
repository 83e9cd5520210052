// The command bus over Kafka: any number of API nodes submit, any number of engines judge. Commands are keyed by auction or
// user and keep their order in a partition; the arrival is the broker's time of the append. Answers come back through
// `outcomes`, to the partition that the waiting node reads.

import type kafkajs from 'kafkajs';
import type { BatchHandler, BusRunner, CommandBus, CommandEnvelope, Outcome } from '../../bus/command-bus.js';
import { type InboundTopic, type Ingress, TOPIC_OF } from '../../bus/ingress.js';
import { murmur2, partitionOf } from '../../bus/partitioner.js';
import type { CommandId } from '../../domain/ids.js';
import { aggregateId, type Command } from '../../domain/messages.js';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import type { Runtime } from '../../runtime/runtime.js';
import { BatchingProducer } from '../client/batching-producer.js';
import { type KafkaSettings, kafkaClient, type MessagesLost } from '../client/connection.js';
import { TopicTail } from '../client/topic-tail.js';
import { checkTopics, OUTCOME_PARTITIONS, type TopicSettings, topicName, topicPlans } from '../client/topics.js';
import { commandText } from './command.codec.js';
import { Intake, type IntakeStatus } from './intake.js';
import { Judge } from './judge.js';
import { MessageReader } from './message-reader.js';
import { HEADERS, MessageSigner } from './message-signer.js';
import { type Answered, type EventCodec, isFor, outcomesOf } from './outcome.codec.js';

export type KafkaBusSettings = Readonly<{
  kafka: KafkaSettings;
  topics: Omit<TopicSettings, 'prefix'>;
  /** The consumer group of this house's engines. */
  groupId: string;
  signingKey: Uint8Array;
  /** Messages under this key are taken as well, while the key is being changed. */
  signingKeyAlso: Uint8Array | null;
  /** Commands sent and not yet answered, of this node; beyond it `submit` answers `busy`. */
  queueMax: number;
  batchMax: number;
  retryAfterMs: number;
  /** A command that was not answered by then is forgotten here; the journal tells what became of it. */
  forgetAfterMs: number;
  sessionTimeoutMs: number;
  stallMs: number;
  /** Larger messages of foreign producers go to the dead letters. */
  messageBytesMax: number;
  fetchBytesMax: number;
}>;

export type KafkaBusParts = Readonly<{
  settings: KafkaBusSettings;
  ingress: Ingress;
  codec: EventCodec;
  runtime: Runtime;
  log: Log;
  /** False where commands are only judged: such a process hears no answers. True unless given. */
  submits?: boolean;
  /** Called once if messages were lost before an engine here could read them. */
  lost: (error: MessagesLost) => void;
}>;

type Waiting = Readonly<{ commandId: CommandId; sinceMs: number; answer: (outcome: Outcome) => void }>;

const SWEEP_EVERY_MS = 250;
const DRAIN_POLL_MS = 5;

/** Topics that are missing, or not what they must be. */
export class TopicsUnfit extends Error {
  readonly code = 'TopicsUnfit';
}

export class KafkaCommandBus implements CommandBus {
  readonly partitions: number;
  private readonly waiting = new Map<number, Waiting>();
  private readonly replyPartition: number;
  private readonly runners = new Set<number>();
  private readonly sweeping: Loop;
  private intake: Intake | null = null;
  private seq = 0;
  /** Commands that no broker has acknowledged, with those among them that nobody waits for any more. */
  private unsent = 0;
  private draining: Promise<void> | null = null;
  private readonly signer: MessageSigner;

  private constructor(
    private readonly parts: KafkaBusParts,
    private readonly client: Awaited<ReturnType<typeof kafkaClient>>,
    private readonly producer: BatchingProducer,
    private readonly node: string,
  ) {
    this.partitions = parts.settings.topics.partitions;
    this.signer = new MessageSigner(parts.settings.signingKey, parts.settings.signingKeyAlso);
    this.replyPartition = (murmur2(node) & 0x7fffffff) % OUTCOME_PARTITIONS;
    this.sweeping = new Loop({
      name: 'ending overdue commands',
      runtime: parts.runtime,
      log: parts.log,
      backOff: { minMs: SWEEP_EVERY_MS, maxMs: SWEEP_EVERY_MS },
      pauseMs: SWEEP_EVERY_MS,
      round: async () => this.sweep(),
    });
  }

  private tail: TopicTail | null = null;

  /** Connects, and refuses topics that are not as they must be. When it resolves, answers to what is submitted are heard. */
  static async open(parts: KafkaBusParts): Promise<KafkaCommandBus> {
    const { settings, runtime, log } = parts;
    const client = await kafkaClient(settings.kafka, log);
    await refuseUnfitTopics(client, settings);
    const producer = new BatchingProducer(client, runtime);
    const bus = new KafkaCommandBus(parts, client, producer, runtime.uuid());
    try {
      await producer.connect();
      if (parts.submits !== false) await bus.listen();
      return bus;
    } catch (error) {
      await bus.letGo();
      throw error;
    }
  }

  submit(envelope: CommandEnvelope): Promise<Outcome> {
    const { queueMax, retryAfterMs } = this.parts.settings;
    if (this.parts.submits === false) throw new Error('this process judges commands and does not submit any');
    if (this.draining !== null || this.waiting.size >= queueMax || this.unsent >= queueMax)
      return Promise.resolve({ status: 'busy', retryAfterMs });
    this.seq += 1;
    this.unsent += 1;
    const seq = this.seq;
    const { command, commandId } = envelope;
    const id = aggregateId(command);
    const value = Buffer.from(commandText(envelope, { partition: this.replyPartition, node: this.node, seq }));
    const headers = { [HEADERS.signature]: this.signer.sign('command', value) };
    return new Promise((answer) => {
      this.waiting.set(seq, { commandId, sinceMs: this.parts.runtime.monotonicMs(), answer });
      this.producer
        .send({ topic: this.topicFor(command), partition: partitionOf(id, this.partitions), key: id, value, headers })
        .catch((error: unknown) => {
          this.parts.log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'a command could not be sent',
          );
          this.settle(seq, commandId, unreachable);
        })
        .finally(() => {
          this.unsent -= 1;
        });
    });
  }

  run(partition: number, handler: BatchHandler): BusRunner {
    if (partition < 0 || partition >= this.partitions)
      throw new RangeError(`there is no partition ${partition}; this bus has ${this.partitions}`);
    if (this.runners.has(partition)) throw new Error(`partition ${partition} has a runner already`);
    this.runners.add(partition);
    const intake = this.engineSide();
    intake.handle(partition, handler);
    // All of a process's partitions are there before the group is joined.
    queueMicrotask(() => intake.start());
    return {
      drain: async () => {
        await intake.stop();
        this.runners.delete(partition);
      },
    };
  }

  depth(): number {
    return this.waiting.size;
  }

  /** What this process's engine side does; null where there is none. */
  intakeStatus(): IntakeStatus | null {
    return this.intake?.status() ?? null;
  }

  drain(): Promise<void> {
    this.draining ??= this.shutDown();
    return this.draining;
  }

  private async shutDown(): Promise<void> {
    while (this.waiting.size > 0) await this.parts.runtime.sleep(DRAIN_POLL_MS);
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    await this.sweeping.stop();
    await this.intake?.stop();
    await this.tail?.stop();
    await this.producer.close();
  }

  private async listen(): Promise<void> {
    const { settings, runtime, log } = this.parts;
    this.tail = new TopicTail({
      kafka: this.client,
      topic: topicName(settings.kafka.prefix, 'outcomes'),
      partitions: [this.replyPartition],
      groupId: `${settings.groupId}.answers.${this.node}`,
      runtime,
      log,
      stallMs: settings.stallMs,
      take: (messages) => {
        for (const message of messages) this.hear(message);
      },
      missed: () => log.warn({}, 'answers may have been missed; the journal has them'),
    });
    await this.tail.start();
    this.sweeping.start();
  }

  /** Answers of other nodes come by the same partition: they are passed over before their signatures are checked. */
  private hear(message: kafkajs.KafkaMessage): void {
    const { codec, log } = this.parts;
    const text = message.value?.toString('utf8') ?? '';
    if (!isFor(this.node, text)) return;
    if (!this.signer.signed(message, 'outcomes')) {
      log.warn({ offset: message.offset }, 'an answer without the signature of this house is dropped');
      return;
    }
    for (const one of outcomesOf(text, codec)) this.answered(one);
  }

  private answered({ seq, commandId, outcome }: Answered): void {
    this.settle(seq, commandId, outcome);
  }

  private settle(seq: number, commandId: CommandId, outcome: Outcome): void {
    const waiting = this.waiting.get(seq);
    if (waiting === undefined || waiting.commandId !== commandId) return;
    this.waiting.delete(seq);
    waiting.answer(outcome);
  }

  /** What nobody has answered must not stay for ever. The oldest come first. */
  private sweep(): void {
    const { runtime, settings } = this.parts;
    const before = runtime.monotonicMs() - settings.forgetAfterMs;
    for (const [seq, { commandId, sinceMs }] of this.waiting) {
      if (sinceMs > before) break;
      this.settle(seq, commandId, overdue);
    }
  }

  private topicFor(command: Command): string {
    return this.inbound()[TOPIC_OF[command.type]];
  }

  private inbound(): Readonly<Record<InboundTopic, string>> {
    const { prefix } = this.parts.settings.kafka;
    return {
      bids: topicName(prefix, 'bids'),
      items: topicName(prefix, 'items'),
      users: topicName(prefix, 'users'),
      txn: topicName(prefix, 'txn'),
    };
  }

  private engineSide(): Intake {
    if (this.intake !== null) return this.intake;
    const { settings, ingress, codec, runtime, log, lost } = this.parts;
    const { groupId, sessionTimeoutMs, batchMax, fetchBytesMax, stallMs, messageBytesMax } = settings;
    const { prefix } = settings.kafka;
    const signer = this.signer;
    const reader = new MessageReader({ signer, ingress, partitions: this.partitions, messageBytesMax });
    const topics = { ...this.inbound(), outcomes: topicName(prefix, 'outcomes'), dlq: topicName(prefix, 'dlq') };
    const { producer } = this;
    const judge = new Judge({
      reader,
      signer,
      codec,
      producer,
      topics,
      runtime,
      log,
      backOff: { minMs: 50, maxMs: 2_000 },
    });
    this.intake = new Intake({
      kafka: this.client,
      judge,
      topics: this.inbound(),
      runtime,
      log,
      settings: { groupId, sessionTimeoutMs, batchMax, fetchBytesMax, stallMs },
      lost,
    });
    return this.intake;
  }
}

async function refuseUnfitTopics(
  client: Awaited<ReturnType<typeof kafkaClient>>,
  settings: KafkaBusSettings,
): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  try {
    const plans = topicPlans({ prefix: settings.kafka.prefix, ...settings.topics });
    const wanted = plans.filter(({ kind }) => kind !== 'events');
    const { missing, problems } = await checkTopics(admin, wanted);
    const absent = missing.length === 0 ? [] : [`${missing.map(({ name }) => name).join(', ')} missing`];
    const all = [...absent, ...problems];
    if (all.length > 0)
      throw new TopicsUnfit(
        `the topics are not as they must be (gavel topics makes and mends them): ${all.join('; ')}`,
      );
  } finally {
    await admin.disconnect();
  }
}

const unreachable: Outcome = {
  status: 'fault',
  code: 'BrokerUnavailable',
  message: 'the command may or may not have been taken; send the same command again',
  retryable: true,
};

const overdue: Outcome = {
  status: 'fault',
  code: 'AnswerOverdue',
  message: 'the command is not answered yet; ask for it, or send the same command again',
  retryable: true,
};
