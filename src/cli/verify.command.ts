// `gavel verify`: is Silver what the journal says? Exit code 0 if it is and nothing is parked, 1 otherwise.
import type { Command } from 'commander';
import { CliError } from './cli-error.js';
import type { WithStores } from './dlq.command.js';
import { type Progress, startProgress } from './progress.js';
import { reportLines } from './verify/report.js';
import { verify } from './verify/verify.js';

export type VerifyCommandParts = Readonly<{
  withStores: WithStores;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

const FINDINGS_DEFAULT = 20;

/** Adds `gavel verify [--differences N] [--json]`. */
export function registerVerify(program: Command, parts: VerifyCommandParts): void {
  program
    .command('verify')
    .description('fold the journal anew and compare every row of Silver with it; the house may go on meanwhile')
    .option('--differences <n>', 'tell at most so many differences', `${FINDINGS_DEFAULT}`)
    .option('--json', 'one JSON object')
    .action((options: Readonly<{ differences: string; json?: boolean }>) =>
      run(parts, countOf(options.differences), options.json === true),
    );
}

function run(parts: VerifyCommandParts, findingsMax: number, json: boolean): Promise<void> {
  const { withStores, print, fail } = parts;
  return withStores(async ({ database, journal }) => {
    const head = await journal.head();
    // Only dense positions tell how many events there are; elsewhere the bar has no end to show.
    const events = head === null || !journal.positionsAreDense ? 0 : Number(journal.printPosition(head));
    const progress: Progress = startProgress('events', events);
    const verifying = verify({ database, journal, findingsMax, progress: progress.at });
    const result = await verifying.finally(() => progress.stop());
    if (json) print(JSON.stringify(result));
    else for (const line of reportLines(result)) print(line);
    if (!result.clean) fail();
  });
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new CliError('--differences must be a whole number from 1 to 999999');
  return Number(text);
}
