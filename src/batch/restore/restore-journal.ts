// The journal of an empty PostgreSQL out of Bronze: events, streams, revisions, positions and command ids as they were. Part by part,
// each checked and then taken in by one transaction, which also notes it as archived: whoever goes on after a crash goes on
// behind the last whole part. While a restore is unfinished no house opens on the database (docs/adr/0069).
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { type Instant, instant } from '../../domain/time.js';
import { takeLock } from '../../feed/advisory-lock.js';
import { inTransaction } from '../../feed/session.js';
import { type DuckSettings, withDuck } from '../../lake/duck.js';
import type { ObjectStore } from '../../lake/object-store.js';
import { manifestsOf } from '../../projections/bronze/bronze.queries.js';
import { EVENTS_CHAIN, type EventsManifest, FIRST_DIGEST } from '../../projections/bronze/manifest.js';
import { openOriginal } from '../../projections/bronze/originals.js';
import { finishPart, fixCut } from '../../projections/bronze/parts.js';
import { OperatorError } from '../../runtime/operator-error.js';
import * as sql from './restore.sql.js';

export type RestoreParts = Readonly<{
  store: ObjectStore;
  database: pg.ClientConfig;
  now: () => Instant;
  /** An empty directory for files on the way; the caller removes it, for they hold secrets. */
  scratch: string;
  duck: DuckSettings;
  /** Refuses a manifest that a witness contradicts. */
  checkWitness: (part: number, sha256: string) => void;
  /** Told how many of how many events are there. */
  progress: (done: number, total: number) => void;
  /** Told of each part when it is in; tests stop a restore there. */
  onPart?: (part: number) => void | Promise<void>;
}>;

export type RestoredJournal = Readonly<{
  events: number;
  parts: number;
  /** Parts that an earlier try had brought in. */
  partsBefore: number;
  /** Position of the last event. */
  upTo: string;
}>;

type ReadPart = Readonly<{ manifest: EventsManifest; sha256: string }>;

/**
 * Restores the journal. Refuses a journal with events of its own, a house at work, and an archive that is empty or of an
 * EventStoreDB; throws `BronzeBroken` where the archive contradicts itself, and then keeps the parts before.
 */
export async function restoreJournal(parts: RestoreParts): Promise<RestoredJournal> {
  const client = new pg.Client({ ...parts.database, application_name: 'gavel restore', keepAlive: true });
  // A lost connection fails the query under way, or the next one; without a listener Node would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await restore(parts, client);
  } finally {
    await client.end();
  }
}

async function restore(parts: RestoreParts, client: pg.Client): Promise<RestoredJournal> {
  if (!(await takeLock(client, 'restore')))
    throw new OperatorError('another restore is at work on this database; wait for its end');
  const chain = await readChain(parts);
  const total = chain.reduce((sum, { manifest }) => sum + manifest.rows, 0);
  const upTo = chain.at(-1)?.manifest.last ?? '0';
  const there = await partsThere(client, chain);
  await client.query(sql.BEGIN_RESTORE, [upTo]);
  await withDuck(parts.duck, async (duck) => {
    await readStreams(client, duck, parts.scratch);
    let done = chain.slice(0, there).reduce((sum, { manifest }) => sum + manifest.rows, 0);
    for (const [index, part] of chain.entries()) {
      if (index < there) continue;
      await takePart(parts, { client, duck }, part, chain[index - 1]?.manifest ?? null);
      done += part.manifest.rows;
      parts.progress(done, total);
      await parts.onPart?.(part.manifest.part);
    }
  });
  await client.query(sql.ANALYZE);
  await inTransaction(client, () => client.query(sql.END_RESTORE));
  return { events: total, parts: chain.length, partsBefore: there, upTo };
}

