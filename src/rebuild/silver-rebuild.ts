// `gavel rebuild silver`: a new version of Silver beside the one in use, built from the journal, compared with it, and
// swapped in while bids go on. Up to the swap nothing that anybody reads is touched, and the swap is one transaction: so
// whatever ends a rebuild early, there is either the old version in use or the new one, and never a half of both.
import type pg from 'pg';
import { inTransaction } from '../feed/session.js';
import { WHOLE } from '../feed/versions/slice.js';
import {
  ensureStanding,
  exchangeVersions,
  findVersion,
  forgetVersion,
  noteVersion,
  renameVersion,
  type Standing,
  standingsOf,
} from '../feed/versions/versions.js';
import type { Journal, Position } from '../journal/journal.js';
import { isAboutConnection, isTheServersNo, sqlState } from '../journal/postgres/postgres.connection.js';
import { appliedIn, keepMigrationsOut, runAgain } from '../migrations/migrate.js';
import {
  ERASURES_CONSUMER,
  type Erased,
  erasedIn,
  forgetInPrevious,
} from '../projections/erasures/erasures.projection.js';
import * as silver from '../projections/silver/silver.versions.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { Follower } from './follower.js';
import { clearUnfinished, connectForRebuild, keepComparisonsOut, takeRebuild } from './rebuild-session.js';

export type RebuildPhase = 'building' | 'comparing' | 'swapping' | 'catching up';

export type RebuildParts = Readonly<{
  database: pg.ClientConfig;
  journal: Journal;
  runtime: Runtime;
  /** Aborting it cancels: up to the swap nothing is left behind. */
  signal: AbortSignal;
  /** Told when a phase begins, and how far one has come that takes its time. */
  phase: (phase: RebuildPhase) => void;
  progress: (done: number, total: number) => void;
  /** Told a sentence when something is waited for. */
  notice: (sentence: string) => void;
}>;

/** Rows of one table that differ between the versions, and the keys of the first of them. */
export type RowDifference = Readonly<{ table: string; differences: string; keys: readonly string[] }>;
/** `+` is in the new version only, `-` in the old one only. */
export type StructureDifference = Readonly<{ side: '+' | '-'; schema: string; object: string; detail: string }>;

export type Comparison = Readonly<{
  /** Where both versions stood, by slice. */
  at: readonly (string | null)[];
  rows: readonly RowDifference[];
  structure: readonly StructureDifference[];
  parkedStreams: number;
}>;

export type Rebuilt = Readonly<{
  status: 'swapped' | 'verified' | 'differs';
  comparison: Comparison;
  /** Where the version in use stands since the swap; null without one. */
  swappedAt: readonly (string | null)[] | null;
}>;

/** Thrown when `signal` aborted; by then everything is cleared away. */
export class RebuildCancelled extends OperatorError {
  constructor() {
    super('cancelled: the version in use was not touched, and nothing is left behind');
  }
}

/** How long a version may take to come as far as the one in use stood a moment ago, to count as close behind. */
const CLOSE_MS = 500;
/** How long the consumer in use may be kept waiting for the other version to draw level. */
const LEVEL_WITHIN_MS = 10_000;
const ANOTHER_WITHIN_MS = 3_000;
const KEYS_SHOWN = 5;
const PAGE_EVENTS = 4_096;
const LOCK_WITHIN = "SET LOCAL lock_timeout = '10s'";

/**
 * Builds and compares, and then swaps unless the versions differ. `verifyOnly` never swaps and keeps nothing;
 * `acceptDifferences` swaps all the same.
 */
export function rebuildSilver(
  parts: RebuildParts,
  { verifyOnly, acceptDifferences }: Readonly<{ verifyOnly: boolean; acceptDifferences: boolean }>,
): Promise<Rebuilt> {
  return withRebuild(parts, async (control) => {
    const migrations = await makeNext(control, parts);
    const head = await parts.journal.head();
    const follower = await follow(control, parts, silver.SILVER_NEXT);
    try {
      parts.phase('building');
      await comeClose(control, parts, follower);
      parts.phase('comparing');
      const comparison = await compare(control, parts, follower);
      const lag = lagOf(parts.journal, comparison, head);
      if (verifyOnly && lag !== null)
        throw new OperatorError(`${lag}: what it lacks could not be compared, and nothing was swapped`);
      const differs = comparison.rows.length > 0 || comparison.structure.length > 0;
      if (verifyOnly || (differs && !acceptDifferences))
        return { status: differs ? 'differs' : 'verified', comparison, swappedAt: null };
      if (lag !== null) {
        parts.notice(`${lag}: the new version goes on to the end`);
        parts.phase('catching up');
      }
      await comeCloseToTheEnd(control, parts, follower);
      parts.phase('swapping');
      const swappedAt = await swap(control, parts, { follower, migrations, version: silver.SILVER_NEXT });
      return { status: 'swapped', comparison, swappedAt };
    } finally {
      await follower.stop();
    }
  });
}

