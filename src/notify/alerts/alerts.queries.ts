// Alerts as operators ask for them, and what operators do about them.
import type { Pool } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import { ownTypes } from '../../projections/pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from '../../projections/silver/cursor.js';
import type { AlertKind, Severity } from './alert-kinds.js';

export type AlertRow = Readonly<{
  alertId: string;
  kind: AlertKind;
  subject: string;
  severity: Severity;
  detail: string;
  raisedAt: Instant;
  lastSeenAt: Instant;
  changedAt: Instant;
  toldAt: Instant | null;
  escalatedAt: Instant | null;
  acknowledgedAt: Instant | null;
  acknowledgedBy: string | null;
  clearedAt: Instant | null;
  /** Until when nobody is told of it; null if it is not silenced. */
  silencedUntil: Instant | null;
}>;

export type Silence = Readonly<{
  kind: AlertKind;
  /** Null: every subject of the kind. */
  subject: string | null;
  until: Instant;
  reason: string;
  by: string;
}>;

const COLUMNS = `
  a.alert_id AS "alertId", a.kind, a.subject, a.severity, a.detail, a.raised_at AS "raisedAt", a.last_seen_at AS "lastSeenAt",
  a.changed_at AS "changedAt", a.told_at AS "toldAt", a.escalated_at AS "escalatedAt", a.acknowledged_at AS "acknowledgedAt",
  a.acknowledged_by AS "acknowledgedBy", a.cleared_at AS "clearedAt",
  (SELECT max(s.until) FROM ops.silences s
   WHERE s.kind = a.kind AND (s.subject IS NULL OR s.subject = a.subject) AND s.until > $1) AS "silencedUntil"`;

const ALERTS = `SELECT ${COLUMNS} FROM ops.alerts a
WHERE ($2::boolean IS NULL OR (a.cleared_at IS NULL) = $2)
  AND ($3::timestamptz IS NULL OR (a.raised_at, a.alert_id) < ($3, $4::uuid))
ORDER BY a.raised_at DESC, a.alert_id DESC LIMIT $5`;

const CHANGED = `SELECT ${COLUMNS} FROM ops.alerts a WHERE a.changed_at > $2 ORDER BY a.changed_at, a.alert_id LIMIT $3`;

const ACKNOWLEDGE = `
UPDATE ops.alerts a SET acknowledged_at = coalesce(acknowledged_at, $1), acknowledged_by = coalesce(acknowledged_by, $3),
  changed_at = CASE WHEN acknowledged_at IS NULL THEN $1 ELSE changed_at END
WHERE alert_id = $2 RETURNING ${COLUMNS}`;

const SILENCE = `
INSERT INTO ops.silences (silence_id, kind, subject, until, reason, silenced_by, silenced_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const CHANGED_MAX = 1_000;

export class AlertsQueries {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** Alerts, the latest first: open ones, past ones, or (null) both. Throws `CursorInvalid`. */
  async alerts(
    { isOpen, now }: Readonly<{ isOpen: boolean | null; now: Instant }>,
    { after, limit }: Readonly<{ after: Cursor | null; limit: number }>,
  ): Promise<Page<AlertRow>> {
    const [raisedAt, alertId] = keyIn('alerts', after, ['time', 'id']);
    const rows = await this.rows(ALERTS, [isoTime(now), isOpen, raisedAt, alertId, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('alerts', [isoTime(row.raisedAt), row.alertId]));
  }

  /** What has changed after `since`, in that order: raised, told, acknowledged, escalated, cleared. */
  changed(since: Instant, now: Instant): Promise<readonly AlertRow[]> {
    return this.rows(CHANGED, [isoTime(now), isoTime(since), CHANGED_MAX]);
  }

  /** Somebody looks after it: it is not escalated any more. The first to say so stands. Null for an alert that is not there. */
  async acknowledge(alertId: string, by: string, now: Instant): Promise<AlertRow | null> {
    return (await this.rows(ACKNOWLEDGE, [isoTime(now), alertId, by]))[0] ?? null;
  }

  /** Nobody is told of alerts of this kind for a time. They are kept, and told once it is over and they last. */
  async silence({ kind, subject, until, reason, by }: Silence, id: string, now: Instant): Promise<void> {
    const values = [id, kind, subject, isoTime(until), reason, by, isoTime(now)];
    await this.pool.query(SILENCE, values);
  }

  private async rows(text: string, values: unknown[]): Promise<readonly AlertRow[]> {
    return (await this.pool.query<AlertRow>({ text, values, types: ownTypes })).rows;
  }
}
