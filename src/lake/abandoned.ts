// What killed processes of this machine left behind: directories whose names tell which process made them.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../runtime/system-error.js';

/** How a directory of this process begins, as `run-4711-`. To be given to `mkdtemp`. */
export const ownPrefix = (kind: string): string => `${kind}-${process.pid}-`;

/**
 * Removes directories of these kinds whose process is gone. In a container each process may bear the number of the one
 * before: what bears our own and is older than this process is abandoned, too.
 */
export async function clearAbandoned(directory: string, kinds: readonly string[]): Promise<void> {
  const form = new RegExp(`^(?:${kinds.join('|')})-(\\d+)-`);
  for (const name of await readdir(directory)) {
    const pid = Number(form.exec(name)?.[1] ?? Number.NaN);
    const path = join(directory, name);
    if (!Number.isNaN(pid) && !(await isInUse(path, pid))) await rm(path, { recursive: true, force: true });
  }
}

async function isInUse(path: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return isAlive(pid);
  const touchedMs = (await stat(path).catch(() => null))?.mtimeMs ?? 0;
  return touchedMs >= performance.timeOrigin;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
