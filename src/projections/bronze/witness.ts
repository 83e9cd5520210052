// Witnesses: what the head of a chain was at some time, signed, and kept apart from the store. Whoever can rewrite a chain as a
// whole, and the database with it, cannot make the witnesses agree.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Instant, isoTime } from '../../domain/time.js';

const statement = z.object({
  chain: z.string(),
  part: z.int().positive(),
  /** Of the part's manifest. */
  sha256: z.string(),
  /** ISO 8601 in UTC. */
  witnessedAt: z.string(),
});
const witness = statement.extend({ signature: z.string() });

export type Statement = Readonly<z.output<typeof statement>>;
export type Witness = Readonly<z.output<typeof witness>>;

/** Signs, and tells its own signatures from others'. */
export type Signer = Readonly<{ sign(text: string): string; verify(text: string, signature: string): boolean }>;

const DAY_CHARACTERS = '2026-01-01'.length;

/** What is signed: the fields in this order, with spaces between. */
const signedText = ({ chain, part, sha256, witnessedAt }: Statement): string =>
  ['gavel-bronze-witness', chain, part, sha256, witnessedAt].join(' ');

/** Witnesses of a directory: a file a chain, a line of JSON each, only ever appended to. */
export class Witnesses {
  constructor(
    private readonly directory: string,
    private readonly signer: Signer,
  ) {}

  /** Signs what a chain's head is now and keeps it, unless that day has one already, or this very part has. */
  async add(head: Readonly<{ chain: string; part: number; sha256: string }>, now: Instant): Promise<Witness | null> {
    const witnessedAt = isoTime(now);
    const last = (await this.of(head.chain)).at(-1);
    const isSameDay = last?.witnessedAt.slice(0, DAY_CHARACTERS) === witnessedAt.slice(0, DAY_CHARACTERS);
    if (last !== undefined && (isSameDay || last.part >= head.part)) return null;
    return this.sign(head, now);
  }

  /** The same, whatever there is of that day. */
  async sign(head: Readonly<{ chain: string; part: number; sha256: string }>, now: Instant): Promise<Witness> {
    const said = { ...head, witnessedAt: isoTime(now) };
    const signed = { ...said, signature: this.signer.sign(signedText(said)) };
    const path = this.pathOf(head.chain);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await appendFile(path, `${JSON.stringify(signed)}\n`, { mode: 0o600, flush: true });
    return signed;
  }

  /** A chain's witnesses in the order they were kept; a line that a crash cut off is passed over. */
  async of(chain: string): Promise<readonly Witness[]> {
    const text = await readFile(this.pathOf(chain), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => {
      const result = witness.safeParse(jsonOf(line));
      return result.success ? [result.data] : [];
    });
  }

  isGenuine(one: Witness): boolean {
    return this.signer.verify(signedText(one), one.signature);
  }

  pathOf(chain: string): string {
    return join(this.directory, `${chain.replaceAll('/', '_')}.jsonl`);
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
