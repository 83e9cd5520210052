// The rows of ops.outbox. Whoever has something to tell writes it in the transaction of what it tells; the sender does the rest.
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import type { OutboxWaiting } from '../../runtime/metrics.js';
import { nameUuid } from '../../runtime/name-uuid.js';

/** `about` names what is told: a second message of the same name to the same channel is not written. */
export type Outgoing = Readonly<{
  about: string;
  channel: string;
  content: object;
  dueAt: Instant;
  /** Whom a letter is for. All that waits for one person is sent together. */
  userId?: string;
}>;

export type Waiting = Readonly<{
  messageId: string;
  userId: string | null;
  channel: string;
  content: unknown;
  tries: number;
  writtenAt: Date;
}>;

const PUT = `
INSERT INTO ops.outbox (message_id, user_id, channel, content, written_at, due_at)
SELECT m.id, m."userId", m.channel, m.content, $2, m.due
FROM json_to_recordset($1) AS m(id uuid, "userId" uuid, channel text, content json, due timestamptz)
ON CONFLICT DO NOTHING`;

const DUE = `
SELECT message_id AS "messageId", user_id AS "userId", channel, content, tries, written_at AS "writtenAt"
FROM ops.outbox WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1 AND channel = $2
ORDER BY written_at, message_id LIMIT $3`;

/** Letters about the account itself. Whoever asked for one waits for it, and for nothing else. */
const ABOUT_ACCOUNT = "content ->> 'kind' IN ('Confirm', 'Reset', 'AlreadyHere')";

/** Who has letters that are due, and had none within the pause. */
const PEOPLE_DUE = `
SELECT DISTINCT user_id AS "userId", ${ABOUT_ACCOUNT} AS "isAboutAccount" FROM ops.outbox due
WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1 AND user_id IS NOT NULL
  AND (${ABOUT_ACCOUNT} OR NOT EXISTS (
    SELECT FROM ops.outbox WHERE user_id = due.user_id AND sent_at > $2 AND NOT ${ABOUT_ACCOUNT}))
LIMIT $3`;
const OF_PERSON = `
SELECT message_id AS "messageId", user_id AS "userId", channel, content, tries, written_at AS "writtenAt"
FROM ops.outbox
WHERE user_id = $1 AND sent_at IS NULL AND given_up_at IS NULL AND due_at <= $2 AND (${ABOUT_ACCOUNT}) = $3
ORDER BY written_at, message_id`;

const WAITING = `
SELECT channel, count(*)::integer AS messages,
  (extract(epoch FROM $1::timestamptz - min(due_at)) * 1000)::double precision AS "oldestMs"
FROM ops.outbox WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= $1 GROUP BY channel ORDER BY channel`;

const SENT = `
UPDATE ops.outbox SET sent_at = $2, tries = tries + 1, problem = NULL WHERE message_id = ANY ($1::uuid[])`;
const FAILED = `
UPDATE ops.outbox SET tries = tries + 1, problem = $2, due_at = $3, given_up_at = $4
WHERE message_id = ANY ($1::uuid[])`;
const FORGET = 'DELETE FROM ops.outbox WHERE coalesce(sent_at, given_up_at) < $1';

/** What is due and not sent, by channel. */
export async function waitingIn(client: ClientBase, now: Instant): Promise<readonly OutboxWaiting[]> {
  return (await client.query<OutboxWaiting>(WAITING, [isoTime(now)])).rows;
}

/** Writes messages, inside the caller's transaction. */
export async function putInOutbox(client: ClientBase, messages: readonly Outgoing[], now: Instant): Promise<void> {
  if (messages.length === 0) return;
  const rows = messages.map(({ about, channel, content, dueAt, userId = null }) => ({
    id: nameUuid('message', `${about} ${channel}`),
    channel,
    content,
    due: isoTime(dueAt),
    userId,
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

/** What is to be sent to `limit` people, a mail each: letters about the account one by one, others together, after a pause. */
export async function dueForPeople(
  client: ClientBase,
  { now, quietSince, limit }: Readonly<{ now: Instant; quietSince: Instant; limit: number }>,
): Promise<readonly (readonly Waiting[])[]> {
  type Due = Readonly<{ userId: string; isAboutAccount: boolean }>;
  const people = await client.query<Due>(PEOPLE_DUE, [isoTime(now), isoTime(quietSince), limit]);
  const all: (readonly Waiting[])[] = [];
  for (const { userId, isAboutAccount } of people.rows) {
    const { rows } = await client.query<Waiting>(OF_PERSON, [userId, isoTime(now), isAboutAccount]);
    all.push(...(isAboutAccount ? rows.map((row) => [row]) : [rows]));
  }
  return all;
}

/** Notes that messages were taken. */
export async function noteSent(client: ClientBase, messageIds: readonly string[], now: Instant): Promise<void> {
  await client.query(SENT, [messageIds, isoTime(now)]);
}

export type Failure = Readonly<{
  messageIds: readonly string[];
  problem: string;
  /** Null: never again. */
  again: Instant | null;
  now: Instant;
}>;

/** Notes a failure. */
export async function noteFailed(client: ClientBase, { messageIds, problem, again, now }: Failure): Promise<void> {
  await client.query(FAILED, [messageIds, problem, isoTime(again ?? now), again === null ? isoTime(now) : null]);
}

/** Removes what was sent or given up before `before`. */
export async function forgetSent(client: ClientBase, before: Instant): Promise<void> {
  await client.query(FORGET, [isoTime(before)]);
}
