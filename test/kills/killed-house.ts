// A real house in a process of its own, on a data directory of its own, that gets killed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { eventually } from '../support/eventually.js';
import { killIfThere } from '../support/processes.js';
import { type Ended, GavelProcess, runGavel } from '../support/run-gavel.js';

export type Victims = 'Node alone' | 'Node and PostgreSQL';

const OPEN_WITHIN_MS = 180_000;
/** In seconds. Under load on a machine with much else to do Silver lags; what is in it is judged, not when. */
const VERIFY_LAG = '300';

export class KilledHouse {
  readonly url: string;
  private readonly started: GavelProcess[] = [];

  /** Commands and starts alike get `more` settings beside those that a test needs to be left alone. */
  constructor(
    private readonly directory: string,
    port: number,
    private readonly secret: string,
    private readonly more: Readonly<Record<string, string>> = {},
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts it, and resolves when it says that it takes commands. */
  async start(): Promise<void> {
    const process = GavelProcess.start(['up'], this.settings());
    this.started.push(process);
    await process.printed('Gavel is open.', OPEN_WITHIN_MS);
  }

  /** Everything that it has printed, in all of its runs. */
  said(): string {
    return this.started.map(({ stdout, stderr }) => `${stdout}${stderr}`).join('');
  }

  /** Kills, by kill -9 and at once, the process of Gavel, or also every process of its PostgreSQL. */
  async kill(victims: Victims): Promise<void> {
    const node = Number(readFileSync(join(this.directory, 'gavel.pid'), 'utf8'));
    const server = victims === 'Node alone' ? [] : this.postgresProcesses();
    for (const pid of server) killIfThere(pid);
    process.kill(node, 'SIGKILL');
    await this.process?.end();
    await eventually(`the end of ${victims}`, () => [node, ...server].every((pid) => !isAlive(pid)));
  }

  /** Asks it to stop, as Ctrl-C does, and tells how it ended. */
  async stop(): Promise<number | null> {
    this.process?.child.kill('SIGTERM');
    return this.ended();
  }

  /** Resolves with its exit code once it has ended by itself. */
  async ended(): Promise<number | null> {
    return (await this.process?.end())?.code ?? null;
  }

  /** Ends whatever is left of it, after a test that failed. */
  killLeftovers(): void {
    this.process?.child.kill('SIGKILL');
    for (const pid of this.allProcesses()) killIfThere(pid);
  }

  /** Its PostgreSQL, for a look behind its back. The port is on the fourth line of the server's own file. */
  database(): pg.ClientConfig {
    const place = join(this.directory, 'postgres');
    const port = Number(readFileSync(join(place, 'data', 'postmaster.pid'), 'utf8').split('\n')[3]);
    const password = readFileSync(join(place, 'password'), 'utf8').trim();
    return { host: '127.0.0.1', port, user: 'gavel', password, database: 'gavel' };
  }

  verify(): Promise<Ended> {
    return this.run('verify', '--json', '--lag', VERIFY_LAG);
  }

  /** Runs another command on its data directory to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    return runGavel(args, this.settings());
  }

  /** Starts another command on its data directory. */
  begin(...args: readonly string[]): GavelProcess {
    return GavelProcess.start(args, this.settings());
  }

  /** Starts another command on its data directory, and resolves with it and the process that does the work. */
  async beginProgram(...args: readonly string[]): Promise<Readonly<{ command: GavelProcess; pid: number }>> {
    const command = this.begin(...args);
    const launcher = command.child.pid ?? 0;
    let pid: number | undefined;
    await eventually(`the program behind gavel ${args.join(' ')}`, () => {
      if (command.hasEnded()) throw new Error(`it ended at once: ${command.stderr}`);
      [pid] = childrenOf(launcher);
      return pid !== undefined;
    });
    return { command, pid: pid ?? 0 };
  }

  private get process(): GavelProcess | undefined {
    return this.started.at(-1);
  }

  private settings(): Record<string, string> {
    return {
      GAVEL_DATA: this.directory,
      GAVEL_HTTP_PORT: new URL(this.url).port,
      GAVEL_JWT_SECRET: this.secret,
      GAVEL_LOG_LEVEL: 'warn',
      // All clients of the test come from one address.
      GAVEL_RATE_PER_ADDRESS: '0',
      GAVEL_RATE_PER_SUBJECT: '0',
      ...this.more,
    };
  }

  private postgresProcesses(): readonly number[] {
    const file = join(this.directory, 'postgres', 'data', 'postmaster.pid');
    const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return [postmaster, ...childrenOf(postmaster)];
  }

  private allProcesses(): readonly number[] {
    const pids = [Number(readIfThere(join(this.directory, 'gavel.pid')))];
    const postmaster = Number(readIfThere(join(this.directory, 'postgres', 'data', 'postmaster.pid')).split('\n')[0]);
    return [...pids, postmaster].filter((pid) => pid > 0 && isAlive(pid));
  }
}

function childrenOf(pid: number): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

function isAlive(pid: number): boolean {
  const state = execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([other]) => Number(other) === pid)?.[1];
  // A zombie has ended; somebody has yet to ask how.
  return state !== undefined && !state.startsWith('Z');
}

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
