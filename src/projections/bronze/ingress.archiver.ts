// Archives messages as producers sent them, a topic a chain: the cut (offsets of each partition) is fixed in the database,
// the files are written and put, the manifest is put, the part is noted as finished. It is the road of journal events
// (events.archiver.ts) but for two things: where messages come from, and that their files expire.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import { clearAbandoned, ownPrefix } from '../../lake/abandoned.js';
import { type DuckSettings, oneRow, withDuck } from '../../lake/duck.js';
import type { ObjectStore } from '../../lake/object-store.js';
import type { Runtime } from '../../runtime/runtime.js';
import { readManifest } from './bronze.queries.js';
import type { Archived, ArchiveStep, ArchiveWanted } from './events.archiver.js';
import {
  MESSAGE_SUMMARY,
  messageDigest,
  STAGED_MESSAGE,
  stageMessages,
  writeMessages,
  writeRestrictedMessages,
} from './ingress.sql.js';
import {
  BronzeBroken,
  FIRST_DIGEST,
  type IngressManifest,
  MANIFEST_FORMAT,
  manifestKey,
  type PartFile,
} from './manifest.js';
import { described, type LocalFile } from './part-files.js';
import { type Placing, placeFile, placeManifest } from './part-store.js';
import { finishPart, fixCut, lastPart, type Part, partOf } from './parts.js';

/** A message as it is to be kept. */
export type IngressRow = Readonly<{
  partition: number;
  offset: string;
  appendedAt: number;
  key: string | null;
  headers: string | null;
  value: string | null;
  restricted: Uint8Array | null;
  hash: string;
}>;

/** Offsets by partition, from `from` up to but not including `to`. */
export type OffsetCut = Readonly<Record<string, Readonly<{ from: string; to: string }>>>;

/** A topic of messages. */
export type IngressSource = Readonly<{
  topic: string;
  /** What the topic has now. */
  ranges(): Promise<OffsetCut>;
  /** Hands over the messages of a cut, in order within a partition. Rejects if any is gone. */
  read(cut: OffsetCut, take: (row: IngressRow) => Promise<void>): Promise<void>;
}>;

export type IngressArchiverParts = Readonly<{
  source: IngressSource;
  store: ObjectStore;
  runtime: Runtime;
  directory: string;
  duck: Omit<DuckSettings, 'tempDirectory'>;
  /** Of manifests, from their cut on. Files are not locked: they expire. */
  lockMs: number;
  /** Files go so long after their cut; null keeps them. */
  expireAfterMs: number | null;
  onStep?: (step: ArchiveStep) => void | Promise<void>;
}>;

export const ingressChain = (topic: string): string => `ingress/${topic}`;

/** Where the files of a topic lie. */
export const ingressFolders = (topic: string): readonly string[] => [
  `bronze/ingress/${topic}/`,
  `bronze/ingress-restricted/${topic}/`,
];

export class IngressArchiver {
  private readonly chain: string;

  constructor(private readonly parts: IngressArchiverParts) {
    this.chain = ingressChain(parts.source.topic);
  }

  /** Archives one part, an unfinished one first. Null: there were not enough messages for one. */
  async next(client: ClientBase, { rowsMax, rowsMin }: ArchiveWanted): Promise<Archived | null> {
    const newest = await lastPart<OffsetCut>(client, this.chain);
    if (newest !== null && newest.finished === null) return this.finish(client, newest);
    if (await this.adopt(client, newest)) return this.next(client, { rowsMax, rowsMin });
    const cut = cutBehind(newest?.cut ?? {}, await this.parts.source.ranges(), rowsMax);
    if (rowsIn(cut) < Math.max(1, rowsMin)) return null;
    const { runtime } = this.parts;
    const salt = `${runtime.uuid()}${runtime.uuid()}`.replaceAll('-', '');
    await fixCut(client, this.chain, { part: (newest?.part ?? 0) + 1, cut, cutAt: runtime.now(), salt });
    const fixed = await lastPart<OffsetCut>(client, this.chain);
    // Another archiver may have been faster, and have finished it, too.
    if (fixed === null || fixed.finished !== null) return this.next(client, { rowsMax, rowsMin });
    await this.parts.onStep?.('cut');
    return this.finish(client, fixed);
  }

