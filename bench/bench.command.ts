// `npm run bench`: the row-lock design and ours, one after the other on the same embedded PostgreSQL.
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type Config, loadConfig } from '../src/config.js';
import { tokenSettings } from '../src/house/development.js';
import { type Log, silentLog } from '../src/runtime/log.js';
import { PACKAGE_ROOT } from '../src/runtime/package-root.js';
import { SystemRuntime } from '../src/runtime/system.runtime.js';
import { say } from '../src/terminal/progress.js';
import { scratchDirectory } from '../src/terminal/scratch-directory.js';
import { type Baseline, measureBaseline } from './baseline.js';
import { measureScorer } from './fraud-scorer.js';
import type { GavelFigures } from './gavel.js';
import { httpCompared } from './http-figures.js';
import { type Load, measureWriters } from './journal-append.js';
import { measureNumbering } from './numbering.js';
import { BENCH_NAMES, type BenchName } from './report/stored-runs.js';
import { COSTS_FILE, scale } from './scale/scale.command.js';
import { type BenchServer, placeOnDisk, startBenchServer } from './server.js';
import { ratio } from './statistics.js';

const AUCTIONS = 5_000;
const BIDDERS = 5_000;
/** Over HTTP, beside the row lock. */
const HTTP_AUCTIONS = 2_000;
const SECONDS = 10;
const RATE = 10_000;
const ROWS = 1_000_000;
const REPORT_RUNS = 5;
const DASHBOARD_EVENTS = 10_000_000;

/** The benchmarks; the last line of each on stdout is one JSON object. */
export function benchProgram(): Command {
  const command = new Command('bench')
    .description('measure accepted bids a second against a row lock and a transaction per bid (docs/benchmarks.md)')
    .option('--seconds <n>', 'measured seconds for each figure', seconds, SECONDS)
    .action((options: { seconds: number }) => bench(options.seconds));
  command
    .command('journal')
    .description('measure the journal alone, and three ways of numbering its events (ADR 0006)')
    .action(() => benchJournal(command.opts<{ seconds: number }>().seconds));
  command
    .command('kafka')
    .description(
      'measure a house of several processes over Kafka: sustained, and how soon watchers see a bid at a rate',
    )
    .option('--rate <n>', 'bids a second while latency is measured', rate, RATE)
    .action((options: { rate: number }) => benchKafka(command.opts<{ seconds: number }>().seconds, options.rate));
  command
    .command('costs')
    .description(
      'measure what a bid costs each process of a house over Kafka: processor time and bytes (docs/scale.md)',
    )
    .action(() => benchCosts(command.opts<{ seconds: number }>().seconds));
  command
    .command('scale')
    .description('print what 10 k, 100 k and 1 M bids a second need, from measured costs (docs/scale.md)')
    .option('--costs <file>', 'figures that `costs` and `lake` printed', join(PACKAGE_ROOT, COSTS_FILE))
    .option('--write', 'write the tables into docs/scale.md')
    .action(({ costs, write = false }: { costs: string; write?: boolean }) =>
      scale({ costs, write, print: (line) => console.log(line) }),
    );
  command
    .command('fraud')
    .description('measure what the fraud scorer costs: processor time a bid')
    .action(() => console.log(JSON.stringify(measureScorer())));
  command
    .command('live')
    .description('measure how soon watchers see a bid, and how thousands of them fare')
    .action(() => benchLive(command.opts<{ seconds: number }>().seconds));
  command
    .command('ingest')
    .description('measure gavel ingest over a file of many rows: rows a second, and the most memory it takes')
    .option('--rows <n>', 'rows of the file', rowCount, ROWS)
    .action((options: { rows: number }) => benchIngest(options.rows));
  command
    .command('lake')
    .description('measure archive, Silver built anew and Gold over a journal of many events, and the bytes of an event')
    .option('--events <n>', 'events of the journal', eventCount, ROWS)
    .action((options: { events: number }) => benchLake(options.events));
  command
    .command('dashboards')
    .description('measure each card of metabase/ on the Silver and Gold of a house with many events (docs/metabase.md)')
    .option('--events <n>', 'events of the house', eventCount, DASHBOARD_EVENTS)
    .action((options: { events: number }) => benchDashboards(options.events));
  command
    .command('report')
    .description('run the benchmarks several times and write the tables of docs/benchmarks.md and README.md')
    .option('--runs <n>', 'runs of each benchmark', runCount, REPORT_RUNS)
    .option('--only <names>', `some of ${BENCH_NAMES.join(', ')}, with commas between`, benchNames, BENCH_NAMES)
    .option('--from <file>', 'measure nothing: render the runs of this file')
    .action((options: ReportWords) => benchReport(options, command.opts<{ seconds: number }>().seconds));
  return command;
}

