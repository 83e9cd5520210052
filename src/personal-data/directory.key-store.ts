// One small file a person: `<directory>/<last two hex digits of the uuid>/<uuid>`. Back it up apart from the database, or not at all:
// whoever holds both can read everybody, and a key that is restored brings an erased person back.
//
// An erased key leaves an empty file in its place, which no key can be made beside: so whoever asks for a key at the very
// moment of the erasure, or years later, gets none.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { UserId } from '../domain/ids.js';
import { KEY_BYTES, KeyErased, type KeyStore, type PersonalKey } from './key-store.js';
import { createPrivateFile, emptyPrivateFile, readPrivateFile } from './private-file.js';

/** A key file that is not a key. Nothing is made in its place: what was encrypted under the lost key would be lost unseen. */
export class KeyDamaged extends Error {
  readonly code = 'KeyDamaged';
}

type Found = Readonly<{ status: 'key'; key: PersonalKey }> | Readonly<{ status: 'none' | 'erased' }>;

export class DirectoryKeyStore implements KeyStore {
  constructor(private readonly directory: string) {}

  async obtain(userId: UserId): Promise<PersonalKey> {
    const found = await this.look(userId);
    if (found.status === 'key') return found.key;
    if (found.status === 'erased') throw new KeyErased(userId);
    const key = new Uint8Array(randomBytes(KEY_BYTES));
    if (await createPrivateFile(this.pathOf(userId), key)) return key;
    // Somebody else made one meanwhile, or erased it.
    return this.obtain(userId);
  }

  async find(userId: UserId): Promise<PersonalKey | null> {
    const found = await this.look(userId);
    return found.status === 'key' ? found.key : null;
  }

  async erase(userId: UserId): Promise<boolean> {
    const path = this.pathOf(userId);
    // Where there never was a key, the empty file alone says that there will be none.
    if (await createPrivateFile(path, new Uint8Array())) return false;
    const { status } = await this.look(userId);
    await emptyPrivateFile(path);
    return status === 'key';
  }

  private async look(userId: UserId): Promise<Found> {
    const path = this.pathOf(userId);
    const key = await readPrivateFile(path);
    if (key === null) return { status: 'none' };
    // Zeros are what an erasure leaves that was interrupted between overwriting the key and cutting the file off.
    if (key.length === 0 || (key.length === KEY_BYTES && key.every((byte) => byte === 0))) return { status: 'erased' };
    if (key.length !== KEY_BYTES) throw new KeyDamaged(`${path} holds ${key.length} bytes; a key has ${KEY_BYTES}`);
    return { status: 'key', key };
  }

  /** The id is a checked UUID, so it cannot leave the directory. The last digits spread best: the first are a time. */
  private pathOf(userId: UserId): string {
    return join(this.directory, userId.slice(-2), userId);
  }
}
