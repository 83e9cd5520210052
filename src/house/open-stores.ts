// Database and journal of a house, for as long as it runs: one process opens them once, whatever roles it plays.
import pg from 'pg';
import type { Config } from '../config.js';
import { Feed } from '../feed/feed.js';
import type { Journal, Position } from '../journal/journal.js';
import { migrate } from '../migrations/migrate.js';
import { ClosingsQueries } from '../projections/closings/closings.queries.js';
import { DocumentsQueries } from '../projections/silver/documents.queries.js';
import { FraudCaseQueries } from '../projections/silver/fraud-cases.queries.js';
import { PayoutsQueries } from '../projections/silver/payouts.queries.js';
import { SilverQueries } from '../projections/silver/silver.queries.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { claimDatabase, configuredJournal } from './journal.js';
import type { Undo } from './undoable.js';

export type StoreParts = Readonly<{
  /** The database; where it comes from is the caller's business. */
  postgres: pg.ClientConfig;
  config: Pick<Config, 'postgres' | 'journal'>;
  runtime: Runtime;
  log: Log;
}>;

export type HouseStores = Readonly<{
  postgres: pg.ClientConfig;
  /** For queries. */
  pool: pg.Pool;
  journal: Journal;
  /** What follows the journal in this process is fed from one reading of it. */
  feed: Feed;
  silver: SilverQueries;
  closings: ClosingsQueries;
  fraudCases: FraudCaseQueries;
  documents: DocumentsQueries;
  payouts: PayoutsQueries;
}>;

/** Connects, and brings the tables up to date; processes that start at once wait for each other. */
export async function openStores(parts: StoreParts, undo: Undo[]): Promise<HouseStores> {
  const { postgres, config, runtime, log } = parts;
  await migrate(postgres, log);
  const { queryConnectionsMax } = config.postgres;
  const pool = new pg.Pool({ ...postgres, max: queryConnectionsMax, application_name: 'gavel queries' });
  pool.on('error', (error) => {
    // A pool counts as ended while its last connections are still saying goodbye; whatever ends them then is no loss.
    if (!pool.ending) log.warn({ error: error.message }, 'an idle connection for queries was lost');
  });
  undo.push(() => pool.end());
  await claimDatabase(pool, config);
  const journal = await configuredJournal({ config, postgres, pool, runtime, log });
  undo.push(() => journal.close());
  const feed = new Feed({ journal, runtime });
  undo.push(() => feed.close());
  const [silver, closings, fraudCases, documents, payouts] = [
    new SilverQueries(pool),
    new ClosingsQueries(pool),
    new FraudCaseQueries(pool),
    new DocumentsQueries(pool),
    new PayoutsQueries(pool),
  ];
  return { postgres, pool, journal, feed, silver, closings, fraudCases, documents, payouts };
}

/** How far Silver has come by what some projector has committed: what lies behind, queries cannot tell yet. */
export async function silverPosition({
  journal,
  silver,
}: Pick<HouseStores, 'journal' | 'silver'>): Promise<Position | null> {
  const found = (await silver.consumers()).find(({ consumer }) => consumer === 'silver');
  return found === undefined || found.position === null ? null : journal.parsePosition(found.position);
}
