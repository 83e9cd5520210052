// Certificates in files, and the keys that tokens are checked with.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Instant, instant, isoTime } from '../../domain/time.js';
import type { Found } from './alert-kinds.js';
import type { Condition } from './condition.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Certificates in these PEM files that end within `warnMs`. A file that cannot be read is told like one that ends. */
export const expiringCertificates = (files: readonly string[], warnMs: number): Condition => ({
  kinds: ['certificate-expiring'],
  look: async (_client, now) => {
    const found: Found[] = [];
    for (const file of files) {
      const detail = await certificateProblem(file, now, warnMs);
      if (detail !== null) found.push({ kind: 'certificate-expiring', subject: file, detail });
    }
    return found;
  },
});

async function certificateProblem(file: string, now: Instant, warnMs: number): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return `The certificate file ${file} cannot be read.`;
  }
  const ends = (text.match(CERTIFICATE) ?? []).map((pem) => instant(new X509Certificate(pem).validToDate.getTime()));
  if (ends.length === 0) return `The file ${file} holds no certificate.`;
  return endsSoon(`A certificate in ${file}`, ends, now, warnMs);
}

/** `exp` is how OpenID Federation 1.0 (section 8.7) tells the end of a key; `x5c` holds its certificates. */
export type PublishedKey = Readonly<{
  kid?: string | undefined;
  exp?: number | undefined;
  x5c?: readonly string[] | undefined;
}>;

const MS_PER_S = 1_000;

/**
 * Keys for tokens that end within `warnMs`, as their provider tells it: most tell nothing. Keys that cannot be had are told as
 * well: tokens are refused as soon as those that are kept are too old.
 */
export const expiringTokenKeys = (keys: () => Promise<readonly PublishedKey[]>, warnMs: number): Condition => ({
  kinds: ['token-key-expiring'],
  look: async (_client, now) => {
    const told = (subject: string, detail: string): Found => ({ kind: 'token-key-expiring', subject, detail });
    let published: readonly PublishedKey[];
    try {
      published = await keys();
    } catch {
      return [told('keys', 'The provider of tokens does not serve its keys.')];
    }
    if (published.length === 0) return [told('keys', 'The provider of tokens serves no key.')];
    return published.flatMap((key, i) => {
      const subject = `key ${key.kid ?? i}`;
      const detail = endsSoon(`The ${subject} for tokens`, endsOf(key), now, warnMs);
      return detail === null ? [] : [told(subject, detail)];
    });
  },
});

function endsOf({ exp, x5c = [] }: PublishedKey): readonly Instant[] {
  const ends = x5c.map((der) => instant(new X509Certificate(Buffer.from(der, 'base64')).validToDate.getTime()));
  return exp === undefined ? ends : [...ends, instant(exp * MS_PER_S)];
}

function endsSoon(what: string, ends: readonly Instant[], now: Instant, warnMs: number): string | null {
  if (ends.length === 0) return null;
  const first = instant(Math.min(...ends));
  if (first - now > warnMs) return null;
  return `${what} ${first <= now ? 'has expired' : 'expires'} at ${isoTime(first)}.`;
}
