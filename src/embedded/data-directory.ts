// One Gavel per data directory. The lock is the operating system's, taken through SQLite (part of Node), because Node
// has no file locks of its own: it ends with the process however that ends, so a start after kill -9 waits for nothing
// and no stale file can refuse it (docs/adr/0021).
import { chmodSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hasCode } from '../runtime/system-error.js';
import { EmbeddedError } from './embedded-error.js';

export type DataDirectory = Readonly<{ path: string; release(): void }>;

// SQLite's result code for a lock that somebody else holds (sqlite.org/rescode.html#busy).
const sqliteBusy = 5;

// A lock nobody refers to would be collected as garbage and thereby given up.
const held = new Set<DatabaseSync>();

/**
 * Creates `directory` if need be (readable by its owner only) and takes it for this process until `release`.
 * Refuses with a one-line message that names the other process when another Gavel has it.
 */
export async function acquireDataDirectory(directory: string): Promise<DataDirectory> {
  if (mkdirSync(directory, { recursive: true }) !== undefined) chmodSync(directory, 0o700);
  const path = realpathSync(directory);
  const pidFile = join(path, 'gavel.pid');
  const lock = lockFile(join(path, 'gavel.lock'));
  if (lock === 'busy') {
    throw new EmbeddedError('DataDirectoryInUse', `another gavel (pid ${pidIn(pidFile)}) already runs on ${directory}`);
  }
  held.add(lock);
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    path,
    release() {
      if (!held.delete(lock)) return;
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function lockFile(path: string): DatabaseSync | 'busy' {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return 'busy';
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === sqliteBusy;
}

/** The holder writes its number right after taking the lock; between the two there is none to name. */
function pidIn(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown';
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'unknown';
    throw error;
  }
}
