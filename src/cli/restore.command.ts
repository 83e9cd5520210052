// `gavel restore`: a house again, out of what is kept of it elsewhere.
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../config.js';
import { type Restored, restoreFromBackup } from '../house/backup.js';
import { type RestoredHouse, restoreFromBronze } from '../house/restore.js';
import { silentLog } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { startProgress } from '../terminal/progress.js';

export type RestoreCommandParts = Readonly<{ config: () => Config; runtime: Runtime; print: (line: string) => void }>;

type Options = Readonly<{ from: 'backup' | 'bronze'; to?: number; into?: string; json?: boolean }>;

/** Adds `gavel restore --from backup` and `--from bronze`. */
export function registerRestore(program: Command, parts: RestoreCommandParts): void {
  program
    .command('restore')
    .description('make a house again out of what is kept of it elsewhere (docs/backup.md, docs/lake.md)')
    .addOption(
      new Option('--from <source>', 'where it is made from').choices(['backup', 'bronze']).makeOptionMandatory(),
    )
    .option(
      '--to <time>',
      'of a backup: as it was at this time, as 2026-01-31T12:00:00Z; else as late as can be',
      timeOf,
    )
    .option('--into <directory>', 'of a backup: a data directory for a PostgreSQL of your own; else that of this house')
    .option('--json', 'of bronze: one JSON object')
    .action((options: Options) =>
      options.from === 'bronze' ? restoreBronze(parts, options) : restore(parts, options),
    );
}

async function restore({ config: load, runtime, print }: RestoreCommandParts, { to, into }: Options): Promise<void> {
  const progress = startProgress('pieces of the log', 0);
  const restored = await restoreFromBackup(
    { config: load(), runtime, log: silentLog },
    { to: to ?? null, into: into === undefined ? null : resolve(into) },
    progress.at,
  ).finally(() => progress.stop());
  for (const line of restoredLines(restored, to ?? null)) print(line);
}

async function restoreBronze(
  { config, runtime, print }: RestoreCommandParts,
  { to, into, json }: Options,
): Promise<void> {
  if (to !== undefined || into !== undefined)
    throw new OperatorError(
      '--to and --into are for a restore from a backup; the archive is restored whole, into GAVEL_DATA',
    );
  const progress = startProgress('events', 0);
  const restoring = restoreFromBronze({ config: config(), runtime, progress: progress.at });
  const done = await restoring.finally(() => progress.stop());
  if (json === true) print(JSON.stringify(done));
  else for (const line of bronzeLines(done)) print(line);
}

const bronzeLines = ({ events, parts, partsBefore, upTo, witnesses, erasures }: RestoredHouse): readonly string[] => [
  `the journal is whole: ${events} events in ${parts} parts, up to position ${upTo}`,
  ...(partsBefore === 0 ? [] : [`${partsBefore} of the parts were there from a restore that broke off`]),
  `signed heads compared: ${witnesses}; people erased again: ${erasures.recorded}, keys deleted: ${erasures.keysDeleted}`,
  'npm start opens the house: it takes bids at once, and Silver follows from the beginning. Keys of persons are kept elsewhere: restore them, too.',
];

function restoredLines({ base, files, recovered, directory }: Restored, to: number | null): readonly string[] {
  const source = `the base backup of ${iso(base.finishedAt)} and ${files.pieces} pieces of the log after it`;
  if (recovered === null)
    return [
      `${directory}: made of ${source}`,
      `Start PostgreSQL ${base.postgres.split('.')[0]} on it, as the user that owns the directory; it goes through the log first.`,
    ];
  const last = recovered.lastCommitAt === null ? '' : `; the last transaction is of ${recovered.lastCommitAt}`;
  return [
    `${directory}: made of ${source}${last}`,
    ...(recovered.reached || to === null ? [] : [`The backup ends before ${iso(to)}: all of it is there.`]),
    'npm start opens the house; people on the erasure list are erased again then. Keys of persons are kept elsewhere: restore them, too, if they are lost.',
  ];
}

function timeOf(text: string): number {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a time with its zone, as 2026-01-31T12:00:00Z.');
  return at;
}

const iso = (at: number): string => new Date(at).toISOString();
