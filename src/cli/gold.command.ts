// `gavel gold run`, `gavel gold spark` and `gavel trace`: the tables of Gold, and what a row of them was made of.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GoldRequest } from '../batch/gold/gold-run.js';
import { GOLD_TABLE_NAMES, type GoldTableName } from '../batch/gold/gold-tables.js';
import type { GoldTrace } from '../batch/gold/gold-trace.js';
import type { GoldRun } from '../batch/gold/lineage.js';
import type { TableComparison } from '../batch/gold/spark.js';
import type { Config } from '../config.js';
import { computeGold, type GoldHouse, traceRow } from '../house/gold.js';
import { compareWithSpark, type SparkResult, writeSparkJob } from '../house/gold-spark.js';
import type { WithStores } from '../house/stores.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { startProgress } from '../terminal/progress.js';

export type GoldCommandParts = Readonly<{
  withStores: WithStores;
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

type RunOptions = Readonly<{ date?: string; table?: GoldTableName; backfill?: readonly string[]; json?: boolean }>;
type SparkOptions = Readonly<{ python: string; job?: string; json?: boolean }>;
type TraceOptions = Readonly<{ limit: number; json?: boolean }>;

const EVENTS_SHOWN = 20;

/** Adds `gavel gold run`, `gavel gold spark` and `gavel trace`. */
export function registerGold(program: Command, parts: GoldCommandParts): void {
  const gold = program.command('gold').description('answers by business question, made of the archive (docs/gold.md)');
  gold
    .command('run')
    .description('compute the tables from Bronze, compare them with Silver, and publish them')
    .option('--date <day>', 'only this UTC day of the tables by day, and days with newly archived events', dayOf)
    .addOption(new Option('--table <name>', 'only this table').choices(GOLD_TABLE_NAMES))
    .addOption(
      new Option('--backfill <days...>', 'as --date, for all days FROM to TO')
        .argParser((text: string, before: readonly string[] = []) => [...before, dayOf(text)])
        .conflicts('date'),
    )
    .option('--json', 'one JSON object')
    .action((options: RunOptions) => run(parts, options));
  gold
    .command('spark')
    .description('compute all tables by Apache Spark as well, and compare them row by row (docs/scale.md)')
    .option('--python <program>', 'a Python that has pyspark 4.1', 'python3')
    .option('--job <file>', 'write the job for a cluster to this file instead')
    .option('--json', 'one JSON object')
    .action((options: SparkOptions) => spark(parts, options));
  program
    .command('trace')
    .description('lead from a row of Gold to the manifests and events that it was made of')
    .argument('<table>', `one of ${GOLD_TABLE_NAMES.join(', ')}`, tableOf)
    .argument('<key>', 'the key of the row, its columns with / between, as 2026-01-31/USD')
    .option('--limit <n>', 'so many events are shown', countOf, EVENTS_SHOWN)
    .option('--json', 'one JSON object')
    .action((table: GoldTableName, key: string, options: TraceOptions) => trace(parts, table, key, options));
}

function run(parts: GoldCommandParts, options: RunOptions): Promise<void> {
  const request = requestOf(options);
  return withGoldHouse(parts, async (house) => {
    const progress = startProgress('steps', 0);
    const done = await computeGold(house, request, progress.at).finally(() => progress.stop());
    parts.print(options.json === true ? JSON.stringify(done) : runWords(done));
  });
}

async function spark(
  { config, runtime, print, fail }: GoldCommandParts,
  { python, job, json }: SparkOptions,
): Promise<void> {
  const house = { config: config(), runtime };
  if (job !== undefined) return print(`${job} names ${await writeSparkJob(house, job)} files of Bronze`);
  const result = await compareWithSpark(house, python);
  if (json === true) print(JSON.stringify(result));
  else for (const line of sparkLines(result)) print(line);
  if (result.tables.some(differs)) fail();
}

const differs = ({ onlyInDuckdb, onlyInSpark }: TableComparison): boolean => onlyInDuckdb + onlyInSpark > 0;

const sparkLines = ({ tables, seconds }: SparkResult): readonly string[] => [
  ...tables.map((one) => {
    const { table, rows, onlyInDuckdb, onlyInSpark, first } = one;
    if (!differs(one)) return `${table}: ${rows} rows, the same`;
    return `${table}: ${onlyInDuckdb} rows only in DuckDB, ${onlyInSpark} only in Spark, the first ${first}`;
  }),
  `DuckDB took ${seconds.duckdb} s, Spark ${seconds.spark} s`,
];

function requestOf({ date, table, backfill }: RunOptions): GoldRequest {
  const [from, to, ...rest] = backfill ?? (date === undefined ? [] : [date, date]);
  if (backfill !== undefined && (to === undefined || rest.length > 0 || (from ?? '') > to))
    throw new OperatorError('--backfill takes two days, the first and the last, as --backfill 2026-01-01 2026-01-31');
  const days = from === undefined || to === undefined ? null : { from, to };
  return { tables: table === undefined ? null : [table], days };
}

const runWords = ({ outcome, rows, events, parts, cut, firstDay, lastDay, unreadable }: GoldRun): string =>
  [
    ...Object.entries(rows).map(([table, count]) => `${table}: ${count} rows`),
    `${outcome}: ${firstDay === null ? 'no day' : `days ${firstDay} to ${lastDay}`}, from ${events} events in ${parts} parts up to position ${cut}`,
    ...(unreadable === 0 ? [] : [`${unreadable} events cannot be read, and no figure counts them`]),
  ].join('\n');

function trace(
  parts: GoldCommandParts,
  table: GoldTableName,
  key: string,
  { limit, json }: TraceOptions,
): Promise<void> {
  return withGoldHouse(parts, async (house) => {
    const found = await traceRow(house, { table, key, limit });
    if (json === true) parts.print(JSON.stringify(found));
    else for (const line of traceLines(found)) parts.print(line);
  });
}

function traceLines({ table, row, version, eventCount, events }: GoldTrace): readonly string[] {
  return [
    `gold.${table}`,
    ...Object.entries(row).map(([name, value]) => `  ${name}: ${String(value)}`),
    `computed by run ${version.runId}, from the archive up to position ${version.cut}; kept as ${version.key}`,
    `made of ${eventCount} events${eventCount > events.length ? `, of which the first ${events.length}:` : ':'}`,
    ...events.map(
      (event) =>
        `  ${event.position} part ${event.part} ${event.occurredAt} ${event.streamId} ${event.revision} ${event.eventType}`,
    ),
  ];
}

const withGoldHouse = (parts: GoldCommandParts, work: (house: GoldHouse) => Promise<void>): Promise<void> =>
  parts.withStores(({ database }) => work({ config: parts.config(), postgres: database, runtime: parts.runtime }));

function dayOf(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
  if (!isDay) throw new InvalidArgumentError('It must be a day as 2026-01-31.');
  return text;
}

function tableOf(text: string): GoldTableName {
  const found = GOLD_TABLE_NAMES.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${GOLD_TABLE_NAMES.join(', ')}.`);
  return found;
}

function countOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number up to 999999.');
  return Number(text);
}
