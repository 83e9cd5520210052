// Ctrl-C for commands that hold something for a while only. A signal's own way to end a process skips every `exit`
// listener, and with them the one that ends the servers and programs that we have started.
import { say } from './progress.js';

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/**
 * Until the returned function is called, a signal ends the process by way of its `exit` listeners. `cleanUp` runs at any
 * end; after a signal as the last of them, when whatever might still write into what it removes has been told to end.
 */
export function endOnSignals(cleanUp: () => void = () => undefined): () => void {
  const ends = Object.entries(SIGNALS).map(([signal, number]) => {
    const end = () => {
      say(`${signal}: ending, with everything that was started`);
      process.removeListener('exit', cleanUp);
      process.on('exit', cleanUp);
      // As shells tell it.
      process.exit(128 + number);
    };
    process.on(signal, end);
    return () => process.removeListener(signal, end);
  });
  process.on('exit', cleanUp);
  return () => {
    for (const release of ends) release();
    process.removeListener('exit', cleanUp);
  };
}
