// The PostgreSQL that all test files of a run share: the embedded one, without fsync, since the tests that claim
// durability start servers of their own.
import { mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { clearLeftovers } from '../../src/embedded/leftover-servers.js';
import { hasCode } from '../../src/embedded/system-error.js';
import { silentLog } from '../../src/runtime/log.js';

type Running = Readonly<{ server: Connection; stop(): Promise<void> }>;

const prefix = 'gavel-test-';
let running: Promise<Running> | undefined;

/** Starts it, or hands out the one that another project's setup has started in this process. */
export function startRunServer(): Promise<Running> {
  running ??= start();
  return running;
}

async function start(): Promise<Running> {
  await removeAbandonedRuns();
  const directory = runDirectory(process.pid);
  mkdirSync(directory, { recursive: true });
  const postgres = await startEmbeddedPostgres({
    dataDir: join(directory, 'postgres'),
    settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_connections: 200 },
    log: silentLog,
  });
  const stop = async () => {
    running = undefined;
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { server: postgres.connection, stop };
}

/** Where everything lies that a run of tests writes; `pid` is the process that started the run. */
export function runDirectory(pid: number): string {
  return join(realpathSync(tmpdir()), `${prefix}${pid}`);
}

async function removeAbandonedRuns(): Promise<void> {
  const names = readdirSync(realpathSync(tmpdir())).filter((name) => name.startsWith(prefix));
  const abandoned = names.map((name) => Number(name.slice(prefix.length))).filter((pid) => !isAlive(pid));
  for (const pid of abandoned) {
    const directory = runDirectory(pid);
    for (const data of clustersUnder(directory)) await clearLeftovers(data, silentLog);
    rmSync(directory, { recursive: true, force: true });
  }
}

function clustersUnder(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.name === 'postmaster.pid').map((file) => file.parentPath);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
