// What the house does by the clock, put together: the nightly chain, the hourly figures, the check of the archive, the
// restore drill. They leave the processors to whoever judges bids, but for one.
import type pg from 'pg';
import type { GoldTableName } from '../batch/gold/gold-tables.js';
import type { CommandBus } from '../bus/command-bus.js';
import type { Config } from '../config.js';
import type { RunKind } from '../domain/house/run.events.js';
import { closeSession, openSession } from '../feed/session.js';
import type { Journal } from '../journal/journal.js';
import type { SilverQueries } from '../projections/silver/silver.queries.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import type { RunResult, RunWork } from '../scheduler/runs/house-runs.js';
import { daysIn, type Span } from '../scheduler/runs/periods.js';
import type { RunSchedule } from '../scheduler/runs/run-schedule.js';
import { archiveToHead } from './archive.js';
import { drill } from './drill.js';
import { computeGold } from './gold.js';
import { NO_ROWS, sumOf, takeLanded } from './hall-files.js';
import { withLake } from './ingest.js';
import { eraseUnconfirmed } from './unconfirmed.js';
import { verifyBronzeOf, witnessHead } from './verify-bronze.js';

export type RunsParts = Readonly<{
  config: Pick<Config, 'lake' | 'bronze' | 'gold' | 'journal' | 'kafka' | 'backup' | 'postgres' | 'dataDirectory'>;
  postgres: pg.ClientConfig;
  journal: Journal;
  silver: Pick<SilverQueries, 'usersAmong'>;
  bus: Pick<CommandBus, 'submit'>;
  runtime: Runtime;
  log: Log;
}>;

type Counts = Parameters<RunWork>[1];

const CALLS_HEARD_EVERY_MS = 10_000;
const THREADS = 1;
const LANDING_PROFILE = 'default';

/** Starts the schedule of runs in the background. */
export async function startRuns(
  parts: RunsParts & Readonly<{ metrics: Pick<Metrics, 'runEnded'> }>,
): Promise<Pick<RunSchedule, 'state' | 'drain'>> {
  // pg-boss is loaded by whoever runs it.
  const [{ HouseRuns }, { RunSchedule }] = await Promise.all([
    import('../scheduler/runs/house-runs.js'),
    import('../scheduler/runs/run-schedule.js'),
  ]);
  const { postgres: database, journal, runtime, log } = parts;
  const runs = new HouseRuns({ database, journal, runtime, log, work: measured(workOf(parts), parts) });
  const schedule = new RunSchedule({ runs, database, runtime, log, pollMs: CALLS_HEARD_EVERY_MS });
  schedule.start();
  return schedule;
}

/** The same work, each run of which is told to the metrics. */
function measured(
  work: ReturnType<typeof workOf>,
  { runtime, metrics }: Readonly<{ runtime: Runtime; metrics: Pick<Metrics, 'runEnded'> }>,
): ReturnType<typeof workOf> {
  const told =
    (kind: RunKind, does: RunWork): RunWork =>
    async (span, counts, signal) => {
      const begunMs = runtime.monotonicMs();
      let outcome = 'failed';
      try {
        const result = await does(span, counts, signal);
        outcome = result === 'done' ? 'succeeded' : 'skipped';
        return result;
      } finally {
        metrics.runEnded({ kind, outcome, ms: runtime.monotonicMs() - begunMs });
      }
    };
  return {
    nightly: told('nightly', work.nightly),
    hourly: told('hourly', work.hourly),
    verification: told('verification', work.verification),
    drill: told('drill', work.drill),
  };
}

/** What each run does, step by step. */
export const workOf = (parts: RunsParts): Readonly<Record<RunKind, RunWork>> => ({
  nightly: (span, counts, signal) => nightly(parts, span, counts, signal),
  hourly: async (span, counts, signal) => {
    await archive(parts, counts, signal);
    await gold(parts, { span, tables: ['hourly_activity'] }, counts, signal);
    return 'done';
  },
  verification: (_span, counts, signal) => verification(parts, counts, signal),
  drill: (_span, counts, signal) => restoreDrill(parts, counts, signal),
});

/** A file that cannot be taken in does not hold up the figures of the night; it fails the run in the end. */
async function nightly(parts: RunsParts, span: Span, counts: Counts, signal: AbortSignal): Promise<RunResult> {
  counts['unconfirmedErased'] = await unconfirmed(parts, signal);
  const problems = await landing(parts, counts, signal);
  await archive(parts, counts, signal);
  await gold(parts, { span, tables: null }, counts, signal);
  if (problems.length > 0) throw new OperatorError(`${problems.length} files could not be taken in: ${problems[0]}`);
  return 'done';
}

