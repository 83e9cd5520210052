// Compares what was made of Bronze with Silver, up to the same place: Silver's rows are read up to the revision that Bronze
// has of each auction, so that neither has to stand still.
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Runtime } from '../../runtime/runtime.js';
import { type GoldTableName, goldSql } from './gold-tables.js';

export type Mismatch = Readonly<{ what: string; gold: string; silver: string }>;

/** Gold and Silver tell different stories, or Silver has not come far enough to be asked. */
export class NotReconciled extends Error {
  readonly code = 'NotReconciled';
  constructor(problem: string) {
    super(problem);
    this.name = 'NotReconciled';
  }
}

export type ReconcileParts = Readonly<{
  duck: DuckDBConnection;
  client: pg.Client;
  runtime: Runtime;
  /** An empty directory for what is handed from one database to the other. */
  scratch: string;
  /** The position of the last event in Bronze. */
  cut: string;
  /** Tables that were computed up to there. */
  tables: readonly GoldTableName[];
  /** The version of the model that the bids were scored by. */
  model: number;
  /** How long Silver may take to come so far. */
  silverWithinMs: number;
}>;

const FROM_SILVER = ['sales', 'auctions', 'bidders', 'hours', 'refusals', 'halls', 'hall_bids', 'scores'] as const;
/** What is compared, and the table that it looks at; `sales`, `halls` and `hall_bids` look at what all tables are made of. */
const CHECKS: readonly Readonly<{ check: string; table: GoldTableName | null }>[] = [
  { check: 'sales', table: null },
  { check: 'halls', table: null },
  { check: 'hall_bids', table: null },
  { check: 'revenue', table: 'daily_revenue' },
  { check: 'auctions', table: 'auction_performance' },
  { check: 'bidders', table: 'bidder_analytics' },
  { check: 'hours', table: 'hourly_activity' },
  { check: 'refusals', table: 'refusal_summary' },
];
const SHOWN_MAX = 5;
const LOOK_EVERY_MS = 500;

const UPTO = `CREATE TEMPORARY TABLE gold_upto (auction_id uuid PRIMARY KEY, revision bigint, refusals_revision bigint)
ON COMMIT DROP`;
const PARKED = "SELECT stream_id FROM feed.parked_streams WHERE consumer = 'silver'";
/** How far the house's own scorer has come, if the same model leads it. */
const SCORER_AT = `SELECT position, position::numeric >= $1 AS is_there FROM fraud.progress WHERE leads AND model_version = $2`;
const SILVER_AT = `SELECT min(position)::text AS position, bool_and(coalesce(position >= $1, false)) AS is_there
FROM feed.checkpoints WHERE consumer = 'silver'`;

/** Throws `NotReconciled` with what differs first. Reads Silver in one snapshot. */
export async function reconcile(parts: ReconcileParts): Promise<void> {
  await untilSilverIsThere(parts);
  const isScored = parts.tables.includes('fraud_summary') && (await untilScorerIsThere(parts));
  await parts.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  try {
    await readSilver(parts);
  } finally {
    await parts.client.query('ROLLBACK');
  }
  const found: Mismatch[] = [];
  for (const { check, table } of CHECKS)
    if (table === null || parts.tables.includes(table)) found.push(...(await differencesOf(parts.duck, check)));
  if (isScored) found.push(...(await differencesOf(parts.duck, 'scores')));
  if (found.length === 0) return;
  const shown = found
    .slice(0, SHOWN_MAX)
    .map(({ what, gold, silver }) => `${what}: Gold has ${gold}, Silver ${silver}`);
  const more = found.length > SHOWN_MAX ? `; and ${found.length - SHOWN_MAX} more` : '';
  throw new NotReconciled(`Gold and Silver differ up to position ${parts.cut}: ${shown.join('; ')}${more}`);
}

/** False where another model leads, or nobody scores: there is nothing to compare with. */
async function untilScorerIsThere({ client, runtime, cut, model, silverWithinMs }: ReconcileParts): Promise<boolean> {
  const giveUpAt = runtime.monotonicMs() + silverWithinMs;
  for (;;) {
    const { rows } = await client.query<{ position: string | null; is_there: boolean | null }>(SCORER_AT, [cut, model]);
    if (rows.length === 0) return false;
    if (rows[0]?.is_there === true) return true;
    if (runtime.monotonicMs() >= giveUpAt)
      throw new NotReconciled(
        `the fraud scorer stands at position ${rows[0]?.position ?? 'none'} and the archive ends at ${cut}: run Gold again once it has caught up`,
      );
    await runtime.sleep(LOOK_EVERY_MS);
  }
}

async function untilSilverIsThere({ client, runtime, cut, silverWithinMs }: ReconcileParts): Promise<void> {
  const giveUpAt = runtime.monotonicMs() + silverWithinMs;
  for (;;) {
    const { rows } = await client.query<{ position: string | null; is_there: boolean | null }>(SILVER_AT, [cut]);
    if (rows[0]?.is_there === true) return;
    if (runtime.monotonicMs() >= giveUpAt)
      throw new NotReconciled(
        `Silver stands at position ${rows[0]?.position ?? 'none'} and the archive ends at ${cut}: run Gold again once Silver has caught up`,
      );
    await runtime.sleep(LOOK_EVERY_MS);
  }
}

async function readSilver({ duck, client, scratch }: ReconcileParts): Promise<void> {
  const { rows: parked } = await client.query<{ stream_id: string }>(PARKED);
  await duck.run('CREATE TABLE parked_streams (stream_id VARCHAR)');
  for (const { stream_id } of parked) await duck.run('INSERT INTO parked_streams VALUES ($1)', [stream_id]);
  await duck.run(goldSql('reconcile/upto.sql'));
  const upto = join(scratch, 'upto.csv');
  await duck.run(`COPY gold_upto TO '${upto}' (FORMAT csv, HEADER false)`);
  await client.query(UPTO);
  await pipeline(createReadStream(upto), client.query(copyFrom('COPY gold_upto FROM STDIN (FORMAT csv)')));
  await client.query('ANALYZE gold_upto');
  for (const name of FROM_SILVER) {
    const file = join(scratch, `silver-${name}.csv`);
    const copy = `COPY (${goldSql(`reconcile/${name}.silver.sql`)}) TO STDOUT (FORMAT csv, HEADER true)`;
    await pipeline(client.query(copyTo(copy)), createWriteStream(file));
    await duck.run(`CREATE TABLE silver_${name} AS FROM read_csv('${file}', header = true, all_varchar = true)`);
  }
}

async function differencesOf(duck: DuckDBConnection, check: string): Promise<readonly Mismatch[]> {
  const reader = await duck.runAndReadAll(goldSql(`reconcile/${check}.differences.sql`));
  return reader.getRowObjects().map((row) => ({
    what: String(row['what']),
    gold: String(row['gold']),
    silver: String(row['silver']),
  }));
}
