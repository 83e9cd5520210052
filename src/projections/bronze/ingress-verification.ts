// Are the chains of raw messages whole (chain-verification.ts)? The digests are compared with the messages. Files that are old
// enough to have expired may be gone.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { oneRow, withDuck } from '../../lake/duck.js';
import { fileOf, localFile } from './bronze.queries.js';
import { SALT_OF } from './bronze.sql.js';
import { type Report, verifyChain } from './chain-verification.js';
import type { BronzeFinding, VerificationParts } from './finding.js';
import { messageDigest, STORED_MESSAGES } from './ingress.sql.js';
import { type IngressManifest, manifestKey } from './manifest.js';
import { chains } from './parts.js';

export type IngressReport = Readonly<{ messages: number; findings: readonly BronzeFinding[] }>;

const FOLDERS = ['bronze/manifests/ingress/', 'bronze/ingress/', 'bronze/ingress-restricted/'];

/** Reads all of them. Safe beside an archiver at work. */
export async function verifyIngress(all: VerificationParts, scratch: string): Promise<IngressReport> {
  // Progress counts parts of events.
  const { progress: _, ...parts } = all;
  const listed: string[] = [];
  for (const folder of FOLDERS) for await (const { key } of parts.store.list(folder)) listed.push(key);
  const noted = (await chains(parts.client)).filter((chain) => chain.startsWith('ingress/'));
  const topics = new Set([...noted.map((chain) => chain.slice('ingress/'.length)), ...listed.map(topicOf)]);
  const report = { messages: 0, findings: [] as BronzeFinding[] };
  for (const topic of [...topics].sort()) {
    const own = listed.filter((key) => topicOf(key) === topic);
    const { rows, findings } = await verifyChain<IngressManifest>(parts, `ingress/${topic}`, own, {
      kind: 'ingress',
      follows,
      mayBeGone: ({ archivedAt }) => hasExpired(parts, archivedAt),
      rows: (manifest, digestBefore, told) => compareDigest(parts, scratch, manifest, digestBefore, told),
    });
    report.messages += rows;
    report.findings.push(...findings);
  }
  return report;
}

const topicOf = (key: string): string =>
  /^bronze\/(?:manifests\/ingress|ingress|ingress-restricted)\/([^/]*)/.exec(key)?.[1] ?? '';

const hasExpired = ({ ingressExpiresAfterMs, now }: VerificationParts, archivedAt: string): boolean =>
  ingressExpiresAfterMs !== null && Date.parse(archivedAt) + ingressExpiresAfterMs <= now;

/** Messages that the topic let go of before they were archived. */
function follows(manifest: IngressManifest, before: IngressManifest | null, report: Report): void {
  const key = manifestKey(manifest.chain, manifest.part);
  for (const [partition, { from }] of Object.entries(manifest.partitions)) {
    const end = before?.partitions[partition]?.to;
    if (end === undefined || end === from) continue;
    const problem = `it begins at offset ${from} of partition ${partition}, and the part before ends at ${end}`;
    report('missing', key, problem);
  }
}

async function compareDigest(
  { store, duck }: VerificationParts,
  scratch: string,
  manifest: IngressManifest,
  digestBefore: string | null,
  report: Report,
): Promise<void> {
  const key = manifestKey(manifest.chain, manifest.part);
  const [messages, restricted] = [fileOf(manifest, 'ingress'), fileOf(manifest, 'ingress-restricted')];
  if (messages === null) return report('changed', key, 'it names no messages');
  const cache = join(scratch, 'files');
  const path = await localFile(store, messages, cache);
  const restrictedPath = restricted && (await localFile(store, restricted, cache));
  const found = await withDuck({ ...duck, tempDirectory: scratch }, async (connection) => {
    await connection.run(STORED_MESSAGES(path, restrictedPath));
    const salt = restrictedPath === null ? '' : String((await oneRow(connection, SALT_OF(restrictedPath)))['salt']);
    const { row_count: rows } = await oneRow(connection, 'SELECT count(*) AS row_count FROM stored');
    return { rows: Number(rows), ...(await oneRow(connection, messageDigest(digestBefore ?? '', salt, 'stored'))) };
  });
  await rm(cache, { recursive: true, force: true });
  const { rows, digest } = found as { rows: number; digest?: unknown };
  if (rows !== manifest.rows)
    report('differs', messages.key, `it has ${rows} messages, and its manifest says ${manifest.rows}`);
  if (digestBefore !== null && digest !== manifest.digest)
    report('differs', key, 'its digest is not that of its messages');
}
