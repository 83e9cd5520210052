// Signs the house's own messages. Kafka does not tell a reader who wrote a message, and every writer can set any header. So
// commands, answers, public facts and dead letters carry an HMAC over all of each, and are believed by it (docs/adr/0057).
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type kafkajs from 'kafkajs';

/** Headers of the house's own. They are believed only with a signature that is right. */
export const HEADERS = {
  signature: 'gavel-signature',
  first: 'gavel-first',
  firstSignature: 'gavel-first-signature',
} as const;

/** What a signature is for. One for one purpose never passes for another. */
export type SigningPurpose = 'command' | 'first' | 'outcomes' | 'fact' | 'dead letter';

type Part = string | Buffer;

const LENGTH_BYTES = 4;

/** What a signature is the hash of: the purpose and each part behind its length in bytes, so that no other parts make the same bytes. */
export const signedBytes = (purpose: SigningPurpose, parts: readonly Part[]): readonly Buffer[] =>
  [purpose, ...parts].flatMap((part) => {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });

function signature(key: KeyObject, purpose: SigningPurpose, parts: readonly Part[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const bytes of signedBytes(purpose, parts)) hmac.update(bytes);
  return hmac.digest();
}

export class MessageSigner {
  private readonly key: KeyObject;
  private readonly also: KeyObject | null;

  /**
   * The key is shared by the processes of one house, and by nobody else. Signatures by `also` are taken, and none is made with it:
   * while the key is being changed, not all processes have the new one.
   */
  constructor(key: Uint8Array, also: Uint8Array | null = null) {
    this.key = createSecretKey(key);
    this.also = also === null ? null : createSecretKey(also);
  }

  /** The signature of these parts in this order. */
  sign(purpose: SigningPurpose, ...parts: readonly Part[]): Buffer {
    return signature(this.key, purpose, parts);
  }

  /** Whether this is the signature of these parts, in constant time. */
  verifies(given: Buffer, purpose: SigningPurpose, ...parts: readonly Part[]): boolean {
    const fits = (key: KeyObject): boolean => {
      const expected = signature(key, purpose, parts);
      return given.length === expected.length && timingSafeEqual(given, expected);
    };
    return fits(this.key) || (this.also !== null && fits(this.also));
  }

  /** Whether a message carries our signature of this purpose over its value. */
  signed({ value, headers }: Pick<kafkajs.KafkaMessage, 'value' | 'headers'>, purpose: SigningPurpose): boolean {
    const given = headerOf(headers, HEADERS.signature);
    return given !== null && this.verifies(given, purpose, value ?? '');
  }
}

/** The last header of a name; null if there is none. */
export function headerOf(headers: kafkajs.IHeaders | undefined, name: string): Buffer | null {
  const value = headers?.[name];
  const last = Array.isArray(value) ? value.at(-1) : value;
  if (last === undefined) return null;
  return typeof last === 'string' ? Buffer.from(last) : last;
}
