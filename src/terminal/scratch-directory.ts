// A directory for what a command needs while it runs, and nobody afterwards.
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { endOnSignals } from './interrupt.js';
import { say } from './progress.js';

const REMOVED_WITHIN_MS = 10_000;
const POLL_MS = 50;

export type ScratchDirectory = Readonly<{ path: string; remove(): void }>;

/** Makes a directory in `place`. Until `remove`, a signal ends the process, and the directory goes with it. */
export async function scratchDirectory(place: string, prefix: string): Promise<ScratchDirectory> {
  const path = await mkdtemp(join(place, prefix));
  const release = endOnSignals(() => removeDirectory(path));
  const remove = (): void => {
    release();
    removeDirectory(path);
  };
  return { path, remove };
}

/**
 * After a signal PostgreSQL still writes for a moment, and its files come back while they go: it is tried until they stay
 * away. Node is ending by then, and waits for nothing that is not synchronous; its own retries end early (Node 24.21).
 */
function removeDirectory(path: string): void {
  const giveUpAt = performance.now() + REMOVED_WITHIN_MS;
  let problem = problemOfRemoving(path);
  while (problem !== null && performance.now() < giveUpAt) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    problem = problemOfRemoving(path);
  }
  if (problem !== null) say(`${path} could not be removed: ${problem}`);
}

function problemOfRemoving(path: string): string | null {
  try {
    rmSync(path, { recursive: true, force: true });
    return existsSync(path) ? 'something was written into it meanwhile' : null;
  } catch (error) {
    return String(error);
  }
}
