// Keys that end with the process: for tests and for auctions of the past, whose people have no personal data.
import { randomBytes } from 'node:crypto';
import type { UserId } from '../domain/ids.js';
import { KEY_BYTES, KeyErased, type KeyStore, type PersonalKey } from './key-store.js';

export class MemoryKeyStore implements KeyStore {
  private readonly keys = new Map<UserId, PersonalKey>();
  private readonly erased = new Set<UserId>();

  async obtain(userId: UserId): Promise<PersonalKey> {
    if (this.erased.has(userId)) throw new KeyErased(userId);
    const key = this.keys.get(userId) ?? new Uint8Array(randomBytes(KEY_BYTES));
    this.keys.set(userId, key);
    return key.slice();
  }

  async find(userId: UserId): Promise<PersonalKey | null> {
    return this.keys.get(userId)?.slice() ?? null;
  }

  async erase(userId: UserId): Promise<boolean> {
    this.erased.add(userId);
    return this.keys.delete(userId);
  }
}
