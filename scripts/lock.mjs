// A lock file for launchers that start at the same moment. Its holder touches it while it works, so a lock whose
// holder is gone (its process has ended, or nothing has touched it for a minute) is taken over.
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './progress.mjs';

const touchedEveryMs = 2_000;
const staleAfterMs = 60_000;
const waitMaxMs = 15 * 60_000;

/** Runs `work` while holding the lock file at `path`; waits for another holder, and says whom it waits for. */
export async function withLock(path, what, work) {
  mkdirSync(dirname(path), { recursive: true });
  const token = `${hostname()} ${process.pid} ${randomUUID()}`;
  await acquire(path, token, what);
  const touch = setInterval(() => utimesSync(path, new Date(), new Date()), touchedEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    if (read(path) === token) rmSync(path, { force: true });
  }
}

async function acquire(path, token, what) {
  const giveUpAt = Date.now() + waitMaxMs;
  for (let said = false; !create(path, token); ) {
    const holder = read(path);
    if (holder === undefined) continue;
    if (isStale(path, holder)) {
      takeAway(path, holder);
      continue;
    }
    if (Date.now() > giveUpAt) throw new Error(`waited 15 minutes for ${what} by process ${holder}; remove ${path}`);
    if (!said) say(`waiting for ${what} by another launcher (process ${holder.split(' ')[1]})`);
    said = true;
    await sleep(200);
  }
}

function create(path, token) {
  try {
    writeFileSync(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(path, holder) {
  const [host, pid] = holder.split(' ');
  try {
    if (Date.now() - statSync(path).mtimeMs > staleAfterMs) return true;
    // An empty file is a lock between its creation and its first write; only time makes it stale.
    if (pid === undefined || host !== hostname()) return false;
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH' || error.code === 'ENOENT';
  }
}

/** Moves a stale lock aside. If another launcher replaced it in between, what was moved is theirs and goes back. */
function takeAway(path, holder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== holder) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
