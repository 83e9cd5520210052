// From an export to the two Parquet files of a part, in a directory of this machine.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DuckSettings, oneRow, withDuck } from '../../lake/duck.js';
import { digestOver, SPLIT, SUMMARY, stageExport, writeEvents, writeRestricted } from './bronze.sql.js';

export type LocalFile = Readonly<{ path: string; rows: number; bytes: number; sha256: string }>;

export type PartFiles = Readonly<{
  rows: number;
  first: string;
  last: string;
  /** Of its first event, in epoch milliseconds. */
  firstRecordedAt: number;
  digest: string;
  events: LocalFile;
  /** Null for a part without anything restricted. */
  restricted: LocalFile | null;
}>;

export type PartRequest = Readonly<{
  /** The export of the part's events. */
  rows: Readable;
  /** The digest up to the part before, and the salt of this one. */
  digestBefore: string;
  salt: string;
  /** An empty directory, which the caller removes. */
  directory: string;
  duck: DuckSettings;
}>;

/** Writes the files of a part. The same events give the same bytes. */
export async function writePartFiles({ rows, digestBefore, salt, directory, duck }: PartRequest): Promise<PartFiles> {
  const staged = join(directory, 'export.csv');
  await pipeline(rows, createWriteStream(staged, { flags: 'wx', mode: 0o600 }));
  const [events, restricted] = [join(directory, 'events.parquet'), join(directory, 'restricted.parquet')];
  const summary = await withDuck(duck, async (connection) => {
    // Read once, straight into what is made of it: both in memory would be twice as much.
    await connection.run(stageExport(staged, 'VIEW'));
    await connection.run(SPLIT);
    await connection.run('DROP VIEW staged');
    await rm(staged);
    const found = await oneRow(connection, SUMMARY);
    const hasRestricted = found['restricted_count'] !== 0n;
    await connection.run(writeEvents(events));
    if (hasRestricted) await connection.run(writeRestricted(restricted, salt));
    const { digest } = await oneRow(connection, digestOver(digestBefore, hasRestricted ? salt : '', 'split'));
    return { ...found, digest };
  });
  const { row_count, restricted_count, first, last, first_recorded_at, digest } = summary as Record<string, unknown>;
  const restrictedRows = Number(restricted_count);
  return {
    rows: Number(row_count),
    first: String(first),
    last: String(last),
    firstRecordedAt: Number(first_recorded_at),
    digest: String(digest),
    events: await described(events, Number(row_count)),
    restricted: restrictedRows === 0 ? null : await described(restricted, restrictedRows),
  };
}

/** What a file of this machine comes to. */
export async function described(path: string, rows: number): Promise<LocalFile> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return { path, rows, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
