// A whole auction house in one process: the one place where its parts are put together, for `gavel up`, the acceptance
// commands, the benchmark and tests alike. What differs between them is settings, the clock and who listens.
import pg from 'pg';
import type { CommandBus } from '../bus/command-bus.js';
import { InProcessCommandBus } from '../bus/in-process.command-bus.js';
import type { Config } from '../config.js';
import { type Engine, startEngine } from '../engine/engine.js';
import { Consumer } from '../feed/consumer.js';
import { personalFactsOf } from '../feed/facts/personal-facts.js';
import { Feed } from '../feed/feed.js';
import { commandsProjection } from '../journal/eventstoredb/commands.projection.js';
import { PostgresCommandIndex } from '../journal/eventstoredb/postgres.command-index.js';
import type { Journal, Position } from '../journal/journal.js';
import { PostgresSnapshots } from '../journal/postgres/postgres.snapshots.js';
import { LiveFeed } from '../live/live.feed.js';
import { LiveAuctions } from '../live/live.queries.js';
import { LiveNews } from '../live/news.queries.js';
import { migrate } from '../migrations/migrate.js';
import { closingsProjection } from '../projections/closings/closings.projection.js';
import { ClosingsQueries } from '../projections/closings/closings.queries.js';
import { silverProjection } from '../projections/silver/silver.projection.js';
import { SilverQueries } from '../projections/silver/silver.queries.js';
import { clearAbandoned } from '../rebuild/rebuild-session.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import { Closer } from '../scheduler/closer.js';
import { openerOf } from '../scheduler/opener.js';
import { relisterOf } from '../scheduler/relister.js';
import { reminderOf } from '../scheduler/reminder.js';
import { claimDatabase, configuredJournal } from './journal.js';

export type HouseParts = Readonly<{
  /** The database; where it comes from is the caller's business. */
  postgres: pg.ClientConfig;
  config: Pick<Config, 'bus' | 'engine' | 'closer' | 'consumer' | 'journal' | 'live' | 'postgres'>;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
  /** The bus between edge and engine; one in this process unless given. It is drained with the house. */
  bus?: CommandBus;
}>;

export type House = Readonly<{
  bus: CommandBus;
  journal: Journal;
  /** What follows the journal beside the house's own consumers is fed from the same reading. */
  feed: Feed;
  engine: Engine;
  silver: SilverQueries;
  closings: ClosingsQueries;
  /** What watchers are told. */
  live: Readonly<{ auctions: LiveAuctions; news: LiveNews }>;
  /** Everything that follows the journal; `silver` comes first. */
  consumers: Readonly<{ silver: Consumer; closings: Consumer; commands?: Consumer }>;
  /** For queries; its maker ends it with `drain`. */
  pool: pg.Pool;
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
export async function openHouse({ postgres, config, runtime, log, metrics, ...parts }: HouseParts): Promise<House> {
  await migrate(postgres, log);
  if (await clearAbandoned(postgres, runtime)) log.info({}, 'what an unfinished rebuild left behind is cleared away');
  const { queryConnectionsMax } = config.postgres;
  const pool = new pg.Pool({ ...postgres, max: queryConnectionsMax, application_name: 'gavel queries' });
  pool.on('error', (error) => {
    // A pool counts as ended while its last connections are still saying goodbye; whatever ends them then is no loss.
    if (!pool.ending) log.warn({ error: error.message }, 'an idle connection for queries was lost');
  });
  const journal = await claimDatabase(pool, config)
    .then(() => configuredJournal({ config, postgres, commandIndex: new PostgresCommandIndex(pool), runtime, log }))
    .catch(async (error: unknown) => {
      await pool.end();
      throw error;
    });
  const feed = new Feed({ journal, runtime });
  try {
    const bus = parts.bus ?? new InProcessCommandBus(config.bus, runtime, log);
    const snapshots = new PostgresSnapshots(pool);
    const engine = await startEngine({ bus, journal, snapshots, runtime, metrics, log, settings: config.engine });
    const following = { feed, database: postgres, runtime, log, metrics, settings: config.consumer };
    const consumers = {
      silver: new Consumer({ ...following, projection: silverProjection() }),
      closings: new Consumer({ ...following, projection: closingsProjection() }),
      // PostgreSQL has an index of its own.
      ...(config.journal.store !== 'postgres' && {
        commands: new Consumer({ ...following, projection: commandsProjection() }),
      }),
    };
    for (const consumer of Object.values(consumers)) consumer.start();
    const closings = new ClosingsQueries(pool);
    const closer = new Closer({ closings, bus, runtime, log, settings: config.closer });
    const { batchMax, pollMs } = config.closer;
    const asking = { bus, runtime, log, pollMs };
    const byItself = [
      closer,
      openerOf(closings, asking, batchMax),
      relisterOf(closings, journal, asking, batchMax),
      reminderOf(closings, asking, batchMax),
    ];
    for (const one of byItself) one.start();

    const silver = new SilverQueries(pool);
    const liveParts = { silver, runtime, log, settings: config.live };
    const live = {
      auctions: new LiveAuctions({ ...liveParts, journal }),
      news: new LiveNews({ ...liveParts, personalFacts: personalFactsOf(journal) }),
    };
    const liveFeed = new LiveFeed({ feed, sinks: [live.auctions, live.news], runtime, log }, await silverStands());
    liveFeed.start();

    const drain = async (): Promise<void> => {
      await Promise.all(byItself.map((one) => one.drain()));
      await bus.drain();
      await engine.drain();
      await Promise.all(Object.values(consumers).map((consumer) => consumer.drain()));
      await liveFeed.close();
      live.auctions.close();
      live.news.close();
      await letGo();
    };
    let drained: Promise<void> | null = null;
    return {
      bus,
      journal,
      feed,
      engine,
      silver,
      closings,
      live,
      consumers,
      pool,
      drain: () => {
        drained ??= drain();
        return drained;
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }

  /** Where Silver stands by what it has committed: what lies behind, queries cannot tell yet. */
  async function silverStands(): Promise<Position | null> {
    const known = (await new SilverQueries(pool).consumers()).find(({ consumer }) => consumer === 'silver');
    return known === undefined || known.position === null ? null : journal.parsePosition(known.position);
  }

  async function letGo(): Promise<void> {
    await feed.close();
    await journal.close();
    await pool.end();
  }
}