/**
 * Brings the previous version from its own checkpoint to where the one in use stands, and lets the two change places.
 * Resolves to where it then stands. Refuses when there is none, or when today's migrations did not make it.
 */
export function rollBackSilver(parts: RebuildParts): Promise<readonly (string | null)[]> {
  return withRebuild(parts, async (control) => {
    const kept = await findVersion(control, silver.SILVER_PREVIOUS.projection.name);
    if (kept === null) throw new OperatorError('there is no previous version of Silver to go back to');
    const { migrations } = kept;
    await refuseOtherMigrations(control, migrations);
    await refuseDependents(control);
    const follower = await follow(control, parts, silver.SILVER_PREVIOUS);
    try {
      parts.phase('catching up');
      await comeCloseToTheEnd(control, parts, follower);
      parts.phase('swapping');
      return await swap(control, parts, { follower, migrations, version: silver.SILVER_PREVIOUS });
    } finally {
      await follower.stop();
    }
  });
}

/** Removes the version kept for a rollback. True if there was one. */
export function dropPreviousSilver(parts: Pick<RebuildParts, 'database' | 'runtime'>): Promise<boolean> {
  const dropping = (control: pg.Client) =>
    inTransaction(control, async () => {
      const { name } = silver.SILVER_PREVIOUS.projection;
      const kept = await findVersion(control, name);
      await control.query(LOCK_WITHIN);
      await control.query(silver.DROP_PREVIOUS);
      await forgetVersion(control, name);
      return kept !== null;
    });
  return alone(
    parts,
    dropping,
    'the version kept for a rollback may be gone or not; the same command again settles it',
  );
}

/** Runs `work` as the only rebuild, and removes what is left unfinished, before it and after it. */
function withRebuild<Result>(parts: RebuildParts, work: (control: pg.Client) => Promise<Result>): Promise<Result> {
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

async function alone<Result>(
  { database, runtime }: Pick<RebuildParts, 'database' | 'runtime'>,
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
      throw new OperatorError('another rebuild of Silver is under way: wait for its end, or cancel it');
    return await work(control);
  } catch (cause) {
    throw isLost || endedBy(cause) ? lostAt(cause, leftWhenLost) : sentenceFor(cause);
  } finally {
    await control.end().catch(() => undefined);
  }
}

/** A server that ends a session may say so in answer to a query, before the connection's own end is told. */
const endedBy = (error: unknown): boolean => sqlState(error) !== null && isAboutConnection(error);

/** Thrown when the swap was done but for its COMMIT, which failed: with the connection, its answer may be what was lost. */
class CommitFailed extends Error {}

function lostAt(cause: unknown, left: string): OperatorError {
  const lost = 'the connection to the database was lost';
  const outcome =
    cause instanceof CommitFailed
      ? `${lost} while the swap was being committed: gavel verify tells whether the version in use is right; what was begun is swapped or cleared away by the next start`
      : `${lost}: ${left}`;
  return new OperatorError(outcome, { cause });
}

/** Somebody who reads a version holds a lock on it. */
function sentenceFor(error: unknown): unknown {
  const isLocked = error instanceof Error && 'code' in error && error.code === '55P03';
  if (!isLocked) return error;
  const who =
    'somebody else holds a lock on the version kept for a rollback, or on the checkpoint, and would not let go';
  return new OperatorError(`${who}: nothing was swapped; end that transaction and start again`, { cause: error });
}

/** Makes the next version, empty, by the very files that made the one in use. Resolves to the migrations' names. */
async function makeNext(control: pg.Client, { runtime }: RebuildParts): Promise<string> {
  await refuseDependents(control);
  return inTransaction(control, async () => {
    await keepMigrationsOut(control);
    await control.query(silver.STEP_ASIDE);
    const migrations = await runAgain(control, 'silver');
    await control.query(silver.CALL_NEXT_AND_STEP_BACK);
    await control.query(silver.COPY_GRANTS_TO_NEXT);
    const { name } = silver.SILVER_NEXT.projection;
    const ofConsumer = silver.SILVER_IN_USE.projection.name;
    await noteVersion(control, { consumer: name, ofConsumer, migrations, now: runtime.now() });
    return migrations;
  });
}

async function refuseDependents(control: pg.Client): Promise<void> {
  const { rows } = await control.query<{ object: string }>(silver.OUTSIDE_DEPENDENTS);
  if (rows.length === 0) return;
  const named = rows.map(({ object }) => object).join(', ');
  throw new OperatorError(
    `${named} would go on reading the old version, for a view holds on to tables and not to their names: drop it, and make it again after the swap`,
  );
}

