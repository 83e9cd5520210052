// A gavel command in processes of its own: how long it takes, and the most memory of the one that does the work.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/runtime/package-root.js';
import { cpuSecondsIn } from '../processor-time.js';

export type Measured = Readonly<{
  seconds: number;
  /** Resident memory at its most, in MiB; null where the system does not tell (it is read from /proc). */
  peakMiB: number | null;
  /** Processor time of that process, which other work on the machine changes less; PostgreSQL's is its own. Null as above. */
  cpuSeconds: number | null;
  /** The last line that it printed, which `--json` makes one JSON object. */
  said: Record<string, unknown>;
}>;

const LOOK_EVERY_MS = 100;

export type Settings = Readonly<Record<string, string>>;

/** Runs it to its end. Rejects with what it said if it fails. */
export async function measured(args: readonly string[], settings: Settings): Promise<Measured> {
  const startedMs = performance.now();
  const { child, output, used } = begin([...args, '--json'], settings);
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - startedMs) / 1_000;
  const { stdout, stderr } = output();
  if (code !== 0) throw new Error(`gavel ${args.join(' ')} failed: ${stderr}${stdout}`);
  return { seconds, ...used(), said: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}

/** How long `gavel up` takes until it says that it takes bids; it is stopped again. */
export async function secondsToOpen(settings: Settings): Promise<number> {
  const startedMs = performance.now();
  const { child, output } = begin(['up'], settings);
  const ended = once(child, 'close');
  while (!output().stdout.includes('Gavel is open.')) {
    if (child.exitCode !== null) throw new Error(`gavel up ended early: ${output().stderr}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  child.kill('SIGTERM');
  await ended;
  return seconds;
}

function begin(args: readonly string[], settings: Settings) {
  const launcher = join(PACKAGE_ROOT, 'scripts', 'gavel.mjs');
  const env = { ...process.env, ...settings };
  const child = spawn(process.execPath, [launcher, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return { child, output: () => said, used: watch(child) };
}

type Used = Pick<Measured, 'peakMiB' | 'cpuSeconds'>;

/** The launcher's child does the work; the system itself keeps its peak. */
function watch(launcher: ChildProcess): () => Used {
  let used: Used = { peakMiB: null, cpuSeconds: null };
  const look = async (): Promise<void> => {
    const { pid } = launcher;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const worker = children.trim().split(' ')[0];
    const [status, stat] = await Promise.all(
      ['status', 'stat'].map((file) => readFile(`/proc/${worker}/${file}`, 'utf8').catch(() => '')),
    );
    const peakKiB = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status ?? '')?.[1] ?? 0);
    const cpuSeconds = cpuSecondsIn(stat ?? '');
    if (peakKiB === 0 || cpuSeconds === null) return;
    used = { peakMiB: Math.ceil(peakKiB / 1_024), cpuSeconds };
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  launcher.once('close', () => clearInterval(timer));
  return () => used;
}
