// Backups in the object store: base backups (the cluster as it was, whole) and, piece by piece, the write-ahead log that
// follows on them. A base is there once its JSON is; a piece's key says where it begins and ends.
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { createZstdCompress, createZstdDecompress, zstdCompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';
import type { ObjectStore } from '../../lake/object-store.js';
import type { Lsn } from './replication.js';

const FOLDER = 'backup/';
const FORMAT = 'gavel-backup/1';

const lsn = z.string().regex(/^\d+$/).transform(BigInt);
const baseSchema = z.object({
  format: z.literal(FORMAT),
  systemId: z.string(),
  timeline: z.number().int().positive(),
  start: lsn,
  end: lsn,
  startedAt: z.number().int(),
  finishedAt: z.number().int(),
  postgres: z.string(),
  segmentBytes: z.number().int().positive(),
  key: z.string(),
  bytes: z.number().int().nonnegative(),
});

/** `startedAt` and `finishedAt` in milliseconds since 1970; `end` is where the copy is consistent; `bytes` as stored. */
export type Base = Readonly<z.output<typeof baseSchema>>;
/** A piece of the log: from `start` up to but not including `end`. */
export type WalPiece = Readonly<{ key: string; start: Lsn; end: Lsn }>;

const hex = (value: bigint | number, digits: number): string => value.toString(16).padStart(digits, '0');
const timelineFolder = (systemId: string, timeline: number): string => `${FOLDER}${systemId}/wal/${hex(timeline, 8)}/`;

/** The bases that there are, the oldest first. */
export async function basesIn(store: ObjectStore): Promise<readonly Base[]> {
  const bases: Base[] = [];
  for await (const { key } of store.list(FOLDER)) {
    if (!/^backup\/\d+\/base\/[^/]+\.json$/.test(key)) continue;
    bases.push(baseSchema.parse(JSON.parse(Buffer.from(await store.get(key)).toString('utf8'))));
  }
  return bases.sort((a, b) => a.finishedAt - b.finishedAt);
}

type BaseMade = Omit<Base, 'format' | 'key' | 'bytes' | 'finishedAt'>;

/** Keeps a base: `copy` writes the tar file into what it is given, and resolves to what is known then. */
export async function putBase(
  store: ObjectStore,
  name: Readonly<{ systemId: string; startedAt: number }>,
  copy: (tar: (piece: Buffer) => Promise<void>) => Promise<BaseMade>,
  now: () => number,
): Promise<Base> {
  const at = new Date(name.startedAt).toISOString().replace(/[-:.]/g, '');
  const path = `${FOLDER}${name.systemId}/base/${at}`;
  const key = `${path}.tar.zst`;
  const tar = createZstdCompress();
  const body = tar.pipe(new PassThrough());
  tar.on('error', (error) => body.destroy(error));
  // The store may not listen yet when the copy breaks off; it is told all the same.
  body.on('error', () => tar.destroy());
  const stored = store.put(key, body);
  // Whichever fails first is told; the other one then fails of it.
  stored.catch((error: Error) => tar.destroy(error));
  const made = await copy((piece) => written(tar, piece)).catch(async (error: Error) => {
    body.destroy(error);
    await stored.catch(() => undefined);
    throw error;
  });
  tar.end();
  await stored;
  const bytes = (await store.stat(key))?.bytes ?? 0;
  const base: Base = { format: FORMAT, ...made, finishedAt: now(), key, bytes };
  const text = JSON.stringify(base, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 1);
  await store.put(`${path}.json`, Buffer.from(`${text}\n`));
  return base;
}

function written(tar: ReturnType<typeof createZstdCompress>, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => tar.write(piece, (error) => (error ? reject(error) : resolve())));
}

/** The tar file of a base. */
export async function readBaseTar(store: ObjectStore, { key }: Base) {
  const body = await store.read(key);
  const tar = createZstdDecompress();
  body.on('error', (error) => tar.destroy(error));
  return body.pipe(tar);
}

/** Keeps a piece of the log. The same piece again is the same object. */
export async function putWal(
  store: ObjectStore,
  { systemId, timeline, start }: Readonly<{ systemId: string; timeline: number; start: Lsn }>,
  data: Uint8Array,
): Promise<void> {
  const end = start + BigInt(data.length);
  const key = `${timelineFolder(systemId, timeline)}${hex(start, 16)}-${hex(end, 16)}.zst`;
  await store.put(key, await promisify(zstdCompress)(data));
}

/** The pieces of a timeline, in order. */
export async function walIn(store: ObjectStore, systemId: string, timeline: number): Promise<readonly WalPiece[]> {
  const pieces: WalPiece[] = [];
  for await (const { key } of store.list(timelineFolder(systemId, timeline))) {
    const [, start, end] = /\/([0-9a-f]{16})-([0-9a-f]{16})\.zst$/.exec(key) ?? [];
    if (start !== undefined && end !== undefined)
      pieces.push({ key, start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) });
  }
  return pieces;
}

export const readWal = async (store: ObjectStore, { key }: WalPiece): Promise<Buffer> =>
  promisify(zstdDecompress)(await store.get(key));

/** The pieces that follow on one another from `from` on, as far as none is missing between. */
export function unbroken(pieces: readonly WalPiece[], from: Lsn): readonly WalPiece[] {
  const found: WalPiece[] = [];
  let end = from;
  for (const piece of pieces) {
    if (piece.end <= end) continue;
    if (piece.start > end) break;
    found.push(piece);
    end = piece.end;
  }
  return found;
}

/**
 * Deletes bases older than `olderThan` (milliseconds since 1970), but never the newest two, and the log that no base needs.
 * Resolves to how many objects are gone.
 */
export async function prune(store: ObjectStore, olderThan: number): Promise<number> {
  const bases = await basesIn(store);
  const kept = bases.filter(({ finishedAt }, index) => finishedAt >= olderThan || index >= bases.length - 2);
  const gone: string[] = [];
  for (const { key } of bases.filter((base) => !kept.includes(base)))
    gone.push(key.replace(/\.tar\.zst$/, '.json'), key);
  for (const { systemId, timeline } of bases) {
    const needed = kept.filter((base) => base.systemId === systemId && base.timeline === timeline);
    const first = needed.reduce<Lsn | null>(
      (least, { start }) => (least === null || start < least ? start : least),
      null,
    );
    for (const { key, end } of await walIn(store, systemId, timeline))
      if ((first === null || end <= first) && !gone.includes(key)) gone.push(key);
  }
  for (const key of gone) await store.delete(key);
  return gone.length;
}
