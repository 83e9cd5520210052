// Parked streams from outside their consumer: what there is, what waits in them, and taking one up again.
import type { ClientBase } from 'pg';
import type { StreamId } from '../domain/messages.js';
import { type Instant, instant, isoTime } from '../domain/time.js';
import type { Journal, JournalEntry } from '../journal/journal.js';
import { isDataFailure, prepareEntries, reasonOf } from './failures.js';
import type { Projection } from './projection.js';
import { inTransaction } from './session.js';

/** A stream that a consumer cannot apply past `revision`, and how many of its events wait, that one included. */
export type ParkedStream = Readonly<{
  consumer: string;
  streamId: StreamId;
  revision: number;
  position: string;
  eventType: string;
  reason: string;
  parkedAt: Instant;
  waiting: number;
}>;

export type ReplayResult =
  | Readonly<{ status: 'replayed'; events: number }>
  | Readonly<{ status: 'not parked' }>
  | Readonly<{ status: 'still poisoned'; revision: number; reason: string }>;

const LIST = `
SELECT p.consumer, p.stream_id, p.revision::text, p.position::text, p.event_type, p.reason, p.parked_at,
  (SELECT count(*) FROM feed.parked_events e WHERE e.consumer = p.consumer AND e.stream_id = p.stream_id)::text AS waiting
FROM feed.parked_streams p
WHERE (p.consumer = $1 OR $1::text IS NULL AND p.consumer NOT IN (SELECT v.consumer FROM feed.versions v))
  AND ($2::text IS NULL OR p.stream_id = $2)
ORDER BY p.parked_at, p.consumer, p.stream_id`;

const LOCK_CHECKPOINT = `
SELECT FROM feed.checkpoints c
WHERE consumer = $1
  AND slice = (SELECT slice FROM feed.parked_streams p WHERE p.consumer = $1 AND p.stream_id = $2)
FOR UPDATE`;

const WAITING = `
SELECT revision::text FROM feed.parked_events WHERE consumer = $1 AND stream_id = $2 ORDER BY revision`;

const UNPARK = 'DELETE FROM feed.parked_streams WHERE consumer = $1 AND stream_id = $2 RETURNING slice';

const RAISE_GENERATION = `
UPDATE feed.checkpoints SET generation = generation + 1, updated_at = $3 WHERE consumer = $1 AND slice = $2`;

const SET_SEARCH_PATH = "SELECT set_config('search_path', $1, true)";

const REPLAY_PAGE_EVENTS = 4_096;

type ParkedRow = Readonly<{
  consumer: string;
  stream_id: StreamId;
  revision: string;
  position: string;
  event_type: string;
  reason: string;
  parked_at: Date;
  waiting: string;
}>;

/**
 * Parked streams, the longest parked first; of one consumer and of one stream, unless null. A version that is not in use is
 * asked for by its name only.
 */
export async function listParked(
  client: ClientBase,
  consumer: string | null,
  streamId: string | null,
): Promise<readonly ParkedStream[]> {
  const { rows } = await client.query<ParkedRow>(LIST, [consumer, streamId]);
  return rows.map((row) => ({
    consumer: row.consumer,
    streamId: row.stream_id,
    revision: Number(row.revision),
    position: row.position,
    eventType: row.event_type,
    reason: row.reason,
    parkedAt: instant(row.parked_at.getTime()),
    waiting: Number(row.waiting),
  }));
}

/** The first `limit` events that wait in a parked stream, as the journal has them. */
export function waitingEvents(journal: Journal, parked: ParkedStream, limit: number): Promise<readonly JournalEntry[]> {
  return journal.readStream(parked.streamId, parked.revision, Math.min(limit, parked.waiting));
}

/**
 * Applies all that waits in a parked stream, in order, in one transaction, and unparks it; or changes nothing and says
 * which event still cannot be applied. It holds the consumer's checkpoint meanwhile and raises its generation, so that a
 * running consumer drops its batch and takes the stream up behind what was replayed.
 */
export async function replayParked(
  client: ClientBase,
  parts: Readonly<{ journal: Journal; projection: Projection; streamId: StreamId; now: Instant }>,
): Promise<ReplayResult> {
  const { projection, streamId, now } = parts;
  const key = [projection.name, streamId];
  try {
    return await inTransaction(client, async (): Promise<ReplayResult> => {
      // The checkpoint's lock first, as the consumer takes it: nothing is queued for this stream while it is held.
      const { rowCount: held } = await client.query(LOCK_CHECKPOINT, key);
      if (held !== 1) return { status: 'not parked' };
      const { rows } = await client.query<{ revision: string }>(WAITING, key);
      await client.query(SET_SEARCH_PATH, [projection.searchPath.join(',')]);
      const events = await applyAll(
        client,
        parts,
        rows.map(({ revision }) => Number(revision)),
      );
      const unparked = await client.query<{ slice: number }>(UNPARK, key);
      await client.query(RAISE_GENERATION, [projection.name, unparked.rows[0]?.slice, isoTime(now)]);
      return { status: 'replayed', events };
    });
  } catch (error) {
    if (error instanceof StillPoisoned)
      return { status: 'still poisoned', revision: error.revision, reason: reasonOf(error.cause) };
    throw error;
  }
}

/** Carries a poison event out of the transaction, which is then rolled back. */
class StillPoisoned extends Error {
  constructor(
    readonly revision: number,
    cause: unknown,
  ) {
    super('still poisoned', { cause });
  }
}

async function applyAll(
  client: ClientBase,
  { journal, projection, streamId }: Readonly<{ journal: Journal; projection: Projection; streamId: StreamId }>,
  revisions: readonly number[],
): Promise<number> {
  for (let done = 0; done < revisions.length; ) {
    const from = revisions[done] ?? 0;
    const limit = Math.min(REPLAY_PAGE_EVENTS, revisions.length - done);
    const entries = await journal.readStream(streamId, from, limit);
    entries.forEach(({ revision }, i) => {
      if (revision !== revisions[done + i])
        throw new Error(`${streamId}: revision ${revisions[done + i]} is queued, but the journal gave ${revision}`);
    });
    if (entries.length !== limit)
      throw new Error(
        `${streamId}: ${limit} events are queued from revision ${from}, the journal has ${entries.length}`,
      );
    // One by one: few events, each with a reason of its own if it fails.
    for (const entry of entries) await applyOne(client, projection, entry);
    done += entries.length;
  }
  return revisions.length;
}

async function applyOne(client: ClientBase, projection: Projection, entry: JournalEntry): Promise<void> {
  try {
    await prepareEntries(projection, [entry])?.(client);
  } catch (error) {
    if (isDataFailure(error)) throw new StillPoisoned(entry.revision, error);
    throw error;
  }
}
