// The keys of persons under a new master key, while the house is open.
import { takeLock } from '../feed/advisory-lock.js';
import { closeSession, openSession } from '../feed/session.js';
import { type Rewrapped, rewrapAll } from '../personal-data/rewrap.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { beginOperation, byOwnCommand } from './operations.js';
import { erasureListOf, type KeysConfig, keyStoreOf, keysDirectoryOf, masterKeysOf } from './personal.js';
import type { Stores } from './stores.js';

const LOCK = 'keys';

export type RotateParts = Stores &
  Readonly<{ config: KeysConfig; runtime: Runtime; signal: AbortSignal; progress: (keys: number) => void }>;

/** Wraps every key under GAVEL_MASTER_KEY that is not yet. Refuses to run twice at a time. */
export async function rotateKeys({ database, journal, config, runtime, ...watched }: RotateParts): Promise<Rewrapped> {
  const client = await openSession(database, { name: LOCK, searchPath: ['ops'] });
  try {
    if (!(await takeLock(client, LOCK))) throw new OperatorError('another gavel keys rotate is at work');
    const masters = masterKeysOf(config);
    const act = byOwnCommand({ operation: 'KeysRotated', target: 'keys', detail: `to master key ${masters.current}` });
    await beginOperation(journal, runtime)(act);
    const done = await rewrapAll(keysDirectoryOf(config), masters, watched);
    // A run that was killed at the very moment of an erasure may have put the key back.
    const keys = keyStoreOf(config);
    for (const userId of await erasureListOf(config).all()) await keys.erase(userId);
    return done;
  } finally {
    await closeSession(client, runtime);
  }
}
