// Gold of the configured lake on Apache Spark: the job for a cluster, and the comparison with DuckDB on this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readThresholds } from '../batch/gold/gold-thresholds.js';
import { type BronzeSource, localFiles, localOriginals, readSource } from '../batch/gold/source.js';
import {
  compareTables,
  type GoldSources,
  makeAll,
  type SparkJob,
  type TableComparison,
  writeScores,
} from '../batch/gold/spark.js';
import type { Config } from '../config.js';
import { endWithUs } from '../embedded/dependent-process.js';
import { clearAbandoned, ownPrefix } from '../lake/abandoned.js';
import { withDuck } from '../lake/duck.js';
import type { ObjectStore } from '../lake/object-store.js';
import { openStore } from '../lake/open-store.js';
import { OperatorError } from '../runtime/operator-error.js';
import { PACKAGE_ROOT } from '../runtime/package-root.js';
import type { Runtime } from '../runtime/runtime.js';
import { endOnSignals } from '../terminal/interrupt.js';
import { readFraudModel } from './fraud-model-file.js';

export type SparkHouse = Readonly<{ config: Pick<Config, 'lake' | 'gold' | 'dataDirectory'>; runtime: Runtime }>;

export type SparkResult = Readonly<{
  tables: readonly TableComparison[];
  seconds: Readonly<{ duckdb: number; spark: number }>;
}>;

/** Where the scores lie for a cluster's job; the next job replaces them. */
const SPARK_SCORES = 'gold/spark/bid-scores.parquet';
/** Of what Spark says about a failure; the reason is at its end. */
const SAID_CHARACTERS = 4_000;

/** Computes all tables by DuckDB and by Spark and compares them. `python` has pyspark. Publishes nothing. */
export function compareWithSpark(house: SparkHouse, python: string): Promise<SparkResult> {
  return withWork(house, async ({ store, source, scratch }) => {
    const { files, sources } = await sourcesOf(house, { store, source, scratch });
    return withGoldDuck(house, scratch, async (duck) => {
      const startedMs = house.runtime.monotonicMs();
      const job = await makeAll(duck, sources);
      const duckdb = Math.round((house.runtime.monotonicMs() - startedMs) / 100) / 10;
      const [path, scores] = [join(scratch, 'job.json'), await writeScores(duck, scratch)];
      await writeFile(path, JSON.stringify({ ...job, files, base: baseOf(files), scores } satisfies SparkJob));
      const output = join(scratch, 'spark');
      const spark = await runSpark(python, path, output);
      return { tables: await compareTables(duck, output), seconds: { duckdb, spark } };
    });
  });
}

/** Writes the job of all tables for a cluster, which reads the lake by itself, and tells how many files it names. */
export function writeSparkJob(house: SparkHouse, path: string): Promise<number> {
  return withWork(house, async ({ store, source, scratch }) => {
    const { sources } = await sourcesOf(house, { store, source, scratch });
    const job = await withGoldDuck(house, scratch, async (duck) => {
      const made = await makeAll(duck, sources);
      await store.put(SPARK_SCORES, createReadStream(await writeScores(duck, scratch)));
      return made;
    });
    const addressOf = (key: string): string => store.pathOf(key) ?? `${store.url.replace(/^s3:/, 's3a:')}${key}`;
    const files = source.files.map(({ key }) => addressOf(key));
    const scores = addressOf(SPARK_SCORES);
    await writeFile(path, JSON.stringify({ ...job, files, base: baseOf(files), scores } satisfies SparkJob));
    return files.length;
  });
}

type Work = Readonly<{ store: ObjectStore; source: BronzeSource; scratch: string }>;

async function withWork<T>({ config, runtime }: SparkHouse, work: (parts: Work) => Promise<T>): Promise<T> {
  const directory = join(config.dataDirectory, 'gold');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await clearAbandoned(directory, ['spark']);
  const scratch = await mkdtemp(join(directory, ownPrefix('spark')));
  const store = await openStore(config.lake, runtime);
  try {
    return await work({ store, source: await readSource(store), scratch });
  } finally {
    store.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function sourcesOf(
  { config }: SparkHouse,
  { store, source, scratch }: Work,
): Promise<Readonly<{ files: readonly string[]; sources: GoldSources }>> {
  const files = await localFiles(store, source, join(config.dataDirectory, 'gold'));
  const parts = await localOriginals(store, source, { events: files, scratch });
  const thresholds = readThresholds(config.gold.thresholds ?? join(PACKAGE_ROOT, 'config', 'gold.json'));
  return { files, sources: { parts, thresholds, model: readFraudModel() } };
}

function withGoldDuck<T>(
  { config }: SparkHouse,
  scratch: string,
  work: (duck: Parameters<typeof makeAll>[0]) => Promise<T>,
): Promise<T> {
  const settings = { threads: availableParallelism(), memoryLimit: `${config.gold.memoryMb}MB` };
  return withDuck({ ...settings, tempDirectory: scratch }, async (duck) => {
    await duck.run(`ATTACH '${join(scratch, 'work.duckdb')}' AS work`);
    await duck.run(`ATTACH '${join(scratch, 'gold.duckdb')}' AS gold`);
    await duck.run('USE work');
    return work(duck);
  });
}

/** The folder that all of them lie under. */
function baseOf(files: readonly string[]): string {
  const [first = ''] = files;
  return first.slice(0, first.indexOf('/bronze/events/') + '/bronze/events'.length);
}

/** Runs the job; resolves to the seconds that Spark took, its start left out. */
async function runSpark(python: string, job: string, output: string): Promise<number> {
  const script = join(PACKAGE_ROOT, 'scripts', 'gold-spark.py');
  const child = spawn(python, [script, job, output], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Its Java ends with it.
  endWithUs(child, 'SIGKILL');
  const release = endOnSignals();
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr = (said.stderr + text).slice(-SAID_CHARACTERS);
  });
  const ended = once(child, 'close').finally(release);
  const [code] = await ended.catch((cause: unknown) => {
    throw new OperatorError(`Spark cannot be started by ${python}: npm run spark:compare fetches what is needed`, {
      cause,
    });
  });
  if (code !== 0) throw new OperatorError(`Spark failed: ${said.stderr.trim()}`);
  return Number(JSON.parse(said.stdout.trimEnd().split('\n').at(-1) ?? '').seconds);
}
