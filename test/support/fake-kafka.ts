// A client of kafkajs whose brokers are a table of offsets and whose consumers read only what a test hands them: for what is
// done when reading stands still, which no real broker can be made to do.
import type kafkajs from 'kafkajs';
import type { ManualRuntime } from '../../src/runtime/manual.runtime.js';

type Listener = (event: Readonly<{ payload: any }>) => void;

/** One of the consumers that were asked for, in the order of their asking. */
export class FakeConsumer {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash' };
  readonly subscribe = (): Promise<void> => Promise.resolve();
  readonly commitOffsets = (): Promise<void> => Promise.resolve();
  readonly seek = (): void => undefined;
  isConnected = false;
  private readonly listeners = new Map<string, Listener>();
  private eachBatch: ((payload: kafkajs.EachBatchPayload) => Promise<void>) | undefined;

  on(name: string, listener: Listener): void {
    this.listeners.set(name, listener);
  }
  async connect(): Promise<void> {
    this.isConnected = true;
  }
  async disconnect(): Promise<void> {
    this.isConnected = false;
  }
  async run({ eachBatch }: kafkajs.ConsumerRunConfig): Promise<void> {
    this.eachBatch = eachBatch;
  }

  /** The group gives it these partitions. */
  joins(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    this.listeners.get('join')?.({ payload: { memberAssignment } });
  }

  /** Hands it messages of a partition, as a fetch would; resolves when it has done with them. */
  async reads(topic: string, partition: number, offsets: readonly number[]): Promise<void> {
    const messages = offsets.map((offset) => ({ offset: `${offset}`, value: Buffer.from('{}') }));
    const payload = {
      batch: { topic, partition, messages, lastOffset: () => messages.at(-1)?.offset ?? '-1' },
      resolveOffset: () => undefined,
      heartbeat: () => Promise.resolve(),
      isRunning: () => true,
      isStale: () => false,
    };
    await this.eachBatch?.(payload as unknown as kafkajs.EachBatchPayload);
  }
}

export class FakeKafka {
  readonly consumers: FakeConsumer[] = [];
  /** The end of each partition's log, by `topic/partition`. */
  readonly ends = new Map<string, number>();

  constructor(private readonly partitions = 1) {}

  /** As what is under test takes it. */
  asClient(): kafkajs.Kafka {
    return {
      consumer: () => {
        const consumer = new FakeConsumer();
        this.consumers.push(consumer);
        return consumer;
      },
      admin: () => ({
        connect: () => Promise.resolve(),
        disconnect: () => Promise.resolve(),
        deleteGroups: () => Promise.resolve(),
        fetchTopicOffsets: async (topic: string) =>
          Array.from({ length: this.partitions }, (_, partition) => ({
            partition,
            high: `${this.ends.get(`${topic}/${partition}`) ?? 0}`,
          })),
        fetchOffsets: async () => [{ partitions: [{ partition: 0, offset: '-1' }] }],
      }),
    } as unknown as kafkajs.Kafka;
  }
}

/** Lets what is waiting to be done be done. */
export async function settled(runtime: ManualRuntime): Promise<void> {
  for (let i = 0; i < 20; i++) await runtime.yield();
}

/** Lets a watchdog look so many times: it does every half of the time that it allows. */
export async function letLook(runtime: ManualRuntime, stallMs: number, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    runtime.advanceBy(stallMs / 2);
    await settled(runtime);
  }
}
