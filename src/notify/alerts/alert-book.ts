// The rows of ops.alerts: raised once while the trouble lasts, told, escalated, cleared. What is told goes into the outbox in the
// same transaction, so a restart neither loses nor repeats an alert.
import type { ClientBase } from 'pg';
import { type Instant, isoTime, later } from '../../domain/time.js';
import { ownTypes } from '../../projections/pg-types.js';
import { putInOutbox } from '../outbox/outbox.js';
import { ALERT_KINDS, type AlertKind, aboutAlert, type Found } from './alert-kinds.js';
import type { AlertMessage } from './alert-message.js';

export type AlertBookSettings = Readonly<{
  /** Names of the channels that are told. */
  channels: readonly string[];
  /** Trouble that was not seen for so long has passed. */
  clearAfterMs: number;
  /** An alert that nobody has acknowledged for so long is told again. */
  escalateAfterMs: number;
}>;

const RAISE = `
INSERT INTO ops.alerts (alert_id, kind, subject, severity, detail, raised_at, last_seen_at, changed_at)
SELECT f.id, f.kind, f.subject, f.severity, f.detail, $2, $2, $2
FROM json_to_recordset($1) AS f(id uuid, kind text, subject text, severity text, detail text)
ON CONFLICT (kind, subject) WHERE cleared_at IS NULL
DO UPDATE SET detail = excluded.detail, last_seen_at = excluded.last_seen_at`;

const ALERT = 'a.alert_id AS "alertId", a.kind, a.subject, a.severity, a.detail, a.raised_at AS "raisedAt"';
const SILENCED = `EXISTS (SELECT FROM ops.silences s
  WHERE s.kind = a.kind AND (s.subject IS NULL OR s.subject = a.subject) AND s.until > $1)`;

/** Of each kind that was looked at, with the time before which it was last seen. */
const CLEAR = `
UPDATE ops.alerts a SET cleared_at = $1, changed_at = $1
FROM json_to_recordset($2) AS k(kind text, before timestamptz)
WHERE a.cleared_at IS NULL AND a.kind = k.kind AND a.last_seen_at <= k.before
RETURNING ${ALERT}, a.told_at IS NOT NULL AS "wasTold"`;

const CLEAR_ONE = `
UPDATE ops.alerts a SET cleared_at = $1, changed_at = $1
WHERE a.cleared_at IS NULL AND a.kind = $2 AND a.subject = $3
RETURNING ${ALERT}, a.told_at IS NOT NULL AS "wasTold"`;

const TELL = `
UPDATE ops.alerts a SET told_at = $1, changed_at = $1
WHERE a.cleared_at IS NULL AND a.told_at IS NULL AND a.acknowledged_at IS NULL AND NOT ${SILENCED}
RETURNING ${ALERT}`;

const ESCALATE = `
UPDATE ops.alerts a SET escalated_at = $1, changed_at = $1
WHERE a.cleared_at IS NULL AND a.told_at <= $2 AND a.acknowledged_at IS NULL AND a.escalated_at IS NULL AND NOT ${SILENCED}
RETURNING ${ALERT}`;

const OPEN = `SELECT kind, count(*)::integer AS alerts FROM ops.alerts WHERE cleared_at IS NULL GROUP BY kind`;

type Row = Omit<AlertMessage, 'what' | 'at'> & Readonly<{ raisedAt: Instant }>;
type Cleared = Row & Readonly<{ wasTold: boolean }>;

/** Speaks within the caller's transaction. */
export class AlertBook {
  constructor(
    private readonly client: ClientBase,
    private readonly settings: AlertBookSettings,
    private readonly uuid: () => string,
  ) {}

  /** Notes what is wrong now. What is open already is seen again, and nobody is told of it twice. */
  async raise(found: readonly Found[], now: Instant): Promise<void> {
    if (found.length === 0) return;
    const once = new Map(found.map((one) => [`${one.kind} ${one.subject}`, one]));
    const rows = [...once.values()].map((one) => ({
      ...one,
      id: this.uuid(),
      severity: aboutAlert(one.kind).severity,
    }));
    await this.client.query(RAISE, [JSON.stringify(rows), isoTime(now)]);
  }

  /** Clears what has passed, of these kinds; those that happen once clear after their quiet time, whatever was looked at. */
  async clear(lookedAt: ReadonlySet<AlertKind>, now: Instant): Promise<void> {
    const kinds = ALERT_KINDS.flatMap((kind) => {
      const { quietMs } = aboutAlert(kind);
      if (quietMs === undefined && !lookedAt.has(kind)) return [];
      return [{ kind, before: isoTime(later(now, -(quietMs ?? this.settings.clearAfterMs))) }];
    });
    await this.tellCleared(await this.rows<Cleared>(CLEAR, [isoTime(now), JSON.stringify(kinds)]), now);
  }

  /** Clears one alert that is known to have passed. */
  async clearOne(kind: AlertKind, subject: string, now: Instant): Promise<void> {
    await this.tellCleared(await this.rows<Cleared>(CLEAR_ONE, [isoTime(now), kind, subject]), now);
  }

  /** Tells what nobody was told yet, and what nobody has answered. */
  async tell(now: Instant): Promise<void> {
    await this.put('raised', await this.rows<Row>(TELL, [isoTime(now)]), now);
    const toldBefore = isoTime(later(now, -this.settings.escalateAfterMs));
    await this.put('escalated', await this.rows<Row>(ESCALATE, [isoTime(now), toldBefore]), now);
  }

  /** How many are open, by kind. */
  async open(): Promise<ReadonlyMap<AlertKind, number>> {
    const rows = await this.rows<Readonly<{ kind: AlertKind; alerts: number }>>(OPEN, []);
    return new Map(rows.map(({ kind, alerts }) => [kind, alerts]));
  }

  /** Whoever was never told that it began is not told that it ended. */
  private tellCleared(rows: readonly Cleared[], now: Instant): Promise<void> {
    return this.put(
      'cleared',
      rows.filter(({ wasTold }) => wasTold).map(({ wasTold: _, ...row }) => row),
      now,
    );
  }

  private async put(what: AlertMessage['what'], rows: readonly Row[], now: Instant): Promise<void> {
    const messages = rows.flatMap((row) => {
      const content: AlertMessage = { what, ...row, at: now };
      return this.settings.channels.map((channel) => ({
        about: `${row.alertId} ${what}`,
        channel,
        content,
        dueAt: now,
      }));
    });
    await putInOutbox(this.client, messages, now);
  }

  private async rows<R extends object>(text: string, values: unknown[]): Promise<readonly R[]> {
    return (await this.client.query<R>({ text, values, types: ownTypes })).rows;
  }
}