async function refuseOtherMigrations(control: pg.Client, migrations: string): Promise<void> {
  if ((await appliedIn(control, 'silver')) === migrations) return;
  throw new OperatorError(
    'Silver has had a migration since that version was made, which it lacks: it cannot come into use; gavel rebuild silver builds a new one',
  );
}

async function follow(
  control: pg.Client,
  parts: RebuildParts,
  { projection }: silver.SilverVersion,
): Promise<Follower> {
  const { database, journal, runtime } = parts;
  const standings = await inUse(control, journal);
  const from = await standingsOf(control, projection.name, journal, { locked: false });
  return Follower.start({ database, journal, runtime, projection, standings, from });
}

/** Where the version in use stands; one that has lost its checkpoint, at the beginning. */
async function inUse(
  control: pg.Client,
  journal: Journal,
  { locked } = { locked: false },
): Promise<readonly Standing[]> {
  const standings = await standingsOf(control, silver.SILVER_IN_USE.projection.name, journal, { locked });
  return standings.length === 0 ? [{ slice: WHOLE, position: null, generation: '0' }] : standings;
}

/** Follows the version in use until it is close behind it. */
const comeClose = (control: pg.Client, parts: RebuildParts, follower: Follower): Promise<void> =>
  comeCloseTo(() => inUse(control, parts.journal), parts, follower);

/** Follows the journal to its end, wherever the version in use stands. */
const comeCloseToTheEnd = (control: pg.Client, parts: RebuildParts, follower: Follower): Promise<void> =>
  comeCloseTo(async () => atTheEnd(parts.journal, await inUse(control, parts.journal)), parts, follower);

/** The same slices at the journal's end as it is now. */
async function atTheEnd(journal: Journal, standings: readonly Standing[]): Promise<readonly Standing[]> {
  const head = await journal.head();
  return standings.map((one) => (journal.comparePositions(one.position, head) < 0 ? { ...one, position: head } : one));
}

/** That the version in use was behind `head`, as a sentence's beginning; null if it was not. */
function lagOf(journal: Journal, { at }: Comparison, head: Position | null): string | null {
  const positions = at.map((text) => (text === null ? null : journal.parsePosition(text)));
  if (head === null || positions.every((position) => journal.comparePositions(position, head) >= 0)) return null;
  const stands = at.map((text) => (text === null ? 'the beginning' : `position ${text}`)).join(', ');
  return `the version in use stands at ${stands}, and the journal was at position ${journal.printPosition(head)} before this began`;
}

async function comeCloseTo(
  target: () => Promise<readonly Standing[]>,
  parts: RebuildParts,
  follower: Follower,
): Promise<void> {
  for (;;) {
    const standings = await target();
    follower.showUpTo(standings);
    const isClose = await follower.reached(standings, CLOSE_MS, parts.signal);
    if (parts.signal.aborted) throw new RebuildCancelled();
    const { done, total } = follower.progress(standings);
    parts.progress(done, total);
    if (isClose) return;
  }
}

/** Holds the version in use for the moment that the other one takes to draw level with it; resolves to where that is. */
async function drawLevel(control: pg.Client, parts: RebuildParts, follower: Follower): Promise<readonly Standing[]> {
  const standings = await inUse(control, parts.journal, { locked: true });
  await goTo(standings, parts, follower);
  return standings;
}

async function goTo(standings: readonly Standing[], parts: RebuildParts, follower: Follower): Promise<void> {
  follower.showUpTo(standings);
  if (await follower.reached(standings, LEVEL_WITHIN_MS, parts.signal)) return;
  if (parts.signal.aborted) throw new RebuildCancelled();
  throw new OperatorError(
    `the new version did not draw level with the one in use within ${LEVEL_WITHIN_MS / 1_000} s: nothing was swapped`,
  );
}

/** Compares the versions as they stood at one and the same moment, while both go on. */
async function compare(control: pg.Client, parts: RebuildParts, follower: Follower): Promise<Comparison> {
  await control.query(silver.ANALYZE_NEXT);
  const client = await connectForRebuild(parts.database);
  const cancel = () => void control.query('SELECT pg_cancel_backend($1)', [pidOf(client)]).catch(() => undefined);
  parts.signal.addEventListener('abort', cancel, { once: true });
  try {
    const standings = await inTransaction(control, async () => {
      await control.query(LOCK_WITHIN);
      const level = await drawLevel(control, parts, follower);
      // The first statement takes the snapshot that all others read.
      await client.query(silver.BEGIN_COMPARISON);
      await client.query("SET LOCAL work_mem = '64MB'");
      await client.query('SELECT 1');
      return level;
    });
    const structure = await client.query<StructureDifference>(silver.STRUCTURE_DIFFERENCES);
    const rows = await client.query<RowDifference>(silver.ROW_DIFFERENCES, [KEYS_SHOWN]);
    return {
      at: printed(standings, parts.journal),
      rows: rows.rows,
      structure: structure.rows,
      parkedStreams: follower.parkedStreams(),
    };
  } catch (error) {
    throw parts.signal.aborted ? new RebuildCancelled() : error;
  } finally {
    parts.signal.removeEventListener('abort', cancel);
    await client.end().catch(() => undefined);
  }
}

