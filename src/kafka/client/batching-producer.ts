// A producer that batches: while one request is under way, the messages of the next gather. There is one request at a time, so
// messages of one partition keep their order, retries included.
//
// kafkajs ends a request when each broker that it chose has answered once. Where a partition's leader dies and a broker that
// has answered already becomes the leader, the messages of that partition are never sent, without an error (sendMessages.js,
// 2.2.4). So the answers are compared with what was sent.
import type kafkajs from 'kafkajs';
import type { Runtime } from '../../runtime/runtime.js';
import { stablePartitioner } from './connection.js';

export type BatchingSettings = Readonly<{
  /** How long the first message waits for others. */
  lingerMs: number;
  /** Of one request; a partition's part of it must fit into what the topic takes at once. */
  bytesMax: number;
}>;

export const BATCHING_DEFAULTS: BatchingSettings = { lingerMs: 2, bytesMax: 256 * 1_024 };

export type Outgoing = Readonly<{
  topic: string;
  partition?: number;
  key: string | Buffer | null;
  /** Null deletes what a compacted topic has under the key. */
  value: string | Buffer | null;
  headers?: kafkajs.IHeaders;
}>;

type Waiting = Readonly<{ message: Outgoing; bytes: number; done: () => void; failed: (error: unknown) => void }>;

/** Beside the value: key, headers, and what the protocol adds. */
const OVERHEAD_BYTES = 300;

export class BatchingProducer {
  private readonly producer: kafkajs.Producer;
  private waiting: Waiting[] = [];
  private sending: Promise<void> | null = null;
  private closed = false;
  /** The partitions that the request under way goes to, as `topic/partition`. */
  private partitions = new Set<string>();

  constructor(
    kafka: kafkajs.Kafka,
    private readonly runtime: Runtime,
    private readonly settings: BatchingSettings = BATCHING_DEFAULTS,
  ) {
    const choose = stablePartitioner();
    const createPartitioner: kafkajs.ICustomPartitioner = () => (args) => {
      const partition = choose(args);
      this.partitions.add(partitionName(args.topic, partition));
      return partition;
    };
    this.producer = kafka.producer({ createPartitioner, allowAutoTopicCreation: false });
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  /** Messages that have not been acknowledged. */
  depth(): number {
    return this.waiting.length;
  }

  /** Resolves when all in-sync replicas have the message; rejects when it may or may not have got there. */
  send(message: Outgoing): Promise<void> {
    if (this.closed) return Promise.reject(new Error('the producer is closed'));
    return new Promise((done, failed) => {
      const bytes = OVERHEAD_BYTES + (message.value === null ? 0 : Buffer.byteLength(message.value));
      this.waiting.push({ message, bytes, done, failed });
      this.sending ??= this.loop();
    });
  }

  /** Sends what waits, then disconnects. */
  async close(): Promise<void> {
    this.closed = true;
    await this.sending;
    await this.producer.disconnect();
  }

  private async loop(): Promise<void> {
    await this.runtime.sleep(this.settings.lingerMs);
    while (this.waiting.length > 0) await this.sendBatch(this.takeBatch());
    this.sending = null;
  }

  private takeBatch(): readonly Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { bytes: more } of this.waiting) {
      if (count > 0 && bytes + more > this.settings.bytesMax) break;
      bytes += more;
      count += 1;
    }
    const batch = this.waiting;
    this.waiting = count === batch.length ? [] : batch.slice(count);
    return count === batch.length ? batch : batch.slice(0, count);
  }

  private async sendBatch(batch: readonly Waiting[]): Promise<void> {
    const byTopic = new Map<string, kafkajs.Message[]>();
    for (const { message } of batch) {
      const { topic, ...rest } = message;
      const messages = byTopic.get(topic);
      if (messages === undefined) byTopic.set(topic, [rest]);
      else messages.push(rest);
    }
    try {
      const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
      this.partitions = new Set();
      const answers = await this.producer.sendBatch({ acks: -1, topicMessages });
      const answered = new Set(answers.map(({ topicName, partition }) => partitionName(topicName, partition)));
      const silent = [...this.partitions].filter((name) => !answered.has(name));
      if (silent.length > 0) throw new Error(`no broker has acknowledged what was sent to ${silent.join(', ')}`);
    } catch (error) {
      for (const { failed } of batch) failed(error);
      return;
    }
    for (const { done } of batch) done();
  }
}

const partitionName = (topic: string, partition: number): string => `${topic}/${partition}`;
