// A whole auction house in one process: the one place where its parts are put together, for `gavel up`, the acceptance
// commands, the benchmark and tests alike. What differs between them is settings, the clock and who listens.

import type pg from 'pg';
import type { CommandBus } from '../bus/command-bus.js';
import { InProcessCommandBus } from '../bus/in-process.command-bus.js';
import type { Config } from '../config.js';
import { type Engine, startEngine } from '../engine/engine.js';
import { personalFactsOf } from '../feed/facts/personal-facts.js';
import { PostgresSnapshots } from '../journal/postgres/postgres.snapshots.js';
import { LiveFeed } from '../live/live.feed.js';
import { LiveAuctions } from '../live/live.queries.js';
import { LiveNews } from '../live/news.queries.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Traces } from '../runtime/traces.js';
import { startFraudScoring } from './fraud.js';
import { startHouseSchedule } from './house-schedule.js';
import { type HouseStores, openStores, silverPosition } from './open-stores.js';
import { type HouseConsumers, startProjections } from './start-projections.js';
import { newsTraced, tracedBus, tracedJournal } from './traces.js';
import { startUndoable, type Undo } from './undoable.js';

export type HouseParts = Readonly<{
  /** The database; where it comes from is the caller's business. */
  postgres: pg.ClientConfig;
  config: Pick<Config, 'bus' | 'engine' | 'closer' | 'invoicePer' | 'journal' | 'live' | 'postgres'>;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
  /** Nobody collects them unless given. */
  traces?: Traces | null;
  /** The bus between edge and engine; one in this process unless given. It is drained with the house. */
  bus?: CommandBus;
}>;

export type House = HouseStores &
  Readonly<{
    bus: CommandBus;
    engine: Engine;
    /** What watchers are told. */
    live: Readonly<{ auctions: LiveAuctions; news: LiveNews }>;
    consumers: HouseConsumers;
    /**
     * Takes nothing new, answers all that was taken, finishes the batches under way and lets go of every connection.
     * Idempotent. Whatever feeds the bus (the API) is to be closed before.
     */
    drain(): Promise<void>;
  }>;

/**
 * Brings the database up to date and opens the house on it. When it resolves, commands are taken, and the consumers have
 * begun to follow the journal from where they stood.
 */
export async function openHouse(parts: HouseParts): Promise<House> {
  const { stop: drain, ...house } = await startUndoable((undo) => open(parts, undo));
  return { ...house, drain };
}

/** Undone in reverse: nothing new is asked, what was taken is answered, the consumers finish, the stores are let go of. */
async function open(parts: HouseParts, undo: Undo[]): Promise<Omit<House, 'drain'>> {
  const { config, runtime, log, metrics, traces = null } = parts;
  const stores = await openStores(parts, undo);
  const { pool, journal } = stores;
  metrics.watchPool('queries', pool);
  const live = await startLive(parts, stores, undo);
  const consumers = await startProjections(stores, parts, undo);
  startFraudScoring(stores, parts, undo);
  const bus = tracedBus(parts.bus ?? new InProcessCommandBus(config.bus, runtime, log), traces);
  const snapshots = new PostgresSnapshots(pool);
  const judging = { bus, journal: tracedJournal(journal, traces), snapshots };
  const engine = await startEngine({ ...judging, runtime, metrics, log, settings: config.engine });
  undo.push(() => engine.drain());
  undo.push(() => bus.drain());
  const schedule = startHouseSchedule(stores, { config, bus, runtime, log });
  undo.push(() => schedule.drain());
  return { ...stores, bus, engine, live, consumers };
}

/** What watchers are told, straight from the journal: no broker lies between. */
async function startLive(
  { config, runtime, log, traces = null }: HouseParts,
  stores: HouseStores,
  undo: Undo[],
): Promise<House['live']> {
  const { journal, feed, silver } = stores;
  const parts = { silver, runtime, log, settings: config.live };
  const auctions = new LiveAuctions({ ...parts, journal });
  const news = new LiveNews({ ...parts, personalFacts: personalFactsOf(journal) });
  const following = {
    feed,
    sinks: [auctions, news],
    ...(traces !== null && { seen: newsTraced(traces) }),
    runtime,
    log,
  };
  const liveFeed = new LiveFeed(following, await silverPosition(stores));
  undo.push(async () => {
    await liveFeed.close();
    auctions.close();
    news.close();
  });
  liveFeed.start();
  return { auctions, news };
}
