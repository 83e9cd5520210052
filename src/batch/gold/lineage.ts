// The rows of gold.runs: what each run read, made and ended in.
import type pg from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import type { Day } from './gold-build.js';
import type { Plan } from './plan.js';

/** What a run has done. */
export type GoldRun = Readonly<{
  runId: string;
  /** `unchanged`: the rows were there already. */
  outcome: 'published' | 'unchanged';
  cut: string;
  parts: number;
  manifestSha256: string;
  events: number;
  /** Events whose text is withheld or damaged; no figure counts them. */
  unreadable: number;
  /** Null where no day was to be computed: only days were asked for that the archive does not reach. */
  firstDay: Day | null;
  lastDay: Day | null;
  /** Rows of each table that was computed. */
  rows: Readonly<Record<string, number>>;
  codeVersion: string;
}>;

const NOTE = `INSERT INTO gold.runs (run_id, started_at, finished_at, outcome, tables, first_day, last_day, cut, parts,
  manifest_sha256, events, unreadable, code_version, row_counts, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL)`;

const NOTE_FAILURE = `INSERT INTO gold.runs (run_id, started_at, finished_at, outcome, tables, code_version, problem)
VALUES ($1, $2, $3, 'failed', $4, $5, $6)`;

const PROBLEM_CHARACTERS_MAX = 4_000;

/** Notes a run in the transaction that publishes it. */
export async function noteRun(
  client: pg.Client,
  { startedAt, wanted }: Plan,
  run: GoldRun,
  now: Instant,
): Promise<void> {
  await client.query(NOTE, [
    run.runId,
    isoTime(startedAt),
    isoTime(now),
    run.outcome,
    wanted.map(({ name }) => name),
    run.firstDay,
    run.lastDay,
    run.cut,
    run.parts,
    run.manifestSha256,
    run.events,
    run.unreadable,
    run.codeVersion,
    JSON.stringify(run.rows),
  ]);
}

/** Notes that a run failed. One that has published before it failed stands noted already, and stays so. */
export async function noteFailure(client: pg.Client, plan: Plan, error: unknown, now: Instant): Promise<void> {
  const problem = error instanceof Error ? error.message : String(error);
  const { runId, startedAt, wanted, codeVersion } = plan;
  await client
    .query(`${NOTE_FAILURE} ON CONFLICT DO NOTHING`, [
      runId,
      isoTime(startedAt),
      isoTime(now),
      wanted.map(({ name }) => name),
      codeVersion,
      problem.slice(0, PROBLEM_CHARACTERS_MAX),
    ])
    // The database may be what failed; the first error is the one that counts.
    .catch(() => undefined);
}
