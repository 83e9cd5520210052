// How a long-running command is told to stop: once to drain, twice to end at once.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopSignal = Readonly<{
  /** Resolves at the first signal, with its name. */
  asked: Promise<string>;
  /** From here on a signal does what it does to any program. */
  release(): void;
}>;

/**
 * Listens for signals. The first one only resolves `asked`; any later one calls `insisted`, which is to end the process.
 */
export function listenForStop(insisted: (signal: string) => void): StopSignal {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isAsked = false;
  const heard = (signal: string): void => {
    if (isAsked) insisted(signal);
    isAsked = true;
    resolve(signal);
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return {
    asked: promise,
    release: () => {
      for (const signal of SIGNALS) process.removeListener(signal, heard);
    },
  };
}
