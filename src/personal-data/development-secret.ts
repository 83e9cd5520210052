// The secret that a development house checks its tokens with: made once, kept beside its data.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createPrivateFile, readPrivateFile } from './private-file.js';

const SECRET_BYTES = 32;

/** The secret of this data directory, made at the first call ever; of two processes at once, both get the same. */
export async function developmentSecret(dataDirectory: string): Promise<Uint8Array> {
  const path = join(dataDirectory, 'jwt-secret');
  const kept = await readPrivateFile(path);
  if (kept === null) {
    await createPrivateFile(path, randomBytes(SECRET_BYTES));
    return developmentSecret(dataDirectory);
  }
  if (kept.length !== SECRET_BYTES)
    throw new Error(`${path} holds ${kept.length} bytes, not ${SECRET_BYTES}; remove it and a new secret is made`);
  return kept;
}
