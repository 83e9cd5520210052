// Lots that somebody watches, and searches that somebody has given a name: rows of the person's own, and no facts (docs/adr/0113).
import type { ClientBase, Pool } from 'pg';
import type { AuctionId, UserId } from '../domain/ids.js';
import { type Instant, instant, isoTime } from '../domain/time.js';

/** As many as a page of a list has. */
export const WATCHED_MAX = 200;
export const SEARCHES_MAX = 50;

/** `filter` is kept as the edge has read it, and read again when the search is run. */
export type SavedSearch = Readonly<{ searchId: string; name: string; filter: object; savedAt: Instant }>;

export type WatchOutcome = 'watched' | 'unknown' | 'too many';
export type SaveOutcome = 'saved' | 'name taken' | 'too many';

type About = Readonly<{ userId: UserId; auctionId: AuctionId }>;

// Nothing is kept for an erased person, whose token may still be good for a while.
const NOT_ERASED = "NOT EXISTS (SELECT FROM silver_private.users WHERE user_id = $1 AND status = 'erased')";
const STATE = `
SELECT EXISTS (SELECT FROM silver_private.listings WHERE auction_id = $2) AND ${NOT_ERASED} AS known,
  (SELECT count(*) FROM own_lists.watched_lots WHERE user_id = $1 AND auction_id <> $2)::integer AS others`;
const WATCH = `
INSERT INTO own_lists.watched_lots (user_id, auction_id, watched_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
const UNWATCH = 'DELETE FROM own_lists.watched_lots WHERE user_id = $1 AND auction_id = $2';
const WATCHED = `
SELECT auction_id AS "auctionId" FROM own_lists.watched_lots WHERE user_id = $1
ORDER BY watched_at DESC, auction_id DESC LIMIT $2`;

const COUNT = `
SELECT count(*)::integer AS searches, coalesce(bool_or(name = $2), false) AS taken
FROM own_lists.saved_searches WHERE user_id = $1`;
const SAVE = `
INSERT INTO own_lists.saved_searches (search_id, user_id, name, filter, saved_at)
SELECT $3, $1, $2, $4, $5 WHERE ${NOT_ERASED} ON CONFLICT DO NOTHING`;
const SEARCHES = `
SELECT search_id AS "searchId", name, filter, saved_at AS "savedAt" FROM own_lists.saved_searches
WHERE user_id = $1 AND ($2::uuid IS NULL OR search_id = $2) ORDER BY name, search_id`;
const REMOVE = 'DELETE FROM own_lists.saved_searches WHERE user_id = $1 AND search_id = $2';

const FORGET = `
WITH watched AS (DELETE FROM own_lists.watched_lots WHERE user_id = ANY ($1::uuid[]))
DELETE FROM own_lists.saved_searches WHERE user_id = ANY ($1::uuid[])`;

export class OwnLists {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** Puts a lot on the person's watch list; once more changes nothing. `unknown` is a lot that Silver does not have. */
  async watch({ userId, auctionId }: About, now: Instant): Promise<WatchOutcome> {
    const { rows } = await this.pool.query<{ known: boolean; others: number }>(STATE, [userId, auctionId]);
    const [state] = rows;
    if (state?.known !== true) return 'unknown';
    if (state.others >= WATCHED_MAX) return 'too many';
    await this.pool.query(WATCH, [userId, auctionId, isoTime(now)]);
    return 'watched';
  }

  /** Takes a lot off the list. False where it was not on it. */
  async unwatch({ userId, auctionId }: About): Promise<boolean> {
    return (await this.pool.query(UNWATCH, [userId, auctionId])).rowCount === 1;
  }

  /** The lots on a person's list, the latest first. */
  async watched(userId: UserId): Promise<readonly AuctionId[]> {
    const { rows } = await this.pool.query<{ auctionId: AuctionId }>(WATCHED, [userId, WATCHED_MAX]);
    return rows.map(({ auctionId }) => auctionId);
  }

  async save(userId: UserId, { searchId, name, filter, savedAt }: SavedSearch): Promise<SaveOutcome> {
    const { rows } = await this.pool.query<{ searches: number; taken: boolean }>(COUNT, [userId, name]);
    if (rows[0]?.taken === true) return 'name taken';
    if ((rows[0]?.searches ?? 0) >= SEARCHES_MAX) return 'too many';
    const values = [userId, name, searchId, JSON.stringify(filter), isoTime(savedAt)];
    return (await this.pool.query(SAVE, values)).rowCount === 1 ? 'saved' : 'name taken';
  }

  /** A person's searches by their names. */
  searches(userId: UserId): Promise<readonly SavedSearch[]> {
    return this.find(userId, null);
  }

  /** Null for one that is not there, or somebody else's. */
  async search(userId: UserId, searchId: string): Promise<SavedSearch | null> {
    return (await this.find(userId, searchId))[0] ?? null;
  }

  /** False where there is none. */
  async remove(userId: UserId, searchId: string): Promise<boolean> {
    return (await this.pool.query(REMOVE, [userId, searchId])).rowCount === 1;
  }

  private async find(userId: UserId, searchId: string | null): Promise<readonly SavedSearch[]> {
    type Row = Omit<SavedSearch, 'savedAt'> & Readonly<{ savedAt: Date }>;
    const { rows } = await this.pool.query<Row>(SEARCHES, [userId, searchId]);
    return rows.map(({ savedAt, ...row }) => ({ ...row, savedAt: instant(savedAt.getTime()) }));
  }
}

/** Deletes all that these people keep for themselves. Idempotent. */
export async function forgetOwnLists(
  pool: Pick<Pool | ClientBase, 'query'>,
  userIds: readonly UserId[],
): Promise<void> {
  await pool.query(FORGET, [userIds]);
}
