// Processor time of processes, read from /proc (proc(5)): other work on the machine changes it less than it changes durations.
import { readFile } from 'node:fs/promises';

/** Ticks of the clock that /proc counts in. */
const TICKS_PER_SECOND = 100;

/** Seconds of user and system time in the text of /proc/PID/stat; null where the text is not one. */
export function cpuSecondsIn(stat: string): number | null {
  // Behind the name, which may hold anything, are the state and ten figures before these two.
  const figures = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!stat.includes(')') || figures.length < 13) return null;
  return (Number(figures[11]) + Number(figures[12])) / TICKS_PER_SECOND;
}

/** Seconds that a process has used by now; null when it is gone, or where there is no /proc. */
export const cpuSecondsOf = async (pid: number): Promise<number | null> =>
  cpuSecondsIn(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
