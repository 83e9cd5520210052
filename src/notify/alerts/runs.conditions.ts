// Runs by the clock: those that failed, those that are overdue, and what they found.
import type { ClientBase } from 'pg';
import { RUN_KINDS, type RunKind } from '../../domain/house/run.events.js';
import { type Instant, instant, isoTime, later } from '../../domain/time.js';
import type { Journal } from '../../journal/journal.js';
import { outstanding } from '../../scheduler/runs/periods.js';
import type { Found } from './alert-kinds.js';
import type { Condition } from './condition.js';

/** The last run of each kind that came to an end of its own. */
const LAST = `
SELECT DISTINCT ON (kind) kind, state, problem, (counts ->> 'hallFailed')::integer AS "hallFailed",
  (counts ->> 'findings')::integer AS findings
FROM ops.runs WHERE state IN ('succeeded', 'skipped', 'failed') ORDER BY kind, ended_at DESC`;

const DONE_TO = `SELECT kind, max(covers_to) AS "doneTo" FROM ops.runs WHERE state IN ('succeeded', 'skipped') GROUP BY kind`;

type LastRun = Readonly<{
  kind: RunKind;
  state: 'succeeded' | 'skipped' | 'failed';
  problem: string | null;
  hallFailed: number | null;
  findings: number | null;
}>;

export const failedRuns: Condition = {
  kinds: ['run-failed', 'ingestion-failed', 'bronze-unverified'],
  look: async (client) => (await client.query<LastRun>(LAST)).rows.flatMap(foundIn),
};

/** What a failed run came to: an alert of its own where its counts tell the cause. */
function foundIn({ kind, state, problem, hallFailed, findings }: LastRun): readonly Found[] {
  if (state !== 'failed') return [];
  const detail = `The ${kind} run failed: ${problem}`;
  if ((findings ?? 0) > 0) return [{ kind: 'bronze-unverified', subject: 'bronze', detail }];
  if ((hallFailed ?? 0) > 0) return [{ kind: 'ingestion-failed', subject: 'landing', detail }];
  return [{ kind: 'run-failed', subject: kind, detail }];
}

/** `graceMs`: so long after a run is due it is missed. `startedAt`: a house that was off has as long to catch up. */
export type MissedTimes = Readonly<{ graceMs: number; startedAt: Instant }>;

/** Runs that are overdue. A house without events has nothing to cover. */
export const missedRuns = (journal: Pick<Journal, 'readAll'>, { graceMs, startedAt }: MissedTimes): Condition => ({
  kinds: ['run-missed'],
  look: async (client, now) => {
    if (now - startedAt < graceMs) return [];
    const [first] = await journal.readAll(null, 1);
    const firstEventAt = first?.recordedAt ?? null;
    const done = await doneTo(client);
    return RUN_KINDS.flatMap((kind): readonly Found[] => {
      const times = { now: later(now, -graceMs), doneTo: done.get(kind) ?? null, firstEventAt };
      const span = outstanding(kind, times);
      if (span === null) return [];
      const detail = `No ${kind} run has succeeded for the time from ${isoTime(span.from)} to ${isoTime(span.to)}.`;
      return [{ kind: 'run-missed', subject: kind, detail }];
    });
  },
});

async function doneTo(client: ClientBase): Promise<ReadonlyMap<RunKind, Instant>> {
  const { rows } = await client.query<{ kind: RunKind; doneTo: Date }>(DONE_TO);
  return new Map(rows.map(({ kind, doneTo: at }) => [kind, instant(at.getTime())]));
}
