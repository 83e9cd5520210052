// Directories of tests. Each carries the number of the process that started the run, so that a later run can tell what an
// interrupted one left behind, and removes it (run-server.ts).
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'gavel-test-';
// Set by jest.config.mjs, which only the process that starts the run reads; its workers inherit it.
const run = process.env['GAVEL_TEST_RUN'] ?? process.pid;

// A PostgreSQL of its own costs a test 40 MB in 1,000 files. In memory they cost half the processor time, and no wait for a
// disk; a process that is killed loses as little there as on a disk.
const MEMORY = '/dev/shm';
/** TMPFS_MAGIC of statfs(2): elsewhere the place may be anything. */
const TMPFS = 0x01021994;
/** A run holds 1.5 GB at a time. */
const MEMORY_BYTES_MIN = 4 * 1024 ** 3;

export type Scratch = Readonly<{ path: string; remove(): void }>;

/** A fresh empty directory, in memory where there is room; `remove` when done with it. */
export const scratchDirectory = (name: string): Scratch => directoryIn(hasRoom(MEMORY) ? MEMORY : onDisk(), name);

/** The same on a disk: for programs that a test writes (memory may be mounted `noexec`), and where memory is refused. */
export const programDirectory = (name: string): Scratch => directoryIn(onDisk(), name);

function directoryIn(place: string, name: string): Scratch {
  const path = mkdtempSync(join(place, `${prefix}${run}-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Directories whose run has ended without removing them. */
export const abandonedDirectories = (): string[] => [...new Set([MEMORY, onDisk()])].flatMap(abandonedIn);

const onDisk = (): string => realpathSync(tmpdir());

function hasRoom(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const { type, bavail, bsize } = statfsSync(directory);
  // A file there counts as memory of the container, whose limit the file system does not know.
  return type === TMPFS && Math.min(bavail * bsize, process.availableMemory()) >= MEMORY_BYTES_MIN;
}

function abandonedIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
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
