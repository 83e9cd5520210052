// Where a follower of the journal stands, saved in one transaction with what a page comes to.
import type pg from 'pg';
import { isoTime } from '../domain/time.js';
import type { Feed, JournalEntry, Page, Position } from '../feed/feed.js';
import type { Following } from '../feed/follower.js';
import { inTransaction } from '../feed/session.js';
import type { Runtime } from '../runtime/runtime.js';

/** Something to be written; null for nothing. */
export type Write = ((client: pg.ClientBase) => Promise<void>) | null;

export type SavedParts = Readonly<{
  /** The key of its position. */
  name: string;
  feed: Feed;
  runtime: Runtime;
  /** Where the very first start begins; at the journal's end unless told. */
  from?: 'beginning' | 'end';
}>;

/** A position that had no effect is saved now and then. */
const SAVE_WITHIN_MS = 5_000;

const BEGIN = 'INSERT INTO ops.followers (name, position, updated_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const WHERE = 'SELECT position::text FROM ops.followers WHERE name = $1';
const MOVE = `
UPDATE ops.followers SET position = $2, updated_at = $4 WHERE name = $1 AND position IS NOT DISTINCT FROM $3`;

/** Follows from the saved position on, and writes what each page comes to. It rejects when another process has moved the position. */
export async function followingFrom(
  parts: SavedParts & Readonly<{ take: (entries: readonly JournalEntry[]) => Write }>,
  client: pg.ClientBase,
): Promise<Following> {
  const { runtime } = parts;
  const from = await savedPosition(parts, client);
  let [saved, done, savedAtMs] = [from, from, runtime.monotonicMs()];
  const take = async (page: Page | null): Promise<void> => {
    const write = page === null ? null : parts.take(page.entries);
    const upTo = page?.upTo ?? done;
    done = upTo;
    const isLate = upTo !== saved && runtime.monotonicMs() - savedAtMs > SAVE_WITHIN_MS;
    if (upTo === null || (write === null && !isLate)) return;
    await inTransaction(client, async () => {
      await move(parts, client, { from: saved, to: upTo });
      await write?.(client);
    });
    [saved, savedAtMs] = [upTo, runtime.monotonicMs()];
  };
  return { from, take };
}

/** Where it stands. What was recorded before its first start ever is told to nobody, unless it follows from the beginning. */
export async function savedPosition(
  { name, feed, runtime, from = 'end' }: SavedParts,
  client: pg.ClientBase,
): Promise<Position | null> {
  const head = await feed.journal.head();
  const printed = head === null || from === 'beginning' ? null : feed.journal.printPosition(head);
  await client.query(BEGIN, [name, printed, isoTime(runtime.now())]);
  const { rows } = await client.query<{ position: string | null }>(WHERE, [name]);
  const position = rows[0]?.position ?? null;
  return position === null ? null : feed.journal.parsePosition(position);
}

async function move(
  { name, feed, runtime }: SavedParts,
  client: pg.ClientBase,
  { from, to }: Readonly<{ from: Position | null; to: Position }>,
): Promise<void> {
  const was = from === null ? null : feed.journal.printPosition(from);
  const values = [name, feed.journal.printPosition(to), was, isoTime(runtime.now())];
  const { rowCount } = await client.query(MOVE, values);
  if (rowCount !== 1) throw new Error(`another process has moved the follower ${name}`);
}
