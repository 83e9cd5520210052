// Erasing, from the journal: whoever it says was erased is put on the erasure list and loses the key, whatever became of the
// process that took the command. It is a consumer of its own, so that no rebuild of a read model erases anybody.
import type { ClientBase } from 'pg';
import type { UserId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';
import type { RecordedEvent } from '../../feed/feed.js';
import type { Projection, Write } from '../../feed/projection.js';

export const ERASURES_CONSUMER = 'erasures';

/** Puts a person on the erasure list and deletes the key. Idempotent; durable when it resolves. */
export type CarryOut = (userId: UserId, erasedAt: Instant) => Promise<void>;

/** It has no table of its own; what it does is durable before its checkpoint moves, and may be done again. */
export const erasuresProjection = (carryOut: CarryOut): Projection => ({
  name: ERASURES_CONSUMER,
  searchPath: ['feed'],
  prepare: (events) => prepare(events, carryOut),
});

const HAS_PREVIOUS = "SELECT to_regclass('silver_private_previous.users') IS NOT NULL AS there";

// A version of Silver that is kept for a rollback follows the journal no more. What is sealed in it is unreadable without the
// key; usernames of before they were sealed are taken out.
const FORGET_IN_PREVIOUS = `
UPDATE silver_private_previous.users SET username = '' WHERE user_id = ANY ($1::uuid[]) AND username IS NOT NULL`;

function prepare(events: readonly RecordedEvent[], carryOut: CarryOut): Write | null {
  const erased = events.flatMap(({ streamId, event }) =>
    event.type === 'UserErased' ? [[streamId.slice('user-'.length) as UserId, event.erasedAt] as const] : [],
  );
  return erased.length === 0 ? null : (client) => erase(client, erased, carryOut);
}

async function erase(
  client: ClientBase,
  erased: readonly (readonly [UserId, Instant])[],
  carryOut: CarryOut,
): Promise<void> {
  for (const [userId, erasedAt] of erased) await carryOut(userId, erasedAt);
  const { rows } = await client.query<{ there: boolean }>(HAS_PREVIOUS);
  if (rows[0]?.there === true) await client.query(FORGET_IN_PREVIOUS, [erased.map(([userId]) => userId)]);
}
