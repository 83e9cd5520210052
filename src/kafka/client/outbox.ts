// Sends messages in batches that make themselves: while one is on its way, the next gathers. One request is under way at a
// time, so messages of one partition keep their order, retries included.
//
// kafkajs takes a request for done when each broker that it chose has answered once. Where a partition's leader dies and a
// broker that has answered already leads it from then on, its messages are never sent, and nothing tells (sendMessages.js,
// 2.2.4). So what was sent is held against what was answered.
import type kafkajs from 'kafkajs';
import type { Runtime } from '../../runtime/runtime.js';
import { stablePartitioner } from './connection.js';

export type OutboxSettings = Readonly<{
  /** How long the first message waits for company. */
  lingerMs: number;
  /** Of one request; a partition's part of it must fit into what the topic takes at once. */
  bytesMax: number;
}>;

export const OUTBOX_DEFAULTS: OutboxSettings = { lingerMs: 2, bytesMax: 256 * 1_024 };

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

export class Outbox {
  private readonly producer: kafkajs.Producer;
  private waiting: Waiting[] = [];
  private sending: Promise<void> | null = null;
  private closed = false;
  /** Where messages of the request under way go, as `topic/partition`. */
  private places = new Set<string>();

  constructor(
    kafka: kafkajs.Kafka,
    private readonly runtime: Runtime,
    private readonly settings: OutboxSettings = OUTBOX_DEFAULTS,
  ) {
    const choose = stablePartitioner();
    const createPartitioner: kafkajs.ICustomPartitioner = () => (args) => {
      const partition = choose(args);
      this.places.add(placeOf(args.topic, partition));
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
    if (this.closed) return Promise.reject(new Error('the outbox is closed'));
    return new Promise((done, failed) => {
      const bytes = OVERHEAD_BYTES + (message.value === null ? 0 : Buffer.byteLength(message.value));
      this.waiting.push({ message, bytes, done, failed });
      this.sending ??= this.loop();
    });
  }

  /** Sends what waits and lets go of the connection. */
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
      this.places = new Set();
      const answers = await this.producer.sendBatch({ acks: -1, topicMessages });
      const answered = new Set(answers.map(({ topicName, partition }) => placeOf(topicName, partition)));
      const silent = [...this.places].filter((place) => !answered.has(place));
      if (silent.length > 0) throw new Error(`no broker has acknowledged what was sent to ${silent.join(', ')}`);
    } catch (error) {
      for (const { failed } of batch) failed(error);
      return;
    }
    for (const { done } of batch) done();
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;
