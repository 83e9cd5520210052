// Follows the journal, and writes what it makes of it and its position in one transaction. It
// rests between pages: whatever it tells may be a moment late, and bids come first.
import type pg from 'pg';
import { isoTime } from '../domain/time.js';
import type { Feed, JournalEntry, Position } from '../feed/feed.js';
import type { Term } from '../feed/leader.js';
import { inTransaction } from '../feed/session.js';
import { WHOLE } from '../feed/versions/slice.js';
import type { Runtime } from '../runtime/runtime.js';

export type FollowerParts = Readonly<{
  /** The key of its position. */
  name: string;
  feed: Feed;
  runtime: Runtime;
  /** Writes what a page comes to; null when it comes to nothing. */
  take: (entries: readonly JournalEntry[]) => ((client: pg.ClientBase) => Promise<void>) | null;
  /** Where the very first start begins; at the journal's end unless told. */
  from?: 'beginning' | 'end';
  restMs?: number;
}>;

const PAGE = 4_096;
const REST_MS = 200;
/** A position that had no effect is saved now and then. */
const SAVE_WITHIN_MS = 5_000;

const BEGIN = 'INSERT INTO ops.followers (name, position, updated_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const WHERE = 'SELECT position::text FROM ops.followers WHERE name = $1';
const MOVE = `
UPDATE ops.followers SET position = $2, updated_at = $4 WHERE name = $1 AND position IS NOT DISTINCT FROM $3`;

/** For a leader's work. It rejects when the connection is lost, or another process has moved the position. */
export async function followJournal(parts: FollowerParts, { client, signal, worked }: Term): Promise<void> {
  const { feed, runtime, take, restMs = REST_MS } = parts;
  let saved = await beginning(parts, client);
  let done = saved;
  let savedAtMs = runtime.monotonicMs();
  const save = async (upTo: Position, write: ((client: pg.ClientBase) => Promise<void>) | null): Promise<void> => {
    await inTransaction(client, async () => {
      await move(parts, client, { from: saved, to: upTo });
      await write?.(client);
    });
    saved = upTo;
    savedAtMs = runtime.monotonicMs();
  };
  await feed.follow(feed.reader(saved, WHOLE), { limit: PAGE, signal }, async (page) => {
    worked();
    const write = page === null ? null : take(page.entries);
    done = page?.upTo ?? done;
    const isLate = done !== saved && runtime.monotonicMs() - savedAtMs > SAVE_WITHIN_MS;
    if (done !== null && (write !== null || isLate)) await save(done, write);
    if (page === null) return;
    await runtime.sleep(restMs, signal);
  });
}

/** Where it stands. What was recorded before its first start ever is told to nobody, unless it follows from the beginning. */
export async function beginning(
  { name, feed, runtime, from = 'end' }: Omit<FollowerParts, 'take'>,
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
  { name, feed, runtime }: FollowerParts,
  client: pg.ClientBase,
  { from, to }: Readonly<{ from: Position | null; to: Position }>,
): Promise<void> {
  const was = from === null ? null : feed.journal.printPosition(from);
  const values = [name, feed.journal.printPosition(to), was, isoTime(runtime.now())];
  const { rowCount } = await client.query(MOVE, values);
  if (rowCount !== 1) throw new Error(`another process has moved the follower ${name}`);
}
