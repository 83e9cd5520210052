// A cluster of real processes on a data directory of its own, any of which gets killed.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { hasCode } from '../../../src/runtime/system-error.js';
import { eventually } from '../../support/eventually.js';
import { belongsTo, killIfThere } from '../../support/processes.js';
import { GavelProcess, runGavel } from '../../support/run-gavel.js';

export type Role = 'api' | 'engine' | 'projector' | 'relay' | 'scheduler';
type WorkerState = Readonly<{ role: Role; number: number; pid: number | null; url: string | null }>;
type State = Readonly<{ postgres: number; brokers: readonly number[]; workers: readonly WorkerState[] }>;

const OPEN_WITHIN_MS = 240_000;
const BACK_WITHIN_MS = 120_000;

export class KilledCluster {
  private process: GavelProcess | null = null;

  constructor(
    private readonly directory: string,
    private readonly secret: string,
  ) {}

  async start(): Promise<void> {
    const two = ['api', 'engine', 'projector', 'relay', 'scheduler'].flatMap((role) => [`--${role}`, '2']);
    this.process = GavelProcess.start(['cluster', '--brokers', '3', ...two], this.settings());
    await this.process.printed('The cluster is open.', OPEN_WITHIN_MS);
  }

  /** API nodes that are up now; none once the cluster is gone. Never throws: graphql-ws would wait for ever for an address. */
  apiUrls(): readonly string[] {
    const workers = this.stateIfThere()?.workers ?? [];
    return workers.flatMap(({ role, url }) => (role === 'api' && url !== null ? [url] : []));
  }

  /** Fails at once, with the cluster's last words, once its main process has ended. */
  expectRunning(): void {
    if (this.process?.hasEnded() === true) throw this.ending();
  }

  /** Resolves as the work does; rejects, with the cluster's last words, if its main process ends before. */
  async whileRunning<T>(work: Promise<T>): Promise<T> {
    this.expectRunning();
    const child = this.process?.child;
    if (child === undefined) throw new Error('the cluster has not been started');
    const ended = once(child, 'exit').then(() => {
      throw this.ending();
    });
    return Promise.race([work, ended]);
  }

  brokers(): readonly string[] {
    const [, list = ''] = /Kafka +(\S+)/.exec(this.process?.stdout ?? '') ?? [];
    return list.split(',');
  }

  workers(role: Role): readonly WorkerState[] {
    return this.state().workers.filter((worker) => worker.role === role);
  }

  /** Ends one process of a role, and resolves when another has taken its place and is up. */
  async end(role: Role, number: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const before = this.find(role, number).pid;
    if (before === null) throw new Error(`${role} ${number} is not running`);
    process.kill(before, signal);
    const isBack = () => {
      const { pid, url } = this.find(role, number);
      return pid !== null && pid !== before && url !== null;
    };
    await eventually(`another ${role} ${number}`, isBack, BACK_WITHIN_MS);
  }

  /** Rolls over every process as a deploy does; resolves to what the command printed. */
  roll(): ReturnType<typeof runGavel> {
    return runGavel(['cluster', 'roll'], this.settings());
  }

  /** The numbers of all processes of roles that run now. */
  pids(): readonly number[] {
    return this.state().workers.flatMap(({ pid }) => pid ?? []);
  }

  killBroker(number: number): void {
    const pid = this.state().brokers[number - 1];
    if (pid === undefined) throw new RangeError(`there is no broker ${number}`);
    process.kill(pid, 'SIGKILL');
  }

  async stop(): Promise<number | null> {
    this.process?.child.kill('SIGTERM');
    return (await this.process?.end())?.code ?? null;
  }

  /** Ends whatever is left of it, after a test that failed. */
  killLeftovers(): void {
    if (this.process?.hasEnded() === false) this.process.child.kill('SIGKILL');
    const state = this.stateIfThere();
    if (state === null) return;
    const { postgres, brokers, workers } = state;
    for (const pid of [...workers.map((worker) => worker.pid), ...brokers, postgres])
      if (pid !== null) killIfAlive(pid, this.directory);
  }

  database(): pg.ClientConfig {
    const place = join(this.directory, 'postgres');
    const port = Number(readFileSync(join(place, 'data', 'postmaster.pid'), 'utf8').split('\n')[3]);
    const password = readFileSync(join(place, 'password'), 'utf8').trim();
    return { host: '127.0.0.1', port, user: 'gavel', password, database: 'gavel' };
  }

  verify(): Promise<Readonly<{ code: number | null; stdout: string; stderr: string }>> {
    // Under load on a machine with much else to do Silver lags; what is in it is judged, not when.
    return runGavel(['verify', '--json', '--lag', '300'], this.settings());
  }

  /** The last lines of what everybody said. */
  lastWords(): string {
    return (this.process?.stderr ?? '').split('\n').slice(-40).join('\n');
  }

  private find(role: Role, number: number): WorkerState {
    const found = this.workers(role).find((worker) => worker.number === number);
    if (found === undefined) throw new RangeError(`there is no ${role} ${number}`);
    return found;
  }

  private ending(): Error {
    const how = this.process?.child.signalCode ?? `code ${this.process?.child.exitCode}`;
    return new Error(`the cluster's main process ended with ${how}; it said last: ${this.lastWords()}`);
  }

  private state(): State {
    this.expectRunning();
    return JSON.parse(readFileSync(this.file(), 'utf8'));
  }

  /** Null once the cluster has removed its file. */
  private stateIfThere(): State | null {
    try {
      return JSON.parse(readFileSync(this.file(), 'utf8'));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  }

  private file(): string {
    return join(this.directory, 'cluster.json');
  }

  private settings(): Record<string, string> {
    return {
      GAVEL_DATA: this.directory,
      GAVEL_HTTP_PORT: '0',
      GAVEL_JWT_SECRET: this.secret,
      GAVEL_LOG_LEVEL: 'warn',
      // A client that was not answered asks again, under the same id.
      GAVEL_HTTP_ANSWER_TIMEOUT_MS: '2000',
      GAVEL_RATE_PER_ADDRESS: '0',
      GAVEL_RATE_PER_SUBJECT: '0',
    };
  }
}

/** The number may be a stranger's by now. */
function killIfAlive(pid: number, directory: string): void {
  if (belongsTo(pid, directory)) killIfThere(pid);
}
