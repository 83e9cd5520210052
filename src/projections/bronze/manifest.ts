// A manifest says of one part of Bronze what it holds. A file belongs to Bronze once a manifest names it. Manifests are
// numbered from 1 without a gap, and each has the SHA-256 of the one before: readers go from one to the next, never by a list.
import { z } from 'zod';
import { sha256Of } from '../../lake/hashing.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const position = z.string().regex(/^\d{1,20}$/);
const file = z.strictObject({
  /** Which of a part's files this is. */
  kind: z.enum(['events', 'events-restricted', 'ingress', 'ingress-restricted']),
  key: z.string(),
  rows: count,
  bytes: count,
  sha256,
});

const common = {
  format: z.literal('gavel-bronze/1'),
  chain: z.string(),
  part: z.int().positive(),
  rows: count,
  /** When the part was cut, ISO 8601 in UTC. */
  archivedAt: z.iso.datetime(),
  /** SHA-256, in hexadecimal, over the chain so far: see docs/lake.md. */
  digest: sha256,
  files: z.array(file).min(1).readonly(),
  /** SHA-256 of the manifest before, byte for byte; null for part 1. */
  previous: sha256.nullable(),
};

const eventsManifest = z.strictObject({
  ...common,
  kind: z.literal('events'),
  /** The part holds events behind `after` up to `last`; `first` is the position of its first one. */
  after: position.nullable(),
  first: position,
  last: position,
});

const ingressManifest = z.strictObject({
  ...common,
  kind: z.literal('ingress'),
  topic: z.string(),
  /** Offsets: `from` inclusive, `to` exclusive. */
  partitions: z.record(z.string(), z.strictObject({ from: position, to: position })).readonly(),
});

const manifest = z.discriminatedUnion('kind', [eventsManifest, ingressManifest]);

export type PartFile = Readonly<z.output<typeof file>>;
export type EventsManifest = Readonly<z.output<typeof eventsManifest>>;
export type IngressManifest = Readonly<z.output<typeof ingressManifest>>;
export type Manifest = EventsManifest | IngressManifest;

export const MANIFEST_FORMAT = 'gavel-bronze/1';
export const EVENTS_CHAIN = 'events';
/** What the digest before the first part is. */
export const FIRST_DIGEST = '0'.repeat(64);

/** Where the manifest of a part lies. Numbers are padded, so that a listing shows them in order. */
export const manifestKey = (chain: string, part: number): string =>
  `bronze/manifests/${chain}/${String(part).padStart(12, '0')}.json`;

/** Bytes of a manifest: the same for the same content, whoever writes it. */
export const encodeManifest = (content: Manifest): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(manifest.parse(content), null, 1)}\n`);

/** What its bytes say. Refuses with one sentence what is no manifest, or is another part's. */
export function decodeManifest(bytes: Uint8Array, chain: string, part: number): Manifest {
  const key = manifestKey(chain, part);
  const result = manifest.safeParse(jsonOf(bytes));
  if (!result.success) throw new BronzeBroken(`${key} is no manifest: ${z.prettifyError(result.error)}`);
  if (result.data.chain !== chain || result.data.part !== part)
    throw new BronzeBroken(`${key} is the manifest of part ${result.data.part} of ${result.data.chain}`);
  return result.data;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

/** What the next manifest calls `previous`. */
export const manifestHash = (bytes: Uint8Array): string => sha256Of(bytes);

/** Bronze contradicts itself or the journal. Nothing but a person can tell which is right. */
export class BronzeBroken extends Error {
  readonly code = 'BronzeBroken';
  constructor(problem: string) {
    super(problem);
    this.name = 'BronzeBroken';
  }
}
