// Letters about watched lots that close soon. What is due is asked now and then; a letter is noted with the lot it is about, in one
// transaction, so that no second process and no restart writes it again.
import type pg from 'pg';
import { type Instant, instant, isoTime, later } from '../../domain/time.js';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import type { Runtime } from '../../runtime/runtime.js';
import { putInOutbox } from '../outbox/outbox.js';
import type { Letter } from './letter.js';

export type ClosingSoonParts = Readonly<{ pool: pg.Pool; runtime: Runtime; log: Log; pauseMs?: number }>;

/** Time enough to come back and bid. */
export const SOON_MS = 3_600_000;
const PAUSE_MS = 30_000;
const BACK_OFF = { minMs: 1_000, maxMs: 60_000 };
const BATCH_MAX = 500;

// Whoever began to watch a lot within its last hour knows how late it is. Rows are taken by one process at a time.
const TAKE = `
UPDATE own_lists.watched_lots taken SET told_at = $1
FROM (
  SELECT w.user_id, w.auction_id
  FROM own_lists.watched_lots w
  JOIN ops.mail_readers r ON r.user_id = w.user_id AND r.wanted AND r.verified_version = r.data_version
  JOIN silver.auctions a ON a.auction_id = w.auction_id
  WHERE w.told_at IS NULL AND a.recorded_status = 'open' AND a.closes_at > $1 AND a.closes_at <= $2
    AND w.watched_at < a.closes_at - $3 * interval '1 millisecond'
  ORDER BY a.closes_at, w.auction_id, w.user_id
  LIMIT $4
  FOR UPDATE OF w SKIP LOCKED
) due
WHERE taken.user_id = due.user_id AND taken.auction_id = due.auction_id
RETURNING taken.user_id AS "userId", taken.auction_id AS "auctionId"`;

/** Looks every half minute. Returns what stops it. */
export function startClosingSoon({ pool, runtime, log, pauseMs = PAUSE_MS }: ClosingSoonParts): () => Promise<void> {
  const round = async (): Promise<void> => {
    await writeClosingSoon(pool, runtime.now());
  };
  const loop = new Loop({ name: 'watched lots that close soon', runtime, log, backOff: BACK_OFF, pauseMs, round });
  loop.start();
  return () => loop.stop();
}

/** Writes the letters that are due at `now`. Returns how many. */
export async function writeClosingSoon(pool: Pick<pg.Pool, 'connect'>, now: Instant): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const values = [isoTime(now), isoTime(later(now, SOON_MS)), SOON_MS, BATCH_MAX];
    const { rows } = await client.query<{ userId: string; auctionId: string }>(TAKE, values);
    await putInOutbox(
      client,
      rows.map((row) => messageFor(row, now)),
      now,
    );
    await client.query('COMMIT');
    return rows.length;
  } catch (error) {
    // Whatever it fails for, the first error counts.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** The listing is the fact that the letter is about: its revision is 0. */
function messageFor({ userId, auctionId }: Readonly<{ userId: string; auctionId: string }>, now: Instant) {
  const letter: Letter = { kind: 'ClosingSoon', subjectId: auctionId, revision: 0, at: now };
  const about = `${userId} ClosingSoon ${auctionId} ${now}`;
  return { about, channel: 'person', content: letter, dueAt: instant(now), userId };
}
