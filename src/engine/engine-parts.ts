// What the engines of one process share.
import type { Journal } from '../journal/journal.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import type { AggregateCache } from './aggregate-cache.js';
import type { FloodGuard } from './flood-guard.js';
import type { IdempotencyCache } from './idempotency-cache.js';
import type { JournalFollower } from './journal-follower.js';
import type { KnownUsers } from './known-users.js';
import type { Paddles } from './paddles.js';

export type PartitionEngineSettings = Readonly<{
  /** How often a batch is judged, conflicts and all, before what is left of it is answered `busy`. */
  attemptsMax: number;
  retryAfterMs: number;
  /** A client's command id is taken for this long after it was made, and this far ahead of our clock. */
  commandWindowMs: number;
  commandFutureMaxMs: number;
  /** Refused commands of one person on one auction or account that are judged within a minute. */
  refusalsPerMinuteMax: number;
  /** What others recorded is known after this long at the latest: a second, for users who are suspended. */
  newsAgeMaxMs: number;
}>;

export type EngineParts = Readonly<{
  journal: Journal;
  cache: AggregateCache;
  idempotency: IdempotencyCache;
  knownUsers: KnownUsers;
  paddles: Paddles;
  follower: JournalFollower;
  floods: FloodGuard;
  runtime: Runtime;
  metrics: Metrics;
  log: Log;
  settings: PartitionEngineSettings;
}>;
