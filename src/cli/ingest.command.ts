// `gavel ingest`: hall results from files, row by row through the rules of the house. Progress on stderr, the summary on stdout.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { HallEnvelope } from '../batch/ingest/hall-row.js';
import type { Ingested, IngestSummary } from '../batch/ingest/ingest.js';
import type { Outcome } from '../bus/command-bus.js';
import type { Config } from '../config.js';
import { hallStream } from '../domain/messages.js';
import { decide, unrecorded } from '../domain/sale/hall-result.js';
import {
  formatOf,
  NO_ROWS,
  profileNamed,
  type SourceFile,
  sumOf,
  type TakingParts,
  takeFile,
  takeLanded,
} from '../house/hall-files.js';
import { type IngestHouse, withIngestHouse, withLake } from '../house/ingest.js';
import { byOwnCommand } from '../house/operations.js';
import { silentLog } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
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
  const takeAll = async (house: TakingParts['house']): Promise<void> => {
    const all: IngestSummary[] = [];
    for (const [i, file] of files.entries()) {
      const source = onDisk(file, sizes[i] ?? 0);
      const taken = await takeFile(takingParts(parts, options, house), profile, source);
      tell(parts, source.name, taken, options);
      all.push(taken.summary);
    }
    if (options.json === true) parts.print(JSON.stringify(all.reduce(sumOf)));
  };
  if (options.dryRun === true) return takeAll(dryHouse(parts.runtime));
  await withIngestHouse({ config: parts.config(), runtime: parts.runtime, log: silentLog }, async (house) => {
    await noteTaking(house, `${files.length} files`);
    await takeAll(house);
    if (!(await house.silverFollows())) say('Silver does not follow; gavel verify says more');
  });
}

const noteTaking = ({ beginOperation }: IngestHouse, detail: string): Promise<void> =>
  beginOperation(byOwnCommand({ operation: 'HallFilesTaken', target: 'hall results', detail }));

/** Files that cannot be read are told, make the command fail in the end, and do not hold up those behind them. */
async function runLanding(parts: IngestCommandParts, options: Options): Promise<void> {
  const config = parts.config();
  await withLake(config, parts.runtime, (lake) =>
    withIngestHouse({ config, runtime: parts.runtime, log: silentLog }, async (house) => {
      await noteTaking(house, 'from the landing folder');
      let all = NO_ROWS;
      const landed = takeLanded(takingParts(parts, options, house), lake, options.profile);
      for await (const { name, result, problem } of landed) {
        if (problem === null) {
          tell(parts, name, result, options);
          all = sumOf(all, result.summary);
        } else {
          say(problem);
          parts.fail();
        }
      }
      if (options.json === true) parts.print(JSON.stringify(all));
      if (!(await house.silverFollows())) say('Silver does not follow; gavel verify says more');
    }),
  );
}

const onDisk = (path: string, size: number): SourceFile => ({
  path,
  name: basename(path),
  size,
  open: () => createReadStream(path),
});

const takingParts = (
  { config, runtime }: IngestCommandParts,
  { quarantine, correct, dryRun }: Options,
  house: TakingParts['house'],
): TakingParts => ({
  house,
  runtime,
  dataDirectory: config().dataDirectory,
  quarantine: quarantine ?? null,
  corrects: correct === true,
  isKept: dryRun !== true,
  watch: ({ name, size }) => {
    const { at, stop } = startProgress(`rows of ${name}`, 0);
    return { at: (rows, read) => at(rows, read === 0 ? rows : Math.ceil((rows * size) / read)), stop };
  },
});

/** Judges as a house would that has recorded nothing yet, and knows every account. */
const dryHouse = (runtime: Runtime): TakingParts['house'] => ({
  bus: {
    submit: async (envelope): Promise<Outcome> => {
      const { command, actor } = envelope as HallEnvelope;
      const decision = decide(command, unrecorded, { at: runtime.now(), actor, user: { status: 'unknown' } });
      if (!decision.accepted)
        return { status: 'rejected', rejection: decision.rejection, judgedAtRevision: -1, repeated: false };
      const streamId = hallStream(command.hallResultId);
      return { status: 'accepted', streamId, revision: 0, events: decision.events, repeated: false };
    },
  },
  knownUsers: async (ids) => new Set(ids),
});

function tell(
  { print }: IngestCommandParts,
  name: string,
  { summary, quarantine }: Ingested,
  { dryRun }: Options,
): void {
  const { rows, accepted, sold, passed, withdrawn, quarantined, unchanged } = summary;
  const taken = dryRun === true ? 'would be recorded' : 'recorded';
  print(`${name}: ${rows} rows: ${accepted} ${taken}, ${unchanged} on record already, ${quarantined} in quarantine`);
  print(`  sold ${sold}, passed ${passed}, withdrawn ${withdrawn}`);
  if (quarantine !== null) print(`  correct the rows in ${quarantine}, and take that file in with the same profile`);
}

async function sizeOf(file: string): Promise<number> {
  formatOf(file);
  const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
  if (!isFile) throw new OperatorError(`${file} is not a file`);
  return size;
}