type ReportWords = Readonly<{ runs: number; only: readonly BenchName[]; from?: string }>;

async function benchReport({ runs, only, from }: ReportWords, seconds: number): Promise<void> {
  const { measureReport, renderFrom } = await import('./report/report.js');
  if (from !== undefined) await renderFrom(from);
  else await measureReport({ runs, seconds, only, say });
}

async function benchLake(events: number): Promise<void> {
  const { measureLake } = await import('./lake/lake-bench.js');
  const log: Log = { ...silentLog, warn: saying, error: saying };
  const server = await startBenchServer(log);
  try {
    const settings = benchSettings(server);
    console.log(JSON.stringify(await measureLake({ server, settings, events, say })));
  } finally {
    await server.stop();
  }
}

async function benchDashboards(events: number): Promise<void> {
  const { measureDashboards } = await import('./dashboards/dashboards-bench.js');
  const server = await startBenchServer({ ...silentLog, warn: saying, error: saying });
  try {
    console.log(JSON.stringify(await measureDashboards({ server, events, say })));
  } finally {
    await server.stop();
  }
}

async function benchIngest(rows: number): Promise<void> {
  const { measureIngest } = await import('./ingest.js');
  const { path: directory, remove } = await scratchDirectory(await placeOnDisk(), 'gavel-bench-');
  try {
    console.log(JSON.stringify(await measureIngest({ rows, directory })));
  } finally {
    remove();
  }
}

async function benchKafka(forSeconds: number, perSecond: number): Promise<void> {
  const log: Log = { ...silentLog, warn: saying, error: saying };
  const { measureKafka } = await import('./kafka/kafka-bench.js');
  const figures = await measureKafka({ seconds: forSeconds, rate: perSecond, log, say });
  console.log(JSON.stringify(figures));
}

async function benchCosts(forSeconds: number): Promise<void> {
  const log: Log = { ...silentLog, warn: saying, error: saying };
  const { measureCosts } = await import('./costs/costs-bench.js');
  console.log(JSON.stringify(await measureCosts({ seconds: forSeconds, log, say })));
}

async function benchLive(seconds: number): Promise<void> {
  const { measureLive } = await import('./live/live.js');
  const log: Log = { ...silentLog, warn: saying, error: saying };
  const server = await startBenchServer(log);
  try {
    say(`measuring ${seconds} s for each figure, after a warm-up`);
    console.log(JSON.stringify(await measureLive({ config: benchConfig(server), seconds, log, say })));
  } finally {
    await server.stop();
  }
}

async function bench(seconds: number): Promise<void> {
  const log: Log = { ...silentLog, warn: saying, error: saying };
  const server = await startBenchServer(log);
  try {
    const { connection, directory } = server;
    say(
      `measuring ${seconds} s for each figure; PostgreSQL says fsync=${server.durability.fsync}, synchronous_commit=${server.durability.synchronous_commit}`,
    );
    const baseline = await measureBaseline({ connection, directory, auctions: AUCTIONS, seconds, say });
    const config = benchConfig(server);
    const { measureGavel, HTTP_CALLERS } = await import('./gavel.js');
    const { measureRowLock } = await import('./row-lock.js');
    const sizes = { bidders: BIDDERS, auctions: AUCTIONS, httpAuctions: HTTP_AUCTIONS };
    const runtime = new SystemRuntime();
    const house = { connection, tokens: await tokenSettings(config), runtime };
    const rowLock = await measureRowLock({ ...house, ...sizes, callers: HTTP_CALLERS, seconds, say });
    const { http, ...gavel } = await measureGavel({ ...sizes, config, seconds, log, say });
    const { durability } = server;
    const fraudScorer = measureScorer();
    say(`the fraud scorer takes ${fraudScorer.microsABid} µs of processor time a bid`);
    console.log(
      JSON.stringify({ durability, ...compared(baseline, gavel), http: httpCompared(http, rowLock), fraudScorer }),
    );
  } finally {
    await server.stop();
  }
}

