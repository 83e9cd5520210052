// What killed processes left behind: directories whose names tell which process of which machine made them. Several machines, or
// containers, may share the directory that they are in.
import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasCode } from '../runtime/system-error.js';

/** The machine's name as it stands in names of directories; a container has one of its own. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
/** Nothing works so long in one directory, so what another machine has not touched since is nobody's any more. */
const OTHERS_ABANDONED_MS = 2 * 86_400_000;

/** How a directory of this process begins, as `run-4711-1a2b3c4d-`. To be given to `mkdtemp`. */
export const ownPrefix = (kind: string): string => `${kind}-${process.pid}-${machine}-`;

/**
 * Removes directories of these kinds whose process is gone. In a container each process may bear the number of the one
 * before: what bears our own and is older than this process is abandoned, too. Whether a process of another machine is gone
 * nobody here can tell: its directories are removed that were not touched for two days before this process began.
 */
export async function clearAbandoned(directory: string, kinds: readonly string[]): Promise<void> {
  const form = new RegExp(`^(?:${kinds.join('|')})-(\\d+)-([0-9a-f]{8})-`);
  for (const name of await readdir(directory)) {
    const [, pid, host] = form.exec(name) ?? [];
    const path = join(directory, name);
    if (pid === undefined) continue;
    const inUse = host === machine ? await isInUse(path, Number(pid)) : await isFresh(path);
    if (!inUse) await rm(path, { recursive: true, force: true });
  }
}

async function isInUse(path: string, pid: number): Promise<boolean> {
  return pid === process.pid ? (await touchedMs(path)) >= performance.timeOrigin : isAlive(pid);
}

const isFresh = async (path: string): Promise<boolean> =>
  (await touchedMs(path)) >= performance.timeOrigin - OTHERS_ABANDONED_MS;

const touchedMs = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.mtimeMs ?? 0;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
