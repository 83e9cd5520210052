// One process of a role, kept at work: when it dies another takes its place, as whatever runs a house in earnest would do.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from '../../embedded/dependent-process.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { RoleName } from '../roles/roles.js';

export type WorkerPlan = Readonly<{
  role: RoleName;
  /** Counts from 1 within its role. */
  number: number;
  /** Node's arguments up to the name of the role. */
  command: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** A line that it printed. */
  said: (line: string) => void;
  /** It has started, or is gone: somebody may want to note its number. */
  changed: () => void;
}>;

export type WorkerState = Readonly<{ role: RoleName; number: number; pid: number | null; url: string | null }>;

const RESTART_PAUSE_MS = 500;
const STOP_WITHIN_MS = 15_000;
const UP = /^Gavel \w+ is up at (\S+)$/;
/** How our programs say on stderr why they end (cli/run-program.ts). */
const SENTENCE = /^gavel: (.+)$/;

export class Worker {
  private child: ChildProcess | null = null;
  private url: string | null = null;
  /** Its last sentence on stderr. */
  private sentence: string | null = null;
  private hasBeenUp = false;
  private stopping = false;
  private loop: Promise<void> | null = null;
  private readonly firstUp = Promise.withResolvers<void>();

  constructor(private readonly plan: WorkerPlan) {}

  /** Resolves when it has come up. Rejects with the cause if it ends before, and then no other takes its place. */
  start(): Promise<void> {
    this.loop ??= this.keepRunning();
    return this.firstUp.promise;
  }

  state(): WorkerState {
    const { role, number } = this.plan;
    return { role, number, pid: this.child?.pid ?? null, url: this.url };
  }

  /** Asks it to hand over, and waits for its end. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.child?.kill('SIGTERM');
    const late = setTimeout(() => this.child?.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.loop;
    clearTimeout(late);
  }

  private async keepRunning(): Promise<void> {
    const { role, number, said, changed } = this.plan;
    while (!this.stopping) {
      const how = await endOf(this.spawn());
      [this.child, this.url] = [null, null];
      changed();
      if (!this.hasBeenUp) {
        this.firstUp.reject(new OperatorError(`${role} ${number} ended before it was up: ${this.sentence ?? how}`));
        return;
      }
      if (this.stopping) return;
      said(`${how}; another takes its place`);
      await sleep(RESTART_PAUSE_MS);
    }
  }

  private spawn(): ChildProcess {
    const { command, env, role, changed } = this.plan;
    const [program = process.execPath, ...args] = command;
    // A group of its own keeps the terminal's Ctrl-C from it; by the channel it notices when this process was killed.
    const child = spawn(program, [...args, role], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    endWithUs(child, 'SIGKILL');
    this.child = child;
    this.listen(child.stdout, (line) => this.noteUp(line));
    this.listen(child.stderr, (line) => {
      this.sentence = SENTENCE.exec(line)?.[1] ?? this.sentence;
    });
    changed();
    return child;
  }

  private listen(stream: Readable | null, heard: (line: string) => void): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      heard(line);
      this.plan.said(line);
    });
  }

  private noteUp(line: string): void {
    const [, url] = UP.exec(line) ?? [];
    if (url === undefined) return;
    this.url = url;
    this.hasBeenUp = true;
    this.firstUp.resolve();
    this.plan.changed();
  }
}

/** Resolves with how a process ended, also one that could not be run in the first place. */
function endOf(child: ChildProcess): Promise<string> {
  let problem: string | null = null;
  child.on('error', (error) => {
    problem = error.message;
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve(problem ?? `ended by ${signal ?? `code ${code}`}`));
  });
}
