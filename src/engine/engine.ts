// All partitions' engines of one process, with what they share.
import type { BusRunner, CommandBus } from '../bus/command-bus.js';
import type { Journal, JournalEntry, SnapshotStore } from '../journal/journal.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import { AggregateCache, type AggregateCacheSettings } from './aggregate-cache.js';
import type { PartitionEngineSettings } from './engine-parts.js';
import { FloodGuard } from './flood-guard.js';
import { IdempotencyCache, type IdempotencyCacheSettings } from './idempotency-cache.js';
import { JournalFollower } from './journal-follower.js';
import { KnownUsers, type KnownUsersSettings } from './known-users.js';
import { Paddles } from './paddles.js';
import { PartitionEngine } from './partition-engine.js';

export type EngineSettings = Readonly<{
  partition: PartitionEngineSettings;
  cache: AggregateCacheSettings;
  window: Pick<IdempotencyCacheSettings, 'entriesMax' | 'idsMax'>;
  knownUsers: KnownUsersSettings;
}>;

/** What every house runs well with. `src/config.ts` overrides what an operator decides. */
export const ENGINE_DEFAULTS: EngineSettings = {
  partition: {
    attemptsMax: 5,
    retryAfterMs: 200,
    commandWindowMs: 15 * 60_000,
    commandFutureMaxMs: 60_000,
    refusalsPerMinuteMax: 60,
    newsAgeMaxMs: 250,
  },
  cache: { weightMax: 50_000 },
  window: { entriesMax: 50_000, idsMax: 4_000_000 },
  knownUsers: { usersMax: 200_000 },
};

export type EngineOptions = Readonly<{
  bus: CommandBus;
  journal: Journal;
  snapshots: SnapshotStore | null;
  runtime: Runtime;
  metrics: Metrics;
  log: Log;
  settings: EngineSettings;
}>;

/** Events read at the start to fill the idempotency cache: a fraction of a second. Older commands are looked up one by one. */
const TAIL_EVENTS_MAX = 50_000;

/** A running engine; `drain` answers all that was taken, and lets nothing new in. */
export type Engine = Readonly<{ drain(): Promise<void>; cachedAggregates(): number }>;

/** Fills the idempotency cache from the journal's tail, then takes every partition of the bus into work. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { bus, journal, snapshots, runtime, metrics, log, settings } = options;
  const cache = new AggregateCache(journal, snapshots, runtime, log, settings.cache);
  const tailMax = Math.min(settings.window.entriesMax, TAIL_EVENTS_MAX);
  const tail = await journal.readTail(tailMax);
  const idempotency = new IdempotencyCache(
    { ...settings.window, futureMaxMs: settings.partition.commandFutureMaxMs },
    coveredFrom(tail, tailMax),
  );
  idempotency.addRecorded(tail);
  const knownUsers = new KnownUsers(journal, settings.knownUsers);
  const paddles = new Paddles(journal);
  const follower = new JournalFollower(journal, runtime, tail.at(-1)?.position ?? null, (entries) => {
    knownUsers.take(entries);
    paddles.take(entries);
    idempotency.addRecorded(entries);
  });
  // Whoever names auctions that do not exist names them in all partitions.
  const floods = new FloodGuard(settings.partition.refusalsPerMinuteMax);
  const around = { runtime, metrics, log, settings: settings.partition };
  const parts = { journal, cache, idempotency, knownUsers, paddles, follower, floods, ...around };
  const engines = Array.from({ length: bus.partitions }, () => new PartitionEngine(parts));
  const runners: readonly BusRunner[] = engines.map((engine, partition) =>
    bus.run(partition, (batch) => engine.handle(batch)),
  );
  const drain = async (): Promise<void> => {
    await Promise.all(runners.map((runner) => runner.drain()));
    await Promise.all(engines.map((engine) => engine.drain()));
    await cache.settle();
  };
  let drained: Promise<void> | null = null;
  return {
    drain: () => {
      drained ??= drain();
      return drained;
    },
    cachedAggregates: () => cache.size,
  };
}

/** A tail shorter than asked for is the whole journal; any other hides what was recorded before it. */
const coveredFrom = (tail: readonly JournalEntry[], tailMax: number): number =>
  tail.length < tailMax ? Number.NEGATIVE_INFINITY : (tail[0]?.recordedAt ?? Number.POSITIVE_INFINITY);
