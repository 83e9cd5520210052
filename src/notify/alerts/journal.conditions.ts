// Who follows the journal, and how far behind it: consumers, the archive.
import type { ClientBase } from 'pg';
import type { Instant } from '../../domain/time.js';
import type { Journal } from '../../journal/journal.js';
import type { Found } from './alert-kinds.js';
import { type Condition, roughly } from './condition.js';

/** Versions of Silver that are not in use count for nothing. The scorer keeps its position elsewhere. */
const FOLLOWERS = `
SELECT consumer, position::text FROM feed.checkpoints WHERE consumer NOT IN (SELECT consumer FROM feed.versions)
UNION ALL
SELECT * FROM (SELECT 'fraud', position::text FROM fraud.progress ORDER BY leads DESC, model_version DESC LIMIT 1) AS scorer
ORDER BY 1`;

const PARKED = `
SELECT consumer, count(*)::integer AS streams, min(parked_at) AS since FROM feed.parked_streams
WHERE consumer NOT IN (SELECT consumer FROM feed.versions) GROUP BY consumer ORDER BY consumer`;

const ARCHIVED = `
SELECT cut ->> 'last' AS position FROM bronze.parts
WHERE chain = 'events' AND finished_at IS NOT NULL ORDER BY part DESC LIMIT 1`;

type JournalPart = Pick<Journal, 'readAll' | 'parsePosition'>;

/** Consumers that lack an event older than `limitMs`. */
export const consumerLag = (journal: JournalPart, limitMs: number): Condition => ({
  kinds: ['consumer-lag'],
  look: async (client, now) => {
    const { rows } = await client.query<{ consumer: string; position: string | null }>(FOLLOWERS);
    const found: Found[] = [];
    for (const { consumer, position } of rows) {
      const ageMs = await missingForMs(journal, position, now);
      if (ageMs > limitMs)
        found.push({
          kind: 'consumer-lag',
          subject: consumer,
          detail: `The consumer ${consumer} lacks events since ${roughly(ageMs)}.`,
        });
    }
    return found;
  },
});

/** The archive lacks an event older than `limitMs`. Silent where there is no archive yet and none is due. */
export const archiveLag = (journal: JournalPart, limitMs: number): Condition => ({
  kinds: ['ingestion-late'],
  look: async (client, now) => {
    const { rows } = await client.query<{ position: string }>(ARCHIVED);
    const ageMs = await missingForMs(journal, rows[0]?.position ?? null, now);
    if (ageMs <= limitMs) return [];
    const detail = `Bronze lacks events since ${roughly(ageMs)}.`;
    return [{ kind: 'ingestion-late', subject: 'bronze', detail }];
  },
});

export const parkedStreams: Condition = {
  kinds: ['stream-parked'],
  look: async (client: ClientBase) => {
    const { rows } = await client.query<{ consumer: string; streams: number; since: Date }>(PARKED);
    return rows.map(({ consumer, streams, since }) => ({
      kind: 'stream-parked',
      subject: consumer,
      detail: `The consumer ${consumer} has parked ${streams} streams, the first at ${since.toISOString()}.`,
    }));
  },
};

/** How long ago the first event behind a position was recorded; 0 where there is none. */
async function missingForMs(journal: JournalPart, position: string | null, now: Instant): Promise<number> {
  const after = position === null ? null : journal.parsePosition(position);
  const [next] = await journal.readAll(after, 1);
  return next === undefined ? 0 : now - next.recordedAt;
}
