// Carries erasures out: puts every user with a UserErased event on the erasure list and deletes the key, also where the process
// that took the command has died. It is a consumer of its own, so that no rebuild of a read model erases anybody.
import type { UserId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';
import type { RecordedEvent } from '../../feed/feed.js';
import type { Projection, Write } from '../../feed/projection.js';

const ERASURES_CONSUMER = 'erasures';

/** Puts a person on the erasure list and deletes the key. Idempotent; durable when it resolves. */
export type CarryOut = (userId: UserId, erasedAt: Instant) => Promise<void>;

/** It has no table of its own; what it does is durable before its checkpoint moves, and may be done again. */
export const erasuresProjection = (carryOut: CarryOut): Projection => ({
  name: ERASURES_CONSUMER,
  searchPath: ['feed'],
  prepare: (events) => prepare(events, carryOut),
});

function prepare(events: readonly RecordedEvent[], carryOut: CarryOut): Write | null {
  const erased = events.filter(({ event }) => event.type === 'UserErased');
  if (erased.length === 0) return null;
  return async () => {
    for (const { streamId, event } of erased)
      if (event.type === 'UserErased') await carryOut(streamId.slice('user-'.length) as UserId, event.erasedAt);
  };
}
