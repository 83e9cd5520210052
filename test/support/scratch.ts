// Directories of tests. Each carries the number of the process that started the run, so that a later run can tell what an
// interrupted one left behind, and removes it (run-server.ts).
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'gavel-test-';
// Set by jest.config.mjs, which only the process that starts the run reads; its workers inherit it.
const run = process.env['GAVEL_TEST_RUN'] ?? process.pid;

export type Scratch = Readonly<{ path: string; remove(): void }>;

/** A fresh empty directory; `remove` when done with it. */
export function scratchDirectory(name: string): Scratch {
  const path = mkdtempSync(join(realpathSync(tmpdir()), `${prefix}${run}-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Directories whose run has ended without removing them. */
export function abandonedDirectories(): string[] {
  const directory = realpathSync(tmpdir());
  const names = readdirSync(directory).filter((name) => name.startsWith(prefix));
  return names
    .filter((name) => !isAlive(Number(name.slice(prefix.length).split('-')[0])))
    .map((name) => join(directory, name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH');
  }
}
