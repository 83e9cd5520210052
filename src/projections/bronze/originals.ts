// A part of Bronze as it was recorded, put together from its files and checked against its manifest before anybody reads it.
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { oneRow } from '../../lake/duck.js';
import { describeStored } from '../../lake/hashing.js';
import type { ObjectStore } from '../../lake/object-store.js';
import { fileOf, localFile } from './bronze.queries.js';
import { digestOver, ORIGINAL_OF, SALT_OF } from './bronze.sql.js';
import { BronzeBroken, type EventsManifest, manifestKey } from './manifest.js';

export type OriginalParts = Readonly<{
  store: ObjectStore;
  duck: DuckDBConnection;
  /** Files of a store elsewhere are fetched into it. */
  scratch: string;
  /** Of the part before. */
  digestBefore: string;
}>;

/**
 * Makes the table `part` in the DuckDB: the part's events with the columns of an export. Refuses with `BronzeBroken` what is not
 * what the manifest says: other bytes, other rows, other hashes. Resolves to the part's salt.
 */
export async function openOriginal(
  { store, duck, scratch, digestBefore }: OriginalParts,
  manifest: EventsManifest,
): Promise<string> {
  const key = manifestKey(manifest.chain, manifest.part);
  for (const file of manifest.files) {
    const { sha256 } = await describeStored(store, file.key);
    if (sha256 !== file.sha256)
      throw new BronzeBroken(`${file.key} has the SHA-256 ${sha256}, and its manifest says ${file.sha256}`);
  }
  const [events, restricted] = [fileOf(manifest, 'events'), fileOf(manifest, 'events-restricted')];
  if (events === null) throw new BronzeBroken(`${key} names no events`);
  const cache = join(scratch, 'files');
  const eventsPath = await localFile(store, events, cache);
  const restrictedPath = restricted === null ? null : await localFile(store, restricted, cache);
  await duck.run('DROP TABLE IF EXISTS part');
  await duck.run('DROP VIEW IF EXISTS original');
  await duck.run(ORIGINAL_OF(eventsPath, restrictedPath));
  await duck.run('CREATE TABLE part AS FROM original ORDER BY position');
  const salt = restrictedPath === null ? '' : String((await oneRow(duck, SALT_OF(restrictedPath)))['salt']);
  const { digest } = await oneRow(duck, digestOver(digestBefore, salt, 'part'));
  if (digest !== manifest.digest) throw new BronzeBroken(`${key}: its digest is not that of its events`);
  const found = await oneRow(
    duck,
    'SELECT count(*)::INTEGER AS row_count, min(position)::VARCHAR AS first, max(position)::VARCHAR AS last FROM part',
  );
  const isWhole =
    found['row_count'] === manifest.rows && found['first'] === manifest.first && found['last'] === manifest.last;
  if (!isWhole)
    throw new BronzeBroken(
      `${key} says ${manifest.rows} events from position ${manifest.first} to ${manifest.last}, and its files have ${found['row_count']} from ${found['first']} to ${found['last']}`,
    );
  return salt;
}
