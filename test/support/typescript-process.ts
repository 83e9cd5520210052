import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();

/**
 * Runs `source`, a module in plain JavaScript that may import our TypeScript by path, in a Node process of its own, and
 * resolves with the first piece it prints. Rejects with its errors if it ends before that.
 */
export async function runTypescript(source: string): Promise<Readonly<{ pid: number; printed: string }>> {
  const hooks = join(process.cwd(), 'test', 'support', 'typescript-hooks.mjs');
  const args = ['--import', hooks, '--input-type=module', '--eval', source];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const errors = text(child.stderr);
  const ended = once(child, 'close').then(async () => Promise.reject(new Error(`the process ended: ${await errors}`)));
  const [printed] = await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => running.delete(child));
  return { pid: child.pid ?? 0, printed: String(printed) };
}

/** Kills, by kill -9, every process of this test file that is still running, and waits for their end. */
export async function killProcesses(): Promise<void> {
  for (const child of running) {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
    running.delete(child);
  }
}
