// One Kafka broker as a child of this process.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { settlesWithin } from '../../runtime/settles-within.js';
import { SystemRuntime } from '../../runtime/system.runtime.js';
import { hasCode } from '../../runtime/system-error.js';
import { endWithUs, runProgram } from '../dependent-process.js';
import { EmbeddedError } from '../embedded-error.js';
import { type BrokerPlan, brokerProperties } from './broker-settings.js';
import type { KafkaInstallation } from './installation.js';

export type Java = Readonly<{
  program: string;
  installation: KafkaInstallation;
  heapMb: number;
  /** Less optimised code, which is there sooner: for a test, or a trial of several brokers on one machine. */
  short: boolean;
}>;

export type Broker = Readonly<{
  pid: number;
  hasEnded(): boolean;
  /** The end of what it wrote in this run. */
  lastWords(): Promise<string>;
  /** Ends it; `atOnce` without handing over or flushing anything, as a crash would. Idempotent. */
  stop(atOnce: boolean): Promise<void>;
}>;

const STOP_WITHIN_MS = 15_000;
const POLL_MS = 20;

/** Makes a broker's directory what Kafka starts on. Does nothing to one that has been made. */
export async function formatBroker(java: Java, plan: BrokerPlan, clusterId: string): Promise<void> {
  await mkdir(plan.directory, { recursive: true, mode: 0o700 });
  const properties = join(plan.directory, 'server.properties');
  await writeFile(properties, brokerProperties(plan), { mode: 0o600 });
  if (existsSync(join(plan.directory, 'log', 'meta.properties'))) return;
  const users = Object.entries(plan.secure?.users ?? {}).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  // One argument: an id may begin with a dash, which alone would pass for another option.
  const args = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', properties, ...users];
  try {
    await runProgram(java.program, [...javaOptions({ ...java, heapMb: 128, short: true }), ...args]);
  } catch (cause) {
    const output = typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr) : '';
    const why = output.trim().split('\n').slice(-3).join(' | ') || String(cause);
    throw new EmbeddedError('InitialisationFailed', `Kafka could not make ${plan.directory}: ${why}`, { cause });
  }
}

/** Starts a broker on a formatted directory; whoever calls waits until it answers. */
export async function startBroker(java: Java, { directory }: Pick<BrokerPlan, 'directory'>): Promise<Broker> {
  await stopLeftover(directory);
  const logFile = join(directory, 'server.log');
  if (existsSync(logFile)) await rename(logFile, `${logFile}.1`);
  // A file rather than a pipe: the server must not stumble over its log when this process is killed.
  const output = await open(logFile, 'a', 0o600);
  const args = [...javaOptions(java), 'kafka.Kafka', join(directory, 'server.properties')];
  // A group of its own keeps the terminal's Ctrl-C from it: who started it stops it, after its clients.
  const child = spawn(java.program, args, { detached: true, stdio: ['ignore', output.fd, output.fd] });
  endWithUs(child, 'SIGKILL');
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new EmbeddedError('StartFailed', `Kafka could not be run with ${java.program}`, { cause });
  } finally {
    await output.close();
  }
  await writeFile(pidFileIn(directory), `${child.pid}\n`);
  return watched(child, directory);
}

function watched(child: ChildProcess, directory: string): Broker {
  const pid = child.pid ?? 0;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ended = hasEnded() ? Promise.resolve() : once(child, 'exit').then(() => undefined);
  return {
    pid,
    hasEnded,
    lastWords: async () => lastLines(await readFile(join(directory, 'server.log'), 'utf8')),
    stop: async (atOnce) => {
      if (!hasEnded()) child.kill(atOnce ? 'SIGKILL' : 'SIGTERM');
      if (!(await settlesWithin(new SystemRuntime(), ended, STOP_WITHIN_MS))) child.kill('SIGKILL');
      await ended;
      await rm(pidFileIn(directory), { force: true });
    },
  };
}

/** After kill -9 of Node its broker runs on; it is ended before another one opens the same files. */
export async function stopLeftover(directory: string): Promise<void> {
  const text = await readFile(pidFileIn(directory), 'utf8').catch(absent);
  const pid = Number(text?.trim());
  if (text === undefined || !Number.isInteger(pid) || pid <= 0) return;
  while (await isBrokerOf(pid, directory)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!hasCode(error, 'ESRCH')) throw error;
    }
    await sleep(POLL_MS);
  }
  await rm(pidFileIn(directory), { force: true });
}

/** The number may be a stranger's by now: a broker of ours names its directory in its command line. */
async function isBrokerOf(pid: number, directory: string): Promise<boolean> {
  const properties = join(directory, 'server.properties');
  if (process.platform === 'linux')
    return ((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(absent)) ?? '').includes(properties);
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes(properties);
}

function javaOptions({ installation, heapMb, short }: Java): string[] {
  return [
    `-Xmx${heapMb}m`,
    `-Xms${Math.min(heapMb, 128)}m`,
    '-XX:+UseSerialGC',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
    ...(short ? ['-XX:TieredStopAtLevel=1'] : []),
    '-cp',
    installation.classPath,
  ];
}

const pidFileIn = (directory: string): string => join(directory, 'broker.pid');

const lastLines = (text: string): string => text.trim().split('\n').slice(-5).join(' | ').slice(-1_000);

function absent(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ESRCH', 'EACCES')) throw error;
}
