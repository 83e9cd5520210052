// One small file a person: `<directory>/<last two hex digits of the uuid>/<uuid>`. Back it up apart from the database, or not at all:
// whoever holds both can read everybody, and a key that is restored brings an erased person back.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { UserId } from '../domain/ids.js';
import { KEY_BYTES, type KeyStore, type PersonalKey } from './key-store.js';
import { createPrivateFile, destroyPrivateFile, readPrivateFile } from './private-file.js';

/** A key file that is not a key. Nothing is made in its place: what was sealed under the lost key would be lost unseen. */
export class KeyDamaged extends Error {
  readonly code = 'KeyDamaged';
}

export class DirectoryKeyStore implements KeyStore {
  constructor(private readonly directory: string) {}

  async obtain(userId: UserId): Promise<PersonalKey> {
    const known = await this.find(userId);
    if (known !== null) return known;
    const key = new Uint8Array(randomBytes(KEY_BYTES));
    if (await createPrivateFile(this.pathOf(userId), key)) return key;
    // Somebody else made one meanwhile, and may have erased it again since.
    return this.obtain(userId);
  }

  async find(userId: UserId): Promise<PersonalKey | null> {
    const path = this.pathOf(userId);
    const key = await readPrivateFile(path);
    if (key !== null && key.length !== KEY_BYTES)
      throw new KeyDamaged(`${path} holds ${key.length} bytes; a key has ${KEY_BYTES}`);
    return key;
  }

  erase(userId: UserId): Promise<boolean> {
    return destroyPrivateFile(this.pathOf(userId));
  }

  /** The id is a checked UUID, so it cannot leave the directory. The last digits spread best: the first are a time. */
  private pathOf(userId: UserId): string {
    return join(this.directory, userId.slice(-2), userId);
  }
}
