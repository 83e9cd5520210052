// One small file a person: `<directory>/<last two hex digits of the uuid>/<uuid>`. Back it up apart from the database, or not at all:
// whoever holds both, and the master key if there is one, can read everybody, and a key that is restored brings an erased person back.
//
// An erased key leaves an empty file in its place, which no key can be made beside: so whoever asks for a key at the very
// moment of the erasure, or years later, gets none.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { UserId } from '../domain/ids.js';
import { KEY_BYTES, KeyErased, type KeyStore, type PersonalKey } from './key-store.js';
import { type MasterKeys, NO_MASTER_KEYS } from './master-keys.js';
import { createPrivateFile, emptyPrivateFile, readPrivateFile, removePrivateFile } from './private-file.js';
import { noteWrapping, rewrappedPath } from './rewrap.js';

/** A key file that is not a key. Nothing is made in its place: what was encrypted under the lost key would be lost unseen. */
export class KeyDamaged extends Error {
  readonly code = 'KeyDamaged';
}

type Found = Readonly<{ status: 'key'; key: PersonalKey }> | Readonly<{ status: 'none' | 'erased' }>;

export class DirectoryKeyStore implements KeyStore {
  constructor(
    private readonly directory: string,
    private readonly masters: MasterKeys = NO_MASTER_KEYS,
  ) {}

  async obtain(userId: UserId): Promise<PersonalKey> {
    const found = await this.look(userId);
    if (found.status === 'key') return found.key;
    if (found.status === 'erased') throw new KeyErased(userId);
    const key = new Uint8Array(randomBytes(KEY_BYTES));
    await noteWrapping(this.directory, this.masters);
    if (await createPrivateFile(this.pathOf(userId), this.masters.wrap(userId, key))) return key;
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
    await removePrivateFile(rewrappedPath(path));
    let wasThere = false;
    // A key that is wrapped anew at this moment is a new file under the same name: so it is looked at again.
    for (let kept = await readPrivateFile(path); kept?.length; kept = await readPrivateFile(path)) {
      wasThere ||= !isWiped(kept);
      await emptyPrivateFile(path);
    }
    return wasThere;
  }

  private async look(userId: UserId): Promise<Found> {
    const path = this.pathOf(userId);
    const kept = await readPrivateFile(path);
    if (kept === null) return { status: 'none' };
    if (isWiped(kept)) return { status: 'erased' };
    const id = this.masters.idOf(kept);
    if (id === undefined) throw new KeyDamaged(`${path} holds ${kept.length} bytes; that is no key`);
    const key = this.masters.unwrap(userId, kept);
    if (key !== null) return { status: 'key', key };
    throw new KeyDamaged(
      id !== null && !this.masters.knows(id)
        ? `${path} is wrapped under the master key ${id}, which neither GAVEL_MASTER_KEY nor GAVEL_MASTER_KEY_ALSO is`
        : `${path} does not open under its master key: it was changed, or is somebody else's`,
    );
  }

  /** The id is a checked UUID, so it cannot leave the directory. The last digits spread best: the first are a time. */
  private pathOf(userId: UserId): string {
    return join(this.directory, userId.slice(-2), userId);
  }
}

/** Zeros are what an erasure leaves that was interrupted between overwriting the key and cutting the file off. */
export const isWiped = (kept: Uint8Array): boolean => kept.every((byte) => byte === 0);
