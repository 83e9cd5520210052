// The row-lock design under pgbench: what Gavel is compared with.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Connection } from '../src/embedded/embedded-postgres.js';
import { CREATE_BASELINE, FUNCTION_SCRIPT, fillBaseline, ROW_LOCK_SCRIPT } from './baseline.sql.js';
import { findPgbench, type PgbenchRun, pgbench } from './pgbench.js';
import { median, runsWithin } from './statistics.js';

/** Bids a second, by spread or hot auctions and the number of connections. */
export type BaselineFigures = Readonly<{ spread8: number; spread64: number; hot8: number; hot64: number }>;

export type Baseline = Readonly<{ tool: 'pgbench' }> & BaselineFigures & Readonly<{ function: BaselineFigures }>;

export type BaselineOptions = Readonly<{
  connection: Connection;
  /** Where pgbench's scripts may lie. */
  directory: string;
  auctions: number;
  seconds: number;
  say: (line: string) => void;
}>;

const WARM_UP_SECONDS = 2;
const DATABASE = 'row_lock';

type Bench = Readonly<{
  client: pg.Client;
  options: BaselineOptions;
  run: Omit<PgbenchRun, 'script' | 'variables' | 'connections' | 'seconds'>;
}>;
type Design = Readonly<{ name: string; script: string }>;

/** Measures in a database of its own, which is gone afterwards; undefined on a machine without pgbench. */
export async function measureBaseline(options: BaselineOptions): Promise<Baseline | undefined> {
  const program = await findPgbench(process.env);
  if (program === undefined) {
    options.say('pgbench is neither on PATH nor under /usr/lib/postgresql: no comparison (Debian: postgresql-contrib)');
    return undefined;
  }
  const scripts = await mkdtemp(join(options.directory, 'pgbench-'));
  const admin = await connected(options.connection);
  try {
    await admin.query(`CREATE DATABASE ${DATABASE}`);
    return await measureDesigns(options, program, scripts);
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await admin.end();
    await rm(scripts, { recursive: true, force: true });
  }
}

async function measureDesigns(options: BaselineOptions, program: string, scripts: string): Promise<Baseline> {
  const connection = { ...options.connection, database: DATABASE };
  const client = await connected(connection);
  const design = async (name: string, text: string): Promise<Design> => {
    const script = join(scripts, `${name.replaceAll(' ', '-')}.pgbench`);
    await writeFile(script, text);
    return { name, script };
  };
  try {
    await client.query(CREATE_BASELINE);
    const bench: Bench = { client, options, run: { program, connection } };
    const rowLock = await measureDesign(bench, await design('row lock', ROW_LOCK_SCRIPT));
    const inFunction = await measureDesign(bench, await design('row lock in a function', FUNCTION_SCRIPT));
    return { tool: 'pgbench', ...rowLock, function: inFunction };
  } finally {
    await client.end();
  }
}

async function measureDesign(bench: Bench, design: Design): Promise<BaselineFigures> {
  const { auctions } = bench.options;
  return {
    spread8: await measure(bench, design, auctions, 8),
    spread64: await measure(bench, design, auctions, 64),
    hot8: await measure(bench, design, 1, 8),
    hot64: await measure(bench, design, 1, 64),
  };
}

async function measure(bench: Bench, { name, script }: Design, auctions: number, connections: number): Promise<number> {
  const { client, options } = bench;
  for (const statement of fillBaseline(auctions)) await client.query(statement);
  const load = { ...bench.run, script, connections, variables: { auctions } };
  let { transactions } = await pgbench({ ...load, seconds: WARM_UP_SECONDS });
  const figures: number[] = [];
  const runs = runsWithin(options.seconds);
  for (let i = 0; i < runs; i++) {
    const report = await pgbench({ ...load, seconds: Math.max(1, Math.round(options.seconds / runs)) });
    transactions += report.transactions;
    figures.push(report.perSecond);
  }
  await expectBids(client, transactions);
  const result = Math.round(median(figures));
  options.say(
    `${name}, ${auctions === 1 ? 'one auction' : `${auctions} auctions`}, ${connections} connections: ${result} bids/s`,
  );
  return result;
}

/** A transaction that found no auction would be counted by pgbench, though it is no bid. */
async function expectBids(client: pg.Client, transactions: number): Promise<void> {
  const counted = await client.query<{ bids: string }>('SELECT count(*) AS bids FROM bid');
  const bids = Number(counted.rows[0]?.bids);
  if (bids !== transactions)
    throw new Error(`pgbench counted ${transactions} transactions, but the table has ${bids} bids`);
}

async function connected(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client(connection);
  await client.connect();
  return client;
}