const pidOf = (client: pg.Client): number => ('processID' in client ? Number(client.processID) : 0);

const printed = (standings: readonly Standing[], journal: Journal): readonly (string | null)[] =>
  standings.map(({ position }) => (position === null ? null : journal.printPosition(position)));

type Swap = Readonly<{ follower: Follower; migrations: string; version: silver.SilverVersion }>;

/** The swap: one transaction, in which the version in use stands still. */
async function swap(
  control: pg.Client,
  parts: RebuildParts,
  { follower, migrations, version }: Swap,
): Promise<readonly (string | null)[]> {
  const { journal, runtime, signal, notice } = parts;
  const waiting = () => notice('waiting for a gavel verify to end, which reads the version in use');
  if (!(await keepComparisonsOut(control, { runtime, waiting, signal }))) throw new RebuildCancelled();
  const isNext = version === silver.SILVER_NEXT;
  const previous = silver.SILVER_PREVIOUS.projection.name;
  let isToCommit = false;
  const swapping = inTransaction(control, async () => {
    await control.query(LOCK_WITHIN);
    // Until this is committed nobody is erased: who was before is looked for here, who is after finds the version kept.
    const [erasures] = await standingsOf(control, ERASURES_CONSUMER, journal, { locked: true });
    await keepMigrationsOut(control);
    await refuseOtherMigrations(control, migrations);
    if (isNext) {
      // Before the checkpoint is held: whoever reads the older version is waited for here, and keeps nobody else waiting.
      await control.query(silver.DROP_PREVIOUS);
      await forgetVersion(control, previous);
    }
    // Where the checkpoint was lost there would be nothing to change places with.
    await ensureStanding(control, silver.SILVER_IN_USE.projection.name, runtime.now());
    const standings = await inUse(control, journal, { locked: true });
    // The version in use may have stood still for long, or never have begun: what comes into use has all there is.
    const end = await atTheEnd(journal, standings);
    await goTo(end, parts, follower);
    await follower.stop();
    const { name } = version.projection;
    refuseBehind(journal, end, await standingsOf(control, name, journal, { locked: true }));
    await control.query(isNext ? silver.SWAP_NEXT_IN : silver.SWAP_PREVIOUS_IN);
    const inUseName = silver.SILVER_IN_USE.projection.name;
    await exchangeVersions(control, { inUse: inUseName, other: name, now: runtime.now() });
    if (isNext) await renameVersion(control, name, previous);
    await noteVersion(control, { consumer: previous, ofConsumer: inUseName, migrations, now: runtime.now() });
    await forgetErased(control, journal, standings, erasures?.position ?? null);
    const swappedAt = printed(await inUse(control, journal), journal);
    isToCommit = true;
    return swappedAt;
  });
  return swapping.catch((cause: unknown) => {
    if (!isToCommit) throw cause;
    if (cause instanceof Error && isTheServersNo(cause))
      throw new OperatorError(`PostgreSQL refused to commit the swap: nothing was swapped (${cause.message})`, {
        cause,
      });
    throw new CommitFailed('the swap was not committed, as far as is known', { cause });
  });
}

/**
 * Takes out of the version that is kept from now on whoever has been erased and is still in it: those of whom it was not
 * told any more, since erasures had come further (`upTo`) than it had.
 */
async function forgetErased(
  control: pg.Client,
  journal: Journal,
  kept: readonly Standing[],
  upTo: Position | null,
): Promise<void> {
  let [at = null] = kept.map(({ position }) => position).toSorted((a, b) => journal.comparePositions(a, b));
  const erased: Erased[] = [];
  while (journal.comparePositions(at, upTo) < 0) {
    const page = await journal.readAll(at, PAGE_EVENTS);
    erased.push(...erasedIn(page.filter((entry) => entry.kind === 'event')));
    const last = page.at(-1);
    if (last === undefined) throw new OperatorError('the journal ends before what erasures have read of it');
    at = last.position;
  }
  await forgetInPrevious(control, erased);
}

/** Next ≥ end, and so the version in use, slice by slice, by what is committed. */
function refuseBehind(journal: Journal, end: readonly Standing[], next: readonly Standing[]): void {
  const isLevel =
    end.length > 0 &&
    end.length === next.length &&
    end.every(({ slice, position }, i) => {
      const other = next[i];
      return other?.slice.index === slice.index && journal.comparePositions(other.position, position) >= 0;
    });
  if (!isLevel) throw new OperatorError('the new version stands behind the journal’s end: nothing was swapped');
}
