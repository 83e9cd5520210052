// Is Bronze what the journal says, and is all of it there? Every part is read (chain-verification.ts); the rows of journal events
// are compared with the journal's, column by column.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ownPrefix } from '../../lake/abandoned.js';
import { oneRow, withDuck } from '../../lake/duck.js';
import { fileOf, localFile } from './bronze.queries.js';
import { digestOver, ORIGINAL_OF, rowDifferences, SALT_OF, stageExport } from './bronze.sql.js';
import { type Report, verifyChain } from './chain-verification.js';
import type { BronzeFinding, VerificationParts } from './finding.js';
import { verifyIngress } from './ingress-verification.js';
import { EVENTS_CHAIN, type EventsManifest, manifestKey } from './manifest.js';

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
    const listed: string[] = [];
    for (const folder of FOLDERS) for await (const { key } of parts.store.list(folder)) listed.push(key);
    const events = await verifyChain<EventsManifest>(parts, EVENTS_CHAIN, listed, {
      kind: 'events',
      follows,
      mayBeGone: () => false,
      rows: (manifest, digestBefore, report) => compareRows(parts, scratch, manifest, digestBefore, report),
    });
    const ingress = await verifyIngress(parts, scratch);
    return {
      parts: events.parts,
      events: events.rows,
      messages: ingress.messages,
      upTo: events.last?.last ?? null,
      witnesses: events.witnesses,
      findings: [...events.findings, ...ingress.findings],
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function follows(manifest: EventsManifest, before: EventsManifest | null, report: Report): void {
  const after = manifest.part === 1 ? null : (before?.last ?? manifest.after);
  if (manifest.after === after) return;
  const key = manifestKey(manifest.chain, manifest.part);
  report('differs', key, `it begins behind position ${manifest.after}, and the part before ends at ${after}`);
}

async function compareRows(
  parts: VerificationParts,
  scratch: string,
  manifest: EventsManifest,
  digestBefore: string | null,
  report: Report,
): Promise<void> {
  const key = manifestKey(manifest.chain, manifest.part);
  const [events, restricted] = [fileOf(manifest, 'events'), fileOf(manifest, 'events-restricted')];
  if (events === null) return report('changed', key, 'it names no events');
  const { journal, exported, store } = parts;
  const staged = join(scratch, 'export.csv');
  const after = manifest.after === null ? null : journal.parsePosition(manifest.after);
  const rows = await exported.copy(after, journal.parsePosition(manifest.last));
  await pipeline(rows, createWriteStream(staged, { mode: 0o600 }));
  const cache = join(scratch, 'files');
  const path = await localFile(store, events, cache);
  const restrictedPath = restricted && (await localFile(store, restricted, cache));
  const found = await withDuck({ ...parts.duck, tempDirectory: scratch }, async (duck) => {
    await duck.run(stageExport(staged));
    await duck.run(ORIGINAL_OF(path, restrictedPath));
    const salt = restrictedPath === null ? '' : String((await oneRow(duck, SALT_OF(restrictedPath)))['salt']);
    const { digest } = await oneRow(duck, digestOver(digestBefore ?? '', salt, 'original'));
    return { ...(await oneRow(duck, rowDifferences)), digest };
  });
  await rm(cache, { recursive: true, force: true });
  const { differing, first, row_count: rowCount, digest } = found as Record<string, unknown>;
  if (differing !== 0n) {
    const problem = `${differing} events are not as the journal has them, the first at position ${first}`;
    report('differs', events.key, problem);
  }
  if (Number(rowCount) !== manifest.rows)
    report('differs', events.key, `it has ${rowCount} events, and its manifest says ${manifest.rows}`);
  if (digestBefore !== null && digest !== manifest.digest)
    report('differs', key, 'its digest is not that of its events');
}
