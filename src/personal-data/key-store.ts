// The port to the keys that personal data is encrypted under: one key a person, kept outside the database and its backups.
// To delete a key is to erase the person, everywhere (docs/adr/0018). Every adapter passes test/contract/key-store.
import type { UserId } from '../domain/ids.js';

/** 256 bits, for AES-256-GCM. */
export const KEY_BYTES = 32;

export type PersonalKey = Uint8Array;

/** Asked for the key of somebody who was erased. There will be none again: a new one would bring the person back. */
export class KeyErased extends Error {
  readonly code = 'KeyErased';
  constructor(userId: UserId) {
    super(`user ${userId} was erased, and gets no key again`);
    this.name = 'KeyErased';
  }
}

export interface KeyStore {
  /**
   * This person's key, made now if there is none. Durable when it resolves; of two at once, both get the same key. Refuses
   * a person who was erased with a `KeyErased`.
   */
  obtain(userId: UserId): Promise<PersonalKey>;
  /** This person's key; null for a person without one, or one who was erased. */
  find(userId: UserId): Promise<PersonalKey | null>;
  /** Erases the key for good, and sees to it that none is made again; durable when it resolves. True if there was one. */
  erase(userId: UserId): Promise<boolean>;
}