async function unconfirmed({ postgres, bus, runtime }: RunsParts, signal: AbortSignal): Promise<number> {
  const client = await openSession(postgres, { name: 'unconfirmed', searchPath: ['sign_in'] });
  try {
    return await eraseUnconfirmed({ client, bus }, runtime.now(), signal);
  } finally {
    await closeSession(client, runtime);
  }
}

async function landing(parts: RunsParts, counts: Counts, signal: AbortSignal): Promise<readonly string[]> {
  const { config, bus, silver, runtime } = parts;
  const knownUsers = async (ids: readonly string[]): Promise<ReadonlySet<string>> =>
    ids.length === 0 ? new Set() : silver.usersAmong([...new Set(ids)]);
  const taking = {
    house: { bus, knownUsers },
    runtime,
    dataDirectory: config.dataDirectory,
    quarantine: null,
    corrects: false,
    isKept: true,
    watch: () => ({ at: () => signal.throwIfAborted(), stop: () => undefined }),
  };
  const problems: string[] = [];
  let [files, all] = [0, NO_ROWS];
  await withLake(config, runtime, async (lake) => {
    for await (const { result, problem } of takeLanded(taking, lake, LANDING_PROFILE)) {
      signal.throwIfAborted();
      files += 1;
      if (problem === null) all = sumOf(all, result.summary);
      else problems.push(problem);
    }
  }).catch((error: unknown) => {
    // A folder without a profile is told like a file that cannot be read.
    if (!(error instanceof OperatorError) || error.cause !== undefined) throw error;
    problems.push(error.message);
  });
  counts['hallFiles'] = files;
  counts['hallFailed'] = problems.length;
  counts['hallRows'] = all.rows;
  counts['hallRecorded'] = all.accepted;
  counts['hallQuarantined'] = all.quarantined;
  return problems;
}

async function archive(parts: RunsParts, counts: Counts, signal: AbortSignal): Promise<void> {
  const progress = (): void => signal.throwIfAborted();
  const { events, parts: written, upTo } = await archiveToHead({ ...parts, threads: THREADS }, progress);
  counts['archivedEvents'] = events;
  counts['archivedParts'] = written;
  counts['archivedUpTo'] = upTo;
}

type GoldWanted = Readonly<{ span: Span; tables: readonly GoldTableName[] | null }>;

async function gold(parts: RunsParts, { span, tables }: GoldWanted, counts: Counts, signal: AbortSignal) {
  if (counts['archivedUpTo'] === null) return;
  const progress = (): void => signal.throwIfAborted();
  const request = { tables, days: daysIn(span) };
  const { outcome, rows, runId } = await computeGold({ ...parts, threads: THREADS }, request, progress);
  counts['goldOutcome'] = outcome;
  counts['goldRows'] = Object.values(rows).reduce((sum, count) => sum + count, 0);
  counts['goldRunId'] = runId;
}

/** Reads all of Bronze; a clean one is witnessed as it is now. */
async function verification(parts: RunsParts, counts: Counts, signal: AbortSignal): Promise<RunResult> {
  const progress = (): void => signal.throwIfAborted();
  const { parts: read, events, findings } = await verifyBronzeOf({ ...parts, threads: THREADS }, progress);
  counts['parts'] = read;
  counts['events'] = events;
  counts['findings'] = findings.length;
  const [first] = findings;
  if (first !== undefined)
    throw new OperatorError(
      `gavel bronze verify finds ${findings.length} problems, the first: ${first.kind}: ${first.key}: ${first.problem}`,
    );
  counts['witnessedPart'] = (await witnessHead(parts))?.part ?? null;
  return 'done';
}

/** Restores the newest backup; one that cannot be relied on fails the run. */
async function restoreDrill(parts: RunsParts, counts: Counts, signal: AbortSignal): Promise<RunResult> {
  const { config, postgres: live } = parts;
  if (!config.backup.on)
    return {
      skipped: 'no backups are configured, so there is none to restore; GAVEL_BACKUP=on takes them (docs/backup.md)',
    };
  const { ok: _, problems, ...report } = await drill({ ...parts, live, signal });
  Object.assign(counts, report);
  const [first] = problems;
  if (first !== undefined)
    throw new OperatorError(`the restored backup has ${problems.length} problems, the first: ${first}`);
  return 'done';
}
