// The commands of `gavel`, and how they fail: with one sentence on stderr and exit code 1.
import { Command } from 'commander';
import { type Config, loadConfig } from '../config.js';
import { PostgresJournal } from '../journal/postgres.journal.js';
import { pinoLog } from '../observability/pino.log.js';
import { PrometheusMetrics } from '../observability/prometheus.metrics.js';
import { silentLog } from '../runtime/log.js';
import { SystemRuntime } from '../runtime/system.runtime.js';
import { registerAcceptance } from './acceptance/acceptance.command.js';
import { registerBench } from './bench/bench.command.js';
import { sentencesFor } from './cli-error.js';
import { openDatabase } from './database.js';
import { registerHistory, type WithJournal } from './history/history.command.js';
import { registerToken } from './token.command.js';
import { logTargetOf } from './up/log-target.js';
import { registerUp } from './up/up.command.js';

/** Runs one command; `argv` as in process.argv. It resolves also when the command fails, with the exit code set. */
export async function runCli(argv: readonly string[]): Promise<void> {
  try {
    await programOf().parseAsync(argv);
  } catch (error) {
    for (const sentence of sentencesFor(error)) process.stderr.write(`gavel: ${sentence}\n`);
    process.exitCode = 1;
  }
}

function programOf(): Command {
  const program = new Command('gavel')
    .description('An auction house whose every accepted bid is a fact kept for ever.')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'gavel: ')) })
    .addHelpText(
      'after',
      '\nSettings are environment variables (docs/settings.md). Data lives in GAVEL_DATA, .gavel by default.',
    );
  const runtime = new SystemRuntime();
  const config = (): Config => loadConfig(process.env);
  const now = () => runtime.now();
  const withJournal: WithJournal = async (work) => {
    const database = await openDatabase(config(), silentLog);
    const journal = new PostgresJournal({ config: database.connection, runtime, log: silentLog });
    try {
      await work(journal);
    } finally {
      await journal.close();
      await database.close();
    }
  };
  const observe = (settings: Config, isOpen: () => boolean) => ({
    log: pinoLog(settings.logLevel, logTargetOf(settings, isOpen)),
    metrics: new PrometheusMetrics(),
  });
  registerUp(program, { config, runtime, observe, print });
  registerToken(program, { config, now, print });
  registerHistory(program, { withJournal, now, print });
  registerAcceptance(program);
  registerBench(program);
  return program;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
