// How far a long command has come, on stderr: a bar on a terminal, a plain line now and then elsewhere; both with the rate
// and the time that is left.
import { SingleBar } from 'cli-progress';
import { printable } from '../domain/text.js';

export type Progress = Readonly<{
  /** So many are done now, of the total at the start, or of as many as there are by now. */
  at(done: number, total?: number): void;
  /** Ends the bar; to be called once, also after a failure. */
  stop(): void;
}>;

const LINE_EVERY_MS = 2_000;

/** Prints one line on stderr, as everything goes there that is not a command's result. */
export const say = (line: string): void => {
  process.stderr.write(`gavel: ${printable(line)}\n`);
};

/** Shows `what` going from 0 to `total`. */
export function startProgress(what: string, total: number): Progress {
  const startedAt = performance.now();
  const pace = (done: number, of: number): string => paceWords(done, of, performance.now() - startedAt);
  if (process.stderr.isTTY && !process.env['CI']) {
    const format = `${what} {bar} {value}/{total}, {pace}`;
    const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr });
    bar.start(total, 0, { pace: pace(0, total) });
    const at = (done: number, of = total): void => {
      bar.setTotal(of);
      bar.update(done, { pace: pace(done, of) });
    };
    return { at, stop: () => bar.stop() };
  }
  let [saidAt, last, lastOf] = [startedAt, 0, total];
  return {
    at: (done, of = total) => {
      [last, lastOf] = [done, of];
      if (performance.now() - saidAt < LINE_EVERY_MS) return;
      saidAt = performance.now();
      say(`${what}: ${done} of ${of}, ${pace(done, of)}`);
    },
    stop: () => say(`${what}: ${last} of ${lastOf} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`),
  };
}

/** As `1,200 a second, 2 min 5 s left`. */
function paceWords(done: number, total: number, elapsedMs: number): string {
  if (done === 0 || elapsedMs === 0) return 'starting';
  const perSecond = (done / elapsedMs) * 1_000;
  const rate = perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en-US');
  return `${rate} a second, ${spanWords((Math.max(0, total - done) / perSecond) * 1_000)} left`;
}

/** A span of time for people, as `2 min 5 s`. */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : `${seconds} s`;
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24];
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
}
