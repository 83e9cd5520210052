// Is Bronze what the journal says, and is all of it there? Every part is read: its manifest against the one before, the
// database and the witnesses; its files against the manifest; its rows against the journal, column by column.

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ownPrefix } from '../../lake/abandoned.js';
import { oneRow, withDuck } from '../../lake/duck.js';
import { fileOf, localFile, type ReadManifest, readManifest } from './bronze.queries.js';
import { digestOver, ORIGINAL_OF, rowDifferences, SALT_OF, stageExport } from './bronze.sql.js';
import { type BronzeFinding, fileProblem, type VerificationParts } from './finding.js';
import { verifyIngress } from './ingress-verification.js';
import { BronzeBroken, EVENTS_CHAIN, type EventsManifest, FIRST_DIGEST, manifestKey } from './manifest.js';
import type { EventsCut } from './parts.js';
import { allParts, type Part } from './parts.js';
import type { Witness } from './witness.js';

export type BronzeReport = Readonly<{
  parts: number;
  events: number;
  /** Raw messages, those whose files have expired included. */
  messages: number;
  /** The position that Bronze goes up to; null without any part. */
  upTo: string | null;
  witnesses: number;
  findings: readonly BronzeFinding[];
}>;

const FOLDERS = ['bronze/events/', 'bronze/events-restricted/', 'bronze/manifests/events/'];

