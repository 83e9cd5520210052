// The command bus of one process: a bounded queue a partition, and one loop a partition that takes whatever waits.
// Batches make themselves: while one is judged and committed, the next gathers.
import { aggregateId } from '../domain/messages.js';
import { type Log, silentLog } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import type { ArrivedCommand, BatchHandler, BusRunner, CommandBus, CommandEnvelope, Outcome } from './command-bus.js';
import { partitionOf } from './partitioner.js';

export type InProcessBusSettings = Readonly<{
  partitions: number;
  /** Commands a partition holds, those under way included; beyond it `submit` answers `busy`. */
  queueMax: number;
  /** Commands handed to the handler at once. */
  batchMax: number;
  /** What `busy` advises. */
  retryAfterMs: number;
}>;

type Waiting = Readonly<{ command: ArrivedCommand; answer: (outcome: Outcome) => void }>;

class Partition {
  waiting: Waiting[] = [];
  underWay = 0;
  running = false;
  draining = false;
  private wake: () => void = () => undefined;
  private woken: Promise<void> | null = null;

  depth(): number {
    return this.waiting.length + this.underWay;
  }

  /** Resolves at the next `stir`. */
  stirred(): Promise<void> {
    this.woken ??= new Promise((resolve) => {
      this.wake = resolve;
    });
    return this.woken;
  }

  stir(): void {
    if (this.woken === null) return;
    this.woken = null;
    this.wake();
  }
}

/** One batch on its way to the disk, and the next that is judged meanwhile (docs/adr/0030). */
const BATCHES_UNDER_WAY_MAX = 2;
/** So many commands are worth a batch beside the one under way; fewer gain by waiting. */
const BATCH_AHEAD_MIN = 1_000;

/** The bus behind `npm start`. Commands of one aggregate are handled in the order in which they were submitted. */
export class InProcessCommandBus implements CommandBus {
  readonly partitions: number;
  private readonly lanes: readonly Partition[];
  private readonly aheadMin: number;
  private draining = false;
  private loops = new Set<Promise<void>>();

  constructor(
    private readonly settings: InProcessBusSettings,
    private readonly runtime: Runtime,
    private readonly log: Log = silentLog,
  ) {
    this.partitions = settings.partitions;
    this.aheadMin = Math.min(BATCH_AHEAD_MIN, settings.batchMax);
    this.lanes = Array.from({ length: settings.partitions }, () => new Partition());
  }

  submit(envelope: CommandEnvelope): Promise<Outcome> {
    const partition = partitionOf(aggregateId(envelope.command), this.partitions);
    const lane = this.lane(partition);
    if (this.draining || lane.depth() >= this.settings.queueMax)
      return Promise.resolve({ status: 'busy', retryAfterMs: this.settings.retryAfterMs });
    const { command, commandId, actor, correlationId } = envelope;
    const arrivedAt = this.runtime.now();
    return new Promise<Outcome>((answer) => {
      lane.waiting.push({ command: { command, commandId, actor, correlationId, arrivedAt, partition }, answer });
      if (lane.underWay === 0 || lane.waiting.length >= this.aheadMin) lane.stir();
    });
  }

  run(partition: number, handler: BatchHandler): BusRunner {
    const lane = this.lane(partition);
    if (lane.running) throw new Error(`partition ${partition} has a runner already`);
    lane.running = true;
    lane.draining = false;
    const loop = this.loop(lane, handler).finally(() => {
      lane.running = false;
      this.loops.delete(loop);
    });
    this.loops.add(loop);
    return {
      drain: () => {
        lane.draining = true;
        lane.stir();
        return loop;
      },
    };
  }

  depth(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.depth(), 0);
  }

  async drain(): Promise<void> {
    this.draining = true;
    for (const lane of this.lanes) {
      lane.draining = true;
      lane.stir();
      // A partition without a runner has nobody to answer: nothing was taken, so `busy` is the truth.
      if (!lane.running)
        for (const { answer } of lane.waiting.splice(0))
          answer({ status: 'busy', retryAfterMs: this.settings.retryAfterMs });
    }
    await Promise.all(this.loops);
  }

  private lane(partition: number): Partition {
    const lane = this.lanes[partition];
    if (lane === undefined) throw new RangeError(`there is no partition ${partition}; this bus has ${this.partitions}`);
    return lane;
  }

  private async loop(lane: Partition, handler: BatchHandler): Promise<void> {
    const underWay = new Set<Promise<void>>();
    while (true) {
      if (this.mayTake(lane, underWay.size)) {
        const batch: Promise<void> = this.handle(lane, handler).finally(() => underWay.delete(batch));
        underWay.add(batch);
      } else if (underWay.size > 0) {
        await Promise.race([...underWay, lane.stirred()]);
      } else {
        if (lane.draining) return;
        await lane.stirred();
        // Requests that this turn of the event loop is still bringing in join the first one's batch.
        await this.runtime.yield();
      }
    }
  }

  private mayTake(lane: Partition, underWay: number): boolean {
    if (underWay === 0) return lane.waiting.length > 0;
    return underWay < BATCHES_UNDER_WAY_MAX && lane.waiting.length >= this.aheadMin;
  }

  private async handle(lane: Partition, handler: BatchHandler): Promise<void> {
    const batch = takeUpTo(lane, this.worthTaking(lane));
    lane.underWay += batch.length;
    const outcomes = await this.judged(handler, batch);
    lane.underWay -= batch.length;
    for (let i = 0; i < batch.length; i++)
      batch[i]?.answer(outcomes[i] ?? engineFailed('the engine gave no answer; send the same command again'));
  }

  /** Where nothing is under way, enough is left for a batch beside this one, so that one is judged while the other is written. */
  private worthTaking({ underWay, waiting }: Partition): number {
    const { batchMax } = this.settings;
    return underWay > 0 ? batchMax : Math.min(batchMax, Math.max(this.aheadMin, Math.ceil(waiting.length / 2)));
  }

  private async judged(handler: BatchHandler, batch: readonly Waiting[]): Promise<readonly Outcome[]> {
    try {
      return await handler(batch.map((waiting) => waiting.command));
    } catch (error) {
      // A handler answers for its own faults; one that throws all the same must not leave its callers without an answer.
      this.log.error({ error: error instanceof Error ? error.message : String(error) }, 'a batch handler threw');
      return batch.map(() => engineFailed('the engine failed; send the same command again'));
    }
  }
}

function takeUpTo(lane: Partition, max: number): readonly Waiting[] {
  if (lane.waiting.length <= max) {
    const batch = lane.waiting;
    lane.waiting = [];
    return batch;
  }
  return lane.waiting.splice(0, max);
}

const engineFailed = (message: string): Outcome => ({
  status: 'fault',
  code: 'EngineFailed',
  message,
  retryable: true,
});
