// Bronze as Gold reads it: through the manifests, as files of this machine.
import { join } from 'node:path';
import type { ObjectStore } from '../../lake/object-store.js';
import { fileOf, localFile, manifestsOf } from '../../projections/bronze/bronze.queries.js';
import { BronzeBroken, EVENTS_CHAIN, type PartFile } from '../../projections/bronze/manifest.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { OriginalFiles } from './bid-scores.js';

/** Where the archive ends: the position of its last event, its number of parts, and the SHA-256 of the last manifest. */
export type BronzeSource = Readonly<{
  files: readonly PartFile[];
  /** The restricted file of each part; null for a part without secrets. */
  restricted: readonly (PartFile | null)[];
  cut: string;
  parts: number;
  manifestSha256: string;
}>;

/** The parts that there are now, up to the one that holds `upTo`. Refuses a Bronze without any. */
export async function readSource(store: ObjectStore, upTo: bigint | null = null): Promise<BronzeSource> {
  const files: PartFile[] = [];
  const restricted: (PartFile | null)[] = [];
  let source: BronzeSource | null = null;
  for await (const { manifest, sha256 } of manifestsOf(store, EVENTS_CHAIN)) {
    if (manifest.kind !== 'events') throw new BronzeBroken(`part ${manifest.part} of the events holds something else`);
    const events = fileOf(manifest, 'events');
    if (events === null) throw new BronzeBroken(`part ${manifest.part} of the events has no file of events`);
    files.push(events);
    restricted.push(fileOf(manifest, 'events-restricted'));
    source = { files, restricted, cut: manifest.last, parts: manifest.part, manifestSha256: sha256 };
    if (upTo !== null && source !== null && BigInt(source.cut) >= upTo) break;
  }
  if (source === null)
    throw new OperatorError('there is nothing in Bronze yet: run gavel bronze archive first (docs/lake.md)');
  return source;
}

/** The files on this machine. Those of a store elsewhere are fetched once and kept in `directory`. */
export async function localFiles(store: ObjectStore, { files }: BronzeSource, directory: string): Promise<string[]> {
  const paths: string[] = [];
  for (const file of files) paths.push(await localFile(store, file, join(directory, 'bronze')));
  return paths;
}

/** The parts with their secrets. `events` are the files of `localFiles`; restricted ones are fetched into `scratch`, which is to go. */
export async function localOriginals(
  store: ObjectStore,
  { restricted }: BronzeSource,
  { events, scratch }: Readonly<{ events: readonly string[]; scratch: string }>,
): Promise<readonly OriginalFiles[]> {
  const parts: OriginalFiles[] = [];
  for (const [index, path] of events.entries()) {
    const file = restricted[index] ?? null;
    parts.push({
      events: path,
      restricted: file === null ? null : await localFile(store, file, join(scratch, 'restricted')),
    });
  }
  return parts;
}
