// Are the chains of raw messages whole? Each manifest against the one before, the database and the witnesses; each file against
// its manifest; the digests against the messages. Files that are old enough to have expired may be gone.
import { join } from 'node:path';
import { oneRow, withDuck } from '../../lake/duck.js';
import { fileOf, localFile, type ReadManifest, readManifest } from './bronze.queries.js';
import { literal } from './bronze.sql.js';
import { type BronzeFinding, fileProblem, type VerificationParts } from './finding.js';
import type { OffsetCut } from './ingress.archiver.js';
import { messageDigest, STORED_MESSAGES } from './ingress.sql.js';
import { BronzeBroken, FIRST_DIGEST, type IngressManifest, manifestKey } from './manifest.js';
import { allParts, chains, type Part } from './parts.js';

export type IngressReport = Readonly<{ messages: number; findings: readonly BronzeFinding[] }>;

const MANIFESTS = 'bronze/manifests/ingress/';

/** Reads all of them. Safe beside an archiver at work. */
export async function verifyIngress(parts: VerificationParts, scratch: string): Promise<IngressReport> {
  const listed: string[] = [];
  for (const prefix of [MANIFESTS, 'bronze/ingress/', 'bronze/ingress-restricted/'])
    for await (const { key } of parts.store.list(prefix)) listed.push(key);
  const noted = (await chains(parts.client)).filter((chain) => chain.startsWith('ingress/'));
  const topics = new Set([...noted.map((chain) => chain.slice('ingress/'.length)), ...listed.map(topicOf)]);
  const reports: IngressReport[] = [];
  for (const topic of [...topics].sort())
    reports.push(
      await new IngressVerification(parts, scratch, topic).run(listed.filter((key) => topicOf(key) === topic)),
    );
  return {
    messages: reports.reduce((sum, { messages }) => sum + messages, 0),
    findings: reports.flatMap(({ findings }) => findings),
  };
}

const topicOf = (key: string): string =>
  /^bronze\/(?:manifests\/ingress|ingress|ingress-restricted)\/([^/]*)/.exec(key)?.[1] ?? '';

class IngressVerification {
  private readonly findings: BronzeFinding[] = [];
  private readonly named = new Set<string>();
  private before: Readonly<{ sha256: string; digest: string; cut: OffsetCut }> | null = null;
  private messages = 0;
  private readonly chain: string;

  constructor(
    private readonly parts: VerificationParts,
    private readonly scratch: string,
    topic: string,
  ) {
    this.chain = `ingress/${topic}`;
  }

  async run(listed: readonly string[]): Promise<IngressReport> {
    const known = await allParts<OffsetCut>(this.parts.client, this.chain);
    const witnesses = (await this.parts.witnesses.of(this.chain)).filter((one) => {
      if (this.parts.witnesses.isGenuine(one)) return true;
      this.report(
        'forged',
        this.parts.witnesses.pathOf(this.chain),
        `the witness of part ${one.part} is not signed by us`,
      );
      return false;
    });
    const finished = known.filter((part) => part.finished !== null).length;
    const manifests = listed.map((key) => Number(/^bronze\/manifests\/.*\/(\d{12})\.json$/.exec(key)?.[1] ?? 0));
    const last = Math.max(finished, ...witnesses.map(({ part }) => part), ...manifests);
    for (let number = 1; number <= last; number++) {
      const witnessed = witnesses.filter(({ part }) => part === number).map(({ sha256 }) => sha256);
      await this.part(number, known[number - 1] ?? null, witnessed);
    }
    const underWay =
      known.at(-1)?.finished === null ? `/${manifestKey(this.chain, known.length).slice(-17, -5)}.` : null;
    for (const key of listed)
      if (!this.named.has(key) && !(underWay !== null && key.includes(underWay)))
        this.report('extra', key, 'no manifest names it');
    return { messages: this.messages, findings: this.findings };
  }

  private report(kind: BronzeFinding['kind'], key: string, problem: string): void {
    this.findings.push({ kind, key, problem });
  }

