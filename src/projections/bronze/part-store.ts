// Puts a part's files and its manifest into the object store. Each put leaves what is there already, so that it may be done
// again after a crash, and by two at once.
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckSettings, oneRow, withDuck } from '../../lake/duck.js';
import { describeStored } from '../../lake/hashing.js';
import type { ObjectStore } from '../../lake/object-store.js';
import { localFile, readManifest } from './bronze.queries.js';
import { differences } from './bronze.sql.js';
import { BronzeBroken, encodeManifest, type Manifest, manifestHash, manifestKey, type PartFile } from './manifest.js';
import type { LocalFile } from './part-files.js';

export type Placing = Readonly<{
  store: ObjectStore;
  /** Nobody can change it before, where the store has object lock. */
  lockedUntilMs: number | null;
  /** For a comparison with a file that is there already. */
  scratch: string;
  duck: DuckSettings;
}>;

/**
 * Puts a file under its key and tells how the manifest has to name it. A file that is there with other bytes is taken for
 * this one if it holds the same rows, as one written by another release of DuckDB does; else it is refused.
 */
export async function placeFile(
  placing: Placing,
  { kind, key }: Pick<PartFile, 'kind' | 'key'>,
  { path, rows, bytes, sha256 }: LocalFile,
): Promise<PartFile> {
  const { store } = placing;
  const options = putOptions(placing, sha256);
  const own = { kind, key, rows, bytes, sha256 };
  if ((await store.put(key, createReadStream(path), options)) === 'stored') return own;
  const there = { ...own, ...(await describeStored(store, key)) };
  if (there.sha256 === sha256) return own;
  if (await holdsOtherRows(placing, there, path))
    throw new BronzeBroken(
      `${key} is there with other rows than the journal has at its positions; no manifest names it`,
    );
  return there;
}

const putOptions = ({ lockedUntilMs }: Placing, sha256: string) => ({
  ifAbsent: true,
  sha256,
  ...(lockedUntilMs !== null && { lockedUntilMs }),
});

async function holdsOtherRows({ store, scratch, duck }: Placing, there: PartFile, path: string): Promise<boolean> {
  const cache = join(scratch, 'there');
  await mkdir(cache, { recursive: true });
  const copy = await localFile(store, there, cache);
  const { differing } = await withDuck(duck, (connection) => oneRow(connection, differences(path, copy)));
  return differing !== 0n;
}

/** Puts a manifest, and tells its SHA-256. One that is there must be the same. */
export async function placeManifest(placing: Placing, manifest: Manifest): Promise<string> {
  const bytes = encodeManifest(manifest);
  const sha256 = manifestHash(bytes);
  const { chain, part } = manifest;
  const key = manifestKey(chain, part);
  if ((await placing.store.put(key, bytes, putOptions(placing, sha256))) === 'stored') return sha256;
  const there = await readManifest(placing.store, chain, part);
  if (there?.sha256 !== sha256)
    throw new BronzeBroken(`${key} is there and says something else of the part than its cut in the database`);
  return sha256;
}
