// A version of some tables beside the one in use: made by the same SQL files, brought to where the one in use stands, and
// compared with it as both stood at one moment.
import type pg from 'pg';
import { inTransaction } from '../feed/session.js';
import { WHOLE } from '../feed/versions/slice.js';
import type { VersionedTables } from '../feed/versions/versioned-tables.js';
import { checkpointsOf, noteVersion, type SliceCheckpoint } from '../feed/versions/versions.js';
import type { Journal } from '../journal/journal.js';
import { keepMigrationsOut, runAgain } from '../migrations/migrate.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { RebuildCancelled } from './alone.js';
import { Follower } from './follower.js';
import { connectForRebuild } from './rebuild-session.js';

export type BesideParts = Readonly<{
  database: pg.ClientConfig;
  journal: Journal;
  runtime: Runtime;
  /** Aborting it cancels. */
  signal: AbortSignal;
  /** Told how many positions are done, of how many. */
  progress: (done: number, total: number) => void;
}>;

/** How long a version may take to come as far as the one in use stood a moment ago, to count as close behind. */
const CLOSE_MS = 500;
/** How long the consumer in use may be kept waiting for the other version to draw level. */
const LEVEL_WITHIN_MS = 10_000;
export const LOCK_WITHIN = "SET LOCAL lock_timeout = '10s'";
const BEGIN_COMPARISON = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Makes the next version, empty, by the very files that made the one in use. Resolves to the migrations' names. */
export function makeNext(control: pg.Client, runtime: Runtime, tables: VersionedTables): Promise<string> {
  return inTransaction(control, async () => {
    await keepMigrationsOut(control);
    await control.query(tables.stepAside);
    const migrations = await runAgain(control, tables.area);
    await control.query(tables.callNextAndStepBack);
    const { name } = tables.next;
    await noteVersion(control, { consumer: name, ofConsumer: tables.inUse.name, migrations, now: runtime.now() });
    return migrations;
  });
}

/** A version that follows the journal, no further than it is shown. Whoever starts one stops it. */
export class Beside {
  private constructor(
    private readonly control: pg.Client,
    private readonly parts: BesideParts,
    private readonly inUseName: string,
    private readonly follower: Follower,
  ) {}

  static async start(
    control: pg.Client,
    parts: BesideParts,
    { inUse, next }: Pick<VersionedTables, 'inUse' | 'next'>,
  ): Promise<Beside> {
    const { database, journal, runtime } = parts;
    const checkpoints = await checkpointsInUse(control, journal, inUse.name);
    const from = await checkpointsOf(control, next.name, journal, { locked: false });
    const follower = Follower.start({ database, journal, runtime, projection: next, checkpoints, from });
    return new Beside(control, parts, inUse.name, follower);
  }

  /** Finishes the batch under way and lets go. Idempotent. */
  stop(): Promise<void> {
    return this.follower.stop();
  }

  parkedStreams(): number {
    return this.follower.parkedStreams();
  }

  /** Follows the version in use until it is close behind it. */
  comeClose(): Promise<void> {
    return this.comeCloseTo(() => this.inUse());
  }

  /** Follows the journal to its end, wherever the version in use stands. */
  comeCloseToTheEnd(): Promise<void> {
    return this.comeCloseTo(async () => atTheEnd(this.parts.journal, await this.inUse()));
  }

  /** Holds the version in use for the moment that this one takes to draw level with it; resolves to where that is. */
  async drawLevel(): Promise<readonly SliceCheckpoint[]> {
    const checkpoints = await this.inUse({ locked: true });
    await this.goTo(checkpoints);
    return checkpoints;
  }

  /** Goes to just where these say. Refuses to take long: something is kept waiting meanwhile. */
  async goTo(checkpoints: readonly SliceCheckpoint[]): Promise<void> {
    this.follower.showUpTo(checkpoints);
    if (await this.follower.reached(checkpoints, LEVEL_WITHIN_MS, this.parts.signal)) return;
    if (this.parts.signal.aborted) throw new RebuildCancelled();
    throw new OperatorError(
      `the new version did not draw level with the one in use within ${LEVEL_WITHIN_MS / 1_000} s: nothing was swapped`,
    );
  }

  /** Where the version in use stands. */
  inUse({ locked } = { locked: false }): Promise<readonly SliceCheckpoint[]> {
    return checkpointsInUse(this.control, this.parts.journal, this.inUseName, locked);
  }

  private async comeCloseTo(target: () => Promise<readonly SliceCheckpoint[]>): Promise<void> {
    const { signal, progress } = this.parts;
    for (;;) {
      const checkpoints = await target();
      this.follower.showUpTo(checkpoints);
      const isClose = await this.follower.reached(checkpoints, CLOSE_MS, signal);
      if (signal.aborted) throw new RebuildCancelled();
      const { done, total } = this.follower.progress(checkpoints);
      progress(done, total);
      if (isClose) return;
    }
  }
}

/** Where the version in use stands; one that has lost its checkpoint, at the beginning. */
async function checkpointsInUse(
  control: pg.Client,
  journal: Journal,
  name: string,
  locked = false,
): Promise<readonly SliceCheckpoint[]> {
  const checkpoints = await checkpointsOf(control, name, journal, { locked });
  return checkpoints.length === 0 ? [{ slice: WHOLE, position: null, generation: '0' }] : checkpoints;
}

/** The same slices at the journal's end as it is now. */
export async function atTheEnd(
  journal: Journal,
  checkpoints: readonly SliceCheckpoint[],
): Promise<readonly SliceCheckpoint[]> {
  const head = await journal.head();
  return checkpoints.map((one) =>
    journal.comparePositions(one.position, head) < 0 ? { ...one, position: head } : one,
  );
}

/**
 * Lets each of these draw level with the version in use, and gives `read` a snapshot of that moment, while all go on.
 * `level` is where they stood.
 */
export async function atOneMoment<Result>(
  control: pg.Client,
  { database, signal }: BesideParts,
  besides: readonly Beside[],
  read: (client: pg.Client, level: readonly (readonly SliceCheckpoint[])[]) => Promise<Result>,
): Promise<Result> {
  const client = await connectForRebuild(database);
  const cancel = () => void control.query('SELECT pg_cancel_backend($1)', [pidOf(client)]).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const level = await inTransaction(control, async () => {
      await control.query(LOCK_WITHIN);
      const checkpoints: (readonly SliceCheckpoint[])[] = [];
      for (const beside of besides) checkpoints.push(await beside.drawLevel());
      // The first statement takes the snapshot that all others read.
      await client.query(BEGIN_COMPARISON);
      await client.query("SET LOCAL work_mem = '64MB'");
      await client.query('SELECT 1');
      return checkpoints;
    });
    return await read(client, level);
  } catch (error) {
    throw signal.aborted ? new RebuildCancelled() : error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await client.end().catch(() => undefined);
  }
}

const pidOf = (client: pg.Client): number => ('processID' in client ? Number(client.processID) : 0);

/** Positions as the journal prints them. */
export const printed = (checkpoints: readonly SliceCheckpoint[], journal: Journal): readonly (string | null)[] =>
  checkpoints.map(({ position }) => (position === null ? null : journal.printPosition(position)));