  private async part(number: number, known: Part<OffsetCut> | null, witnessed: readonly string[]): Promise<void> {
    const key = manifestKey(this.chain, number);
    this.named.add(key);
    const read = await this.read(number);
    if (read === null) {
      this.before = null;
      return;
    }
    const { manifest, sha256 } = read;
    for (const file of manifest.files) this.named.add(file.key);
    if (number === 1 ? manifest.previous !== null : this.before !== null && manifest.previous !== this.before.sha256)
      this.report('rewritten', key, 'it does not follow the manifest before it, or that one was rewritten');
    const noted = known?.finished?.manifestSha256;
    if (noted !== undefined && noted !== sha256)
      this.report('rewritten', key, `its SHA-256 is ${sha256}, and was ${noted} when the database noted it`);
    for (const one of witnessed)
      if (one !== sha256) this.report('rewritten', key, `its SHA-256 is ${sha256}, and was ${one} when witnessed`);
    this.gaps(key, manifest);
    if (await this.files(manifest))
      await this.digest(manifest, this.before?.digest ?? (number === 1 ? FIRST_DIGEST : null));
    this.messages += manifest.rows;
    this.before = { sha256, digest: manifest.digest, cut: manifest.partitions };
  }

  private async read(number: number): Promise<ReadManifest<IngressManifest> | null> {
    const key = manifestKey(this.chain, number);
    try {
      const read = await readManifest(this.parts.store, this.chain, number);
      if (read === null) this.report('missing', key, 'the manifest is not there');
      else if (read.manifest.kind === 'ingress') return { manifest: read.manifest, sha256: read.sha256 };
      else this.report('changed', key, 'it is the manifest of something else');
    } catch (error) {
      if (!(error instanceof BronzeBroken)) throw error;
      this.report('changed', key, error.message);
    }
    return null;
  }

  /** Messages that the topic let go of before they were archived. */
  private gaps(key: string, { partitions }: IngressManifest): void {
    for (const [partition, { from }] of Object.entries(partitions)) {
      const end = this.before?.cut[partition]?.to;
      if (end !== undefined && end !== from)
        this.report(
          'missing',
          key,
          `it begins at offset ${from} of partition ${partition}, and the part before ends at ${end}`,
        );
    }
  }

  /** Whether all files are there and as the manifest says. */
  private async files({ files, archivedAt }: IngressManifest): Promise<boolean> {
    const { store, ingressExpiresAfterMs, now } = this.parts;
    const isExpired = ingressExpiresAfterMs !== null && Date.parse(archivedAt) + ingressExpiresAfterMs <= now;
    let isWhole = true;
    for (const file of files) {
      const problem = await fileProblem(store, file);
      if (problem === null) continue;
      isWhole = false;
      if (problem.kind !== 'missing' || !isExpired) this.report(problem.kind, file.key, problem.problem);
    }
    return isWhole;
  }

  private async digest(manifest: IngressManifest, digestBefore: string | null): Promise<void> {
    const { store, duck } = this.parts;
    const messages = fileOf(manifest, 'ingress');
    const key = manifestKey(this.chain, manifest.part);
    if (messages === null) return this.report('changed', key, 'it names no messages');
    const restricted = fileOf(manifest, 'ingress-restricted');
    const cache = join(this.scratch, 'files');
    const path = await localFile(store, messages, cache);
    const restrictedPath = restricted === null ? null : await localFile(store, restricted, cache);
    const found = await withDuck({ ...duck, tempDirectory: this.scratch }, async (connection) => {
      await connection.run(STORED_MESSAGES(path, restrictedPath));
      const salt =
        restrictedPath === null
          ? ''
          : String(
              (
                await oneRow(connection, `SELECT any_value(salt) AS salt FROM read_parquet(${literal(restrictedPath)})`)
              )['salt'],
            );
      const { row_count: rows } = await oneRow(connection, 'SELECT count(*) AS row_count FROM stored');
      return { rows: Number(rows), ...(await oneRow(connection, messageDigest(digestBefore ?? '', salt, 'stored'))) };
    });
    const { rows, digest } = found as { rows: number; digest?: unknown };
    if (rows !== manifest.rows)
      this.report('differs', messages.key, `it has ${rows} messages, and its manifest says ${manifest.rows}`);
    if (digestBefore !== null && digest !== manifest.digest)
      this.report('differs', key, 'its digest is not that of its messages');
  }
}
