// One run at a time, whoever calls for it: in order, take the lock, call interrupted what a dead process left; then, while
// anything is outstanding, do the first of it as a run and note the end. A failure is also recorded in the journal, for whoever raises alerts.
import type pg from 'pg';
import type { RunKind } from '../../domain/house/run.events.js';
import { type RunId, runId } from '../../domain/ids.js';
import { runStream } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';
import { takeLock } from '../../feed/advisory-lock.js';
import { closeSession, openSession } from '../../feed/session.js';
import { type Journal, NO_STREAM } from '../../journal/journal.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { outstanding, type Span } from './periods.js';
import { beginRun, doneTo, endRun, keptProblem, noteAbandoned, type RunCounts } from './run-history.js';

/** What became of a run that did not fail. `skipped` says in a sentence why there was nothing that it could do. */
export type RunResult = 'done' | Readonly<{ skipped: string }>;

/**
 * What a run does. It notes what it has done in `counts` as it goes, so that a failure tells how far it came; it rejects when it
 * failed, and soon after `signal` aborts.
 */
export type RunWork = (
  span: Span,
  counts: Record<string, number | string | null>,
  signal: AbortSignal,
) => Promise<RunResult>;

export type HouseRunsParts = Readonly<{
  database: pg.ClientConfig;
  journal: Pick<Journal, 'append' | 'readAll'>;
  runtime: Runtime;
  log: Log;
  work: Readonly<Record<RunKind, RunWork>>;
}>;

export type EndedRun = Readonly<{ runId: RunId; span: Span; state: 'succeeded' | 'skipped' }>;

const LOCK = 'runs';
const LOCK_POLL_MS = 1_000;

export class HouseRuns {
  constructor(private readonly parts: HouseRunsParts) {}

  /**
   * Does what is outstanding of this kind, run by run in the order of time, and tells of each; none if nothing was outstanding, or
   * the wait for the lock was cut short. Waits while another run is at work, in this process or another. Throws what failed
   * after it is noted; what comes behind it stays outstanding.
   */
  async catchUp(kind: RunKind, signal: AbortSignal): Promise<readonly EndedRun[]> {
    const { database, runtime, log } = this.parts;
    const client = await openSession(database, { name: LOCK, searchPath: ['ops'] });
    try {
      while (!(await takeLock(client, LOCK))) {
        await runtime.sleep(LOCK_POLL_MS, signal);
        if (signal.aborted) return [];
      }
      const abandoned = await noteAbandoned(client, runtime.now());
      if (abandoned > 0) log.warn({ runs: abandoned }, 'runs were interrupted by the end of their process');
      const firstEventAt = await this.firstEventAt();
      const ended: EndedRun[] = [];
      while (!signal.aborted) {
        const span = outstanding(kind, { now: runtime.now(), doneTo: await doneTo(client, kind), firstEventAt });
        if (span === null) break;
        ended.push(await this.run(client, { kind, span, signal }));
      }
      return ended;
    } finally {
      await closeSession(client, runtime);
    }
  }

  private async run(
    client: pg.Client,
    { kind, span, signal }: Readonly<{ kind: RunKind; span: Span; signal: AbortSignal }>,
  ): Promise<EndedRun> {
    const { runtime, log, work } = this.parts;
    const id = runId(runtime.uuid());
    const counts: Record<string, number | string | null> = {};
    await beginRun(client, { runId: id, kind, span, now: runtime.now() });
    let result: RunResult;
    try {
      result = await work[kind](span, counts, signal);
    } catch (error) {
      await this.noteFailure(client, { runId: id, kind, span, counts, error, isStopped: signal.aborted });
      throw error;
    }
    const problem = result === 'done' ? null : result.skipped;
    const state = result === 'done' ? 'succeeded' : 'skipped';
    await endRun(client, { runId: id, state, problem, counts, now: runtime.now() });
    log.info({ run: kind, runId: id, ...(problem === null ? {} : { problem }), ...counts }, `run ${state}`);
    return { runId: id, span, state };
  }

  private async noteFailure(client: pg.Client, failed: FailedRun): Promise<void> {
    const { runtime, log } = this.parts;
    const { runId: id, kind, counts, isStopped } = failed;
    const problem = isStopped ? 'the process was stopped' : keptProblem(failed.error);
    const now = runtime.now();
    log.warn({ run: kind, runId: id, problem }, isStopped ? 'run interrupted' : 'run failed');
    const state = isStopped ? 'interrupted' : 'failed';
    const noted = [endRun(client, { runId: id, state, problem, counts, now })];
    if (!isStopped) noted.push(this.record(failed, problem, now));
    // Each is tried, whatever the other does; the run's own error is the one that counts.
    for (const { status, ...rest } of await Promise.allSettled(noted))
      if (status === 'rejected') log.error({ run: kind, runId: id, ...rest }, 'a failed run could not be noted');
  }

  /** The fact of a failure, in a stream of the run's own. */
  private async record({ runId: id, kind, span }: FailedRun, problem: string, now: Instant): Promise<void> {
    const event = {
      type: 'RunFailed',
      run: kind,
      coversFrom: span.from,
      coversTo: span.to,
      problem,
      failedAt: now,
    } as const;
    const meta = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };
    const events = [{ event, occurredAt: now, meta }];
    const [result] = await this.parts.journal.append([
      { streamId: runStream(id), expected: NO_STREAM, events, restsOn: [] },
    ]);
    if (result?.status === 'unknown') throw result.cause;
  }

  private async firstEventAt(): Promise<Instant | null> {
    const [first] = await this.parts.journal.readAll(null, 1);
    return first?.recordedAt ?? null;
  }
}

type FailedRun = Readonly<{
  runId: RunId;
  kind: RunKind;
  span: Span;
  counts: RunCounts;
  error: unknown;
  isStopped: boolean;
}>;
