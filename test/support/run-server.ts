// The servers that all test files of a run share: the embedded PostgreSQL, without fsync, since the tests that claim
// durability start servers of their own; and a Kafka for whoever asks (run-kafka.ts).
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { stopLeftover } from '../../src/embedded/kafka/broker.js';
import { clearLeftovers } from '../../src/embedded/leftover-servers.js';
import { silentLog } from '../../src/runtime/log.js';
import { openKafkaDoor } from './run-kafka.js';
import { abandonedDirectories, scratchDirectory } from './scratch.js';

type Running = Readonly<{ server: Connection; kafkaDoor: string; stop(): Promise<void> }>;

let running: Promise<Running> | undefined;

/** Starts it, or hands out the one that another project's setup has started in this process. */
export function startRunServer(): Promise<Running> {
  running ??= start();
  return running;
}

async function start(): Promise<Running> {
  await removeAbandonedRuns();
  const scratch = scratchDirectory('server');
  const postgres = await startEmbeddedPostgres({
    dataDir: join(scratch.path, 'postgres'),
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      shared_buffers: '128MB',
      max_connections: 200,
      // Its log may lie in memory.
      max_wal_size: '256MB',
    },
    log: silentLog,
  });
  const kafka = await openKafkaDoor();
  const stop = async () => {
    running = undefined;
    await kafka.stop();
    await postgres.stop();
    scratch.remove();
  };
  return { server: postgres.superuser, kafkaDoor: kafka.path, stop };
}

async function removeAbandonedRuns(): Promise<void> {
  for (const directory of abandonedDirectories()) {
    for (const cluster of holdersOf('postmaster.pid', directory)) await clearLeftovers(cluster, silentLog);
    for (const broker of holdersOf('broker.pid', directory)) await stopLeftover(broker);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The directories under this one that hold a file of this name. */
function holdersOf(name: string, directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.name === name).map((file) => file.parentPath);
}
