// What the inside tells of itself. A port, so that engine and projections know no metrics library; the api's adapter
// hands it to Prometheus, tests read it directly, and `silentMetrics` is for whoever does not listen.

export interface Metrics {
  /** One batch of commands was judged, appended and answered. */
  batchAnswered(batch: AnsweredBatch): void;
  /** Commands answered, by their type and how they ended (`accepted`, or the reason of the refusal). */
  commandsAnswered(command: string, outcome: string, count: number): void;
  /** From arrival at the bus to the answer. */
  answerLatency(ms: number): void;
  /** A projection committed a batch: its size, its duration, and what it still lacks. */
  projected(batch: Readonly<{ consumer: string; events: number; ms: number }>): void;
  /** How far a consumer is behind the journal: events (where positions are dense) and age of the oldest missing one. */
  lag(consumer: string, events: number, ageMs: number): void;
  /** Streams parked by a consumer now. */
  parkedStreams(consumer: string, count: number): void;
  /** A run of the schedule ended (succeeded, skipped or failed) after so many milliseconds. */
  runEnded(run: Readonly<{ kind: string; outcome: string; ms: number }>): void;
  /** A chain of Bronze got another part. */
  partArchived(chain: string, events: number): void;
  /** Connections of a pool are looked at whenever somebody reads the metrics. */
  watchPool(name: string, pool: PoolUse): void;
  /** Open alerts of the house by kind, as the process that watches sees them at each look. */
  openAlerts(counts: ReadonlyMap<string, number>): void;
  /** Whether PostgreSQL answered the process that watches, at its last look. */
  databaseReached(isReached: boolean): void;
  /** What waits to be sent, by channel, as the process that watches sees it at each look. */
  outbox(waiting: readonly OutboxWaiting[]): void;
  /** Free shares of this process's disk and memory, from 0 to 1; null where the machine does not tell. */
  room(disk: number | null, memory: number | null): void;
}

/** Durations in milliseconds. `waitedMs`: how long its oldest command had waited when the batch began. */
export type AnsweredBatch = Readonly<{
  partition: number;
  commands: number;
  waitedMs: number;
  judgeMs: number;
  appendMs: number;
}>;

/** Messages of a channel that are due and not sent, and for how long the oldest has been due. */
export type OutboxWaiting = Readonly<{ channel: string; messages: number; oldestMs: number }>;

/** Connections of a pool now: all, those that nobody uses, and those who wait for one. */
export type PoolUse = Readonly<{ totalCount: number; idleCount: number; waitingCount: number }>;

/** For tests and tools that measure nothing. */
export const silentMetrics: Metrics = {
  batchAnswered: () => undefined,
  commandsAnswered: () => undefined,
  answerLatency: () => undefined,
  projected: () => undefined,
  lag: () => undefined,
  parkedStreams: () => undefined,
  runEnded: () => undefined,
  partArchived: () => undefined,
  watchPool: () => undefined,
  openAlerts: () => undefined,
  databaseReached: () => undefined,
  outbox: () => undefined,
  room: () => undefined,
};
