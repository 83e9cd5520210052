// The tables of docs/benchmarks.md and README.md, one a question. A cell is the median of the runs and their range.
import { median } from '../statistics.js';
import { type BenchName, figureOf, type StoredRuns } from './stored-runs.js';

type Row = readonly [label: string, ...paths: readonly string[]];
export type Table = Readonly<{
  /** Names the block between `<!-- bench:ID -->` and `<!-- /bench:ID -->`. */
  id: string;
  bench: BenchName;
  head: readonly string[];
  /** A row that no run has a figure of is left out. */
  rows: readonly Row[];
}>;

const subscribers = (index: number): readonly string[] =>
  ['p50', 'p99', 'p999'].map((part) => `subscribers.${index}.${part}`);

export const TABLES: readonly Table[] = [
  {
    id: 'rates',
    bench: 'bids',
    head: ['accepted bids a second', '5,000 auctions', 'one auction'],
    rows: [
      ['row lock, 8 connections', 'baseline.spread8', 'baseline.hot8'],
      ['row lock, 64 connections', 'baseline.spread64', 'baseline.hot64'],
      ['row lock in one function, 8 connections', 'baseline.function.spread8', 'baseline.function.hot8'],
      ['row lock in one function, 64 connections', 'baseline.function.spread64', 'baseline.function.hot64'],
      ['Gavel, in process', 'gavel.spread', 'gavel.hot'],
      ['Gavel over REST', 'gavel.httpSpread', ''],
    ],
  },
  {
    id: 'ratios',
    bench: 'bids',
    head: ['Gavel’s bids for one of the row lock', 'times', 'goal'],
    rows: [
      ['many auctions, against the better of 8 and 64 connections', 'ratio.spread', '=6'],
      ['one auction, against 64 connections', 'ratio.hot64', '=50'],
      ['one auction, against the better of 8 and 64', 'ratio.hotBest', '='],
      ['over HTTP, 2,000 auctions', 'http.spread.ratio', '=5'],
      ['over HTTP, one auction', 'http.hot.ratio', '=20'],
    ],
  },
  {
    id: 'http',
    bench: 'bids',
    head: ['over HTTP', 'bids a second', 'p50, ms', 'p99, ms'],
    rows: [
      ['row lock, 2,000 auctions', 'http.spread.rowLock', 'http.spread.rowLockP50', 'http.spread.rowLockP99'],
      ['Gavel, 2,000 auctions', 'http.spread.gavel', 'http.spread.p50', 'http.spread.p99'],
      ['row lock, one auction', 'http.hot.rowLock', 'http.hot.rowLockP50', 'http.hot.rowLockP99'],
      ['Gavel, one auction', 'http.hot.gavel', 'http.hot.p50', 'http.hot.p99'],
    ],
  },
  {
    id: 'live',
    bench: 'live',
    head: ['from a bid to the watcher’s message, ms', 'p50', 'p99', 'p999'],
    rows: [
      ['2,000 bids a second', 'latencyMs.rate2000.p50', 'latencyMs.rate2000.p99', ''],
      ['2,000 bids a second: to the score in silver.bids', 'scoredMs.p50', 'scoredMs.p99', ''],
      ['80 % of what it sustains', 'latencyMs.at80.p50', 'latencyMs.at80.p99', ''],
      ['1,000 watchers of one auction', ...subscribers(0)],
      ['1,000 watchers, Zipf over 1,000 auctions', ...subscribers(1)],
      ['5,000 watchers of one auction', ...subscribers(2)],
      ['5,000 watchers, Zipf over 1,000 auctions', ...subscribers(3)],
    ],
  },
  {
    id: 'kafka',
    bench: 'kafka',
    head: ['over Kafka', 'measured', 'goal'],
    rows: [
      ['accepted bids a second into Silver, many auctions', 'sustained', '=20,000'],
      ['the same, one auction', 'hot', '='],
      ['from the broker to the watcher at 10,000 bids a second, ms: p50', 'at.p50', '=100'],
      ['p99', 'at.p99', '=500'],
      ['bids lost', 'at.lost', '=0'],
      ['bids doubled', 'at.duplicated', '=0'],
    ],
  },
  {
    id: 'journal',
    bench: 'journal',
    head: ['events a second', 'many streams', 'one stream'],
    rows: [
      ['the fast writer', 'append.spread.fast.eventsPerSecond', 'append.hot.fast.eventsPerSecond'],
      ['the plain writer', 'append.spread.plain.eventsPerSecond', 'append.hot.plain.eventsPerSecond'],
    ],
  },
];