  /** Removes files that are older than they are to be kept. Manifests stay, and the chain with them. */
  async expire(client: ClientBase): Promise<number> {
    const { store, runtime, expireAfterMs, source } = this.parts;
    if (expireAfterMs === null) return 0;
    let gone = 0;
    for (const folder of ingressFolders(source.topic))
      for await (const { key } of store.list(folder)) {
        const number = Number(/\/(\d{12})\.parquet$/.exec(key)?.[1] ?? Number.NaN);
        const part = Number.isNaN(number) ? null : await partOf<OffsetCut>(client, this.chain, number);
        if (part?.finished == null || Date.parse(part.cutAt) + expireAfterMs > runtime.now()) continue;
        await store.delete(key);
        gone += 1;
      }
    return gone;
  }

  /** Takes over a part that the store has and a database that was restored lacks. */
  private async adopt(client: ClientBase, newest: Part<OffsetCut> | null): Promise<boolean> {
    const part = (newest?.part ?? 0) + 1;
    const read = await readManifest(this.parts.store, this.chain, part);
    if (read === null) return false;
    const { manifest, sha256 } = read;
    const before = newest?.finished?.manifestSha256 ?? null;
    if (manifest.kind !== 'ingress' || manifest.previous !== before)
      throw new BronzeBroken(
        `${manifestKey(this.chain, part)} is there, and does not follow the part that the database has before it`,
      );
    if ((await partOf(client, this.chain, part)) !== null) return true;
    const cutAt = Date.parse(manifest.archivedAt) as Instant;
    await fixCut(client, this.chain, { part, cut: manifest.partitions, cutAt, salt: '' });
    await this.noteFinished(client, manifest, sha256);
    return true;
  }

