// Carries erasures out: puts every user with a UserErased event on the erasure list and deletes the key, also where the process
// that took the command has died. It is a consumer of its own, so that no rebuild of a read model erases anybody.
import type { ClientBase } from 'pg';
import type { UserId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';
import type { RecordedEvent } from '../../feed/feed.js';
import type { Projection, Write } from '../../feed/projection.js';
import { SILVER_PREVIOUS } from '../silver/silver.versions.js';

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

// Encrypted data cannot be read without the key; usernames from before usernames were encrypted are removed. It also covers users
// whose UserErased event is still parked.
const FORGET_IN_PREVIOUS = `
UPDATE silver_private_previous.users u SET username = ''
FROM (
  SELECT unnest($1::uuid[])
  UNION SELECT substr(stream_id, 6)::uuid FROM feed.parked_events
  WHERE consumer = $2 AND event_type = 'UserErased' AND stream_id ~ '^user-[0-9a-f-]{36}$'
) AS erased (user_id)
WHERE u.user_id = erased.user_id AND u.username <> ''`;

// Tables of older versions have such names in the planner's statistics, too.
const FORGET_STATISTICS = "SELECT pg_clear_attribute_stats('silver_private_previous', 'users', 'username', false)";

function prepare(events: readonly RecordedEvent[], carryOut: CarryOut): Write | null {
  const erased = erasedIn(events);
  return erased.length === 0 ? null : (client) => erase(client, erased, carryOut);
}

export type Erased = Readonly<{ userId: UserId; erasedAt: Instant }>;

/** Whom these events erase. */
export function erasedIn(events: readonly RecordedEvent[]): readonly Erased[] {
  const erased: Erased[] = [];
  for (const { streamId, event } of events)
    if (event.type === 'UserErased')
      erased.push({ userId: streamId.slice('user-'.length) as UserId, erasedAt: event.erasedAt });
  return erased;
}

async function erase(client: ClientBase, erased: readonly Erased[], carryOut: CarryOut): Promise<void> {
  for (const { userId, erasedAt } of erased) await carryOut(userId, erasedAt);
  const { rows } = await client.query<{ there: boolean }>(HAS_PREVIOUS);
  if (rows[0]?.there === true) await forgetInPrevious(client, erased);
}

/**
 * Takes people out of the version of Silver that is kept for a rollback, which follows the journal no more: these, and
 * those whose erasure waits there behind an event that could not be applied.
 */
export async function forgetInPrevious(client: ClientBase, erased: readonly Erased[]): Promise<void> {
  await client.query(FORGET_IN_PREVIOUS, [erased.map(({ userId }) => userId), SILVER_PREVIOUS.projection.name]);
  await client.query(FORGET_STATISTICS);
}
