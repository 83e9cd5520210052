// One run of Gold. In order: take the place of the only run, read the manifests, make the inputs and the tables in a DuckDB
// beside the one in use, compare with Silver, put the Parquet files, replace the tables of PostgreSQL in one transaction,
// then the pointer and the DuckDB file. A run that ends anywhere before that transaction leaves everything as it was.
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import type { FraudModel } from '../../domain/fraud/fraud-model.js';
import { takeLock } from '../../feed/advisory-lock.js';
import { inTransaction } from '../../feed/session.js';
import { clearAbandoned, ownPrefix } from '../../lake/abandoned.js';
import { type DuckSettings, withDuck } from '../../lake/duck.js';
import type { ObjectStore } from '../../lake/object-store.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { Runtime } from '../../runtime/runtime.js';
import { scoreBids } from './bid-scores.js';
import { type BronzeExtent, type Day, type DayRange, extentOf, makeInputs, readFacts, setUp } from './gold-build.js';
import { type GoldTable, type GoldTableName, goldSqlFiles } from './gold-tables.js';
import type { GoldThresholds } from './gold-thresholds.js';
import { type GoldRun, noteFailure, noteRun } from './lineage.js';
import { makeTables } from './make-tables.js';
import { daysToCompute, type Plan, planOf } from './plan.js';
import {
  currentVersions,
  GOLD_POINTER,
  pointerText,
  pruneVersions,
  putTable,
  replaceTable,
  saveVersion,
} from './publish.js';
import { reconcile } from './reconcile.js';
import { type BronzeSource, localFiles, localOriginals, readSource } from './source.js';

export type GoldParts = Readonly<{
  store: ObjectStore;
  database: pg.ClientConfig;
  runtime: Runtime;
  /** Holds the DuckDB file, files fetched from the store, and what is made on the way. */
  directory: string;
  duck: Omit<DuckSettings, 'tempDirectory'>;
  thresholds: GoldThresholds;
  /** Scores the bids. */
  model: FraudModel;
  /** Gavel's version. Tables that another version made are computed whole. */
  version: string;
  /** How long Silver, and the house's own fraud scorer, may take to come as far as the archive. */
  silverWithinMs: number;
  onStep?: (step: GoldStep) => void | Promise<void>;
}>;

/** What has just been done; tests stop a run at each. */
export type GoldStep =
  | 'read'
  | 'made'
  | 'reconciled'
  | 'files put'
  | 'replaced'
  | 'committed'
  | 'pointer put'
  | 'swapped';

export type GoldRequest = Readonly<{
  /** All of them if null. */
  tables: readonly GoldTableName[] | null;
  /** The days to compute, besides those that newly archived events touch; every day if null. */
  days: DayRange | null;
}>;

/** The file that people open with DuckDB. */
export const goldFile = (directory: string): string => join(directory, 'gold.duckdb');

/** Steps of a run besides inputs and tables: read, score, reconcile, put, publish. */
const OTHER_STEPS = 5;

/**
 * Computes tables of Gold and publishes them. `progress` is told how many of how many steps are done. Refuses to work beside
 * another run. When Silver says something else it throws `NotReconciled` and notes the run as failed.
 */
export async function runGold(
  parts: GoldParts,
  request: GoldRequest,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<GoldRun> {
  const client = new pg.Client({ ...parts.database, application_name: 'gavel gold', keepAlive: true });
  // A lost connection fails the query under way, or the next one; without a listener Node would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query("SET TIME ZONE 'UTC'");
    if (!(await takeLock(client, 'gold')))
      throw new OperatorError('another run of Gold is under way; try again when it has ended (gold.runs tells of it)');
    const plan = planOf(parts, request, await currentVersions(client));
    try {
      return await new Run(parts, plan, client, progress).run();
    } catch (error) {
      await noteFailure(client, plan, error, parts.runtime.now());
      throw error;
    }
  } finally {
    await client.end();
  }
}

class Run {
  private done = 0;
  private readonly total: number;

  constructor(
    private readonly parts: GoldParts,
    private readonly plan: Plan,
    private readonly client: pg.Client,
    private readonly progress: (done: number, total: number) => void,
  ) {
    this.total = goldSqlFiles('inputs').length + plan.tables.length + OTHER_STEPS;
  }

