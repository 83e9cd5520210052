// What the edge stands on. The mains hand it over; nothing in this folder makes any of it.
import type { CommandBus, Outcome } from '../bus/command-bus.js';
import type { CommandId, UserId } from '../domain/ids.js';
import type { KeyStore } from '../personal-data/key-store.js';
import type { LiveAuctions } from '../projections/live/live.queries.js';
import type { LiveNews } from '../projections/live/news.queries.js';
import type { SilverQueries } from '../projections/silver/silver.queries.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import type { ApiSettings } from './api.settings.js';

/** What the edge asks of Silver. */
export type ApiQueries = Pick<
  SilverQueries,
  'auction' | 'auctions' | 'bids' | 'ownBids' | 'user' | 'ownUser' | 'offersTo' | 'transactionsOf' | 'transactions'
>;

/** What became of a command, from the journal; null for one that was never recorded, or that somebody else sent. */
export type CommandLookup = (commandId: CommandId, actorId: UserId) => Promise<Outcome | null>;

/** One answered request; `route` is the pattern, never the address, which may hold what people searched for. */
export type AnsweredRequest = Readonly<{ method: string; route: string; status: number; ms: number }>;

/** Where the edge counts, and where `/metrics` reads. */
export interface ApiMetrics {
  requestAnswered(request: AnsweredRequest): void;
  readonly contentType: string;
  text(): Promise<string>;
}

/** A part that commands need in order to be taken, as `/health/ready` shows it. */
export type Readiness = Readonly<{ ready: boolean; detail: string }>;

export type ApiDeps = Readonly<{
  settings: ApiSettings;
  bus: CommandBus;
  queries: ApiQueries;
  live: Readonly<{ auctions: LiveAuctions; news: LiveNews }>;
  commandLookup: CommandLookup;
  keyStore: KeyStore;
  metrics: ApiMetrics;
  log: Log;
  runtime: Runtime;
  /** How each part is, by its name. */
  ready(): Promise<Readonly<Record<string, Readiness>>>;
}>;

/** The names under which Nest hands these out. */
export const API_DEPS = Symbol('ApiDeps');
export const API_QUERIES = Symbol('ApiQueries');
