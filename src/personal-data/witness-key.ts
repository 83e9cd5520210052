// The key that the heads of Bronze's chains are signed with: made once, kept beside the house's other secrets.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { join } from 'node:path';
import { createPrivateFile, readPrivateFile } from './private-file.js';

export type WitnessKey = Readonly<{
  /** Ed25519, as base64. */
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
  /** PEM, for whoever keeps witnesses elsewhere and checks them without the house. */
  publicKey: string;
}>;

/** The key of this data directory, made at the first call ever; of two processes at once, both get the same. */
export async function witnessKey(dataDirectory: string): Promise<WitnessKey> {
  const path = join(dataDirectory, 'witness-key.pem');
  const kept = await readPrivateFile(path);
  if (kept === null) {
    const { privateKey } = generateKeyPairSync('ed25519');
    await createPrivateFile(path, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    return witnessKey(dataDirectory);
  }
  const privateKey = createPrivateKey(Buffer.from(kept));
  const publicKey = createPublicKey(privateKey);
  return {
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
