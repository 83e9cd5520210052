// The object store: our port to where Bronze, Gold and the landing files lie. Every adapter passes
// test/contract/object-store.contract.ts.
import type { Readable } from 'node:stream';

/** Bytes of an object: from `from` (counted from 0) up to but not including `to`; to the end without `to`. */
export type ByteRange = Readonly<{ from: number; to?: number }>;

export type StoredObject = Readonly<{ key: string; bytes: number }>;

export type PutOptions = Readonly<{
  /** Writes only if there is no object under this key; of several writers at once one wins. */
  ifAbsent?: boolean;
  /** SHA-256 of the body in hexadecimal. A body with another one is refused with `ChecksumMismatch`. */
  sha256?: string;
  /** Nobody can change or delete the object before, where the store has object lock (milliseconds since 1970). */
  lockedUntilMs?: number;
}>;

/**
 * `stored`: the object is there, whole and durable. `exists`: `ifAbsent` was asked for and an object is there. That
 * object may be this very put's, if the answer to a first try was lost: compare before calling it another's.
 */
export type PutResult = 'stored' | 'exists';

/**
 * Whole objects under keys such as `bronze/events/a.parquet`: parts with `/` between, none of them empty, `.` or `..`,
 * no control characters, at most 900 bytes in all. Other keys are refused with `ObjectKeyInvalid`. A key that is also a
 * folder (`a` beside `a/b`) is not to be used. What the store itself fails at is a `StoreFailed`.
 */
export interface ObjectStore {
  /** For messages; without credentials. */
  readonly url: string;

  /** Writes an object. A reader sees the whole object or none of it, at any time and after a crash. */
  put(key: string, body: Uint8Array | Readable, options?: PutOptions): Promise<PutResult>;

  /** An object's bytes, or a range of them. Refuses a key without an object with `ObjectMissing`. */
  get(key: string, range?: ByteRange): Promise<Uint8Array>;

  /** The same as a stream, for objects that do not fit into memory. */
  read(key: string, range?: ByteRange): Promise<Readable>;

  /** Key and size; null if there is no such object. */
  stat(key: string): Promise<StoredObject | null>;

  /** Objects whose key begins with `prefix`, in the order of their keys' bytes. */
  list(prefix: string): AsyncIterable<StoredObject>;

  /** Removes an object; one that is not there is removed already. */
  delete(key: string): Promise<void>;

  /** Where other programs of this machine can read the object as a file; null for a store elsewhere. */
  pathOf(key: string): string | null;

  /** Lets go of connections. Idempotent. */
  close(): void;
}

export class ObjectMissing extends Error {
  readonly code = 'ObjectMissing';
  constructor(readonly key: string) {
    super(`there is no object ${key}`);
    this.name = 'ObjectMissing';
  }
}

export class ChecksumMismatch extends Error {
  readonly code = 'ChecksumMismatch';
  constructor(key: string, wanted: string, found: string) {
    super(`${key} was to have the SHA-256 ${wanted}, and its bytes have ${found}`);
    this.name = 'ChecksumMismatch';
  }
}

export class ObjectKeyInvalid extends Error {
  readonly code = 'ObjectKeyInvalid';
  constructor(key: string) {
    super(`${JSON.stringify(key.slice(0, 200))} is no key: it must be parts with / between, no part empty, . or ..`);
    this.name = 'ObjectKeyInvalid';
  }
}

/** The store did not do what it was asked for; `cause` is what it said. To be tried again. */
export class StoreFailed extends Error {
  readonly code = 'StoreFailed';
  constructor(what: string, cause: unknown) {
    super(`${what} failed: ${reasonOf(cause)}`, { cause });
    this.name = 'StoreFailed';
  }
}

function reasonOf(cause: unknown): string {
  if (!(typeof cause === 'object' && cause !== null)) return String(cause);
  const [name, message] = ['name', 'message'].map((key) => String(Reflect.get(cause, key) ?? ''));
  return [name, message].filter((text) => text !== '' && text !== 'Error').join(': ') || 'no reason given';
}

/** Control characters and the backslash, which is a separator on some machines. */
const UNFIT = /[\p{Cc}\p{Cs}\\]/u;
/** S3 takes 1,024 bytes, of which a prefix of the bucket takes some. */
const KEY_BYTES_MAX = 900;
/** Where a directory keeps what has no name yet. */
export const RESERVED = '~aside';

/** Refuses a key that not every adapter could take. */
export function checkKey(key: string): void {
  const parts = key.split('/');
  const isUnfit = parts.some((part) => part === '' || part === '.' || part === '..') || parts[0] === RESERVED;
  if (isUnfit || UNFIT.test(key) || Buffer.byteLength(key) > KEY_BYTES_MAX) throw new ObjectKeyInvalid(key);
}