async function benchJournal(seconds: number): Promise<void> {
  const log: Log = { ...silentLog, warn: saying, error: saying };
  const server = await startBenchServer(log);
  try {
    const parts = { connection: server.connection, runtime: new SystemRuntime(), log };
    const append = ({ callers, streams, batch }: Omit<Load, 'seconds'>, writers?: readonly string[]) => {
      say(`appending batches of ${batch} to ${callers * streams} streams, ${callers} at once`);
      return measureWriters(parts, { callers, streams, batch, seconds }, writers);
    };
    const figures = {
      spread: await append({ callers: 4, streams: 1_250, batch: 500 }),
      hot: await append({ callers: 1, streams: 1, batch: 1_000 }, ['fast', 'plain']),
    };
    say('numbering events in three ways');
    const numbering = await measureNumbering(server.connection, seconds);
    console.log(JSON.stringify({ durability: server.durability, append: figures, numbering }));
  } finally {
    await server.stop();
  }
}

/** Everything as it comes, but for the limits on who asks how often: all bids here come from one address. */
function benchConfig(server: BenchServer): Config {
  return loadConfig(benchSettings(server));
}

function benchSettings({ connection, directory }: BenchServer): Record<string, string> {
  const url = new URL(`postgres://${connection.host}:${connection.port}/${connection.database}`);
  url.username = connection.user;
  url.password = connection.password;
  return {
    GAVEL_DATA: join(directory, 'house'),
    GAVEL_POSTGRES_URL: url.href,
    GAVEL_HTTP_PORT: '0',
    GAVEL_RATE_PER_ADDRESS: '0',
    GAVEL_RATE_PER_SUBJECT: '0',
    GAVEL_SOCKETS_PER_ADDRESS: '0',
  };
}

function compared(baseline: Baseline | undefined, gavel: Omit<GavelFigures, 'http'>): object {
  if (baseline === undefined) return { gavel };
  const { spread8, spread64, hot8, hot64 } = baseline;
  return {
    baseline,
    gavel,
    ratio: {
      spread: ratio(gavel.spread, Math.max(spread8, spread64)),
      hot64: ratio(gavel.hot, hot64),
      hotBest: ratio(gavel.hot, Math.max(hot8, hot64)),
    },
  };
}

const saying: Log['warn'] = (fields, message) => say(`${message}: ${JSON.stringify(fields)}`);

function eventCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1_000 || value > 1_000_000_000)
    throw new InvalidArgumentError('it must be a whole number of events from 1000 to 1000000000');
  return value;
}

function runCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100)
    throw new InvalidArgumentError('it must be a whole number of runs from 1 to 100');
  return value;
}

function benchNames(text: string): readonly BenchName[] {
  const names = text.split(',');
  const known = BENCH_NAMES.filter((name) => names.includes(name));
  if (known.length !== names.length) throw new InvalidArgumentError(`it must be some of ${BENCH_NAMES.join(', ')}`);
  return known;
}

function rowCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000_000)
    throw new InvalidArgumentError('it must be a whole number of rows from 1 to 100000000');
  return value;
}

function rate(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 100 || value > 100_000)
    throw new InvalidArgumentError('it must be a whole number of bids a second from 100 to 100000');
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 600)
    throw new InvalidArgumentError('it must be a whole number of seconds from 1 to 600');
  return value;
}
