// Consumers that bring another version of Silver to exactly where the one in use stands, and no further.
import type pg from 'pg';
import { BoundedJournal } from '../feed/bounded-journal.js';
import { Consumer } from '../feed/consumer.js';
import { Feed } from '../feed/feed.js';
import type { Projection } from '../feed/projection.js';
import type { SliceCheckpoint } from '../feed/versions/versions.js';
import type { Journal, Position } from '../journal/journal.js';
import { silentLog } from '../runtime/log.js';
import { silentMetrics } from '../runtime/metrics.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';

export type FollowerParts = Readonly<{
  database: pg.ClientConfig;
  journal: Journal;
  runtime: Runtime;
  projection: Projection;
  /** Of the consumer in use: the other version is split in the same way. */
  checkpoints: readonly SliceCheckpoint[];
  /** Where the other version itself stands; empty for one that has yet to begin. */
  from: readonly SliceCheckpoint[];
}>;

type Part = Readonly<{ journal: BoundedJournal; feed: Feed; consumer: Consumer }>;

const POLL_MS = 10;

export class Follower {
  private constructor(
    private readonly journal: Journal,
    private readonly runtime: Runtime,
    private readonly parts: ReadonlyMap<number, Part>,
    private readonly from: readonly SliceCheckpoint[],
  ) {}

  /** Starts behind where the version itself stands. It reads nothing before it is shown how far. */
  static start({ database, journal, runtime, projection, checkpoints, from }: FollowerParts): Follower {
    const following = { database, projection, runtime, log: silentLog, metrics: silentMetrics };
    const parts = checkpoints.map(({ slice }): readonly [number, Part] => {
      const bounded = new BoundedJournal(journal, null);
      const feed = new Feed({ journal: bounded, runtime });
      const consumer = new Consumer({ ...following, feed, slice });
      consumer.start();
      return [slice.index, { journal: bounded, feed, consumer }];
    });
    return new Follower(journal, runtime, new Map(parts), from);
  }

  /** Goes as far as the version in use stands. */
  showUpTo(checkpoints: readonly SliceCheckpoint[]): void {
    for (const { slice, position } of checkpoints) this.partOf(slice.index).journal.showUpTo(position);
  }

  /** True once it stands at or behind each of these; false if that took longer. Throws when it has halted. */
  async reached(checkpoints: readonly SliceCheckpoint[], withinMs: number, signal?: AbortSignal): Promise<boolean> {
    const startedMs = this.runtime.monotonicMs();
    while (!checkpoints.every((checkpoint) => this.isAt(checkpoint))) {
      if (signal?.aborted === true || this.runtime.monotonicMs() - startedMs > withinMs) return false;
      await this.runtime.sleep(POLL_MS, signal);
    }
    return true;
  }

  /** Positions done since it started, of those there were to do, over all slices. */
  progress(checkpoints: readonly SliceCheckpoint[]): Readonly<{ done: number; total: number }> {
    const count = (position: Position | null): number =>
      position === null ? 0 : Number(this.journal.printPosition(position));
    const from = sum(this.from.map(({ position }) => count(position)));
    const done = sum([...this.parts.values()].map(({ consumer }) => count(consumer.status().position)));
    const total = sum(checkpoints.map(({ position }) => count(position)));
    return { done: Math.max(0, done - from), total: Math.max(0, total - from) };
  }

  /** Streams that it had to park. */
  parkedStreams(): number {
    return sum([...this.parts.values()].map(({ consumer }) => consumer.status().parkedStreams));
  }

  /** Finishes the batch under way and lets go. Idempotent. */
  async stop(): Promise<void> {
    for (const { consumer, feed } of this.parts.values()) {
      await consumer.drain();
      await feed.close();
    }
  }

  private isAt({ slice, position }: SliceCheckpoint): boolean {
    const { state, position: done, problem } = this.partOf(slice.index).consumer.status();
    if (state === 'halted')
      throw new OperatorError(`the version beside the one in use cannot be brought on: ${problem}`);
    return this.journal.comparePositions(done, position) >= 0;
  }

  private partOf(slice: number): Part {
    const part = this.parts.get(slice);
    if (part === undefined) throw new OperatorError('the number of slices has changed meanwhile: start again');
    return part;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