/** Reads all of it. Safe beside an archiver at work: what it has under way is left out. */
export async function verifyBronze(parts: VerificationParts): Promise<BronzeReport> {
  const scratch = await mkdtemp(join(parts.directory, ownPrefix('verify')));
  try {
    const report = await new Verification(parts, scratch).run();
    const ingress = await verifyIngress(parts, scratch);
    return { ...report, messages: ingress.messages, findings: [...report.findings, ...ingress.findings] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

class Verification {
  private readonly findings: BronzeFinding[] = [];
  private readonly named = new Set<string>();
  private before: Readonly<{ sha256: string; digest: string; last: string }> | null = null;
  private events = 0;

  constructor(
    private readonly parts: VerificationParts,
    private readonly scratch: string,
  ) {}

  async run(): Promise<Omit<BronzeReport, 'messages'>> {
    // Listed before the database is asked: whatever is listed belongs to a part that the database knows by then.
    const listed = await this.list();
    const known = await allParts<EventsCut>(this.parts.client, EVENTS_CHAIN);
    const witnesses = await this.witnesses();
    const finished = known.filter((part) => part.finished !== null).length;
    const last = Math.max(finished, ...witnesses.keys(), manifestsIn(listed));
    for (let number = 1; number <= last; number++) {
      await this.part(number, known[number - 1] ?? null, witnesses.get(number) ?? []);
      this.parts.progress?.(number, last);
    }
    const isUnderWay = known.at(-1)?.finished === null ? manifestKey(EVENTS_CHAIN, known.length).slice(-17, -5) : null;
    for (const key of listed) {
      const isOfPartUnderWay = isUnderWay !== null && (key.split('/').at(-1) ?? '').startsWith(isUnderWay);
      if (!this.named.has(key) && !isOfPartUnderWay) this.report('extra', key, 'no manifest names it');
    }
    const upTo = this.before?.last ?? null;
    const count = [...witnesses.values()].flat().length;
    return { parts: last, events: this.events, upTo, witnesses: count, findings: this.findings };
  }

  private report(kind: BronzeFinding['kind'], key: string, problem: string): void {
    this.findings.push({ kind, key, problem });
  }

  private async list(): Promise<readonly string[]> {
    const keys: string[] = [];
    for (const folder of FOLDERS) for await (const { key } of this.parts.store.list(folder)) keys.push(key);
    return keys;
  }

  /** Genuine witnesses by their part. */
  private async witnesses(): Promise<ReadonlyMap<number, readonly Witness[]>> {
    const byPart = new Map<number, Witness[]>();
    const { witnesses } = this.parts;
    for (const one of await witnesses.of(EVENTS_CHAIN)) {
      if (witnesses.isGenuine(one)) byPart.set(one.part, [...(byPart.get(one.part) ?? []), one]);
      else this.report('forged', witnesses.pathOf(EVENTS_CHAIN), `the witness of part ${one.part} is not signed by us`);
    }
    return byPart;
  }

  private async part(number: number, known: Part<EventsCut> | null, witnesses: readonly Witness[]): Promise<void> {
    const key = manifestKey(EVENTS_CHAIN, number);
    this.named.add(key);
    const read = await this.read(number);
    if (read === null) {
      this.before = null;
      return;
    }
    const { manifest, sha256 } = read;
    for (const { key: file } of manifest.files) this.named.add(file);
    this.chain(key, read, number);
    const noted = known?.finished?.manifestSha256;
    if (noted !== undefined && noted !== sha256)
      this.report('rewritten', key, `its SHA-256 is ${sha256}, and was ${noted} when the database noted it`);
    for (const witness of witnesses)
      if (witness.sha256 !== sha256)
        this.report(
          'rewritten',
          key,
          `its SHA-256 is ${sha256}, and was ${witness.sha256} when witnessed at ${witness.witnessedAt}`,
        );
    if (await this.files(manifest))
      await this.rows(manifest, this.before?.digest ?? (number === 1 ? FIRST_DIGEST : null));
    this.events += manifest.rows;
    this.before = { sha256, digest: manifest.digest, last: manifest.last };
  }

  private async read(number: number): Promise<ReadManifest<EventsManifest> | null> {
    const key = manifestKey(EVENTS_CHAIN, number);
    try {
      const read = await readManifest(this.parts.store, EVENTS_CHAIN, number);
      if (read === null) this.report('missing', key, 'the manifest is not there');
      else if (read.manifest.kind === 'events') return { manifest: read.manifest, sha256: read.sha256 };
      else this.report('changed', key, 'it is the manifest of something else');
    } catch (error) {
      if (!(error instanceof BronzeBroken)) throw error;
      this.report('changed', key, error.message);
    }
    return null;
  }

  /** A part whose predecessor could not be read is not compared with it. */
  private chain(key: string, { manifest }: ReadManifest<EventsManifest>, number: number): void {
    if (number === 1 ? manifest.previous !== null : this.before !== null && manifest.previous !== this.before.sha256)
      this.report('rewritten', key, 'it does not follow the manifest before it, or that one was rewritten');
    const after = number === 1 ? null : (this.before?.last ?? manifest.after);
    if (manifest.after !== after)
      this.report('differs', key, `it begins behind position ${manifest.after}, and the part before ends at ${after}`);
  }

  /** Whether all files of the part are there and as the manifest says. */
  private async files({ files }: EventsManifest): Promise<boolean> {
    let isWhole = true;
    for (const { key, bytes, sha256 } of files) {
      const problem = await fileProblem(this.parts.store, { key, bytes, sha256 });
      if (problem === null) continue;
      isWhole = false;
      this.report(problem.kind, key, problem.problem);
    }
    return isWhole;
  }

  private async rows(manifest: EventsManifest, digestBefore: string | null): Promise<void> {
    const { journal, exported, store } = this.parts;
    const staged = join(this.scratch, 'export.csv');
    const after = manifest.after === null ? null : journal.parsePosition(manifest.after);
    const rows = await exported.copy(after, journal.parsePosition(manifest.last));
    await pipeline(rows, createWriteStream(staged, { mode: 0o600 }));
    const [events, restricted] = [fileOf(manifest, 'events'), fileOf(manifest, 'events-restricted')];
    if (events === null)
      return this.report('changed', manifestKey(manifest.chain, manifest.part), 'it names no events');
    const cache = join(this.scratch, 'files');
    const paths = [await localFile(store, events, cache), restricted && (await localFile(store, restricted, cache))];
    const found = await withDuck({ ...this.parts.duck, tempDirectory: this.scratch }, async (duck) => {
      await duck.run(stageExport(staged));
      await duck.run(ORIGINAL_OF(paths[0] ?? '', paths[1] ?? null));
      const salt = paths[1] == null ? '' : String((await oneRow(duck, SALT_OF(paths[1])))['salt']);
      const { digest } = await oneRow(duck, digestOver(digestBefore ?? '', salt, 'original'));
      return { ...(await oneRow(duck, rowDifferences)), digest };
    });
    await rm(cache, { recursive: true, force: true });
    const { differing, first, row_count: rowCount, digest } = found as Record<string, unknown>;
    if (differing !== 0n)
      this.report(
        'differs',
        events.key,
        `${differing} events are not as the journal has them, the first at position ${first}`,
      );
    if (Number(rowCount) !== manifest.rows)
      this.report('differs', events.key, `it has ${rowCount} events, and its manifest says ${manifest.rows}`);
    if (digestBefore !== null && digest !== manifest.digest)
      this.report('differs', manifestKey(manifest.chain, manifest.part), 'its digest is not that of its events');
  }
}

/** The highest number among the manifests that are listed. */
const manifestsIn = (keys: readonly string[]): number =>
  Math.max(0, ...keys.map((key) => Number(/^bronze\/manifests\/events\/(\d{12})\.json$/.exec(key)?.[1] ?? 0)));
