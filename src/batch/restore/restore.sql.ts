// The SQL of a restore: streams get keys in the order of their first event, and rows go as CSV from DuckDB to PostgreSQL.
import { literal } from '../../projections/bronze/bronze.sql.js';

/** What PostgreSQL takes as it is: absent values without quotes, all others that are text in quotes. */
const CSV = "FORMAT csv, HEADER false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR ''";

export const MAKE_STREAMS = 'CREATE TABLE streams (stream_key BIGINT, stream_id VARCHAR)';
export const READ_STREAMS = (path: string): string => `INSERT INTO streams
SELECT * FROM read_csv(${literal(path)}, auto_detect = false, header = false, columns = {stream_key: 'BIGINT', stream_id: 'VARCHAR'})`;

/** Streams that begin in the table `part`. */
export const NEW_STREAMS = `CREATE OR REPLACE TABLE new_streams AS
SELECT (SELECT coalesce(max(stream_key), 0) FROM streams) + row_number() OVER (ORDER BY first) AS stream_key, stream_id
FROM (
  SELECT stream_id, min(position) AS first FROM part WHERE stream_id NOT IN (SELECT stream_id FROM streams) GROUP BY stream_id
)`;
export const KEEP_STREAMS = 'INSERT INTO streams FROM new_streams';

export const WRITE_STREAMS = (path: string): string =>
  `COPY (FROM new_streams ORDER BY stream_key) TO ${literal(path)} (${CSV})`;

export const WRITE_EVENTS = (path: string): string => `COPY (
  SELECT p.position, s.stream_key, p.revision, p.occurred_at, p.recorded_at, p.schema_version, p.event_type, p.command_id,
    p.actor_id, '\\x' || p.hash AS hash, p.fingerprint, p.correlation_id, p.causation_id, p.payload
  FROM part p JOIN streams s USING (stream_id) ORDER BY p.position
) TO ${literal(path)} (${CSV}, FORCE_QUOTE (event_type, hash, fingerprint, correlation_id, causation_id, payload))`;

export const COPY_STREAMS = 'COPY journal.streams (stream_key, stream_id) FROM STDIN (FORMAT csv)';
export const COPY_EVENTS = `COPY journal.events (position, stream_key, revision, occurred_at, recorded_at, schema_version,
  event_type, command_id, actor_id, hash, fingerprint, correlation_id, causation_id, payload) FROM STDIN (FORMAT csv)`;
export const COPY_STREAMS_OUT = 'COPY journal.streams (stream_key, stream_id) TO STDOUT (FORMAT csv)';

/** Whoever appends holds this lock: nobody does while a part comes in. */
export const LOCK_AND_LAST = `SELECT FROM journal.append_lock WHERE shard = 0 FOR UPDATE;
SELECT coalesce(max(position), 0)::text AS last FROM journal.events`;

export const STATE = `SELECT EXISTS (SELECT FROM journal.restoring) AS is_begun,
  coalesce((SELECT max(position) FROM journal.events), 0)::text AS last`;
/** Connections of a house at work; each consumer of the journal has one. */
export const AT_WORK = `SELECT count(*)::integer AS sessions FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name IN ('gavel silver', 'gavel closings')`;
export const BEGIN_RESTORE =
  'INSERT INTO journal.restoring (upto) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET upto = $1';
export const END_RESTORE = `SELECT setval(pg_get_serial_sequence('journal.streams', 'stream_key'), max(stream_key))
  FROM journal.streams HAVING max(stream_key) IS NOT NULL;
DELETE FROM journal.restoring`;
/** A page of the table `part`, behind a position. */
export const PAGE = (after: string, limit: number): string =>
  `FROM part WHERE position > ${after} ORDER BY position LIMIT ${limit}`;
/** For a journal that is not in PostgreSQL. */
export const FORGET_RESTORE = 'DELETE FROM journal.restoring';
export const ANALYZE = 'ANALYZE journal.streams, journal.events';
