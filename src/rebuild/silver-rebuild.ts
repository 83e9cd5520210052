// `gavel rebuild silver`: a new version of Silver beside the one in use, built from the journal, compared with it, and
// swapped in while bids go on. Up to the swap nothing that anybody reads is touched, and the swap is one transaction: so
// whatever ends a rebuild early, there is either the old version in use or the new one, and never a half of both.
import type pg from 'pg';
import { inTransaction } from '../feed/session.js';
import type { DifferingRow } from '../feed/versions/versioned-tables.js';
import {
  checkpointsOf,
  ensureCheckpoint,
  exchangeVersions,
  findVersion,
  forgetVersion,
  noteVersion,
  renameVersion,
  type SliceCheckpoint,
} from '../feed/versions/versions.js';
import type { Journal, Position } from '../journal/journal.js';
import { isTheServersNo } from '../journal/postgres/postgres.connection.js';
import { appliedIn, keepMigrationsOut } from '../migrations/migrate.js';
import * as silver from '../projections/silver/silver.versions.js';
import { OperatorError } from '../runtime/operator-error.js';
import { alone, CommitFailed, isLockedOut, RebuildCancelled, withVersions } from './alone.js';
import { atOneMoment, atTheEnd, Beside, type BesideParts, LOCK_WITHIN, makeNext, printed } from './beside.js';

export type RebuildPhase = 'building' | 'comparing' | 'swapping' | 'catching up';

