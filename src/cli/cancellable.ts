// Commands that take long and clear away after themselves: a first signal cancels, a second one ends the process.
import { say } from '../terminal/progress.js';
import { listenForStop } from '../terminal/stop-signal.js';

/** Runs `work` with a signal that aborts at Ctrl-C and the like. */
export async function cancellable(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const cancelled = new AbortController();
  const stop = listenForStop((signal) => {
    say(`${signal} again: stopping at once; the next start clears away what is left`);
    process.exit(1);
  });
  void stop.asked.then((signal) => {
    say(`${signal}: cancelling`);
    cancelled.abort();
  });
  try {
    await work(cancelled.signal);
  } finally {
    stop.release();
  }
}
