// Archives journal events, a part at a time. In order: the cut is fixed in the database, the files are written and put, the
// manifest is put, the part is noted as finished. Whoever goes on after a crash goes on with the same cut and so writes the
// same objects; two at once do the same work twice and leave one result.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import type { Journal } from '../../journal/journal.js';
import type { JournalExport } from '../../journal/journal-export.js';
import { clearAbandoned, ownPrefix } from '../../lake/abandoned.js';
import type { DuckSettings } from '../../lake/duck.js';
import type { ObjectStore } from '../../lake/object-store.js';
import type { Runtime } from '../../runtime/runtime.js';
import { adoptPart } from './adoption.js';
import { readManifest } from './bronze.queries.js';
import {
  BronzeBroken,
  EVENTS_CHAIN,
  type EventsManifest,
  FIRST_DIGEST,
  MANIFEST_FORMAT,
  manifestKey,
  type PartFile,
} from './manifest.js';
import { type PartFiles, writePartFiles } from './part-files.js';
import { type Placing, placeFile, placeManifest } from './part-store.js';
import { type EventsCut, finishPart, fixCut, lastPart, type Part, partOf } from './parts.js';

/** What has just been done; tests stop an archiver at each. */
export type ArchiveStep = 'cut' | 'written' | 'events put' | 'restricted put' | 'manifest put' | 'finished';

export type EventsArchiverParts = Readonly<{
  journal: Pick<Journal, 'parsePosition' | 'printPosition' | 'comparePositions'>;
  exported: JournalExport;
  store: ObjectStore;
  runtime: Runtime;
  /** Where files are made before they are put. */
  directory: string;
  duck: Omit<DuckSettings, 'tempDirectory'>;
  /** How long the objects of a part are locked, from its cut on, where the store has object lock. */
  lockMs: number;
  onStep?: (step: ArchiveStep) => void | Promise<void>;
}>;

export type ArchiveWanted = Readonly<{
  /** A part never has more. */
  rowsMax: number;
  /** Events wait until there are so many; 1 takes what there is. */
  rowsMin: number;
}>;

export type Archived = Readonly<{
  part: number;
  rows: number;
  last: string;
  /** The chain as it ends in this part, for a witness. */
  head: Readonly<{ chain: string; part: number; sha256: string }>;
}>;

export class EventsArchiver {
  constructor(private readonly parts: EventsArchiverParts) {}

  /** Archives one part, an unfinished one first. Null: there were not enough events for one. */
  async next(client: ClientBase, wanted: ArchiveWanted): Promise<Archived | null> {
    const newest = await lastPart<EventsCut>(client, EVENTS_CHAIN);
    if (newest !== null && newest.finished === null) return this.finish(client, newest);
    await this.refuseOtherStore(newest);
    if (await this.adopt(client, newest)) return this.next(client, wanted);
    if (!(await this.cut(client, newest, wanted))) return null;
    const cut = await lastPart<EventsCut>(client, EVENTS_CHAIN);
    // Another archiver may have been faster, and have finished it, too.
    if (cut === null || cut.finished !== null) return this.next(client, wanted);
    await this.parts.onStep?.('cut');
    return this.finish(client, cut);
  }

  private async cut(client: ClientBase, newest: Part<EventsCut> | null, { rowsMax, rowsMin }: ArchiveWanted) {
    const { journal, exported, runtime } = this.parts;
    const after = newest === null ? null : journal.parsePosition(newest.cut.last);
    const found = await exported.cutAfter(after, rowsMax);
    if (found === null || found.rows < rowsMin) return false;
    const cut: EventsCut = { after: newest?.cut.last ?? null, last: journal.printPosition(found.last) };
    // Two identifiers hold some 148 random bits.
    const salt = `${runtime.uuid()}${runtime.uuid()}`.replaceAll('-', '');
    await fixCut(client, EVENTS_CHAIN, { part: (newest?.part ?? 0) + 1, cut, cutAt: runtime.now(), salt });
    return true;
  }

  /** A chain goes on only where it is: in another store, or over a rewritten part, readers would find no way to the rest. */
  private async refuseOtherStore(newest: Part<EventsCut> | null): Promise<void> {
    if (newest?.finished == null) return;
    const { store } = this.parts;
    const key = manifestKey(EVENTS_CHAIN, newest.part);
    const there = await readManifest(store, EVENTS_CHAIN, newest.part);
    if (there === null)
      throw new BronzeBroken(
        `${store.url} has no ${key}, which this database has archived: copy the old lake there first`,
      );
    if (there.sha256 !== newest.finished.manifestSha256)
      throw new BronzeBroken(`${key} is not as it was written: gavel bronze verify tells what was changed`);
  }