export type RebuildParts = BesideParts &
  Readonly<{
    /** Told when a phase begins. */
    phase: (phase: RebuildPhase) => void;
    /** Told a sentence when something takes longer. */
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

const KEYS_SHOWN = 5;

/**
 * Builds and compares, and then swaps unless the versions differ. `verifyOnly` never swaps and keeps nothing;
 * `acceptDifferences` swaps all the same.
 */
export function rebuildSilver(
  parts: RebuildParts,
  { verifyOnly, acceptDifferences }: Readonly<{ verifyOnly: boolean; acceptDifferences: boolean }>,
): Promise<Rebuilt> {
  return withVersions(parts, async (control) => {
    await refuseDependents(control);
    const migrations = await makeNext(control, parts.runtime, silver.SILVER_VERSIONS);
    await control.query(silver.COPY_GRANTS_TO_NEXT);
    const head = await parts.journal.head();
    const beside = await Beside.start(control, parts, silver.SILVER_VERSIONS);
    try {
      parts.phase('building');
      await beside.comeClose();
      parts.phase('comparing');
      const comparison = await compare(control, parts, beside);
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
      await beside.comeCloseToTheEnd();
      parts.phase('swapping');
      const swappedAt = await swap(control, parts, { beside, migrations, version: silver.SILVER_NEXT });
      return { status: 'swapped', comparison, swappedAt };
    } finally {
      await beside.stop();
    }
  });
}

/**
 * Brings the previous version from its own checkpoint to where the one in use stands, and lets the two change places.
 * Resolves to where it then stands. Refuses when there is none, or when today's migrations did not make it.
 */
export function rollBackSilver(parts: RebuildParts): Promise<readonly (string | null)[]> {
  return withVersions(parts, async (control) => {
    const kept = await findVersion(control, silver.SILVER_PREVIOUS.projection.name);
    if (kept === null) throw new OperatorError('there is no previous version of Silver to go back to');
    const { migrations } = kept;
    await refuseOtherMigrations(control, migrations);
    await refuseDependents(control);
    const versions = { inUse: silver.SILVER_IN_USE.projection, next: silver.SILVER_PREVIOUS.projection };
    const beside = await Beside.start(control, parts, versions);
    try {
      parts.phase('catching up');
      await beside.comeCloseToTheEnd();
      parts.phase('swapping');
      return await swap(control, parts, { beside, migrations, version: silver.SILVER_PREVIOUS });
    } finally {
      await beside.stop();
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

/** That the version in use was behind `head`, as a sentence's beginning; null if it was not. */
function lagOf(journal: Journal, { at }: Comparison, head: Position | null): string | null {
  const positions = at.map((text) => (text === null ? null : journal.parsePosition(text)));
  if (head === null || positions.every((position) => journal.comparePositions(position, head) >= 0)) return null;
  const stands = at.map((text) => (text === null ? 'the beginning' : `position ${text}`)).join(', ');
  return `the version in use stands at ${stands}, and the journal was at position ${journal.printPosition(head)} before this began`;
}

/** Compares the versions as they stood at one and the same moment, while both go on. */
async function compare(control: pg.Client, parts: RebuildParts, beside: Beside): Promise<Comparison> {
  await control.query(silver.SILVER_VERSIONS.analyzeNext);
  return atOneMoment(control, parts, [beside], async (client, [level = []]) => {
    const structure = await client.query<StructureDifference>(silver.STRUCTURE_DIFFERENCES);
    const rows = await client.query<DifferingRow>(silver.SILVER_VERSIONS.differingRows, [[], KEYS_SHOWN]);
    return {
      at: printed(level, parts.journal),
      rows: byTable(rows.rows),
      structure: structure.rows,
      parkedStreams: beside.parkedStreams(),
    };
  });
}

function byTable(rows: readonly DifferingRow[]): readonly RowDifference[] {
  const tables = Map.groupBy(rows, ({ table }) => table);
  return [...tables].map(([table, of]) => ({
    table,
    differences: of[0]?.differences ?? '0',
    keys: of.map(({ key }) => key),
  }));
}

type Swap = Readonly<{ beside: Beside; migrations: string; version: silver.SilverVersion }>;

/** The swap: one transaction, in which the version in use stands still. */
async function swap(
  control: pg.Client,
  parts: RebuildParts,
  { beside, migrations, version }: Swap,
): Promise<readonly (string | null)[]> {
  const { journal, runtime, signal } = parts;
  if (signal.aborted) throw new RebuildCancelled();
  const isNext = version === silver.SILVER_NEXT;
  const previous = silver.SILVER_PREVIOUS.projection.name;
  let isToCommit = false;
  const swapping = inTransaction(control, async () => {
    await control.query(LOCK_WITHIN);
    await keepMigrationsOut(control);
    await refuseOtherMigrations(control, migrations);
    if (isNext) {
      // Before the checkpoint is held: whoever reads the older version is waited for here, and keeps nobody else waiting.
      await control.query(silver.DROP_PREVIOUS);
      await forgetVersion(control, previous);
    }
    // Where the checkpoint was lost there would be nothing to change places with.
    await ensureCheckpoint(control, silver.SILVER_IN_USE.projection.name, runtime.now());
    const checkpoints = await beside.inUse({ locked: true });
    // The version in use may have stood still for long, or never have begun: what comes into use has all there is.
    const end = await atTheEnd(journal, checkpoints);
    await beside.goTo(end);
    await beside.stop();
    const { name } = version.projection;
    refuseBehind(journal, end, await checkpointsOf(control, name, journal, { locked: true }));
    await control.query(isNext ? silver.SWAP_NEXT_IN : silver.SWAP_PREVIOUS_IN);
    const inUseName = silver.SILVER_IN_USE.projection.name;
    await exchangeVersions(control, { inUse: inUseName, other: name, now: runtime.now() });
    if (isNext) await renameVersion(control, name, previous);
    await noteVersion(control, { consumer: previous, ofConsumer: inUseName, migrations, now: runtime.now() });
    const swappedAt = printed(await beside.inUse(), journal);
    isToCommit = true;
    return swappedAt;
  });
  return swapping.catch((cause: unknown) => {
    // Cancelled while it waited for a lock that came too late.
    if (!isToCommit && signal.aborted && isLockedOut(cause)) throw new RebuildCancelled();
    if (!isToCommit) throw cause;
    if (cause instanceof Error && isTheServersNo(cause))
      throw new OperatorError(`PostgreSQL refused to commit the swap: nothing was swapped (${cause.message})`, {
        cause,
      });
    throw new CommitFailed('the swap was not committed, as far as is known', { cause });
  });
}

/** Next ≥ end, and so the version in use, slice by slice, by what is committed. */
function refuseBehind(journal: Journal, end: readonly SliceCheckpoint[], next: readonly SliceCheckpoint[]): void {
  const isLevel =
    end.length > 0 &&
    end.length === next.length &&
    end.every(({ slice, position }, i) => {
      const other = next[i];
      return other?.slice.index === slice.index && journal.comparePositions(other.position, position) >= 0;
    });
  if (!isLevel) throw new OperatorError('the new version stands behind the journal’s end: nothing was swapped');
}
