// The house's seal on its own messages. Kafka tells a reader nothing of who wrote a message, and a header anybody can
// write; so what an API node says of who acts is believed because of a keyed hash over all of it (docs/adr).
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

export class Seal {
  private readonly key: KeyObject;

  /** The key is shared by the processes of one house, and by nobody else. */
  constructor(key: Uint8Array) {
    this.key = createSecretKey(key);
  }

  /** The seal of these parts in this order; `purpose` keeps a seal for one thing from passing for another. */
  of(purpose: string, ...parts: readonly (string | Buffer)[]): Buffer {
    const hmac = createHmac('sha256', this.key).update(purpose);
    // A byte that no text holds keeps parts apart.
    for (const part of parts) hmac.update('\xff').update(part);
    return hmac.digest();
  }

  fits(seal: Buffer, purpose: string, ...parts: readonly (string | Buffer)[]): boolean {
    const expected = this.of(purpose, ...parts);
    return seal.length === expected.length && timingSafeEqual(seal, expected);
  }
}
