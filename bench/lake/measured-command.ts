// A gavel command in processes of its own: how long it takes, and the most memory of the one that does the work.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/runtime/package-root.js';

export type Measured = Readonly<{
  seconds: number;
  /** Resident memory at its most, in MiB; null where the system does not tell (it is read from /proc). */
  peakMiB: number | null;
  /** The last line that it printed, which `--json` makes one JSON object. */
  said: Record<string, unknown>;
}>;

const LOOK_EVERY_MS = 100;

export type Settings = Readonly<Record<string, string>>;

/** Runs it to its end. Rejects with what it said if it fails. */
export async function measured(args: readonly string[], settings: Settings): Promise<Measured> {
  const startedMs = performance.now();
  const { child, output, peakMiB } = begin([...args, '--json'], settings);
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - startedMs) / 1_000;
  const { stdout, stderr } = output();
  if (code !== 0) throw new Error(`gavel ${args.join(' ')} failed: ${stderr}${stdout}`);
  return { seconds, peakMiB: peakMiB(), said: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
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
  return { child, output: () => said, peakMiB: watchMemory(child) };
}

/** The launcher's child does the work; the system itself keeps its peak. */
function watchMemory(launcher: ChildProcess): () => number | null {
  let peakKiB: number | null = null;
  const look = async (): Promise<void> => {
    const { pid } = launcher;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const worker = children.trim().split(' ')[0];
    const status = await readFile(`/proc/${worker}/status`, 'utf8').catch(() => '');
    const found = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    if (found > 0) peakKiB = Math.max(peakKiB ?? 0, found);
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  launcher.once('close', () => clearInterval(timer));
  return () => (peakKiB === null ? null : Math.ceil(peakKiB / 1_024));
}
