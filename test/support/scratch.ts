// Directories of tests: all under the run's own, which the run removes at its end and the next run after an interruption.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runDirectory } from './run-server.js';

/** A fresh empty directory; `remove` when done with it. */
export function scratchDirectory(name: string): Readonly<{ path: string; remove(): void }> {
  const run = runDirectory(runPid());
  mkdirSync(run, { recursive: true });
  const path = mkdtempSync(join(run, `${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Jest's workers are children of the process that started the run; with one worker, tests run in that process. */
function runPid(): number {
  return process.env['JEST_WORKER_ID'] !== undefined && process.send !== undefined ? process.ppid : process.pid;
}
