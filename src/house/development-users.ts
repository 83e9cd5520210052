// The people of the first requests that `gavel up` prints. They exist in development only.

import { commandId, type UserId } from '../domain/ids.js';
import { userStream } from '../domain/messages.js';
import type { KeyStore } from '../personal-data/key-store.js';
import { sealUsername } from '../personal-data/personal-data.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { userNamed } from './development.js';
import type { House } from './house.js';

const NAMES = ['sue', 'ann', 'bob'] as const;

/** Registers sue, ann and bob where they are not registered yet. */
export async function registerDevelopmentUsers(
  { bus, journal }: Pick<House, 'bus' | 'journal'>,
  keys: KeyStore,
  runtime: Runtime,
): Promise<void> {
  for (const name of NAMES) {
    const userId: UserId = userNamed(name);
    if ((await journal.lastRevision(userStream(userId))) >= 0) continue;
    const username = await sealUsername(keys, userId, name);
    const outcome = await bus.submit({
      command: { type: 'RegisterUser', userId, username, personalData: null },
      commandId: commandId(runtime.uuid()),
      actor: { kind: 'user', userId, roles: ['bidder'] },
      correlationId: null,
    });
    if (outcome.status !== 'accepted') throw new OperatorError(`${name} could not be registered: ${outcome.status}`);
  }
}
