// Versions of a consumer's tables: the checkpoint of each, and the exchange of two of them. The caller renames the tables
// themselves, in the same transaction.
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import type { Journal, Position } from '../../journal/journal.js';
import type { Slice } from './slice.js';

/** The checkpoint of one slice of a consumer. */
export type SliceCheckpoint = Readonly<{ slice: Slice; position: Position | null; generation: string }>;

/** `migrations` names what made its tables. */
export type KeptVersion = Readonly<{ consumer: string; migrations: string; madeAt: Date }>;

const CHECKPOINTS = `
SELECT slice, slices, position::text, generation::text FROM feed.checkpoints WHERE consumer = $1 ORDER BY slice`;

const LOCKED_CHECKPOINTS = `${CHECKPOINTS} FOR UPDATE`;

const BEGIN_WHOLE = `
INSERT INTO feed.checkpoints (consumer, slice, slices, updated_at)
SELECT $1, 0, 1, $2 WHERE NOT EXISTS (SELECT FROM feed.checkpoints WHERE consumer = $1)`;

const FIND = 'SELECT consumer, migrations, made_at AS "madeAt" FROM feed.versions WHERE consumer = $1';

const NOTE = `
INSERT INTO feed.versions (consumer, of_consumer, migrations, made_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer) DO UPDATE SET migrations = excluded.migrations, made_at = excluded.made_at`;

const FORGET = [
  'DELETE FROM feed.parked_streams WHERE consumer = $1',
  'DELETE FROM feed.checkpoints WHERE consumer = $1',
  'DELETE FROM feed.versions WHERE consumer = $1',
] as const;

// The row of the consumer in use stays the very row that a running consumer waits for; only what it says changes.
const EXCHANGE_POSITIONS = `
UPDATE feed.checkpoints mine
SET position = theirs.position, generation = mine.generation + 1, updated_at = $3
FROM feed.checkpoints theirs
WHERE mine.slice = theirs.slice
  AND (mine.consumer, theirs.consumer) IN (($1::text, $2::text), ($2::text, $1::text))`;

const MOVE_PARKED = 'UPDATE feed.parked_streams SET consumer = $2 WHERE consumer = $1';

const RENAME = [
  'UPDATE feed.checkpoints SET consumer = $2 WHERE consumer = $1',
  MOVE_PARKED,
  'UPDATE feed.versions SET consumer = $2 WHERE consumer = $1',
] as const;

type CheckpointRow = Readonly<{ slice: number; slices: number; position: string | null; generation: string }>;

/** The checkpoint of each slice of a consumer; empty for one that has never run. */
export async function checkpointsOf(
  client: ClientBase,
  consumer: string,
  journal: Pick<Journal, 'parsePosition'>,
  { locked }: Readonly<{ locked: boolean }>,
): Promise<readonly SliceCheckpoint[]> {
  const { rows } = await client.query<CheckpointRow>(locked ? LOCKED_CHECKPOINTS : CHECKPOINTS, [consumer]);
  return rows.map(({ slice, slices, position, generation }) => ({
    slice: { index: slice, count: slices },
    position: position === null ? null : journal.parsePosition(position),
    generation,
  }));
}

/** Gives a consumer that has never run, or has lost its checkpoint, one at the beginning. */
export async function ensureCheckpoint(client: ClientBase, consumer: string, now: Instant): Promise<void> {
  await client.query(BEGIN_WHOLE, [consumer, isoTime(now)]);
}

/** A version that is not in use; null if there is none of that name. */
export async function findVersion(client: ClientBase, consumer: string): Promise<KeptVersion | null> {
  const { rows } = await client.query<KeptVersion>(FIND, [consumer]);
  return rows[0] ?? null;
}

/** Notes that there is a version called `consumer` beside the one of `ofConsumer`. */
export async function noteVersion(
  client: ClientBase,
  version: Readonly<{ consumer: string; ofConsumer: string; migrations: string; now: Instant }>,
): Promise<void> {
  const { consumer, ofConsumer, migrations, now } = version;
  await client.query(NOTE, [consumer, ofConsumer, migrations, isoTime(now)]);
}

/** Forgets a version that is not in use: checkpoint, parked streams and all. */
export async function forgetVersion(client: ClientBase, consumer: string): Promise<void> {
  for (const statement of FORGET) await client.query(statement, [consumer]);
}

/**
 * Exchanges the consumer in use and another version: each takes the other's position and parked streams. Both
 * generations are raised, so that a running consumer drops its batch and goes on from what it finds.
 */
export async function exchangeVersions(
  client: ClientBase,
  { inUse, other, now }: Readonly<{ inUse: string; other: string; now: Instant }>,
): Promise<void> {
  await client.query(EXCHANGE_POSITIONS, [inUse, other, isoTime(now)]);
  const aside = `${inUse} stepping aside`;
  for (const [from, to] of [
    [inUse, aside],
    [other, inUse],
    [aside, other],
  ])
    await client.query(MOVE_PARKED, [from, to]);
}

/** Gives a version that is not in use another name. */
export async function renameVersion(client: ClientBase, from: string, to: string): Promise<void> {
  for (const statement of RENAME) await client.query(statement, [from, to]);
}