/** The README's lines: a question, the command, and which cell of a run answers it. */
const README_ROWS: readonly (readonly [question: string, bench: BenchName, command: string, paths: Row])[] = [
  [
    'Accepted bids a second, judged by all rules, durable and in Silver: 5,000 auctions; one hot auction; over REST',
    'bids',
    'npm run -s bench',
    ['', 'gavel.spread', 'gavel.hot', 'gavel.httpSpread'],
  ],
  [
    'The same against a row lock and a transaction per bid on the same PostgreSQL, times as many: many auctions; one, with 64 connections',
    'bids',
    'npm run -s bench',
    ['', 'ratio.spread', 'ratio.hot64'],
  ],
  [
    'From sending a bid to the watcher’s message at 2,000 bids a second, ms: p50; p99; p99 of 5,000 watchers of one auction',
    'live',
    'npm run -s bench:live',
    ['', 'latencyMs.rate2000.p50', 'latencyMs.rate2000.p99', 'subscribers.2.p99'],
  ],
  [
    'Accepted bids a second from Kafka to Silver, all processes on the same 2 cores; p99 to the watcher at 10,000 a second, ms',
    'kafka',
    'npm run -s bench:kafka',
    ['', 'sustained', 'at.p99'],
  ],
];

/** Every block of the two pages by its id. */
export function blocksOf(stored: StoredRuns): ReadonlyMap<string, string> {
  const blocks = new Map(TABLES.map((table) => [table.id, tableOf(stored, table)]));
  const lines = README_ROWS.map(([question, bench, command, [, ...paths]]) => {
    const cells = paths.map((path) => cellOf(stored.runs[bench] ?? [], path)).join('; ');
    return `| ${question} | \`${command}\` | ${cells} |`;
  });
  blocks.set('readme', ['| What | Command | Median (range) |', '|---|---|---|', ...lines].join('\n'));
  blocks.set('machine', machineOf(stored));
  return blocks;
}

function machineOf({ measuredAt, commit, machine, seconds, runs }: StoredRuns): string {
  const counts = Object.entries(runs).map(([bench, of]) => `${of.length} of ${bench}`);
  return `Measured on ${measuredAt} at ${commit}: ${machine}. ${seconds} s for each figure; runs: ${counts.join(', ')}.`;
}

function tableOf({ runs }: StoredRuns, { bench, head, rows }: Table): string {
  const measured = runs[bench] ?? [];
  const lines = rows
    .filter(([, ...paths]) => paths.some((path) => valuesOf(measured, path).length > 0))
    .map(([label, ...paths]) => [label, ...paths.map((path) => cellOf(measured, path))]);
  if (lines.length === 0) return 'Not measured in these runs.';
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const NOTHING = '—';

/** `median (lowest – highest)`; a path that begins with = is the text itself. */
function cellOf(runs: readonly unknown[], path: string): string {
  if (path === '') return '';
  if (path.startsWith('=')) return path.slice(1);
  const values = valuesOf(runs, path);
  if (values.length === 0) return NOTHING;
  const [middle, low, high] = [median(values), Math.min(...values), Math.max(...values)].map(shown);
  return low === high ? `${middle}` : `${middle} (${low} – ${high})`;
}

const valuesOf = (runs: readonly unknown[], path: string): readonly number[] =>
  runs.map((run) => figureOf(run, path)).filter((value) => value !== null);

/** Whole numbers from a thousand on, with commas; smaller ones as they were printed, at two decimals. */
const shown = (value: number): string =>
  (Math.abs(value) >= 1_000 ? Math.round(value) : Math.round(value * 100) / 100).toLocaleString('en-US');

/** Puts each block of this page in place of what stands between its markers. Refuses a page without any. */
export function withBlocks(page: string, blocks: ReadonlyMap<string, string>): string {
  let count = 0;
  const replaced = page.replace(/<!-- bench:(\w+) -->\n[\s\S]*?<!-- \/bench:\1 -->/g, (_whole, id: string): string => {
    const block = blocks.get(id);
    if (block === undefined) throw new Error(`there is no block bench:${id}`);
    count += 1;
    return `<!-- bench:${id} -->\n${block}\n<!-- /bench:${id} -->`;
  });
  if (count === 0) throw new Error('the page has no place for figures: <!-- bench:ID --> … <!-- /bench:ID -->');
  return replaced;
}
