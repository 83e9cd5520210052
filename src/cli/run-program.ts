// How a program of ours runs and fails: with one sentence on stderr and exit code 1.
import type { Command } from 'commander';
import { printable } from '../domain/text.js';
import { sentencesFor } from './sentences.js';

/** Runs one command; `argv` as in process.argv. It resolves also when the command fails, with the exit code set. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  stopWithLauncher();
  process.stdout.on('error', endOfReader);
  program.configureOutput({ outputError: (text, write) => write(printable(text.replace(/^error: /, 'gavel: '))) });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    for (const sentence of sentencesFor(error)) process.stderr.write(`gavel: ${printable(sentence)}\n`);
    process.exitCode = 1;
  }
}

/**
 * The launcher (scripts/hand-over.mjs) holds the other end of the process channel. When it is gone without having sent a
 * signal, it was killed. A server that Ctrl-C can no longer reach stops as if it had been asked to.
 */
function stopWithLauncher(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

/** Whoever read our output has seen enough, as `head` does; the command itself goes on to its end. */
function endOfReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
