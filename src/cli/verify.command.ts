// `gavel verify`: is Silver what the journal says? Exit code 0 if it is and nothing is parked, 1 otherwise.
import type { Command } from 'commander';
import type { Instant } from '../domain/time.js';
import type { WithStores } from '../house/stores.js';
import { OperatorError } from '../runtime/operator-error.js';
import { type Progress, startProgress } from '../terminal/progress.js';
import { verify } from '../verify/verify.js';
import { reportLines } from './verification-report.js';

export type VerifyCommandParts = Readonly<{
  withStores: WithStores;
  now: () => Instant;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

const FINDINGS_DEFAULT = 20;
/** A house that runs is behind by milliseconds; one that rebuilds an index or catches up after a stop, by seconds. */
const LAG_DEFAULT_S = 10;

/** Adds `gavel verify [--differences N] [--lag SECONDS] [--json]`. */
export function registerVerify(program: Command, parts: VerifyCommandParts): void {
  program
    .command('verify')
    .description('fold the journal anew and compare every row of Silver with it; the house may go on meanwhile')
    .option('--differences <n>', 'tell at most so many differences', `${FINDINGS_DEFAULT}`)
    .option('--lag <seconds>', 'events that are older may not be missing in Silver', `${LAG_DEFAULT_S}`)
    .option('--json', 'one JSON object')
    .action(({ differences, lag, json }: Options) =>
      run(parts, {
        findingsMax: countOf('--differences', differences, 1),
        lagMaxMs: countOf('--lag', lag, 0) * 1_000,
        json: json === true,
      }),
    );
}

type Options = Readonly<{ differences: string; lag: string; json?: boolean }>;
type Asked = Readonly<{ findingsMax: number; lagMaxMs: number; json: boolean }>;

function run({ withStores, now, print, fail }: VerifyCommandParts, asked: Asked): Promise<void> {
  const { findingsMax, lagMaxMs, json } = asked;
  return withStores(async ({ database, journal }) => {
    const head = await journal.head();
    // Where positions do not tell how many events there are, the bar has no end to show.
    const events = head === null ? 0 : Number(journal.eventsBetween(null, head) ?? 0n);
    const progress: Progress = startProgress('events', events);
    const verifying = verify({ database, journal, findingsMax, lagMaxMs, now, progress: progress.at });
    const result = await verifying.finally(() => progress.stop());
    if (json) print(JSON.stringify(result));
    else for (const line of reportLines(result)) print(line);
    if (!result.clean) fail();
  });
}

function countOf(option: string, text: string, min: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < min)
    throw new OperatorError(`${option} must be a whole number from ${min} to 999999`);
  return Number(text);
}
