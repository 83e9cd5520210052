// Is one chain of Bronze whole? Each manifest is compared with the one before, the database and the witnesses; each file with its
// manifest. What the rows must be, the chain's own checks say: journal events (verification.ts), messages (ingress-verification.ts).
import { readManifest } from './bronze.queries.js';
import { type BronzeFinding, fileProblem, type VerificationParts } from './finding.js';
import { BronzeBroken, FIRST_DIGEST, type Manifest, manifestKey } from './manifest.js';
import { allParts } from './parts.js';
import type { Witness } from './witness.js';

export type Report = (kind: BronzeFinding['kind'], key: string, problem: string) => void;

/** What differs between chains. */
export type ChainChecks<M extends Manifest> = Readonly<{
  kind: M['kind'];
  /** Whether the part begins where the one before ends; `before` is null where that one could not be read. */
  follows(manifest: M, before: M | null, report: Report): void;
  /** Whether its files are old enough to have been deleted. */
  mayBeGone(manifest: M): boolean;
  /** Whether the rows are what they must be. `digestBefore` is null where the part before could not be read. */
  rows(manifest: M, digestBefore: string | null, report: Report): Promise<void>;
}>;

export type ChainReport<M extends Manifest> = Readonly<{
  parts: number;
  rows: number;
  witnesses: number;
  /** The manifest of the last part; null where it could not be read, and without any. */
  last: M | null;
  findings: readonly BronzeFinding[];
}>;

/**
 * Reads a chain from its first part to its last. `listed` are the keys of the store's objects of this chain, listed before this is
 * called: so each belongs to a part that the database knows. What an archiver has under way is left out.
 */
export const verifyChain = <M extends Manifest>(
  parts: VerificationParts,
  chain: string,
  listed: readonly string[],
  checks: ChainChecks<M>,
): Promise<ChainReport<M>> => new ChainVerification(parts, chain, checks).run(listed);

class ChainVerification<M extends Manifest> {
  private readonly findings: BronzeFinding[] = [];
  private readonly named = new Set<string>();
  private before: Readonly<{ sha256: string; manifest: M }> | null = null;
  private rows = 0;

  constructor(
    private readonly parts: VerificationParts,
    private readonly chain: string,
    private readonly checks: ChainChecks<M>,
  ) {}

  async run(listed: readonly string[]): Promise<ChainReport<M>> {
    const known = await allParts(this.parts.client, this.chain);
    const witnesses = await this.genuineWitnesses();
    const finished = known.filter((part) => part.finished !== null).length;
    const last = Math.max(finished, ...witnesses.map(({ part }) => part), ...listed.map(manifestNumber));
    for (let number = 1; number <= last; number++) {
      const noted = known[number - 1]?.finished?.manifestSha256 ?? null;
      const witnessed = witnesses.filter(({ part }) => part === number);
      await this.part(number, noted, witnessed);
      this.parts.progress?.(number, last);
    }
    const isUnderWay = known.at(-1)?.finished === null;
    this.reportExtra(listed, isUnderWay ? known.length : null);
    return {
      parts: last,
      rows: this.rows,
      witnesses: witnesses.length,
      last: this.before?.manifest ?? null,
      findings: this.findings,
    };
  }

  private readonly report: Report = (kind, key, problem) => {
    this.findings.push({ kind, key, problem });
  };

  private async genuineWitnesses(): Promise<readonly Witness[]> {
    const { witnesses } = this.parts;
    return (await witnesses.of(this.chain)).filter((one) => {
      if (witnesses.isGenuine(one)) return true;
      this.report('forged', witnesses.pathOf(this.chain), `the witness of part ${one.part} is not signed by us`);
      return false;
    });
  }

  private reportExtra(listed: readonly string[], underWay: number | null): void {
    const number = underWay === null ? null : manifestKey(this.chain, underWay).slice(-17, -5);
    for (const key of listed) {
      const isUnderWay = number !== null && (key.split('/').at(-1) ?? '').startsWith(number);
      if (!this.named.has(key) && !isUnderWay) this.report('extra', key, 'no manifest names it');
    }
  }

  private async part(number: number, noted: string | null, witnesses: readonly Witness[]): Promise<void> {
    const key = manifestKey(this.chain, number);
    this.named.add(key);
    const read = await this.read(number);
    const { before } = this;
    this.before = read;
    if (read === null) return;
    const { manifest, sha256 } = read;
    for (const file of manifest.files) this.named.add(file.key);
    if (number === 1 ? manifest.previous !== null : before !== null && manifest.previous !== before.sha256)
      this.report('rewritten', key, 'it does not follow the manifest before it, or that one was rewritten');
    if (noted !== null && noted !== sha256)
      this.report('rewritten', key, `its SHA-256 is ${sha256}, and was ${noted} when the database noted it`);
    for (const { sha256: seen, witnessedAt } of witnesses)
      if (seen !== sha256)
        this.report('rewritten', key, `its SHA-256 is ${sha256}, and was ${seen} when witnessed at ${witnessedAt}`);
    this.checks.follows(manifest, before?.manifest ?? null, this.report);
    const digestBefore = number === 1 ? FIRST_DIGEST : (before?.manifest.digest ?? null);
    if (await this.filesAreWhole(manifest)) await this.checks.rows(manifest, digestBefore, this.report);
    this.rows += manifest.rows;
  }

  private async read(number: number): Promise<Readonly<{ sha256: string; manifest: M }> | null> {
    const key = manifestKey(this.chain, number);
    try {
      const read = await readManifest(this.parts.store, this.chain, number);
      if (read === null) this.report('missing', key, 'the manifest is not there');
      else if (read.manifest.kind === this.checks.kind) return { sha256: read.sha256, manifest: read.manifest as M };
      else this.report('changed', key, 'it is the manifest of something else');
    } catch (error) {
      if (!(error instanceof BronzeBroken)) throw error;
      this.report('changed', key, error.message);
    }
    return null;
  }

  /** Whether all files of the part are there and as the manifest says. Files that may be gone are not missed. */
  private async filesAreWhole(manifest: M): Promise<boolean> {
    let isWhole = true;
    for (const file of manifest.files) {
      const problem = await fileProblem(this.parts.store, file);
      if (problem === null) continue;
      isWhole = false;
      if (problem.kind !== 'missing' || !this.checks.mayBeGone(manifest))
        this.report(problem.kind, file.key, problem.problem);
    }
    return isWhole;
  }
}

/** The number of the manifest under this key; 0 for other objects. */
const manifestNumber = (key: string): number => Number(/^bronze\/manifests\/.*\/(\d{12})\.json$/.exec(key)?.[1] ?? 0);
