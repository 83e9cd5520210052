// How far a long command has come, on stderr: a bar on a terminal, a plain line now and then elsewhere.
import { SingleBar } from 'cli-progress';

export type Progress = Readonly<{
  /** So many are done now. */
  at(done: number): void;
  /** Ends the bar; to be called once, also after a failure. */
  stop(): void;
}>;

const LINE_EVERY_MS = 2_000;

/** Prints one line on stderr, as everything goes there that is not a command's result. */
export const say = (line: string): void => {
  process.stderr.write(`gavel: ${line}\n`);
};

/** Shows `what` going from 0 to `total`. */
export function startProgress(what: string, total: number): Progress {
  if (process.stderr.isTTY && !process.env['CI']) {
    const bar = new SingleBar({ format: `${what} {bar} {value}/{total}`, hideCursor: true, stream: process.stderr });
    bar.start(total, 0);
    return { at: (done) => bar.update(done), stop: () => bar.stop() };
  }
  const startedAt = performance.now();
  let [saidAt, last] = [startedAt, 0];
  return {
    at: (done) => {
      last = done;
      if (performance.now() - saidAt < LINE_EVERY_MS) return;
      saidAt = performance.now();
      say(`${what}: ${done} of ${total}`);
    },
    stop: () => say(`${what}: ${last} of ${total} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`),
  };
}
