// Ctrl-C for commands that hold something for a moment only. A signal's own way to end a process skips every `exit`
// listener, and with them the one that stops our PostgreSQL.

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** Until the returned function is called, a signal ends the process by way of its `exit` listeners, `cleanUp` first. */
export function endOnSignals(cleanUp: () => void = () => undefined): () => void {
  const ends = Object.entries(SIGNALS).map(([signal, number]) => {
    // As shells tell it.
    const end = () => process.exit(128 + number);
    process.on(signal, end);
    return () => process.removeListener(signal, end);
  });
  process.prependListener('exit', cleanUp);
  return () => {
    for (const release of ends) release();
    process.removeListener('exit', cleanUp);
  };
}
