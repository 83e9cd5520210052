// `gavel ingest`: hall results from files, row by row through the rules of the house. Progress on stderr, the summary on stdout.
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { HallEnvelope } from '../batch/ingest/hall-row.js';
import { type Ingested, IngestStopped, type IngestSummary, ingest } from '../batch/ingest/ingest.js';
import { landedFiles } from '../batch/ingest/landing.js';
import { type Profile, ProfileInvalid, readProfile } from '../batch/ingest/profile.js';
import { Quarantine } from '../batch/ingest/quarantine.js';
import { NotText } from '../batch/ingest/read-text.js';
import { FileUnfit } from '../batch/ingest/source-rows.js';
import type { Outcome } from '../bus/command-bus.js';
import type { Config } from '../config.js';
import { hallStream } from '../domain/messages.js';
import { decide, unrecorded } from '../domain/sale/hall-result.js';
import { type IngestHouse, withIngestHouse, withLake } from '../house/ingest.js';
import { silentLog } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import { PACKAGE_ROOT } from '../runtime/package-root.js';
import type { Runtime } from '../runtime/runtime.js';
import { say, startProgress } from '../terminal/progress.js';

export type IngestCommandParts = Readonly<{
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

type Options = Readonly<{
  profile: string;
  landing?: boolean;
  dryRun?: boolean;
  correct?: boolean;
  json?: boolean;
  quarantine?: string;
}>;

/** Adds `gavel ingest FILE… [--profile P] [--dry-run] [--correct] [--json]`. */
export function registerIngest(program: Command, parts: IngestCommandParts): void {
  program
    .command('ingest')
    .description('take in results of hall sales from CSV and JSON files; the same file twice changes nothing')
    .argument('[file...]', 'CSV, JSON or NDJSON files')
    .option('--profile <name>', 'how the files are written: a name from config/ingest, or a file', 'default')
    .option(
      '--landing',
      'take in what lies in the landing folder of the lake and was not taken in yet, and nothing else',
    )
    .option('--dry-run', 'read and judge the rows, and record nothing; needs no house')
    .option('--correct', 'put results that differ from those on record in their place')
    .option('--quarantine <directory>', 'where rows go that cannot be taken in (quarantine in the data directory)')
    .option('--json', 'one JSON object as the last line')
    .action((files: readonly string[], options: Options) => run(parts, files, options));
}

async function run(parts: IngestCommandParts, files: readonly string[], options: Options): Promise<void> {
  if (options.landing === true) {
    if (files.length > 0 || options.dryRun === true)
      throw new OperatorError('--landing goes without names of files, and without --dry-run');
    return runLanding(parts, options);
  }
  if (files.length === 0) throw new OperatorError('name the files to take in, or say --landing');
  const profile = await profileNamed(options.profile);
  const sizes = await Promise.all(files.map(sizeOf));
  const takeAll = async (house: Pick<IngestHouse, 'bus' | 'knownUsers'>): Promise<void> => {
    const all: IngestSummary[] = [];
    for (const [i, file] of files.entries())
      all.push(await takeFile({ ...parts, options, profile, house }, onDisk(file, sizes[i] ?? 0)));
    if (options.json === true) parts.print(JSON.stringify(all.reduce(sum)));
  };
  if (options.dryRun === true) return takeAll(dryHouse(parts.runtime));
  await withIngestHouse({ config: parts.config(), runtime: parts.runtime, log: silentLog }, async (house) => {
    await takeAll(house);
    if (!(await house.silverFollows())) say('Silver does not follow; gavel verify says more');
  });
}

/** Files that cannot be read are told, make the command fail in the end, and do not hold up those behind them. */
async function runLanding(parts: IngestCommandParts, options: Options): Promise<void> {
  const config = parts.config();
  await withLake(config, parts.runtime, (lake) =>
    withIngestHouse({ config, runtime: parts.runtime, log: silentLog }, async (house) => {
      let all = NOTHING;
      const profileText = async (name: string | null) => readFile(await profilePath(name ?? options.profile), 'utf8');
      for await (const { key, bytes, profile: folder, mark } of landedFiles(lake, profileText)) {
        try {
          const profile = await profileNamed(folder ?? options.profile);
          const file = { path: key, name: key.replaceAll('/', '-'), size: bytes, open: () => lake.read(key) };
          const summary = await takeFile({ ...parts, options, profile, house }, file);
          await lake.put(mark, Buffer.from(`${JSON.stringify({ key, ...summary })}\n`));
          all = sum(all, summary);
        } catch (error) {
          if (!(error instanceof OperatorError) || error.cause instanceof IngestStopped) throw error;
          say(error.message);
          parts.fail();
        }
      }
      if (options.json === true) parts.print(JSON.stringify(all));
      if (!(await house.silverFollows())) say('Silver does not follow; gavel verify says more');
    }),
  );
}

type SourceFile = Readonly<{ path: string; name: string; size: number; open(): Readable | Promise<Readable> }>;

const onDisk = (path: string, size: number): SourceFile => ({
  path,
  name: basename(path),
  size,
  open: () => createReadStream(path),
});

/** Judges as a house would that has recorded nothing yet, and knows every account. */
const dryHouse = (runtime: Runtime): Pick<IngestHouse, 'bus' | 'knownUsers'> => ({
  bus: {
    submit: async (envelope): Promise<Outcome> => {
      const { command, actor } = envelope as HallEnvelope;
      const decision = decide(command, unrecorded, { at: runtime.now(), actor, standing: { status: 'unknown' } });
      if (!decision.accepted)
        return { status: 'rejected', rejection: decision.rejection, judgedAtRevision: -1, repeated: false };
      const streamId = hallStream(command.hallResultId);
      return { status: 'accepted', streamId, revision: 0, events: decision.events, repeated: false };
    },
  },
  knownUsers: async (ids) => new Set(ids),
});

type FileParts = IngestCommandParts &
  Readonly<{ options: Options; profile: Profile; house: Pick<IngestHouse, 'bus' | 'knownUsers'> }>;

async function takeFile(parts: FileParts, { path, name, size, open }: SourceFile): Promise<IngestSummary> {
  const { config, runtime, options, profile, house, print } = parts;
  const { dataDirectory } = config();
  const directory = options.quarantine ?? join(dataDirectory, 'quarantine');
  const progress = startProgress(`rows of ${name}`, 0);
  const ingesting = ingest(
    {
      name,
      format: formatOf(path),
      bytes: await open(),
      profile,
      corrects: options.correct === true,
      quarantine: (columns) => new Quarantine(join(directory, `${name}.quarantine.csv`), columns, profile.delimiter),
    },
    {
      submit: (envelope) => house.bus.submit(envelope),
      knownUsers: (ids) => house.knownUsers(ids),
      runtime,
      progress: (rows, read) => progress.at(rows, read === 0 ? rows : Math.ceil((rows * size) / read)),
    },
  );
  const result = await ingesting.catch(inWords(path)).finally(() => progress.stop());
  for (const line of linesOf(name, result, options)) print(line);
  if (options.dryRun !== true)
    await keepSummary(dataDirectory, { file: name, at: runtime.now(), profile: profile.name, result });
  return result.summary;
}

function linesOf(name: string, { summary, quarantine }: Ingested, { dryRun }: Options): readonly string[] {
  const { rows, accepted, sold, passed, withdrawn, quarantined, unchanged } = summary;
  const taken = dryRun === true ? 'would be recorded' : 'recorded';
  return [
    `${name}: ${rows} rows: ${accepted} ${taken}, ${unchanged} on record already, ${quarantined} in quarantine`,
    `  sold ${sold}, passed ${passed}, withdrawn ${withdrawn}`,
    ...(quarantine === null
      ? []
      : [`  correct the rows in ${quarantine}, and take that file in with the same profile`]),
  ];
}

type Kept = Readonly<{ file: string; at: number; profile: string; result: Ingested }>;

/** One JSON object a line and run, beside the quarantine. */
async function keepSummary(dataDirectory: string, { file, at, profile, result }: Kept): Promise<void> {
  const { sha256, summary } = result;
  await mkdir(dataDirectory, { recursive: true });
  const line = JSON.stringify({ at: new Date(at).toISOString(), file, sha256, profile, ...summary });
  await appendFile(join(dataDirectory, 'ingested.ndjson'), `${line}\n`);
}

const NOTHING: IngestSummary = {
  rows: 0,
  accepted: 0,
  sold: 0,
  passed: 0,
  withdrawn: 0,
  quarantined: 0,
  unchanged: 0,
};

function sum(a: IngestSummary, b: IngestSummary): IngestSummary {
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

async function profileNamed(name: string): Promise<Profile> {
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

async function sizeOf(file: string): Promise<number> {
  formatOf(file);
  const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
  if (!isFile) throw new OperatorError(`${file} is not a file`);
  return size;
}

function formatOf(file: string): 'csv' | 'json' {
  const ending = extname(file).toLowerCase();
  if (ending === '.csv' || ending === '.tsv' || ending === '.txt') return 'csv';
  if (ending === '.json' || ending === '.ndjson' || ending === '.jsonl') return 'json';
  throw new OperatorError(`${file} must end in .csv, .tsv, .txt, .json, .ndjson or .jsonl`);
}

const inWords =
  (file: string) =>
  (error: unknown): never => {
    if (error instanceof FileUnfit || error instanceof NotText)
      throw new OperatorError(`${file} ${error.message}`, { cause: error });
    if (error instanceof IngestStopped) throw new OperatorError(error.message, { cause: error });
    throw error;
  };
