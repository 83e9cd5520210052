import { Command } from 'commander';

/** The commands of `gavel`; `argv` as in process.argv. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('gavel').description('An event-sourced auction house.');
  await program.parseAsync(argv);
}
