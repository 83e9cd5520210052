// Bronze as readers see it: parts by their manifests, and each part's files as files of this machine.
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checked } from '../../lake/hashing.js';
import { ObjectMissing, type ObjectStore } from '../../lake/object-store.js';
import {
  BronzeBroken,
  decodeManifest,
  EVENTS_CHAIN,
  type EventsManifest,
  type Manifest,
  manifestHash,
  manifestKey,
  type PartFile,
} from './manifest.js';

/** A manifest as it was read, with its own SHA-256. */
export type ReadManifest<M extends Manifest = Manifest> = Readonly<{ manifest: M; sha256: string }>;

/** One manifest; null if there is none of this number (yet). */
export async function readManifest(store: ObjectStore, chain: string, part: number): Promise<ReadManifest | null> {
  const bytes = await store.get(manifestKey(chain, part)).catch((error: unknown) => {
    if (error instanceof ObjectMissing) return null;
    throw error;
  });
  if (bytes === null) return null;
  return { manifest: decodeManifest(bytes, chain, part), sha256: manifestHash(bytes) };
}

/** The manifests of a chain from its first part on, each checked against the hash that the next one has of it. */
export async function* manifestsOf(store: ObjectStore, chain: string): AsyncGenerator<ReadManifest> {
  let before: string | null = null;
  for (let part = 1; ; part++) {
    const found = await readManifest(store, chain, part);
    if (found === null) return;
    if (found.manifest.previous !== before)
      throw new BronzeBroken(
        `${manifestKey(chain, part)} was not written after the ${manifestKey(chain, part - 1)} that is there now`,
      );
    before = found.sha256;
    yield found;
  }
}

/** The parts of journal events, in order, up to the one that holds position `upTo` (all of them when null). */
export async function* eventParts(store: ObjectStore, upTo: bigint | null = null): AsyncGenerator<EventsManifest> {
  for await (const { manifest } of manifestsOf(store, EVENTS_CHAIN)) {
    if (manifest.kind !== 'events') throw new BronzeBroken(`part ${manifest.part} of the events holds something else`);
    yield manifest;
    if (upTo !== null && BigInt(manifest.last) >= upTo) return;
  }
}

/** The file of a part of this kind; null if it has none, as a part without secrets has no restricted file. */
export const fileOf = ({ files }: Manifest, kind: PartFile['kind']): PartFile | null =>
  files.find((file) => file.kind === kind) ?? null;

/**
 * Where a part's file can be read on this machine: in the store itself, or fetched once into `cacheDirectory`, where it
 * stays until somebody removes it. A fetched file has been compared with the manifest's SHA-256.
 */
export async function localFile(store: ObjectStore, file: PartFile, cacheDirectory: string): Promise<string> {
  const own = store.pathOf(file.key);
  if (own !== null) return own;
  const path = join(cacheDirectory, `${file.sha256}.parquet`);
  if ((await stat(path).catch(() => null))?.size === file.bytes) return path;
  await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
  const aside = `${path}.${process.pid}`;
  try {
    const target = await open(aside, 'w', 0o600);
    await pipeline(checked(file.key, await store.read(file.key), file.sha256), target.createWriteStream());
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
  return path;
}
