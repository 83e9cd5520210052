// The port to the keys that personal data is encrypted under: one key a person, kept outside the database and its backups.
// To delete a key is to erase the person, everywhere (docs/adr/0018). Every adapter passes test/contract/key-store.
import type { UserId } from '../domain/ids.js';

/** 256 bits, for AES-256-GCM. */
export const KEY_BYTES = 32;

export type PersonalKey = Uint8Array;

export interface KeyStore {
  /** This person's key, made now if there is none. Durable when it resolves; of two at once, both get the same key. */
  obtain(userId: UserId): Promise<PersonalKey>;
  /** This person's key; null for a person without one, or one who was erased. */
  find(userId: UserId): Promise<PersonalKey | null>;
  /** Erases the key for good; durable when it resolves. True if there was one. */
  erase(userId: UserId): Promise<boolean>;
}
