// After kill -9 of Node its PostgreSQL runs on; after kill -9 of both, sub-processes may take a moment to notice, and
// postmaster.pid names a process that is gone or, worse, a stranger's with the same number by now. All three are cleared
// away here before a server is started, because PostgreSQL's own check can only refuse.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Log } from '../runtime/log.js';
import { hasCode } from '../runtime/system-error.js';
import { EmbeddedError } from './embedded-error.js';

// A fast shutdown ends with a checkpoint of everything in shared buffers; half a gigabyte takes slow disks some seconds.
const fastShutdownMs = 60_000;
const immediateShutdownMs = 10_000;
const pollEveryMs = 20;

/** Stops what an earlier Gavel left running on the cluster at `directory` (a real path), and removes a stale pid file. */
export async function clearLeftovers(directory: string, log: Log): Promise<void> {
  const postmaster = await pidFileOwner(directory);
  const running = await serverProcesses(directory, postmaster);
  if (running.length > 0) await stopLeftovers(directory, { postmaster, running, log });
  // No process of this cluster is left, so the file protects nothing; its number may be a stranger's.
  await rm(join(directory, 'postmaster.pid'), { force: true });
}

type Leftovers = Readonly<{ postmaster: number | undefined; running: readonly number[]; log: Log }>;

async function stopLeftovers(directory: string, { postmaster, running, log }: Leftovers): Promise<void> {
  const gone = async () => (await serverProcesses(directory, postmaster)).length === 0;
  const lead = postmaster !== undefined && running.includes(postmaster) ? postmaster : undefined;
  log.info({ directory, pids: running }, 'stopping the PostgreSQL that an earlier gavel left behind');
  if (lead !== undefined) signalIfThere(lead, 'SIGINT');
  if (await waitUntil(gone, fastShutdownMs)) return;
  for (const pid of running) signalIfThere(pid, 'SIGQUIT');
  if (await waitUntil(gone, immediateShutdownMs)) return;
  const seconds = (fastShutdownMs + immediateShutdownMs) / 1000;
  throw new EmbeddedError(
    'StopFailed',
    `waited ${seconds} s for the PostgreSQL left behind on ${directory} (pid ${lead ?? running[0]}) to stop`,
  );
}

async function pidFileOwner(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(nothingThere);
  const pid = Number(text?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Numbers of the live PostgreSQL processes that work in `directory`. */
async function serverProcesses(directory: string, postmaster: number | undefined): Promise<number[]> {
  if (process.platform !== 'linux') {
    return postmaster !== undefined && (await isPostgresByPs(postmaster)) ? [postmaster] : [];
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const ours = await Promise.all(pids.map((pid) => worksIn(pid, directory)));
  return pids.filter((_, index) => ours[index]).map(Number);
}

/** PostgreSQL's processes change into the cluster and stay there. A zombie has no working directory any more. */
async function worksIn(pid: string, directory: string): Promise<boolean> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(nothingThere);
  if (cwd !== directory) return false;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(nothingThere);
  return name?.trim() === 'postgres';
}

async function isPostgresByPs(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]);
    return stdout.includes('postgres');
  } catch (error) {
    // `ps` ends with 1 when there is no such process.
    if (hasCode(error, 1)) return false;
    throw error;
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

async function waitUntil(condition: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const until = performance.now() + withinMs; performance.now() < until; await sleep(pollEveryMs)) {
    if (await condition()) return true;
  }
  return condition();
}

/** A process may end between being listed and being looked at, and other users' processes do not show their directory. */
function nothingThere(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) throw error;
}
