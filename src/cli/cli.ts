// The commands of `gavel`, and how they fail: with one sentence on stderr and exit code 1.
import { Command } from 'commander';
import { registerAcceptance } from './acceptance/acceptance.command.js';
import { sentencesFor } from './cli-error.js';

/** Runs one command; `argv` as in process.argv. It resolves also when the command fails, with the exit code set. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('gavel').description(
    'An auction house whose every accepted bid is a fact kept for ever.',
  );
  program.configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'gavel: ')) });
  registerAcceptance(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    for (const sentence of sentencesFor(error)) process.stderr.write(`gavel: ${sentence}\n`);
    process.exitCode = 1;
  }
}
