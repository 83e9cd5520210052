// Keys of persons wrapped under a master key, so that a copy of their files alone opens nothing (docs/adr/0116). One master key wraps;
// others only open, while the house changes from one to the next.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { UserId } from '../domain/ids.js';
import { KEY_BYTES, type PersonalKey } from './key-store.js';

/** What a wrapped key is: version byte, the master key's id, nonce, ciphertext, tag. */
const VERSION = 1;
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const WRAPPED_BYTES = 1 + ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES;
const ALGORITHM = 'aes-256-gcm';

type MasterKey = Readonly<{ id: string; key: Uint8Array }>;

/** A master key made of a secret. The id tells keys apart and nothing of the secret: eight hexadecimal digits. */
function masterKey(secret: Uint8Array): MasterKey {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'gavel master key of personal data', KEY_BYTES));
  const id = createHash('sha256').update('gavel master key id').update(key).digest('hex');
  return { id: id.slice(0, 2 * ID_BYTES), key };
}

export class MasterKeys {
  private readonly byId: ReadonlyMap<string, MasterKey>;
  private readonly wrapping: MasterKey | null;

  /** `secret` wraps, null for a house without a master key; those of `also` only open. */
  constructor(secret: Uint8Array | null, also: readonly Uint8Array[] = []) {
    this.wrapping = secret === null ? null : masterKey(secret);
    const all = [...(this.wrapping === null ? [] : [this.wrapping]), ...also.map(masterKey)];
    this.byId = new Map(all.map((one) => [one.id, one]));
  }

  /** The id of the key that wraps; null where keys of persons are kept as they are. */
  get current(): string | null {
    return this.wrapping?.id ?? null;
  }

  knows(id: string): boolean {
    return this.byId.has(id);
  }

  /** A person's key as it is kept. It opens for this person alone. */
  wrap(userId: UserId, key: PersonalKey): Uint8Array {
    if (this.wrapping === null) return key;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.wrapping.key, nonce);
    cipher.setAAD(boundTo(userId));
    const text = Buffer.concat([cipher.update(key), cipher.final()]);
    const head = Buffer.concat([Buffer.of(VERSION), Buffer.from(this.wrapping.id, 'hex'), nonce]);
    return new Uint8Array(Buffer.concat([head, text, cipher.getAuthTag()]));
  }

  /** The id that a kept key is wrapped under; null for one that is not wrapped, undefined for what is no key. */
  idOf(kept: Uint8Array): string | null | undefined {
    if (kept.length === KEY_BYTES) return null;
    if (kept.length !== WRAPPED_BYTES || kept[0] !== VERSION) return undefined;
    return Buffer.from(kept.subarray(1, 1 + ID_BYTES)).toString('hex');
  }

  /** The person's key out of what was kept; null for what this house cannot open: of another master key, or changed. */
  unwrap(userId: UserId, kept: Uint8Array): PersonalKey | null {
    const id = this.idOf(kept);
    if (id === null) return kept;
    const master = id === undefined ? undefined : this.byId.get(id);
    if (master === undefined) return null;
    const nonce = kept.subarray(1 + ID_BYTES, 1 + ID_BYTES + NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, master.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(userId));
    decipher.setAuthTag(kept.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(kept.subarray(1 + ID_BYTES + NONCE_BYTES, -TAG_BYTES));
      return new Uint8Array(Buffer.concat([text, decipher.final()]));
    } catch {
      return null;
    }
  }
}

const boundTo = (userId: UserId): Buffer => Buffer.from(`gavel personal key ${VERSION} ${userId}`);

/** For a house without a master key. */
export const NO_MASTER_KEYS = new MasterKeys(null);
