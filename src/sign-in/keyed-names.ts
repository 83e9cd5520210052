// E-mail addresses as keyed hashes: enough to find an account by, and nothing that tells the address to who has the database or a
// backup of it. The key lies outside both.
import { createHmac } from 'node:crypto';

const HASH_LENGTH = 40;

export class KeyedNames {
  constructor(private readonly key: Uint8Array) {}

  /** The name of an address, in the form of an address, which the library asks for. Spaces around it and case do not count. */
  ofAddress(email: string): string {
    return `${this.hashed('address', email.trim().normalize('NFC').toLowerCase())}@sign-in.invalid`;
  }

  /** The name under which failures are counted. */
  ofSubject(kind: 'address' | 'client', text: string): string {
    return `${kind} ${this.hashed(kind, text)}`;
  }

  /** The name of somebody whom an identity provider calls `subject`. */
  ofProvided(issuer: string, subject: string): string {
    return this.hashed('provided', `${issuer}\n${subject}`);
  }

  private hashed(kind: string, text: string): string {
    return createHmac('sha256', this.key).update(`gavel ${kind}\n${text}`).digest('hex').slice(0, HASH_LENGTH);
  }
}
