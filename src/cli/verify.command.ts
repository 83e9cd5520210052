// `gavel verify`: is Silver what the journal says? Exit code 0 if it is and nothing is parked, 1 otherwise.
import type { Command } from 'commander';
import type { Instant } from '../domain/time.js';
import type { WithStores } from '../house/stores.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { type Progress, startProgress } from '../terminal/progress.js';
import { type VerifyPhase, verify } from '../verify/verify.js';
import { cancellable } from './cancellable.js';
import { reportLines } from './verification-report.js';

export type VerifyCommandParts = Readonly<{
  withStores: WithStores;
  runtime: Runtime;
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
    .description('check the journal, build Silver beside itself and compare every row; the house may go on meanwhile')
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

async function run({ withStores, runtime, now, print, fail }: VerifyCommandParts, asked: Asked): Promise<void> {
  const { findingsMax, lagMaxMs, json } = asked;
  const shown = new Shown();
  await cancellable((signal) =>
    withStores(
      async ({ database, journal }) => {
        const told = { phase: shown.phase, progress: shown.progress };
        const verifying = verify({ database, journal, runtime, signal, findingsMax, lagMaxMs, now, ...told });
        const result = await verifying.finally(() => shown.end());
        if (json) print(JSON.stringify(result));
        else for (const line of reportLines(result)) print(line);
        if (!result.clean) fail();
      },
      { signals: 'left to the caller' },
    ),
  );
}

/** The bar of the phase under way. */
class Shown {
  private bar: Progress | null = null;
  private current = '';

  readonly phase = (phase: VerifyPhase): void => {
    this.end();
    this.current = phase;
  };

  readonly progress = (done: number, total: number | null): void => {
    this.bar ??= startProgress(this.current, total ?? 0);
    this.bar.at(done, total ?? undefined);
  };

  end(): void {
    this.bar?.stop();
    this.bar = null;
  }
}

function countOf(option: string, text: string, min: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < min)
    throw new OperatorError(`${option} must be a whole number from ${min} to 999999`);
  return Number(text);
}