  async run(): Promise<GoldRun> {
    const { store, directory, duck } = this.parts;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await clearAbandoned(directory, ['run']);
    const scratch = await mkdtemp(join(directory, ownPrefix('run')));
    try {
      const source = await readSource(store);
      const files = await localFiles(store, source, directory);
      const run = await withDuck({ ...duck, tempDirectory: scratch }, async (connection) => {
        await connection.run(`ATTACH '${join(scratch, 'work.duckdb')}' AS work`);
        await connection.run(`ATTACH '${join(scratch, 'gold.duckdb')}' AS gold`);
        await connection.run('USE work');
        const extent = await this.make(connection, source, { files, scratch });
        const run = await this.publish(connection, scratch, source, extent);
        await connection.run('DETACH gold');
        return run;
      });
      await rename(join(scratch, 'gold.duckdb'), goldFile(directory));
      await this.parts.onStep?.('swapped');
      return run;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  private async make(
    duck: DuckDBConnection,
    source: BronzeSource,
    { files, scratch }: Readonly<{ files: readonly string[]; scratch: string }>,
  ): Promise<Extent> {
    const { thresholds, model, store, directory, onStep } = this.parts;
    await readFacts(duck, files);
    this.step();
    await onStep?.('read');
    // Scoring takes the longest, and one table needs it.
    if (this.plan.wanted.some(({ name }) => name === 'fraud_summary'))
      await scoreBids(duck, await localOriginals(store, source, { events: files, scratch }), model);
    this.step();
    await makeInputs(duck, () => this.step());
    const extent = await extentOf(duck);
    const days = await daysToCompute(duck, this.plan, extent);
    await setUp(duck, { days, lastDay: extent.lastDay, thresholds });
    await makeTables(duck, { store, directory, plan: this.plan }, () => this.step());
    await onStep?.('made');
    return { ...extent, days, cut: source.cut };
  }

  private async publish(
    duck: DuckDBConnection,
    scratch: string,
    source: BronzeSource,
    extent: Extent,
  ): Promise<GoldRun> {
    const { client, plan } = this;
    const { store, onStep, silverWithinMs, runtime, model } = this.parts;
    const tables = plan.wanted.map(({ name }) => name);
    await reconcile({ duck, client, runtime, scratch, cut: source.cut, tables, model: model.version, silverWithinMs });
    this.step();
    await onStep?.('reconciled');
    const files = new Map<GoldTable, Awaited<ReturnType<typeof putTable>>>();
    for (const table of plan.wanted) files.set(table, await putTable(duck, store, table, scratch));
    this.step();
    await onStep?.('files put');
    const rows = Object.fromEntries([...files].map(([{ name }, file]) => [name, file.rows]));
    const run = await inTransaction(client, async () => {
      let isChanged = false;
      for (const table of plan.wanted) isChanged = (await replaceTable(duck, client, table, scratch)) || isChanged;
      const run = this.resultOf(isChanged, source, extent, rows);
      await noteRun(client, plan, run, runtime.now());
      for (const [{ name }, file] of files)
        await saveVersion(client, name, {
          ...file,
          runId: plan.runId,
          cut: source.cut,
          codeVersion: plan.codeVersions.get(name) ?? '',
        });
      await onStep?.('replaced');
      return run;
    });
    await onStep?.('committed');
    const versions = await currentVersions(client);
    await store.put(GOLD_POINTER, new TextEncoder().encode(pointerText(versions, source)));
    await onStep?.('pointer put');
    await pruneVersions(store, [...versions.values(), ...plan.versions.values()]);
    this.step();
    return run;
  }

  private resultOf(
    isChanged: boolean,
    { cut, parts, manifestSha256 }: BronzeSource,
    { events, unreadable, days }: Extent,
    rows: Readonly<Record<string, number>>,
  ): GoldRun {
    const [firstDay, lastDay] = [days.at(0) ?? null, days.at(-1) ?? null];
    const { runId, codeVersion } = this.plan;
    const outcome = isChanged ? 'published' : 'unchanged';
    return { runId, outcome, cut, parts, manifestSha256, events, unreadable, firstDay, lastDay, rows, codeVersion };
  }

  private step(): void {
    this.done += 1;
    this.progress(this.done, this.total);
  }
}

type Extent = BronzeExtent & Readonly<{ days: readonly Day[]; cut: string }>;