/** All manifests, each checked against the one before and against witnesses. Refuses positions with gaps unless told otherwise. */
export async function readChain(
  { store, checkWitness }: RestoreParts,
  { withGaps }: Readonly<{ withGaps: boolean }> = { withGaps: false },
): Promise<readonly ReadPart[]> {
  const chain: ReadPart[] = [];
  for await (const { manifest, sha256 } of manifestsOf(store, EVENTS_CHAIN)) {
    if (manifest.kind !== 'events') throw new OperatorError(`part ${manifest.part} of the events holds something else`);
    checkWitness(manifest.part, sha256);
    if (!withGaps && BigInt(manifest.last) - BigInt(manifest.after ?? 0) !== BigInt(manifest.rows))
      throw new OperatorError(
        `the positions of part ${manifest.part} have gaps, as those of an EventStoreDB: only an EventStoreDB can be made of this archive (GAVEL_JOURNAL)`,
      );
    chain.push({ manifest, sha256 });
  }
  if (chain.length === 0) throw new OperatorError(`there is nothing in Bronze at ${store.url}`);
  return chain;
}

/** Refuses where the consumers of a house are connected. */
export async function refuseHouseAtWork(client: pg.Client): Promise<void> {
  const { rows: work } = await client.query<{ sessions: number }>(sql.AT_WORK);
  if ((work[0]?.sessions ?? 0) > 0)
    throw new OperatorError('a house is at work on this database: stop it, a restore is for an empty one');
}

/** How many parts an earlier try has brought in. */
async function partsThere(client: pg.Client, chain: readonly ReadPart[]): Promise<number> {
  await refuseHouseAtWork(client);
  const { rows } = await client.query<{ is_begun: boolean; last: string }>(sql.STATE);
  const { is_begun: isBegun = false, last = '0' } = rows[0] ?? {};
  if (last === '0') return 0;
  if (!isBegun)
    throw new OperatorError(
      `the journal has events up to position ${last}: a restore from Bronze needs an empty one, as in a new data directory`,
    );
  const index = chain.findIndex(({ manifest }) => manifest.last === last);
  if (index < 0)
    throw new OperatorError(
      `an unfinished restore came up to position ${last}, where no part of this archive ends: begin again in a new data directory`,
    );
  return index + 1;
}

async function readStreams(client: pg.Client, duck: DuckDBConnection, scratch: string): Promise<void> {
  const path = join(scratch, 'known-streams.csv');
  await pipeline(client.query(copyTo(sql.COPY_STREAMS_OUT)), createWriteStream(path, { mode: 0o600 }));
  await duck.run(sql.MAKE_STREAMS);
  await duck.run(sql.READ_STREAMS(path));
}

type Ends = Readonly<{ client: pg.Client; duck: DuckDBConnection }>;

async function takePart(
  { store, scratch, now }: RestoreParts,
  { client, duck }: Ends,
  { manifest, sha256 }: ReadPart,
  before: EventsManifest | null,
): Promise<void> {
  const salt = await openOriginal({ store, duck, scratch, digestBefore: before?.digest ?? FIRST_DIGEST }, manifest);
  const [streams, events] = [join(scratch, 'streams.csv'), join(scratch, 'events.csv')];
  await duck.run(sql.NEW_STREAMS);
  await duck.run(sql.KEEP_STREAMS);
  await duck.run(sql.WRITE_STREAMS(streams));
  await duck.run(sql.WRITE_EVENTS(events));
  const { part, after, last, rows, digest, files, archivedAt } = manifest;
  await inTransaction(client, async () => {
    await refuseMoved(client, after ?? '0');
    await pipeline(createReadStream(streams), client.query(copyFrom(sql.COPY_STREAMS)));
    await pipeline(createReadStream(events), client.query(copyFrom(sql.COPY_EVENTS)));
    const cutAt = instant(Date.parse(archivedAt));
    await fixCut(client, EVENTS_CHAIN, { part, cut: { after, last }, cutAt, salt });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    await finishPart(client, EVENTS_CHAIN, part, { rows, bytes, digest, manifestSha256: sha256 }, now());
  });
}

async function refuseMoved(client: pg.Client, expected: string): Promise<void> {
  const [, found] = (await client.query(sql.LOCK_AND_LAST)) as unknown as readonly pg.QueryResult<{ last: string }>[];
  const last = found?.rows[0]?.last;
  if (last !== expected)
    throw new OperatorError(
      `somebody else has written to the journal: it ends at position ${last}, and the restore at ${expected}`,
    );
}
