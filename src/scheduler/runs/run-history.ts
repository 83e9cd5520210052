// The rows of ops.runs, as whoever is at work writes them.
import type { ClientBase } from 'pg';
import type { RunKind } from '../../domain/house/run.events.js';
import type { RunId } from '../../domain/ids.js';
import { type Instant, instant, isoTime } from '../../domain/time.js';
import type { Span } from './periods.js';

/** What a run did, step by step, as numbers and words. */
export type RunCounts = Readonly<Record<string, number | string | null>>;

const BEGIN = `INSERT INTO ops.runs (run_id, kind, covers_from, covers_to, state, started_at)
VALUES ($1, $2, $3, $4, 'running', $5)`;
const END = `UPDATE ops.runs SET state = $2, ended_at = $3, problem = $4, counts = $5
WHERE run_id = $1 AND state = 'running'`;
const DONE_TO = `SELECT max(covers_to) AS done_to FROM ops.runs WHERE kind = $1 AND state IN ('succeeded', 'skipped')`;
const ABANDONED = `UPDATE ops.runs SET state = 'interrupted', ended_at = $1,
  problem = 'the process ended before the run did' WHERE state = 'running' RETURNING run_id`;

const PROBLEM_CHARACTERS_MAX = 1_000;

/** Notes that a run begins. */
export async function beginRun(
  client: ClientBase,
  run: Readonly<{ runId: RunId; kind: RunKind; span: Span; now: Instant }>,
): Promise<void> {
  const { runId, kind, span, now } = run;
  await client.query(BEGIN, [runId, kind, isoTime(span.from), isoTime(span.to), isoTime(now)]);
}

/** Notes how a run ended; one that has been called interrupted meanwhile stays so. */
export async function endRun(
  client: ClientBase,
  end: Readonly<{
    runId: RunId;
    state: 'succeeded' | 'skipped' | 'failed' | 'interrupted';
    problem: string | null;
    counts: RunCounts;
    now: Instant;
  }>,
): Promise<void> {
  const { runId, state, problem, counts, now } = end;
  await client.query(END, [runId, state, isoTime(now), problem, JSON.stringify(counts)]);
}

/** A problem as it is kept: one line, not without end. */
export const keptProblem = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, PROBLEM_CHARACTERS_MAX);

/** Where the last good or skipped run of this kind ended; null before the first. */
export async function doneTo(client: ClientBase, kind: RunKind): Promise<Instant | null> {
  const { rows } = await client.query<{ done_to: Date | null }>(DONE_TO, [kind]);
  const found = rows[0]?.done_to ?? null;
  return found === null ? null : instant(found.getTime());
}

/** Calls interrupted what is noted as running. For whoever has the lock: nobody else is at work. Resolves to how many. */
export async function noteAbandoned(client: ClientBase, now: Instant): Promise<number> {
  return (await client.query(ABANDONED, [isoTime(now)])).rowCount ?? 0;
}
