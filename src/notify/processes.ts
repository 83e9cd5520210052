// Each process of the house says now and then that it is there, and how much room it has.
import { statfs } from 'node:fs/promises';
import { freemem, hostname, totalmem } from 'node:os';
import type { Pool } from 'pg';
import { isoTime, later } from '../domain/time.js';
import type { Log } from '../runtime/log.js';
import { Loop } from '../runtime/loop.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';

export type PresenceParts = Readonly<{
  pool: Pick<Pool, 'query'>;
  role: string;
  dataDirectory: string;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
  everyMs?: number;
}>;

/** Free shares, from 0 to 1; null where the machine does not tell. */
export type Room = Readonly<{ disk: number | null; memory: number | null }>;

const EVERY_MS = 10_000;
const BACK_OFF = { minMs: 500, maxMs: 10_000 };
const KEEP_MS = 7 * 86_400_000;

/** A process is gone that has said nothing for so long. */
export const SILENT_MS = 3 * EVERY_MS;

const SAY = `
INSERT INTO ops.processes (process_id, role, host, pid, started_at, seen_at, disk_free, memory_free)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (process_id) DO UPDATE SET seen_at = excluded.seen_at, disk_free = excluded.disk_free, memory_free = excluded.memory_free`;
const LEAVE = 'UPDATE ops.processes SET left_at = $2 WHERE process_id = $1';
const FORGET = 'DELETE FROM ops.processes WHERE seen_at < $1';

/** Begins to say so. The returned function says goodbye. */
export function startPresence(parts: PresenceParts): () => Promise<void> {
  const { pool, role, dataDirectory, runtime, log, metrics, everyMs = EVERY_MS } = parts;
  const [id, startedAt] = [runtime.uuid(), runtime.now()];
  const round = async (): Promise<void> => {
    const { disk, memory } = await roomOf(dataDirectory);
    metrics.room(disk, memory);
    const now = runtime.now();
    await pool.query(SAY, [id, role, hostname(), process.pid, isoTime(startedAt), isoTime(now), disk, memory]);
    await pool.query(FORGET, [isoTime(later(now, -KEEP_MS))]);
  };
  const loop = new Loop({ name: 'the sign of life', runtime, log, backOff: BACK_OFF, pauseMs: everyMs, round });
  loop.start();
  return async () => {
    await loop.stop();
    // A database that is gone hears no goodbye, and then nobody is told either.
    await pool.query(LEAVE, [id, isoTime(runtime.now())]).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the process could not say goodbye');
    });
  };
}

/** The room of this process: of the disk with its data, and of what memory it may use (a container's limit counts). */
export async function roomOf(directory: string): Promise<Room> {
  const disk = await statfs(directory).then(
    ({ bavail, blocks }) => (blocks > 0 ? bavail / blocks : null),
    () => null,
  );
  const limit = process.constrainedMemory();
  // Without a limit the kernel tells a number beyond any memory.
  const isLimited = limit > 0 && limit < totalmem();
  return { disk, memory: isLimited ? process.availableMemory() / limit : freemem() / totalmem() };
}
