// Name, e-mail and address of a person as one ciphertext, under a key of that person's own (docs/adr/0018).
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { UserId } from '../domain/ids.js';
import type { SealedPersonalData } from '../domain/user/user.events.js';
import type { KeyStore } from './key-store.js';

/** Whatever the person did not give is null. */
export type PersonalData = Readonly<{ name: string | null; email: string | null; address: string | null }>;

/**
 * What opening comes to. `erased`: the key is gone, and with it the data. `damaged`: this is not what was sealed for this
 * person, be it changed, cut short, or somebody else's.
 */
export type Opened =
  | Readonly<{ status: 'open'; data: PersonalData }>
  | Readonly<{ status: 'erased' }>
  | Readonly<{ status: 'damaged' }>;

/** The first byte of every ciphertext, which says how the rest is to be read: nonce, ciphertext, tag. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** Seals the data under this person's key, which is made if there is none. Twice the same data makes two ciphertexts. */
export async function seal(keys: KeyStore, userId: UserId, data: PersonalData): Promise<SealedPersonalData> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, await keys.obtain(userId), nonce);
  cipher.setAAD(boundTo(userId));
  const { name, email, address } = data;
  const text = Buffer.concat([cipher.update(JSON.stringify({ name, email, address }), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, text, cipher.getAuthTag()]).toString('base64');
}

/** Opens what `seal` made for this person. It rejects only when the key store fails. */
export async function open(keys: KeyStore, userId: UserId, sealed: SealedPersonalData): Promise<Opened> {
  const key = await keys.find(userId);
  if (key === null) return { status: 'erased' };
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION) return { status: 'damaged' };
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(userId));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
    return { status: 'open', data: JSON.parse(text + decipher.final('utf8')) };
  } catch {
    // The tag does not fit. Nothing of the text is told: it is not known to be ours.
    return { status: 'damaged' };
  }
}

/** Binds a ciphertext to its person and its form, so that moving it to another account makes it unreadable. */
const boundTo = (userId: UserId): Buffer => Buffer.from(`gavel personal data ${VERSION} ${userId}`);
