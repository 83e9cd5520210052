// The rows of ops.outbox. Whoever has something to tell writes it in the transaction of what it tells; the sender does the rest.
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import { nameUuid } from '../../runtime/name-uuid.js';

/** `about` names what is told: a second message of the same name to the same channel is not written. */
export type Outgoing = Readonly<{ about: string; channel: string; content: object; dueAt: Instant }>;

export type Waiting = Readonly<{
  messageId: string;
  channel: string;
  content: unknown;
  tries: number;
  writtenAt: Date;
}>;

const PUT = `
INSERT INTO ops.outbox (message_id, channel, content, written_at, due_at)
SELECT m.id, m.channel, m.content, $2, m.due
FROM json_to_recordset($1) AS m(id uuid, channel text, content json, due timestamptz)
ON CONFLICT DO NOTHING`;

const DUE = `
SELECT message_id AS "messageId", channel, content, tries, written_at AS "writtenAt"
FROM ops.outbox WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1 AND channel = $2
ORDER BY written_at, message_id LIMIT $3`;

const SENT = 'UPDATE ops.outbox SET sent_at = $2, tries = tries + 1, problem = NULL WHERE message_id = $1';
const FAILED = `
UPDATE ops.outbox SET tries = tries + 1, problem = $2, due_at = $3, given_up_at = $4 WHERE message_id = $1`;
const FORGET = 'DELETE FROM ops.outbox WHERE coalesce(sent_at, given_up_at) < $1';

/** Writes messages, inside the caller's transaction. */
export async function putInOutbox(client: ClientBase, messages: readonly Outgoing[], now: Instant): Promise<void> {
  if (messages.length === 0) return;
  const rows = messages.map(({ about, channel, content, dueAt }) => ({
    id: nameUuid('message', `${about} ${channel}`),
    channel,
    content,
    due: isoTime(dueAt),
  }));
  await client.query(PUT, [JSON.stringify(rows), isoTime(now)]);
}

/** Messages that are due on a channel, the oldest first. */
export async function dueIn(
  client: ClientBase,
  { channel, now, limit }: Readonly<{ channel: string; now: Instant; limit: number }>,
): Promise<readonly Waiting[]> {
  return (await client.query<Waiting>(DUE, [isoTime(now), channel, limit])).rows;
}

/** Notes that a message was taken. */
export async function noteSent(client: ClientBase, messageId: string, now: Instant): Promise<void> {
  await client.query(SENT, [messageId, isoTime(now)]);
}

/** Notes a failure: to be tried again at `again`, or never where that is null. */
export async function noteFailed(
  client: ClientBase,
  {
    messageId,
    problem,
    again,
    now,
  }: Readonly<{ messageId: string; problem: string; again: Instant | null; now: Instant }>,
): Promise<void> {
  await client.query(FAILED, [messageId, problem, isoTime(again ?? now), again === null ? isoTime(now) : null]);
}

/** Removes what was sent or given up before `before`. */
export async function forgetSent(client: ClientBase, before: Instant): Promise<void> {
  await client.query(FORGET, [isoTime(before)]);
}
