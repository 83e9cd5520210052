// The SQL of the fast writer.
import pg from 'pg';
import type { StreamId } from '../../../domain/messages.js';

/** A new stream and the number that will stand for its name. */
export type KeyedStream = Readonly<{ id: StreamId; key: number }>;

/** Where a whole append goes in the journal. */
export type Following = Readonly<{
  /** The journal's last position, which this append goes on from, and the one that it will leave. */
  after: bigint;
  last: bigint;
  /** Whether the append that ends at `after` was sent on this connection just before, and may still fail. */
  behind: boolean;
}>;

/** Begins a transaction and takes the append lock. Fails with `JOURNAL_MOVED` if the journal does not end at `after`. */
export const lockAt = ({ after, last, behind }: Following): string =>
  `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT journal.lock_at(${after}, ${last}, ${behind})`;
export const JOURNAL_MOVED = 'GV001';

/** Keys for streams to come, drawn ahead of them. Those that are never used leave gaps, which mean nothing. */
export const DRAW_KEYS = {
  name: 'journal-draw-keys',
  text: `SELECT nextval(pg_get_serial_sequence('journal.streams', 'stream_key')) AS key FROM generate_series(1, $1)`,
};

/** New streams under keys that were drawn before. */
export const insertStreams = (streams: readonly KeyedStream[]): string =>
  `INSERT INTO journal.streams (stream_key, stream_id) OVERRIDING SYSTEM VALUE
   VALUES ${streams.map(({ id, key }) => `(${key}, ${pg.escapeLiteral(id)})`).join(', ')}`;

export const COPY_EVENTS = `COPY journal.events (position, stream_key, revision, recorded_at, occurred_at, schema_version,
  event_type, command_id, actor_id, hash, fingerprint, correlation_id, causation_id, payload) FROM STDIN (FORMAT binary)`;

/** The announcement of a new last position as part of a longer text. */
export const notify = (last: bigint): string => `NOTIFY gavel_journal, '${last}'`;
