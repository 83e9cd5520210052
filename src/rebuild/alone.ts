// One rebuild or verification at a time, and what is said when it ends early.
import type pg from 'pg';
import { isAboutConnection, sqlState } from '../journal/postgres/postgres.connection.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { clearUnfinished, connectForRebuild, takeRebuild } from './rebuild-session.js';

export type AloneParts = Readonly<{ database: pg.ClientConfig; runtime: Runtime }>;

/** Thrown when the signal aborted; by then everything is cleared away. */
export class RebuildCancelled extends OperatorError {
  constructor() {
    super('cancelled: the version in use was not touched, and nothing is left behind');
  }
}

/** Thrown when the swap was done but for its COMMIT, which failed: with the connection, its answer may be what was lost. */
export class CommitFailed extends Error {}

const ANOTHER_WITHIN_MS = 3_000;

/** Runs `work` as the only one that builds versions, and removes what is left unfinished, before it and after it. */
export function withVersions<Result>(
  parts: AloneParts,
  work: (control: pg.Client) => Promise<Result>,
): Promise<Result> {
  return alone(parts, async (control) => {
    await clearUnfinished(control);
    try {
      return await work(control);
    } finally {
      // Where the connection is gone there is nothing to say that the first error does not: the next start clears it.
      await clearUnfinished(control).catch(() => undefined);
    }
  });
}

/** Runs `work` under the one lock. Refuses when another holds it; a lost connection becomes a sentence. */
export async function alone<Result>(
  { database, runtime }: AloneParts,
  work: (control: pg.Client) => Promise<Result>,
  leftWhenLost = 'nothing was swapped, and the next start clears away what was begun',
): Promise<Result> {
  const control = await connectForRebuild(database);
  let isLost = false;
  // Told before any query fails of it; the connection's end is told afterwards.
  control.on('error', () => {
    isLost = true;
  });
  try {
    if (!(await takeRebuild(control, runtime, ANOTHER_WITHIN_MS)))
      throw new OperatorError('a gavel rebuild or gavel verify is under way: wait for its end, or cancel it');
    return await work(control);
  } catch (cause) {
    throw isLost || endedBy(cause) ? lostAt(cause, leftWhenLost) : sentenceFor(cause);
  } finally {
    await control.end().catch(() => undefined);
  }
}

/** A server that ends a session may say so in answer to a query, before the connection's own end is told. */
const endedBy = (error: unknown): boolean => sqlState(error) !== null && isAboutConnection(error);

function lostAt(cause: unknown, left: string): OperatorError {
  const lost = 'the connection to the database was lost';
  const outcome =
    cause instanceof CommitFailed
      ? `${lost} while the swap was being committed: gavel verify tells whether the version in use is right; what was begun is swapped or cleared away by the next start`
      : `${lost}: ${left}`;
  return new OperatorError(outcome, { cause });
}

/** True for a lock that did not come in time. */
export const isLockedOut = (error: unknown): boolean => sqlState(error) === '55P03';

/** Somebody who reads a version holds a lock on it. */
function sentenceFor(error: unknown): unknown {
  if (!isLockedOut(error)) return error;
  const who =
    'somebody else holds a lock on the version kept for a rollback, or on the checkpoint, and would not let go';
  return new OperatorError(`${who}: nothing was swapped; end that transaction and start again`, { cause: error });
}