  private async finish(client: ClientBase, part: Part<OffsetCut>): Promise<Archived> {
    const before = part.part === 1 ? null : await partOf<OffsetCut>(client, this.chain, part.part - 1);
    if (part.part > 1 && before?.finished == null)
      throw new BronzeBroken(
        `bronze.parts has no finished part ${part.part - 1} of ${this.chain} before part ${part.part}`,
      );
    const { store, directory, duck, lockMs } = this.parts;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await clearAbandoned(directory, ['part', 'verify']);
    const scratch = await mkdtemp(join(directory, ownPrefix('part')));
    try {
      const placing = { store, lockedUntilMs: null, scratch, duck: { ...duck, tempDirectory: scratch } };
      const files = await this.write(part, before?.finished?.digest ?? FIRST_DIGEST, placing);
      await this.parts.onStep?.('written');
      const manifest = await this.place(part, before?.finished?.manifestSha256 ?? null, files, placing);
      const lockedUntilMs = lockMs === 0 ? null : Date.parse(part.cutAt) + lockMs;
      const sha256 = await placeManifest({ ...placing, lockedUntilMs }, manifest);
      await this.parts.onStep?.('manifest put');
      await this.noteFinished(client, manifest, sha256);
      await this.parts.onStep?.('finished');
      const last = Object.values(part.cut)
        .map(({ to }) => to)
        .join(',');
      return { part: part.part, rows: files.rows, last, head: { chain: this.chain, part: part.part, sha256 } };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  private async write(
    { cut, salt }: Part<OffsetCut>,
    digestBefore: string,
    { scratch, duck }: Placing,
  ): Promise<Files> {
    const staged = join(scratch, 'messages.csv');
    await this.stage(cut, staged);
    const [messages, restricted] = [join(scratch, 'messages.parquet'), join(scratch, 'restricted.parquet')];
    const summary = await withDuck(duck, async (connection) => {
      await connection.run(stageMessages(staged));
      const found = await oneRow(connection, MESSAGE_SUMMARY);
      const isRestricted = found['restricted_count'] !== 0n;
      await connection.run(writeMessages(messages));
      if (isRestricted) await connection.run(writeRestrictedMessages(restricted, salt));
      const { digest } = await oneRow(connection, messageDigest(digestBefore, isRestricted ? salt : '', 'messages'));
      return { ...found, digest };
    });
    const { row_count, restricted_count, first_appended_at, digest } = summary as Record<string, unknown>;
    const restrictedRows = Number(restricted_count);
    return {
      rows: Number(row_count),
      firstAppendedAt: Number(first_appended_at ?? 0),
      digest: String(digest),
      messages: await described(messages, Number(row_count)),
      restricted: restrictedRows === 0 ? null : await described(restricted, restrictedRows),
    };
  }

  private async stage(cut: OffsetCut, path: string): Promise<void> {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    try {
      await this.parts.source.read(cut, async (row) => {
        if (!file.write(lineOf(row))) await once(file, 'drain');
      });
    } finally {
      file.end();
      await finished(file);
    }
  }

  private async place(
    { part, cut, cutAt }: Part<OffsetCut>,
    previous: string | null,
    files: Files,
    placing: Placing,
  ): Promise<IngressManifest> {
    const { topic } = this.parts.source;
    const keyOf = (kind: PartFile['kind']) => fileKey(kind, topic, part, files.firstAppendedAt as Instant);
    const placed = [await placeFile(placing, { kind: 'ingress', key: keyOf('ingress') }, files.messages)];
    await this.parts.onStep?.('events put');
    if (files.restricted !== null) {
      const kind = 'ingress-restricted';
      placed.push(await placeFile(placing, { kind, key: keyOf(kind) }, files.restricted));
    }
    await this.parts.onStep?.('restricted put');
    return {
      format: MANIFEST_FORMAT,
      chain: this.chain,
      kind: 'ingress',
      part,
      topic,
      partitions: cut,
      rows: files.rows,
      archivedAt: cutAt,
      digest: files.digest,
      files: placed,
      previous,
    };
  }

  private async noteFinished(
    client: ClientBase,
    { part, rows, digest, files }: IngressManifest,
    manifestSha256: string,
  ) {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    await finishPart(client, this.chain, part, { rows, bytes, digest, manifestSha256 }, this.parts.runtime.now());
  }
}

type Files = Readonly<{
  rows: number;
  firstAppendedAt: number;
  digest: string;
  messages: LocalFile;
  restricted: LocalFile | null;
}>;

/** Everything behind a cut, but at most so many messages. What the topic has let go of is left out, and shows as a gap. */
function cutBehind(before: OffsetCut, now: OffsetCut, rowsMax: number): OffsetCut {
  let left = BigInt(rowsMax);
  const cut: Record<string, { from: string; to: string }> = {};
  for (const [partition, { from: low, to: high }] of Object.entries(now)) {
    const done = BigInt(before[partition]?.to ?? low);
    const from = done < BigInt(low) ? BigInt(low) : done;
    const there = BigInt(high) - from;
    const taken = there < left ? there : left;
    left -= taken;
    cut[partition] = { from: `${from}`, to: `${from + taken}` };
  }
  return cut;
}

const rowsIn = (cut: OffsetCut): number =>
  Object.values(cut).reduce((sum, { from, to }) => sum + Number(BigInt(to) - BigInt(from)), 0);

/** By the day and hour at which the broker took the part's first message, in UTC. */
function fileKey(kind: PartFile['kind'], topic: string, part: number, firstAppendedAt: Instant): string {
  const [date = '', time = ''] = isoTime(firstAppendedAt).split('T');
  return `bronze/${kind}/${topic}/date=${date}/hour=${time.slice(0, 2)}/${String(part).padStart(12, '0')}.parquet`;
}

const quoted = (text: string | null): string => (text === null ? '' : `"${text.replaceAll('"', '""')}"`);
const base64 = (bytes: Uint8Array | null): string =>
  bytes === null ? '' : `"${Buffer.from(bytes).toString('base64')}"`;

/** In the order of STAGED_MESSAGE. */
function lineOf({ partition, offset, appendedAt, key, headers, value, restricted, hash }: IngressRow): string {
  const cells = {
    partition: String(partition),
    offset,
    appended_at: String(appendedAt),
    key: quoted(key),
    headers: quoted(headers),
    value: base64(value === null ? null : Buffer.from(value)),
    restricted: base64(restricted),
    hash,
  } satisfies Record<(typeof STAGED_MESSAGE)[number], string>;
  return `${STAGED_MESSAGE.map((name) => cells[name]).join(',')}\n`;
}
