// `npm run bench:report`: runs the benchmarks several times, keeps what they printed, and writes the tables of the pages.
import { execFileSync, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/runtime/package-root.js';
import { BENCHES, type BenchName, parseRuns, type StoredRuns } from './stored-runs.js';
import { blocksOf, withBlocks } from './tables.js';

export const RUNS_FILE = 'docs/benchmarks.json';
const PAGES = ['docs/benchmarks.md', 'README.md'] as const;

export type ReportOptions = Readonly<{
  runs: number;
  seconds: number;
  only: readonly BenchName[];
  say: (line: string) => void;
}>;

/** Renders the pages from runs that were stored before. */
export async function renderFrom(file: string): Promise<void> {
  const blocks = blocksOf(parseRuns(await readFile(file, 'utf8')));
  for (const page of PAGES) {
    const path = join(PACKAGE_ROOT, page);
    await writeFile(path, withBlocks(await readFile(path, 'utf8'), blocks));
  }
}

/** Measures and renders. What is done is on disk after each run, so that an interrupted report has what it had. */
export async function measureReport({ runs, seconds, only, say }: ReportOptions): Promise<void> {
  const file = join(PACKAGE_ROOT, RUNS_FILE);
  const about = { measuredAt: new Date().toISOString().slice(0, 10), commit: commit(), machine: machine(), seconds };
  let stored: StoredRuns = { ...about, runs: {} };
  // Run by run rather than bench by bench: whatever else the machine does in these hours falls on all of them.
  for (let run = 1; run <= runs; run++)
    for (const bench of only) {
      say(`run ${run} of ${runs}: ${bench}`);
      const printed = await runBench(bench, seconds);
      stored = { ...stored, runs: { ...stored.runs, [bench]: [...(stored.runs[bench] ?? []), printed] } };
      await writeFile(file, `${JSON.stringify(stored, null, 2)}\n`);
    }
  await renderFrom(file);
}

/** Runs a benchmark in a process of its own; resolves to the JSON of its last line. */
function runBench(bench: BenchName, seconds: number): Promise<unknown> {
  const main = join(import.meta.dirname, '..', 'main.js');
  const args = [...process.execArgv, main, ...BENCHES[bench], '--seconds', `${seconds}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`the benchmark "${bench}" ended with exit code ${code}`));
      else resolve(JSON.parse(printed.trimEnd().split('\n').at(-1) ?? ''));
    });
  });
}

const commit = (): string =>
  execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: PACKAGE_ROOT, encoding: 'utf8' }).trim();

function machine(): string {
  const [cpu] = cpus();
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} cores (${cpu?.model.trim() ?? 'unknown'}), ${memoryGb} GB, ${process.platform}, Node ${process.versions.node}`;
}
