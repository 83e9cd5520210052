// Accounts whose address nobody has confirmed are erased at night: what somebody typed, perhaps of another person, does not stay.
// The consumer of erasures then deletes what the sign-in keeps.
import type { ClientBase, Pool } from 'pg';
import type { CommandBus } from '../bus/command-bus.js';
import { userId } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import { NO_TIES } from '../domain/user/user.commands.js';
import { houseCommandId } from '../runtime/name-uuid.js';

/** Longer than anybody is away from the mail, with time to ask for another link. */
export const UNCONFIRMED_MS = 7 * 86_400_000;
/** What is beyond it waits for the next night. */
const IN_A_NIGHT = 10_000;

const STALE = `
SELECT id FROM sign_in."user" WHERE NOT "emailVerified" AND "createdAt" <= $1
ORDER BY "createdAt", id LIMIT ${IN_A_NIGHT}`;

/** Erases those that are due at this instant; resolves to how many. Idempotent. Nobody can have used one, so none has ties. */
export async function eraseUnconfirmed(
  { client, bus }: Readonly<{ client: Pick<Pool | ClientBase, 'query'>; bus: Pick<CommandBus, 'submit'> }>,
  now: Instant,
  signal: AbortSignal,
): Promise<number> {
  const { rows } = await client.query<{ id: string }>(STALE, [new Date(now - UNCONFIRMED_MS)]);
  let erased = 0;
  for (const { id } of rows) {
    signal.throwIfAborted();
    const commandId = houseCommandId('unconfirmed', id, now);
    const command = { type: 'EraseUser', userId: userId(id), ties: NO_TIES } as const;
    const outcome = await bus.submit({ command, commandId, actor: { kind: 'house' }, correlationId: null });
    if (outcome.status === 'accepted') erased += 1;
    else if (outcome.status !== 'rejected' || outcome.rejection.reason !== 'UserErased')
      throw new Error(`an account that nobody confirmed could not be erased: ${outcome.status}`);
  }
  return erased;
}
