// Programs that must not outlive this process. A child of Node runs on when Node ends, unless somebody tells it.
import { type ChildProcess, type ExecFileOptions, execFile } from 'node:child_process';
import { promisify } from 'node:util';

const dependents = new Map<ChildProcess, NodeJS.Signals>();

/** Sends `child` this signal when this process ends by an error or by process.exit; call it right after the spawn. */
export function endWithUs(child: ChildProcess, signal: NodeJS.Signals): void {
  if (dependents.size === 0) process.on('exit', endAll);
  dependents.set(child, signal);
  // Comes after `exit`, and also for a program that could not be run.
  child.once('close', () => {
    dependents.delete(child);
    if (dependents.size === 0) process.removeListener('exit', endAll);
  });
}

function endAll(): void {
  for (const [child, signal] of dependents) child.kill(signal);
}

/** Runs a program to its end as `execFile` does, and never longer than this process. Rejects with its output otherwise. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<Readonly<{ stdout: string; stderr: string }>> {
  const running = promisify(execFile)(program, [...args], { ...options, encoding: 'utf8' });
  endWithUs(running.child, 'SIGKILL');
  return running;
}
