// The house's seal on its own messages. Kafka tells a reader nothing of who wrote a message, and a header anybody can
// write; so commands, answers, public facts and dead letters are believed because of a keyed hash over all of each
// (docs/adr/0057).
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type kafkajs from 'kafkajs';

/** Headers of the house's own. They are believed only with a seal that fits. */
export const HEADERS = { seal: 'gavel-seal', first: 'gavel-first', firstSeal: 'gavel-first-seal' } as const;

/** What a seal is for; one for one thing never passes for another. */
export type SealPurpose = 'command' | 'first' | 'outcomes' | 'fact' | 'dead letter';

type Part = string | Buffer;

const LENGTH_BYTES = 4;

/** What a seal is the hash of: each part behind its length in bytes, so that no other parts make the same bytes. */
export const sealedBytes = (purpose: SealPurpose, parts: readonly Part[]): readonly Buffer[] =>
  [purpose, ...parts].flatMap((part) => {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });

export class Seal {
  private readonly key: KeyObject;

  /** The key is shared by the processes of one house, and by nobody else. */
  constructor(key: Uint8Array) {
    this.key = createSecretKey(key);
  }

  /** The seal of these parts in this order. */
  of(purpose: SealPurpose, ...parts: readonly Part[]): Buffer {
    const hmac = createHmac('sha256', this.key);
    for (const bytes of sealedBytes(purpose, parts)) hmac.update(bytes);
    return hmac.digest();
  }

  fits(seal: Buffer, purpose: SealPurpose, ...parts: readonly Part[]): boolean {
    const expected = this.of(purpose, ...parts);
    return seal.length === expected.length && timingSafeEqual(seal, expected);
  }

  /** Whether a message carries the seal of this purpose over its value. */
  isOn({ value, headers }: Pick<kafkajs.KafkaMessage, 'value' | 'headers'>, purpose: SealPurpose): boolean {
    const seal = headerOf(headers, HEADERS.seal);
    return seal !== null && this.fits(seal, purpose, value ?? '');
  }
}

/** The last header of a name; null if there is none. */
export function headerOf(headers: kafkajs.IHeaders | undefined, name: string): Buffer | null {
  const value = headers?.[name];
  const last = Array.isArray(value) ? value.at(-1) : value;
  if (last === undefined) return null;
  return typeof last === 'string' ? Buffer.from(last) : last;
}
