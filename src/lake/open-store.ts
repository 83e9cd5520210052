// The object store that the configuration names.
import type { Runtime } from '../runtime/runtime.js';
import { DirectoryStore } from './directory.store.js';
import type { ObjectStore } from './object-store.js';
import type { S3Settings } from './s3.store.js';

export type LakeSettings = Readonly<{ kind: 'directory'; path: string }> | (S3Settings & Readonly<{ kind: 's3' }>);

/** Opens it; the S3 client is loaded only by a house that uses it. Touches neither disk nor network. */
export async function openStore(settings: LakeSettings, runtime: Runtime): Promise<ObjectStore> {
  if (settings.kind === 'directory') return new DirectoryStore(settings.path, runtime);
  const { S3Store } = await import('./s3.store.js');
  return new S3Store(settings, runtime);
}
