// What `npm run bench:report` measured, as docs/benchmarks.json keeps it: each run as its benchmark printed it.

/** The benchmarks of a report, and the words that run each. */
export const BENCHES = { bids: [], live: ['live'], kafka: ['kafka'], journal: ['journal'] } as const;
export type BenchName = keyof typeof BENCHES;
export const BENCH_NAMES = Object.keys(BENCHES) as readonly BenchName[];

export type StoredRuns = Readonly<{
  /** The day, the commit, and the machine that all runs were made on. */
  measuredAt: string;
  commit: string;
  machine: string;
  /** Measured seconds for each figure. */
  seconds: number;
  runs: Readonly<Partial<Record<BenchName, readonly unknown[]>>>;
}>;

/** The number at a path such as `subscribers.0.p99` of what a run printed; null where there is none. */
export function figureOf(run: unknown, path: string): number | null {
  let value: unknown = run;
  for (const key of path.split('.')) value = isRecord(value) ? value[key] : undefined;
  return typeof value === 'number' ? value : null;
}

/** Reads docs/benchmarks.json. Refuses a text that has another form. */
export function parseRuns(text: string): StoredRuns {
  const stored: unknown = JSON.parse(text);
  if (!isRecord(stored) || !isRecord(stored['runs'])) throw new Error('the file holds no runs of bench:report');
  for (const name of ['measuredAt', 'commit', 'machine'])
    if (typeof stored[name] !== 'string') throw new Error(`the file of runs has no text "${name}"`);
  if (typeof stored['seconds'] !== 'number') throw new Error('the file of runs has no number "seconds"');
  for (const [name, runs] of Object.entries(stored['runs']))
    if (!(name in BENCHES) || !Array.isArray(runs)) throw new Error(`the file of runs has no benchmark "${name}"`);
  return stored as StoredRuns;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
