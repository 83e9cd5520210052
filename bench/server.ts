// The PostgreSQL that all designs are measured on, one after the other: the embedded one, with the settings that Gavel
// runs it with, on a real disk.
import { mkdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Connection, startEmbeddedPostgres } from '../src/embedded/embedded-postgres.js';
import type { Log } from '../src/runtime/log.js';
import { scratchDirectory } from '../src/terminal/scratch-directory.js';

export type Durability = Readonly<{ fsync: string; synchronous_commit: string }>;

export type BenchServer = Readonly<{
  connection: Connection;
  /** Where other parts of a house may keep their files; gone after `stop`. */
  directory: string;
  /** What the server says of itself. */
  durability: Durability;
  stop(): Promise<void>;
}>;

/** statfs types of file systems that live in memory (statfs(2)): tmpfs and ramfs. */
const IN_MEMORY: readonly number[] = [0x01021994, 0x858458f6];

/**
 * Starts a server on an empty data directory on disk; `stop` removes it, and a signal does when it ends the process.
 * Refuses where only memory can be had.
 */
export async function startBenchServer(log: Log): Promise<BenchServer> {
  const { path: directory, remove } = await scratchDirectory(await placeOnDisk(), 'gavel-bench-');
  try {
    const server = await startEmbeddedPostgres({ dataDir: join(directory, 'postgres'), log });
    const durability = await durabilityOf(server.connection);
    const stop = async (): Promise<void> => {
      await server.stop();
      remove();
    };
    return { connection: server.superuser, directory, durability, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

export async function placeOnDisk(): Promise<string> {
  for (const place of [tmpdir(), '/var/tmp', process.cwd()]) {
    await mkdir(place, { recursive: true });
    if (!IN_MEMORY.includes((await statfs(place)).type)) return place;
  }
  throw new Error('no directory on a disk: the temporary directories and the current one are in memory; set TMPDIR');
}

async function durabilityOf(connection: Connection): Promise<Durability> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const said = await client.query<Durability>(
      "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit",
    );
    const durability = said.rows[0];
    if (durability === undefined) throw new Error('PostgreSQL does not say how durable it is');
    return durability;
  } finally {
    await client.end();
  }
}
