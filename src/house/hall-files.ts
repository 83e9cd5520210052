// Files of hall results, from a disk or from the landing folder of the lake, for the command and for the nightly run.
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Ingested, IngestStopped, type IngestSummary, ingest } from '../batch/ingest/ingest.js';
import { landedFiles } from '../batch/ingest/landing.js';
import { type Profile, ProfileInvalid, readProfile } from '../batch/ingest/profile.js';
import { Quarantine } from '../batch/ingest/quarantine.js';
import { NotText } from '../batch/ingest/read-text.js';
import { FileUnfit } from '../batch/ingest/source-rows.js';
import type { ObjectStore } from '../lake/object-store.js';
import { OperatorError } from '../runtime/operator-error.js';
import { PACKAGE_ROOT } from '../runtime/package-root.js';
import type { Runtime } from '../runtime/runtime.js';
import type { IngestHouse } from './ingest.js';

export type SourceFile = Readonly<{ path: string; name: string; size: number; open(): Readable | Promise<Readable> }>;

export type TakingParts = Readonly<{
  house: Pick<IngestHouse, 'bus' | 'knownUsers'>;
  runtime: Runtime;
  dataDirectory: string;
  /** Where bad rows go; `quarantine` in the data directory if null. */
  quarantine: string | null;
  corrects: boolean;
  /** Whether the summary is kept beside the quarantine. */
  isKept: boolean;
  /** Asked at the beginning of each file, and told of it. */
  watch?: (file: SourceFile) => FileWatch;
}>;

/** Told how many rows are done after each batch, and that the file is. */
export type FileWatch = Readonly<{ at(rows: number, bytesRead: number): void; stop(): void }>;

/** Takes in one file. Refuses what cannot be read with an `OperatorError`; one whose cause is `IngestStopped` is the house's fault. */
export async function takeFile(parts: TakingParts, profile: Profile, file: SourceFile): Promise<Ingested> {
  const { house, runtime, dataDirectory, corrects, isKept } = parts;
  const { name, path } = file;
  const directory = parts.quarantine ?? join(dataDirectory, 'quarantine');
  const watch = parts.watch?.(file);
  const ingesting = ingest(
    {
      name,
      format: formatOf(path),
      bytes: await file.open(),
      profile,
      corrects,
      quarantine: (columns) => new Quarantine(join(directory, `${name}.quarantine.csv`), columns, profile.delimiter),
    },
    {
      submit: (envelope) => house.bus.submit(envelope),
      knownUsers: (ids) => house.knownUsers(ids),
      runtime,
      progress: (rows, read) => watch?.at(rows, read),
    },
  );
  const result = await ingesting.catch(inWords(path)).finally(() => watch?.stop());
  if (isKept) await keepSummary(dataDirectory, { file: name, at: runtime.now(), profile: profile.name, result });
  return result;
}

/** A file of the landing folder that was taken in, or why it could not be. */
export type Landed = Readonly<{ key: string; name: string }> &
  (Readonly<{ result: Ingested; problem: null }> | Readonly<{ result: null; problem: string }>);

/**
 * Takes in what lies in the landing folder and was not taken in yet, file by file. One that cannot be read is told and holds up
 * none behind it. A file right under `landing/` is read with `profile`.
 */
export async function* takeLanded(parts: TakingParts, lake: ObjectStore, profile: string): AsyncGenerator<Landed> {
  const profileText = async (name: string | null) => readFile(await profilePath(name ?? profile), 'utf8');
  for await (const { key, bytes, profile: folder, mark } of landedFiles(lake, profileText)) {
    const name = key.replaceAll('/', '-');
    try {
      const file = { path: key, name, size: bytes, open: () => lake.read(key) };
      const result = await takeFile(parts, await profileNamed(folder ?? profile), file);
      await lake.put(mark, Buffer.from(`${JSON.stringify({ key, ...result.summary })}\n`));
      yield { key, name, result, problem: null };
    } catch (error) {
      if (!(error instanceof OperatorError) || error.cause instanceof IngestStopped) throw error;
      yield { key, name, result: null, problem: error.message };
    }
  }
}

export const NO_ROWS: IngestSummary = {
  rows: 0,
  accepted: 0,
  sold: 0,
  passed: 0,
  withdrawn: 0,
  quarantined: 0,
  unchanged: 0,
};

/** Two summaries as one. */
export function sumOf(a: IngestSummary, b: IngestSummary): IngestSummary {
  return {
    rows: a.rows + b.rows,
    accepted: a.accepted + b.accepted,
    sold: a.sold + b.sold,
    passed: a.passed + b.passed,
    withdrawn: a.withdrawn + b.withdrawn,
    quarantined: a.quarantined + b.quarantined,
    unchanged: a.unchanged + b.unchanged,
  };
}

const PROFILES = join(PACKAGE_ROOT, 'config', 'ingest');

/** The profile of this name, or in this file. */
export async function profileNamed(name: string): Promise<Profile> {
  const path = await profilePath(name);
  try {
    return readProfile(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof ProfileInvalid) throw new OperatorError(error.message, { cause: error });
    throw error;
  }
}

async function profilePath(name: string): Promise<string> {
  if (name.endsWith('.json')) return name;
  await refuseUnknown(name);
  return join(PROFILES, `${name}.json`);
}

async function refuseUnknown(name: string): Promise<void> {
  const known = (await readdir(PROFILES)).map((file) => basename(file, '.json')).sort();
  if (!known.includes(name))
    throw new OperatorError(
      `there is no profile ${JSON.stringify(name.slice(0, 60))}; there are ${known.join(', ')}, or name a file that ends in .json`,
    );
}

/** How a file is written, by its name; refuses others. */
export function formatOf(file: string): 'csv' | 'json' {
  const ending = extname(file).toLowerCase();
  if (ending === '.csv' || ending === '.tsv' || ending === '.txt') return 'csv';
  if (ending === '.json' || ending === '.ndjson' || ending === '.jsonl') return 'json';
  throw new OperatorError(`${file} must end in .csv, .tsv, .txt, .json, .ndjson or .jsonl`);
}

type Kept = Readonly<{ file: string; at: number; profile: string; result: Ingested }>;

/** One JSON object a line and run, beside the quarantine. */
async function keepSummary(dataDirectory: string, { file, at, profile, result }: Kept): Promise<void> {
  const { sha256, summary } = result;
  await mkdir(dataDirectory, { recursive: true });
  const line = JSON.stringify({ at: new Date(at).toISOString(), file, sha256, profile, ...summary });
  await appendFile(join(dataDirectory, 'ingested.ndjson'), `${line}\n`);
}

const inWords =
  (file: string) =>
  (error: unknown): never => {
    if (error instanceof FileUnfit || error instanceof NotText)
      throw new OperatorError(`${file} ${error.message}`, { cause: error });
    if (error instanceof IngestStopped) throw new OperatorError(error.message, { cause: error });
    throw error;
  };
