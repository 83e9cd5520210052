// A data directory of PostgreSQL out of a backup: the base's files, and the log that follows on them in its place.
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { x as extract } from 'tar';
import type { ObjectStore } from '../../lake/object-store.js';
import { OperatorError } from '../../runtime/operator-error.js';
import { type Base, basesIn, readBaseTar, readWal, unbroken, walIn } from './backup-store.js';
import type { Lsn } from './replication.js';

/** The newest base that was finished by `to` (milliseconds since 1970); the newest of all without a time. Refuses if there is none. */
export async function baseFor(store: ObjectStore, to: number | null): Promise<Base> {
  const bases = await basesIn(store);
  const base = bases.findLast(({ finishedAt }) => to === null || finishedAt <= to);
  if (base !== undefined) return base;
  const [first] = bases;
  if (first === undefined) throw new OperatorError(`there is no backup in ${store.url}: gavel backup makes one`);
  throw new OperatorError(
    `the first backup in ${store.url} is of ${new Date(first.finishedAt).toISOString()}: nothing leads back to a time before it`,
  );
}

/** `end` is where the log ends that the backup has; later than the base's own end only where the log was backed up, too. */
export type RestoredFiles = Readonly<{ pieces: number; end: Lsn }>;

/** Writes all files of a base and its log into `directory`, which is there and empty. `progress` counts pieces of the log. */
export async function restoreFiles(
  store: ObjectStore,
  base: Base,
  directory: string,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<RestoredFiles> {
  await pipeline(await readBaseTar(store, base), extract({ cwd: directory, strict: true, preserveOwner: false }));
  const pieces = unbroken(await walIn(store, base.systemId, base.timeline), base.end);
  const log = new LogFiles(join(directory, 'pg_wal'), base);
  await mkdir(join(directory, 'pg_wal'), { recursive: true });
  let done = 0;
  try {
    for (const piece of pieces) {
      const data = await readWal(store, piece);
      if (BigInt(data.length) !== piece.end - piece.start)
        throw new OperatorError(
          `${piece.key} is damaged: it has ${data.length} bytes, and its name tells another number`,
        );
      await log.write(piece.start, data);
      progress(++done, pieces.length);
    }
  } finally {
    await log.close();
  }
  return { pieces: pieces.length, end: pieces.at(-1)?.end ?? base.end };
}

/** The log's files, all of one size; what was never written in the last one is zeros. */
class LogFiles {
  private current: Readonly<{ name: string; file: Awaited<ReturnType<typeof open>> }> | null = null;

  constructor(
    private readonly directory: string,
    private readonly base: Pick<Base, 'timeline' | 'segmentBytes'>,
  ) {}

  async write(start: Lsn, data: Buffer): Promise<void> {
    const size = BigInt(this.base.segmentBytes);
    for (let at = 0; at < data.length; ) {
      const place = start + BigInt(at);
      const offset = Number(place % size);
      const length = Math.min(this.base.segmentBytes - offset, data.length - at);
      const file = await this.fileOf(place / size);
      await file.write(data, at, length, offset);
      at += length;
    }
  }

  async close(): Promise<void> {
    await this.current?.file.sync();
    await this.current?.file.close();
    this.current = null;
  }

  /** Named by timeline and number: src/include/access/xlog_internal.h. */
  private async fileOf(segment: bigint): Promise<Awaited<ReturnType<typeof open>>> {
    const perHigh = 0x1_0000_0000n / BigInt(this.base.segmentBytes);
    const name = [BigInt(this.base.timeline), segment / perHigh, segment % perHigh]
      .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
      .join('');
    if (this.current?.name === name) return this.current.file;
    await this.close();
    const path = join(this.directory, name);
    const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return open(path, 'w+', 0o600);
      throw error;
    });
    await file.truncate(this.base.segmentBytes);
    this.current = { name, file };
    return file;
  }
}
