// Name, e-mail and address of a person as one ciphertext, and the username as another, both under a key of that person's
// own (docs/adr/0018, docs/adr/0038).
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { UserId } from '../domain/ids.js';
import { type TextLimits, textProblem } from '../domain/text.js';
import type { EncryptedPersonalData, EncryptedUsername } from '../domain/user/user.events.js';
import type { KeyStore } from './key-store.js';

/** Whatever the person did not give is null. */
export type PersonalData = Readonly<{ name: string | null; email: string | null; address: string | null }>;

/**
 * What decrypting comes to. `erased`: the key is gone, and with it the data. `damaged`: this is not what was encrypted for this
 * person, be it changed, cut short, or somebody else's.
 */
export type Decrypted<Data = PersonalData> =
  | Readonly<{ status: 'open'; data: Data }>
  | Readonly<{ status: 'erased' }>
  | Readonly<{ status: 'damaged' }>;

/** As people choose them for others to see. */
export const USERNAME_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 64, lines: 'one' };

/** The first byte of every ciphertext, which says how the rest is to be read: nonce, ciphertext, tag. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** What a ciphertext is: neither opens as the other. */
type Kind = 'personal data' | 'username' | PersonalText;

/** What else of a person is encrypted, each as a ciphertext of its own. */
export type PersonalText = 'tax number' | 'bank account';

/**
 * Encrypts the data under this person's key, which is made if there is none. Twice the same data makes two ciphertexts. Refuses
 * a person who was erased with a `KeyErased`.
 */
export function encrypt(keys: KeyStore, userId: UserId, data: PersonalData): Promise<EncryptedPersonalData> {
  const { name, email, address } = data;
  return encryptText(keys, userId, 'personal data', JSON.stringify({ name, email, address }));
}

/** Decrypts what `encrypt` made for this person. It rejects only when the key store fails. */
export async function decrypt(keys: KeyStore, userId: UserId, encrypted: EncryptedPersonalData): Promise<Decrypted> {
  const opened = await decryptText(keys, userId, 'personal data', encrypted);
  return opened.status === 'open' ? { status: 'open', data: JSON.parse(opened.data) } : opened;
}

/** What is wrong with a username, as the end of a sentence; null when nothing is. Once it is encrypted nobody can judge it. */
export const usernameProblem = (username: string): string | null =>
  textProblem(username, USERNAME_LIMITS) ??
  (username === username.trim() ? null : 'must not begin or end with a space');

/** Encrypts a username under this person's key, as `encrypt` does. */
export const encryptUsername = (keys: KeyStore, userId: UserId, username: string): Promise<EncryptedUsername> =>
  encryptText(keys, userId, 'username', username);

/** What this person is called, for everybody to see; null for somebody who was erased, or never had a name. */
export async function usernameOf(
  keys: KeyStore,
  userId: UserId,
  encrypted: EncryptedUsername | null,
): Promise<string | null> {
  if (encrypted === null) return null;
  const opened = await decryptText(keys, userId, 'username', encrypted);
  return opened.status === 'open' ? opened.data : null;
}

/** Encrypts one text of a person under that person's key, as `encrypt` does. */
export const encryptPersonalText = (
  keys: KeyStore,
  userId: UserId,
  kind: PersonalText,
  text: string,
): Promise<string> => encryptText(keys, userId, kind, text);

/** Decrypts what `encryptPersonalText` made for this person. It rejects only when the key store fails. */
export const decryptPersonalText = (
  keys: KeyStore,
  userId: UserId,
  kind: PersonalText,
  encrypted: string,
): Promise<Decrypted<string>> => decryptText(keys, userId, kind, encrypted);

async function encryptText(keys: KeyStore, userId: UserId, kind: Kind, plain: string): Promise<string> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, await keys.obtain(userId), nonce);
  cipher.setAAD(boundTo(userId, kind));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, text, cipher.getAuthTag()]).toString('base64');
}

async function decryptText(keys: KeyStore, userId: UserId, kind: Kind, encrypted: string): Promise<Decrypted<string>> {
  const key = await keys.find(userId);
  if (key === null) return { status: 'erased' };
  const bytes = Buffer.from(encrypted, 'base64');
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION) return { status: 'damaged' };
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(userId, kind));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
    return { status: 'open', data: text + decipher.final('utf8') };
  } catch {
    // The tag does not fit. Nothing of the text is told: it is not known to be ours.
    return { status: 'damaged' };
  }
}

/** Binds a ciphertext to its person and its form, so that moving it to another account makes it unreadable. */
const boundTo = (userId: UserId, kind: Kind): Buffer => Buffer.from(`gavel ${kind} ${VERSION} ${userId}`);
