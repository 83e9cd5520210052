// What the journal itself tells operators: a flood, a fraud case; and how much is refused. Failed runs are told by ops.runs, which
// knows why they failed.
import type { ClientBase } from 'pg';
import { streamOwner } from '../../domain/messages.js';
import { type Instant, instant, isoTime } from '../../domain/time.js';
import type { JournalEntry } from '../../feed/feed.js';
import type { AlertBook } from './alert-book.js';
import type { Found } from './alert-kinds.js';

/** The events that `alertsIn` looks at. */
export const ALERT_FACTS = [
  'FloodRejected',
  'BidRejected',
  'CommandRejected',
  'FraudCaseOpened',
  'FraudCaseDismissed',
  'FraudCaseConfirmed',
] as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KEEP_MS = 2 * DAY_MS;

const COUNT = `
INSERT INTO ops.refused_minutes (minute, refused)
SELECT m.minute, m.refused FROM json_to_recordset($1) AS m(minute timestamptz, refused bigint)
ON CONFLICT (minute) DO UPDATE SET refused = refused_minutes.refused + excluded.refused`;
const FORGET = 'DELETE FROM ops.refused_minutes WHERE minute < $1';

/** What a page of the journal comes to; null for nothing. */
export function alertsIn(
  entries: readonly JournalEntry[],
  bookOf: (client: ClientBase) => AlertBook,
  now: () => Instant,
): ((client: ClientBase) => Promise<void>) | null {
  const found = entries.flatMap(foundIn);
  const refused = refusedByMinute(entries);
  const decided = casesDecided(entries);
  if (found.length === 0 && refused.size === 0 && decided.size === 0) return null;
  return async (client) => {
    const at = now();
    const book = bookOf(client);
    await book.raise(found, at);
    for (const caseId of decided) await book.clearOne('fraud-case', caseId, at);
    if (refused.size === 0) return;
    const rows = [...refused].map(([minute, count]) => ({ minute: isoTime(instant(minute)), refused: count }));
    await client.query(COUNT, [JSON.stringify(rows)]);
    await client.query(FORGET, [isoTime(instant(at - KEEP_MS))]);
  };
}

function foundIn(entry: JournalEntry): readonly Found[] {
  if (entry.kind !== 'event') return [];
  const { event, streamId } = entry;
  switch (event.type) {
    case 'FloodRejected': {
      const { kind, id } = streamOwner(streamId);
      const where = kind === 'refusals' ? `auction ${id}` : `account ${id}`;
      const detail = `${event.count} commands of user ${event.actorId} on ${where} were turned away within a minute.`;
      return [{ kind: 'bidder-flood', subject: event.actorId, detail }];
    }
    case 'FraudCaseOpened': {
      const accounts = event.accounts.map(({ bidderId }) => bidderId).join(', ');
      const detail = `A case against the seller ${event.sellerId} and the accounts ${accounts} was opened by the scores.`;
      return [{ kind: 'fraud-case', subject: streamOwner(streamId).id, detail }];
    }
    default:
      return [];
  }
}

/** Cases that a page decides and does not open again. */
function casesDecided(entries: readonly JournalEntry[]): ReadonlySet<string> {
  const decided = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'event') continue;
    const { type } = entry.event;
    if (type === 'FraudCaseOpened') decided.delete(streamOwner(entry.streamId).id);
    if (type === 'FraudCaseDismissed' || type === 'FraudCaseConfirmed') decided.add(streamOwner(entry.streamId).id);
  }
  return decided;
}

function refusedByMinute(entries: readonly JournalEntry[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const entry of entries) {
    const count = refusedIn(entry);
    if (count === 0) continue;
    const minute = Math.floor(entry.recordedAt / MINUTE_MS) * MINUTE_MS;
    counts.set(minute, (counts.get(minute) ?? 0) + count);
  }
  return counts;
}

function refusedIn(entry: JournalEntry): number {
  if (entry.kind !== 'event') return 0;
  if (entry.event.type === 'FloodRejected') return entry.event.count;
  return entry.event.type === 'BidRejected' || entry.event.type === 'CommandRejected' ? 1 : 0;
}
