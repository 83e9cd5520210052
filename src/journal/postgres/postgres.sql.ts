// The SQL of the PostgreSQL journal, but for the fast writer's own (fast/fast.sql.ts). Named statements are prepared once a connection.
/**
 * Takes the one append lock of the journal and then, in a snapshot of its own that sees the holder before us, the last
 * position. The lock is held to the end of the transaction.
 */
export const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT FROM journal.append_lock WHERE shard = 0 FOR UPDATE;
SELECT coalesce(max(position), 0) AS last FROM journal.events`;

/** An answered append is a durable one, whatever the server's default; stricter defaults stay. */
export const BE_DURABLE = `SELECT set_config('synchronous_commit', 'on', false)
 WHERE current_setting('synchronous_commit') IN ('off', 'local')`;

/** Keys and last revisions of the named streams, -1 for a stream without events; unknown streams are left out. */
export const PROBE_STREAMS = {
  name: 'journal-probe-streams',
  text: `SELECT s.stream_id, s.stream_key,
                coalesce((SELECT e.revision FROM journal.events e WHERE e.stream_key = s.stream_key
                           ORDER BY e.revision DESC LIMIT 1), -1) AS revision
           FROM journal.streams s WHERE s.stream_id = ANY ($1::text[])`,
};

export const CREATE_STREAMS = {
  name: 'journal-create-streams',
  text: 'INSERT INTO journal.streams (stream_id) SELECT unnest($1::text[]) RETURNING stream_id, stream_key, -1 AS revision',
};

/** Events, each column an array. */
export const INSERT_EVENTS = {
  name: 'journal-insert-events',
  text: `INSERT INTO journal.events (position, stream_key, revision, recorded_at, occurred_at, schema_version, event_type,
                                     command_id, actor_id, hash, fingerprint, correlation_id, causation_id, payload)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[],
                              $7::text[], $8::uuid[], $9::uuid[], $10::bytea[], $11::text[], $12::text[], $13::text[],
                              $14::text[])`,
};

/** Whether the server takes writes at all: a standby, and one that was set to read-only, do not. */
export const READ_ONLY = {
  name: 'journal-read-only',
  text: "SELECT current_setting('transaction_read_only') = 'on' AS is_read_only",
};

/** Writes an event as an append does, and takes it back: needs the same rights, locks and room on the disk. */
export const PROBE_WRITE = `BEGIN;
SELECT FROM journal.append_lock WHERE shard = 0 FOR UPDATE;
WITH probe AS (INSERT INTO journal.streams (stream_id) VALUES ('probe') RETURNING stream_key)
INSERT INTO journal.events (position, stream_key, revision, recorded_at, occurred_at, schema_version, event_type, hash, payload)
SELECT (SELECT coalesce(max(position), 0) + 1 FROM journal.events), stream_key, 0, 0, 0, 0, 'probe', '', repeat(' ', 4096) FROM probe;
ROLLBACK`;

/** Tells every process the new last position, once this transaction commits. */
export const NOTIFY = { name: 'journal-notify', text: "SELECT pg_notify('gavel_journal', $1)" };
export const LISTEN = 'LISTEN gavel_journal';

/** What is kept of an event; the name of its stream is told by each query in its own way. */
const COLUMNS = `e.position, e.revision, e.occurred_at, e.recorded_at, e.schema_version, e.event_type, e.command_id,
                 e.actor_id, encode(e.hash, 'hex') AS hash, e.fingerprint, e.correlation_id, e.causation_id, e.payload`;

/** The key first, not a join: only so does the index give the order, and the limit an end. */
const OF_STREAM = 'e.stream_key = (SELECT s.stream_key FROM journal.streams s WHERE s.stream_id = $1::text)';

export const READ_STREAM = {
  name: 'journal-read-stream',
  text: `SELECT $1::text AS stream_id, ${COLUMNS} FROM journal.events e
          WHERE ${OF_STREAM} AND e.revision >= $2::bigint ORDER BY e.revision LIMIT $3`,
};

export const LAST_REVISION = {
  name: 'journal-last-revision',
  text: `SELECT e.revision FROM journal.events e WHERE ${OF_STREAM} ORDER BY e.revision DESC LIMIT 1`,
};

/** Positions are dense: the upper bound is the limit, and the planner knows how little that is. */
export const READ_ALL = {
  name: 'journal-read-all',
  text: `SELECT s.stream_id, ${COLUMNS} FROM journal.events e JOIN journal.streams s USING (stream_key)
          WHERE e.position > $1::bigint AND e.position <= $1::bigint + $2::bigint ORDER BY e.position`,
};

/** Whoever has no use for bids does not have them sent. The last one looked at is there whatever it is, seen by the same snapshot. */
export const READ_ALL_OF = {
  name: 'journal-read-all-of',
  text: `SELECT s.stream_id, ${COLUMNS} FROM journal.events e JOIN journal.streams s USING (stream_key)
          WHERE e.position > $1::bigint AND e.position <= $1::bigint + $2::bigint
            AND (e.event_type = ANY ($3::text[])
                 OR e.position = (SELECT max(position) FROM journal.events WHERE position <= $1::bigint + $2::bigint))
          ORDER BY e.position`,
};

export const HEAD = { name: 'journal-head', text: 'SELECT coalesce(max(position), 0) AS last FROM journal.events' };

/** In no order: where many ids are asked for, a planner that is to sort them may walk the journal by position instead. */
export const READ_COMMANDS = {
  name: 'journal-read-commands',
  text: `SELECT s.stream_id, ${COLUMNS} FROM journal.events e JOIN journal.streams s USING (stream_key)
          WHERE e.command_id = ANY ($1::uuid[])`,
};

export const LOAD_SNAPSHOT = {
  name: 'journal-load-snapshot',
  text: 'SELECT revision, payload FROM journal.snapshots WHERE stream_id = $1 AND schema_version = $2',
};

export const SAVE_SNAPSHOT = {
  name: 'journal-save-snapshot',
  text: `INSERT INTO journal.snapshots (stream_id, schema_version, revision, payload) VALUES ($1, $2, $3, $4)
         ON CONFLICT (stream_id, schema_version) DO UPDATE SET revision = excluded.revision, payload = excluded.payload
          WHERE snapshots.revision < excluded.revision`,
};
