// What is asked of the audit log. For staff alone.
import type { ClientBase, Pool } from 'pg';
import type { UserId } from '../../domain/ids.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from './cursor.js';

/** An act; see the comments of silver.audit_log for the fields. */
export type AuditEntry = Readonly<{
  streamId: string;
  revision: bigint;
  act: string;
  actorId: UserId | null;
  account: string | null;
  subject: string;
  detail: string | null;
  reason: string | null;
  at: Instant;
}>;

/** What is looked for; null is any. `from` is inclusive, `to` exclusive. */
export type AuditFilter = Readonly<{
  actorId: UserId | null;
  act: string | null;
  subject: string | null;
  from: Instant | null;
  to: Instant | null;
}>;

const ENTRIES = `
SELECT stream_id AS "streamId", revision, act, actor_id AS "actorId", account, subject, detail, reason, at
FROM silver_private.audit_entries
WHERE ($1::uuid IS NULL OR actor_id = $1) AND ($2::text IS NULL OR act = $2) AND ($3::text IS NULL OR subject = $3)
  AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
  AND ($6::timestamptz IS NULL OR (at, stream_id, revision) < ($6, $7::text, $8::bigint))
ORDER BY at DESC, stream_id DESC, revision DESC LIMIT $9`;

export class AuditQueries {
  constructor(private readonly database: Pool | ClientBase) {}

  /** Acts, the latest first. Throws `CursorInvalid`. */
  async entries(
    { actorId, act, subject, from, to }: AuditFilter,
    { after, limit }: Readonly<{ after: Cursor | null; limit: number }>,
  ): Promise<Page<AuditEntry>> {
    const key = keyIn('audit', after, ['time', 'stream', 'number']);
    const values = [actorId, act, subject, from === null ? null : isoTime(from), to === null ? null : isoTime(to)];
    const { rows } = await this.database.query<AuditEntry>({
      text: ENTRIES,
      values: [...values, ...key, limit + 1],
      types: ownTypes,
    });
    return pageOf(rows, limit, (row) => cursorOf('audit', [isoTime(row.at), row.streamId, `${row.revision}`]));
  }
}
