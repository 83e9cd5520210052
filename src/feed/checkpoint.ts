// A consumer's own rows: its checkpoint, its parked streams and what is queued behind them.
import type { ClientBase } from 'pg';
import type { StreamId } from '../domain/messages.js';
import { type Instant, isoTime } from '../domain/time.js';
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import type { Slice } from './versions/slice.js';

/** A consumer's checkpoint: its position, its generation, and its parked streams. */
export type Checkpoint = Readonly<{
  position: Position | null;
  generation: string;
  parked: Set<StreamId>;
}>;

export type ConsumerKey = Readonly<{
  name: string;
  slice: Slice;
  /** Tells whether the consumer's tables hold any row (projection.ts). */
  findRows?: string;
}>;

/** The consumer's stored state contradicts how it was started. Nothing but a person can tell which is right. */
export class CheckpointInconsistent extends Error {
  readonly code = 'CheckpointInconsistent';
  constructor(problem: string) {
    super(problem);
    this.name = 'CheckpointInconsistent';
  }
}

const CREATE = `
INSERT INTO feed.checkpoints (consumer, slice, slices, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

const LOAD = `
SELECT slice, slices, position::text, generation::text FROM feed.checkpoints WHERE consumer = $1`;

const LOAD_PARKED = 'SELECT stream_id FROM feed.parked_streams WHERE consumer = $1 AND slice = $2';

const PARK = `
INSERT INTO feed.parked_streams (consumer, stream_id, slice, revision, position, event_type, reason, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

const QUEUE = `
INSERT INTO feed.parked_events (consumer, stream_id, revision, position, event_type, queued_at)
SELECT $1, q.stream_id, q.revision, q.position, q.event_type, $2
FROM unnest($3::text[], $4::bigint[], $5::numeric[], $6::text[]) AS q(stream_id, revision, position, event_type)`;

type CheckpointRow = Readonly<{ slice: number; slices: number; position: string | null; generation: string }>;

/**
 * Reads a consumer's state, creating it on its first start. Refuses a number of slices other than the first one's, and
 * tables with rows that no checkpoint belongs to: read from the beginning, the journal would be applied to them twice.
 */
export async function loadCheckpoint(
  client: ClientBase,
  key: ConsumerKey,
  journal: Journal,
  now: Instant,
): Promise<Checkpoint> {
  const { name, slice } = key;
  // The generation is read before the parked streams: if a replay commits in between, the next move fails and all of this
  // is read again; the other way round the consumer would go on queueing for a stream that is parked no more.
  let { rows } = await client.query<CheckpointRow>(LOAD, [name]);
  if (rows.length === 0) await refuseRowsWithoutCheckpoint(client, key);
  if (!rows.some((row) => row.slice === slice.index)) {
    // Only if the row was missing: an insert would wait for a process that moves the row just then.
    await client.query(CREATE, [name, slice.index, slice.count, isoTime(now)]);
    ({ rows } = await client.query<CheckpointRow>(LOAD, [name]));
  }
  const other = rows.find(({ slices }) => slices !== slice.count);
  if (other !== undefined)
    throw new CheckpointInconsistent(
      `consumer ${name} has checkpoints for ${other.slices} slices and cannot run as one of ${slice.count}`,
    );
  const own = rows.find((row) => row.slice === slice.index);
  if (own === undefined) throw new CheckpointInconsistent(`the checkpoint of consumer ${name} has just been deleted`);
  const position = own.position === null ? null : journal.parsePosition(own.position);
  if (journal.comparePositions(position, await journal.head()) > 0)
    throw new CheckpointInconsistent(
      `consumer ${name} stands at position ${own.position}, behind which the journal has no event: is it the right journal?`,
    );
  const parked = await client.query<{ stream_id: StreamId }>(LOAD_PARKED, [name, slice.index]);
  return { position, generation: own.generation, parked: new Set(parked.rows.map((row) => row.stream_id)) };
}

async function refuseRowsWithoutCheckpoint(client: ClientBase, { name, findRows }: ConsumerKey): Promise<void> {
  if (findRows === undefined) return;
  const held = await client.query<{ found: boolean }>(findRows);
  if (held.rows[0]?.found !== true) return;
  // Another process that has just begun commits its first rows together with its checkpoint.
  const { rows } = await client.query<CheckpointRow>(LOAD, [name]);
  if (rows.length > 0) return;
  throw new CheckpointInconsistent(
    `consumer ${name} has no checkpoint, but its tables are not empty: restore the checkpoint that belongs to them, or build the tables anew (docs/runbook.md)`,
  );
}

/**
 * Opens a transaction and moves the checkpoint by compare-and-set in it: one message, so that neither happens without the
 * other. False: somebody else has moved it.
 */
export async function beginByMoving(
  client: ClientBase,
  { name, slice }: ConsumerKey,
  { from, to, generation, now }: Readonly<{ from: string | null; to: string; generation: string; now: Instant }>,
): Promise<boolean> {
  const literal = (value: string): string => client.escapeLiteral(value);
  const results = await client.query(`BEGIN;
UPDATE feed.checkpoints SET position = ${literal(to)}, updated_at = ${literal(isoTime(now))}
WHERE consumer = ${literal(name)} AND slice = ${slice.index} AND generation = ${literal(generation)}
  AND position IS NOT DISTINCT FROM ${from === null ? 'NULL' : literal(from)}::numeric`);
  // Several statements in one query give a list of results, which the type of `query` does not know.
  return [results].flat().at(-1)?.rowCount === 1;
}

/** Parks an event's stream, the event itself being the first in its queue. */
export async function parkStream(
  client: ClientBase,
  key: ConsumerKey,
  { streamId, revision, position, eventType }: JournalEntry,
  parking: Readonly<{ journal: Journal; reason: string; now: Instant }>,
): Promise<void> {
  const printed = parking.journal.printPosition(position);
  await client.query(PARK, [
    key.name,
    streamId,
    key.slice.index,
    revision,
    printed,
    eventType,
    parking.reason,
    isoTime(parking.now),
  ]);
}

/** Records events that wait behind a parked one. */
export async function queueEvents(
  client: ClientBase,
  { name }: ConsumerKey,
  entries: readonly JournalEntry[],
  { journal, now }: Readonly<{ journal: Journal; now: Instant }>,
): Promise<void> {
  await client.query(QUEUE, [
    name,
    isoTime(now),
    entries.map(({ streamId }) => streamId),
    entries.map(({ revision }) => revision),
    entries.map(({ position }) => journal.printPosition(position)),
    entries.map(({ eventType }) => eventType),
  ]);
}
