// A part that Bronze has and the database does not know: the database was restored from an older backup, or begins anew on a
// journal that was restored from Bronze. It is taken over if the journal has the same events, and refused otherwise: two
// different histories must not share one archive.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import type { Instant } from '../../domain/time.js';
import type { Journal } from '../../journal/journal.js';
import type { JournalExport } from '../../journal/journal-export.js';
import { oneRow, withDuck } from '../../lake/duck.js';
import { fileOf, localFile, type ReadManifest } from './bronze.queries.js';
import { digestOver, SALT_OF, stageExport } from './bronze.sql.js';
import { BronzeBroken, EVENTS_CHAIN, type EventsManifest, FIRST_DIGEST, manifestKey } from './manifest.js';
import type { Placing } from './part-store.js';
import type { EventsCut } from './parts.js';
import { finishPart, fixCut, type Part } from './parts.js';

export type Adoption = Readonly<{
  client: ClientBase;
  journal: Pick<Journal, 'parsePosition' | 'comparePositions'>;
  exported: JournalExport;
  placing: Placing;
  now: Instant;
}>;

/** Notes the part as cut and finished, behind `newest`. Refuses one that is not the journal's with `BronzeBroken`. */
export async function adoptPart(
  { client, journal, exported, placing, now }: Adoption,
  newest: Part<EventsCut> | null,
  { manifest, sha256 }: ReadManifest<EventsManifest>,
): Promise<void> {
  const { part, last, after, rows, digest, files } = manifest;
  const key = manifestKey(EVENTS_CHAIN, part);
  const isNext =
    manifest.previous === (newest?.finished?.manifestSha256 ?? null) && after === (newest?.cut.last ?? null);
  if (!isNext) throw new BronzeBroken(`${key} is there, and does not follow the part that the database has before it`);
  const from = after === null ? null : journal.parsePosition(after);
  const there = await exported.cutAfter(from, rows);
  if (there === null || journal.comparePositions(there.last, journal.parsePosition(last)) !== 0)
    throw new BronzeBroken(
      `${key} goes up to position ${last}, and the journal has other events or none there: restore it from Bronze first`,
    );
  const salt = await saltOf(manifest, placing);
  const staged = join(placing.scratch, 'adopted.csv');
  await pipeline(await exported.copy(from, there.last), createWriteStream(staged, { mode: 0o600 }));
  const before = newest?.finished?.digest ?? FIRST_DIGEST;
  const found = await withDuck(placing.duck, async (duck) => {
    await duck.run(stageExport(staged));
    return oneRow(duck, digestOver(before, salt, 'staged'));
  });
  if (found['digest'] !== digest)
    throw new BronzeBroken(`${key} is of other events than those of the journal up to position ${last}`);
  const cutAt = Date.parse(manifest.archivedAt) as Instant;
  await fixCut(client, EVENTS_CHAIN, { part, cut: { after, last }, cutAt, salt });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  await finishPart(client, EVENTS_CHAIN, part, { rows, bytes, digest, manifestSha256: sha256 }, now);
}

async function saltOf(manifest: EventsManifest, { store, scratch, duck }: Placing): Promise<string> {
  const restricted = fileOf(manifest, 'events-restricted');
  if (restricted === null) return '';
  const path = await localFile(store, restricted, join(scratch, 'adopted'));
  return String((await withDuck(duck, (connection) => oneRow(connection, SALT_OF(path))))['salt']);
}
