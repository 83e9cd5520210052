// The SQL that makes the two files of an ingress part, for DuckDB. The same messages give the same bytes.
import { literal, PARQUET } from './bronze.sql.js';

/** Columns of the staged file, in this order; value and restricted in base64. */
export const STAGED_MESSAGE = [
  'partition',
  'offset',
  'appended_at',
  'key',
  'headers',
  'value',
  'restricted',
  'hash',
] as const;

const TYPES: Readonly<Record<(typeof STAGED_MESSAGE)[number], string>> = {
  partition: 'INTEGER',
  offset: 'BIGINT',
  appended_at: 'BIGINT',
  key: 'VARCHAR',
  headers: 'VARCHAR',
  value: 'VARCHAR',
  restricted: 'VARCHAR',
  hash: 'VARCHAR',
};

/** Larger than any message in base64, its headers included. */
const LINE_BYTES_MAX = 16_777_216;

export const stageMessages = (path: string): string => `CREATE TABLE messages AS
SELECT * FROM read_csv(${literal(path)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
  nullstr = '', allow_quoted_nulls = false, max_line_size = ${LINE_BYTES_MAX}, buffer_size = ${2 * LINE_BYTES_MAX},
  columns = {${STAGED_MESSAGE.map((name) => `'${name}': ${literal(TYPES[name])}`).join(', ')}})`;

/** The hash of a value with something taken out would tell the secret to whoever tries all amounts. */
export const writeMessages = (path: string): string => `COPY (
  SELECT "partition", "offset", make_timestamp(appended_at * 1000) AS appended_at, key, headers,
    decode(from_base64(value)) AS value, CASE WHEN restricted IS NULL THEN unhex(hash) END AS hash
  FROM messages ORDER BY "partition", "offset"
) TO ${literal(path)} (${PARQUET})`;

export const writeRestrictedMessages = (path: string, salt: string): string => `COPY (
  SELECT "partition", "offset", from_base64(restricted) AS value, unhex(hash) AS hash, ${literal(salt)} AS salt
  FROM messages WHERE restricted IS NOT NULL ORDER BY "partition", "offset"
) TO ${literal(path)} (${PARQUET})`;

export const MESSAGE_SUMMARY = `SELECT count(*) AS row_count, count(restricted) AS restricted_count,
  min(appended_at) AS first_appended_at FROM messages`;

/** SHA-256 over the digest before, the salt, and the messages' places and hashes in order, as one text. */
export const messageDigest = (
  before: string,
  salt: string,
  table: string,
): string => `SELECT sha256(${literal(before + salt)}
  || coalesce(string_agg("partition" || ':' || "offset" || ':' || hash, '' ORDER BY "partition", "offset"), '')) AS digest FROM ${table}`;

/** Messages' places and hashes, put together from a part's files. */
export const STORED_MESSAGES = (messages: string, restricted: string | null): string => `CREATE VIEW stored AS
SELECT m."partition", m."offset", lower(hex(${restricted === null ? 'm.hash' : 'coalesce(m.hash, r.hash)'})) AS hash
FROM read_parquet(${literal(messages)}, hive_partitioning = false) m${
  restricted === null
    ? ''
    : ` LEFT JOIN read_parquet(${literal(restricted)}, hive_partitioning = false) r USING ("partition", "offset")`
}`;