  /** Takes over a part that the store has and the database lacks. */
  private async adopt(client: ClientBase, newest: Part<EventsCut> | null): Promise<boolean> {
    const { store, journal, exported, runtime } = this.parts;
    const read = await readManifest(store, EVENTS_CHAIN, (newest?.part ?? 0) + 1);
    if (read === null) return false;
    const { manifest, sha256 } = read;
    if (manifest.kind !== 'events') throw new BronzeBroken(`part ${manifest.part} of the events holds something else`);
    // Another archiver may have cut and written it between our two looks.
    const now = await partOf<EventsCut>(client, EVENTS_CHAIN, manifest.part);
    if (now !== null) return true;
    await this.withScratch(manifest.archivedAt, (placing) =>
      adoptPart({ client, journal, exported, placing, now: runtime.now() }, newest, { manifest, sha256 }),
    );
    return true;
  }

  private async finish(client: ClientBase, part: Part<EventsCut>): Promise<Archived> {
    const before = await this.finishedBefore(client, part);
    return this.withScratch(part.cutAt, async (placing) => {
      const files = await this.write(part, before.digest, placing);
      await this.parts.onStep?.('written');
      const manifest = await this.place(part, before.manifestSha256, files, placing);
      const manifestSha256 = await placeManifest(placing, manifest);
      await this.parts.onStep?.('manifest put');
      await this.noteFinished(client, manifest, manifestSha256);
      await this.parts.onStep?.('finished');
      const head = { chain: EVENTS_CHAIN, part: part.part, sha256: manifestSha256 };
      return { part: part.part, rows: files.rows, last: part.cut.last, head };
    });
  }

  private async write({ cut, salt }: Part<EventsCut>, digestBefore: string, placing: Placing): Promise<PartFiles> {
    const { journal, exported } = this.parts;
    const after = cut.after === null ? null : journal.parsePosition(cut.after);
    const rows = await exported.copy(after, journal.parsePosition(cut.last));
    const files = await writePartFiles({ rows, digestBefore, salt, directory: placing.scratch, duck: placing.duck });
    if (files.last !== cut.last)
      throw new BronzeBroken(
        `the journal has no event at position ${cut.last}, where a part was cut: is it the right journal?`,
      );
    return files;
  }

  private async place(
    { part, cut, cutAt }: Part<EventsCut>,
    previous: string | null,
    files: PartFiles,
    placing: Placing,
  ): Promise<EventsManifest> {
    const keyOf = (kind: PartFile['kind']): string => fileKey(kind, part, files);
    const placed = [await placeFile(placing, { kind: 'events', key: keyOf('events') }, files.events)];
    await this.parts.onStep?.('events put');
    if (files.restricted !== null) {
      const [kind, key] = ['events-restricted' as const, keyOf('events-restricted')];
      placed.push(await placeFile(placing, { kind, key }, files.restricted));
    }
    await this.parts.onStep?.('restricted put');
    return {
      format: MANIFEST_FORMAT,
      chain: EVENTS_CHAIN,
      kind: 'events',
      part,
      ...cut,
      first: files.first,
      rows: files.rows,
      archivedAt: cutAt,
      digest: files.digest,
      files: placed,
      previous,
    };
  }

  private async noteFinished(client: ClientBase, manifest: EventsManifest, manifestSha256: string): Promise<void> {
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const { part, rows, digest } = manifest;
    await finishPart(client, EVENTS_CHAIN, part, { rows, bytes, digest, manifestSha256 }, this.parts.runtime.now());
  }

  /** What the part before this one ended in. */
  private async finishedBefore(client: ClientBase, { part }: Part<EventsCut>) {
    if (part === 1) return { digest: FIRST_DIGEST, manifestSha256: null };
    const before = await partOf<EventsCut>(client, EVENTS_CHAIN, part - 1);
    if (before?.finished == null)
      throw new BronzeBroken(`bronze.parts has no finished part ${part - 1} before part ${part}`);
    return before.finished;
  }

  /** A directory of the part's own, gone afterwards: what is made there holds secrets. */
  private async withScratch<T>(cutAt: string, work: (placing: Placing) => Promise<T>): Promise<T> {
    const { store, directory, duck, lockMs } = this.parts;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // What is left there holds secrets.
    await clearAbandoned(directory, ['part', 'verify']);
    const scratch = await mkdtemp(join(directory, ownPrefix('part')));
    try {
      const lockedUntilMs = lockMs === 0 ? null : Date.parse(cutAt) + lockMs;
      return await work({ store, lockedUntilMs, scratch, duck: { ...duck, tempDirectory: scratch } });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

/** By the day and hour at which the journal took the part's first event, in UTC. */
function fileKey(kind: PartFile['kind'], part: number, { firstRecordedAt, first, last }: PartFiles): string {
  const [date = '', time = ''] = isoTime(firstRecordedAt as Instant).split('T');
  const name = `${String(part).padStart(12, '0')}-${first}-${last}.parquet`;
  return `bronze/${kind}/date=${date}/hour=${time.slice(0, 2)}/${name}`;
}
