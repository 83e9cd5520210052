// SHA-256 of what passes.
import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { ChecksumMismatch, type ObjectStore } from './object-store.js';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What an object's bytes come to, read to their end. Refuses a key without an object with `ObjectMissing`. */
export async function describeStored(
  store: Pick<ObjectStore, 'read'>,
  key: string,
): Promise<Readonly<{ bytes: number; sha256: string }>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of await store.read(key)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Passes bytes on and fails before its end, with `ChecksumMismatch`, if they have another SHA-256 than `wanted`. */
export function checked(key: string, body: Readable, wanted: string | undefined): Readable {
  if (wanted === undefined) return body;
  const hash = createHash('sha256');
  const check = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const found = hash.digest('hex');
      done(found === wanted ? null : new ChecksumMismatch(key, wanted, found));
    },
  });
  body.on('error', (error) => check.destroy(error));
  // Whoever gives up reading the check lets go of the file behind it, too.
  check.on('close', () => body.destroy());
  return body.pipe(check);
}

/** The same for bytes in memory. */
export function checkBytes(key: string, body: Uint8Array, wanted: string | undefined): void {
  if (wanted === undefined) return;
  const found = sha256Of(body);
  if (found !== wanted) throw new ChecksumMismatch(key, wanted, found);
}

/** Any body as a stream. */
export const streamOf = (body: Uint8Array | Readable): Readable =>
  body instanceof Readable ? body : Readable.from([Buffer.from(body.buffer, body.byteOffset, body.byteLength)]);
