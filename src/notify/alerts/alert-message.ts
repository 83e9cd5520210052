// What channels are told of an alert, and how it reads.
import { z } from 'zod';
import { isoTime } from '../../domain/time.js';
import { ALERT_KINDS, aboutAlert, SEVERITIES } from './alert-kinds.js';

export const HAPPENINGS = ['raised', 'escalated', 'cleared'] as const;

/** As it stands in the outbox. Times are epoch milliseconds. */
export const alertMessageSchema = z.object({
  what: z.enum(HAPPENINGS),
  alertId: z.uuid(),
  kind: z.enum(ALERT_KINDS),
  subject: z.string(),
  severity: z.enum(SEVERITIES),
  detail: z.string(),
  raisedAt: z.int(),
  at: z.int(),
});

export type AlertMessage = Readonly<z.output<typeof alertMessageSchema>>;

const HEADINGS = { raised: 'ALERT', escalated: 'NOBODY HAS ANSWERED', cleared: 'cleared' } as const;

/** One line, as the subject of a mail: `[gavel] ALERT critical: consumer-lag silver`. */
export const headline = ({ what, severity, kind, subject }: AlertMessage): string =>
  `[gavel] ${HEADINGS[what]} ${severity}: ${kind} ${subject}`;

/** The whole of it, as plain text. */
export function alertText(message: AlertMessage): string {
  const { what, alertId, detail, kind, raisedAt, at } = message;
  const { means, todo, runbook, isUnlisted = false } = aboutAlert(kind);
  const since = isoTime(raisedAt as Parameters<typeof isoTime>[0]);
  const end = what === 'cleared' ? ` It had passed by ${isoTime(at as Parameters<typeof isoTime>[0])}.` : '';
  const lines = [detail, '', `What it means: ${means}`];
  if (what !== 'cleared') lines.push(`What to do: ${todo}`, `Runbook: docs/runbook.md#${runbook}`);
  if (what !== 'cleared' && !isUnlisted) lines.push(`Acknowledge it: gavel alerts ack ${alertId}`);
  return [...lines, '', `Since ${since}.${end}`].join('\n');
}
