// `gavel rebuild silver`, as its user sees it: phases and progress on stderr, the outcome on stdout.
import { type Command, Option } from 'commander';
import type { Config } from '../config.js';
import { readingBronze } from '../house/bronze-reading.js';
import { beginOperation, byOwnCommand } from '../house/operations.js';
import type { Stores, WithStores } from '../house/stores.js';
import { RebuildCancelled } from '../rebuild/alone.js';
import {
  type Comparison,
  dropPreviousSilver,
  type RebuildParts,
  type RebuildPhase,
  type Rebuilt,
  rebuildSilver,
  rollBackSilver,
} from '../rebuild/silver-rebuild.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { type Progress, say, startProgress } from '../terminal/progress.js';
import { cancellable } from './cancellable.js';

export type RebuildCommandParts = Readonly<{
  withStores: WithStores;
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

type Options = Readonly<{
  from: 'journal' | 'bronze';
  verifyOnly?: boolean;
  acceptDifferences?: boolean;
  rollback?: boolean;
  dropPrevious?: boolean;
  json?: boolean;
}>;

/** Adds `gavel rebuild silver`. */
export function registerRebuild(program: Command, parts: RebuildCommandParts): void {
  program
    .command('rebuild')
    .description('build read models anew from the journal, beside the ones in use, and swap them in; bids go on')
    .command('silver')
    .description('build a new Silver, compare it with the one in use, swap it in, and keep the old one for a rollback')
    .addOption(
      new Option('--from <source>', 'read the events from the journal, or from the archive as far as that goes')
        .choices(['journal', 'bronze'])
        .default('journal'),
    )
    .option('--verify-only', 'build and compare; swap nothing and keep nothing')
    .option(
      '--accept-differences',
      'swap although the new version differs from the old one, as after a fault was mended',
    )
    .option('--rollback', 'bring the version kept by the last rebuild up to date, and swap it in again')
    .option('--drop-previous', 'remove the version kept for a rollback')
    .option('--json', 'one JSON object')
    .action((options: Options) => run(parts, options));
}

async function run(parts: RebuildCommandParts, options: Options): Promise<void> {
  refuseContradictions(options);
  await cancellable((signal) =>
    parts.withStores((stores) => runOn(stores, parts, options, signal), { signals: 'left to the caller' }),
  );
}

function refuseContradictions({ verifyOnly, acceptDifferences, rollback, dropPrevious }: Options): void {
  const chosen = [verifyOnly === true || acceptDifferences === true, rollback === true, dropPrevious === true];
  if (chosen.filter(Boolean).length > 1 || (verifyOnly === true && acceptDifferences === true))
    throw new OperatorError('choose one of --verify-only, --accept-differences, --rollback and --drop-previous');
}

/** What goes on record; null for a mere comparison. */
function actOf({ from, verifyOnly, acceptDifferences, rollback, dropPrevious }: Options) {
  if (verifyOnly === true) return null;
  if (rollback === true) return { operation: 'SilverRolledBack' } as const;
  if (dropPrevious === true) return { operation: 'PreviousSilverDropped' } as const;
  const differing = acceptDifferences === true ? ', differences accepted' : '';
  return { operation: 'SilverRebuilt', detail: `from ${from}${differing}` } as const;
}

async function runOn(
  { database, journal }: Stores,
  { config, runtime, print, fail }: RebuildCommandParts,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) throw new RebuildCancelled();
  const act = actOf(options);
  if (act !== null) await beginOperation(journal, runtime)(byOwnCommand({ target: 'silver', ...act }));
  if (options.dropPrevious === true) {
    const wasThere = await dropPreviousSilver({ database, runtime });
    print(wasThere ? 'the previous version of Silver is gone' : 'there was no previous version of Silver');
    return;
  }
  const shown = new Shown();
  const rebuilding: RebuildParts = {
    database,
    journal,
    runtime,
    signal,
    phase: (phase) => shown.phase(phase),
    progress: (done, total) => shown.progress(done, total),
    notice: say,
  };
  try {
    if (options.rollback === true) {
      const at = await rollBackSilver(rebuilding);
      shown.end();
      if (options.json === true) print(JSON.stringify({ status: 'rolled back', swappedAt: at }));
      else print(`Silver is the previous version again, at position ${places(at)}; the other one is kept in its place`);
      return;
    }
    const { verifyOnly = false, acceptDifferences = false } = options;
    const how = { verifyOnly, acceptDifferences };
    const rebuilt =
      options.from === 'journal'
        ? await rebuildSilver(rebuilding, how)
        : await readingBronze({ config: config(), journal, runtime }, (archived, broken) =>
            rebuildSilver({ ...rebuilding, journal: archived, signal: AbortSignal.any([signal, broken]) }, how),
          );
    shown.end();
    if (options.json === true) print(JSON.stringify(rebuilt));
    else for (const line of linesOf(rebuilt)) print(line);
    if (rebuilt.status === 'differs') fail();
  } finally {
    shown.end();
  }
}

/** The bar of the phase under way. */
class Shown {
  private bar: Progress | null = null;
  private current: RebuildPhase | null = null;

  phase(phase: RebuildPhase): void {
    this.end();
    this.current = phase;
    say(`silver: ${phase}`);
  }

  progress(done: number, total: number): void {
    if (this.current !== 'building' && this.current !== 'catching up') return;
    this.bar ??= startProgress(`silver: ${this.current}`, total);
    this.bar.at(done, total);
  }

  end(): void {
    this.bar?.stop();
    this.bar = null;
    this.current = null;
  }
}

function linesOf({ status, comparison, swappedAt }: Rebuilt): readonly string[] {
  const differences = differenceLines(comparison);
  const at = `position ${places(comparison.at)}`;
  const compared =
    differences.length === 0 ? `Silver was built anew: no row differs at ${at}` : `Silver was built anew: at ${at}`;
  const parked =
    comparison.parkedStreams === 0 ? [] : [`streams parked in the new version: ${comparison.parkedStreams}`];
  return [compared, ...differences, ...parked, ...outcomeLines(status, swappedAt)];
}

function outcomeLines(status: Rebuilt['status'], swappedAt: Rebuilt['swappedAt']): readonly string[] {
  switch (status) {
    case 'swapped':
      return [
        `the new version is in use since position ${places(swappedAt ?? [])}; gavel rebuild silver --rollback goes back to the old one`,
      ];
    case 'verified':
      return ['nothing was swapped, and nothing is kept'];
    case 'differs':
      return [
        'nothing was swapped, and nothing is kept',
        'gavel verify tells whether the version in use is wrong; --accept-differences swaps all the same',
      ];
  }
}

function differenceLines({ rows, structure }: Comparison): readonly string[] {
  return [
    ...rows.map(({ table, differences, keys }) => {
      const more = Number(differences) > keys.length ? ' …' : '';
      return `  ${table}: rows that differ: ${differences} (${keys.join(', ')}${more})`;
    }),
    ...structure.map(
      ({ side, schema, object, detail }) =>
        `  ${side === '+' ? 'only in the new version' : 'only in the old version'}: ${schema}.${object}: ${detail}`,
    ),
  ];
}

const places = (at: readonly (string | null)[]): string => at.map((place) => place ?? 'none').join(', ') || 'none';
