// The command line as its users have it: a child process of the launcher.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { eventually } from './eventually.js';

/** The programs that a launcher of their own starts. */
export type Program = 'gavel' | 'bench' | 'acceptance';

export type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** Variables without any of ours, so that the machine's own settings change no test. */
export function plainEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !/^(GAVEL_|npm_|INIT_CWD$)/.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

/** A running command, with what it has printed so far. */
export class GavelProcess {
  stdout = '';
  stderr = '';
  private readonly ended: Promise<unknown[]>;

  private constructor(readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close');
  }

  static start(
    args: readonly string[],
    settings: Readonly<Record<string, string>> = {},
    program: Program = 'gavel',
  ): GavelProcess {
    // A house of a test holds what the test puts into it.
    const env = { ...plainEnvironment(), GAVEL_DEMO: 'off', ...settings };
    return new GavelProcess(spawn(process.execPath, [resolve('scripts', `${program}.mjs`), ...args], { env }));
  }

  /** Resolves once it has printed this; rejects, with all it said, if it ends or takes too long. */
  async printed(text: string, withinMs = 60_000): Promise<void> {
    const isThere = () => this.stdout.includes(text) || this.hasEnded();
    await eventually(`"${text}" in ${this.stdout}${this.stderr}`, isThere, withinMs);
    if (!this.stdout.includes(text)) throw new Error(`it ended without "${text}": ${this.stdout}${this.stderr}`);
  }

  hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async end(): Promise<Ended> {
    await this.ended;
    // The launcher builds first when a source is newer than the build, and says so.
    const stderr = this.stderr.replace(/^gavel: building: .*\n/gm, '');
    return { code: this.child.exitCode, stdout: this.stdout, stderr };
  }
}

/** Runs one command to its end. */
export const runGavel = (args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  GavelProcess.start(args, settings).end();
