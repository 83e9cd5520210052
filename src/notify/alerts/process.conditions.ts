// What processes of the house say of themselves (processes.ts): who is gone, who is short of disk or memory.
import { type Instant, isoTime, later } from '../../domain/time.js';
import type { Found } from './alert-kinds.js';
import type { Condition } from './condition.js';

/** One that was replaced is not missed: a process of the same role began after its last sign. */
const GONE = `
SELECT p.role, p.host, p.pid, p.seen_at AS "seenAt" FROM ops.processes p
WHERE p.left_at IS NULL AND p.seen_at < $1
  AND NOT EXISTS (SELECT FROM ops.processes other WHERE other.role = p.role AND other.started_at > p.seen_at)
ORDER BY p.seen_at`;

const ALIVE = `
SELECT role, host, pid, disk_free AS "diskFree", memory_free AS "memoryFree" FROM ops.processes
WHERE left_at IS NULL AND seen_at >= $1 ORDER BY started_at`;

type Who = Readonly<{ role: string; host: string; pid: number }>;

/** A process that says nothing for `silentMs` without having said goodbye. */
export const goneProcesses = (silentMs: number): Condition => ({
  kinds: ['engine-gone'],
  look: async (client, now) => {
    const { rows } = await client.query<Who & { seenAt: Date }>(GONE, [before(now, silentMs)]);
    return rows.map((row) => ({
      kind: 'engine-gone',
      subject: named(row),
      detail: `The process ${named(row)} has said nothing since ${row.seenAt.toISOString()}.`,
    }));
  },
});

export type Shares = Readonly<{ diskFreeMin: number; memoryFreeMin: number; silentMs: number }>;

/** Processes whose disk or memory has less than a share free. */
export const shortOfRoom = ({ diskFreeMin, memoryFreeMin, silentMs }: Shares): Condition => ({
  kinds: ['disk-short', 'memory-short'],
  look: async (client, now) => {
    type Row = Who & { diskFree: number | null; memoryFree: number | null };
    const { rows } = await client.query<Row>(ALIVE, [before(now, silentMs)]);
    return rows.flatMap((row) => [
      ...short(row, { kind: 'disk-short', what: 'disk', free: row.diskFree, min: diskFreeMin }),
      ...short(row, { kind: 'memory-short', what: 'memory', free: row.memoryFree, min: memoryFreeMin }),
    ]);
  },
});

type Room = Readonly<{ kind: 'disk-short' | 'memory-short'; what: string; free: number | null; min: number }>;

function short(row: Who, { kind, what, free, min }: Room): readonly Found[] {
  if (free === null || free >= min) return [];
  const detail = `The ${what} of ${named(row)} has ${(free * 100).toFixed(1)} % free; the limit is ${(min * 100).toFixed(1)} %.`;
  // Processes of one machine share its disk: one alert a machine and role is enough.
  return [{ kind, subject: `${row.role} ${row.host}`, detail }];
}

const named = ({ role, host, pid }: Who): string => `${role} ${host} ${pid}`;
const before = (now: Instant, ms: number): string => isoTime(later(now, -ms));
