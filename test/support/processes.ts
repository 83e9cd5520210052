// Which processes are at work for a directory, for tests of what is left behind. Linux tells; elsewhere there are none.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

export type FoundProcess = Readonly<{ pid: number; command: string }>;

/** Whether this process names the directory in its command line or environment, or works in it. */
export function belongsTo(pid: number, directory: string): boolean {
  const told = ['cmdline', 'environ'].map((name) =>
    readIfThere(pid, (place) => readFileSync(`${place}/${name}`, 'utf8')),
  );
  return [...told, readIfThere(pid, (place) => readlinkSync(`${place}/cwd`))].join(' ').includes(directory);
}

/** Processes of a directory, each with its command line. A process that has ended is none, even if nobody has noticed. */
export function processesOf(directory: string): readonly FoundProcess[] {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map(Number)
    .filter((pid) => belongsTo(pid, directory))
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

/** Kill -9 of a process that may be ending by itself: PostgreSQL's follow their first one as soon as they notice. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // No `instanceof Error`: errors of Node's core belong to another realm.
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const commandOf = (pid: number): string =>
  readIfThere(pid, (place) => readFileSync(`${place}/cmdline`, 'utf8')).replaceAll('\0', ' ');

function readIfThere(pid: number, read: (place: string) => string): string {
  try {
    return read(`/proc/${pid}`);
  } catch {
    return '';
  }
}
