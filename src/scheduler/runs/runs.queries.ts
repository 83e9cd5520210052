// What the house did by the clock, as operators ask for it.
import type { Pool } from 'pg';
import type { RunKind } from '../../domain/house/run.events.js';
import type { RunId } from '../../domain/ids.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { ownTypes } from '../../projections/pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from '../../projections/silver/cursor.js';

export const RUN_STATES = ['running', 'succeeded', 'skipped', 'failed', 'interrupted'] as const;

export type RunRow = Readonly<{
  runId: RunId;
  kind: RunKind;
  state: (typeof RUN_STATES)[number];
  /** What it is for: from (inclusive) to (exclusive). */
  coversFrom: Instant;
  coversTo: Instant;
  startedAt: Instant;
  endedAt: Instant | null;
  problem: string | null;
  counts: Readonly<Record<string, number | string | null>>;
}>;

const RUNS = `
SELECT run_id AS "runId", kind, state, covers_from AS "coversFrom", covers_to AS "coversTo", started_at AS "startedAt",
  ended_at AS "endedAt", problem, counts
FROM ops.runs
WHERE ($1::text IS NULL OR kind = $1) AND ($2::timestamptz IS NULL OR (started_at, run_id) < ($2, $3::uuid))
ORDER BY started_at DESC, run_id DESC LIMIT $4`;

export class RunsQueries {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** Runs of a kind, or of all, the latest first. Throws `CursorInvalid`. */
  async runs(
    kind: RunKind | null,
    { after, limit }: Readonly<{ after: Cursor | null; limit: number }>,
  ): Promise<Page<RunRow>> {
    const [startedAt, runId] = keyIn('runs', after, ['time', 'id']);
    const values = [kind, startedAt, runId, limit + 1];
    const { rows } = await this.pool.query<RunRow>({ text: RUNS, values, types: ownTypes });
    return pageOf(rows, limit, (row) => cursorOf('runs', [isoTime(row.startedAt), row.runId]));
  }
}
