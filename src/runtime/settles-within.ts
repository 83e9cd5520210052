import type { Runtime } from './runtime.js';

/** True once the promise is fulfilled; false if that takes longer than so many milliseconds. Rejects as the promise does. */
export async function settlesWithin(
  runtime: Pick<Runtime, 'sleep'>,
  promise: Promise<unknown>,
  maxMs: number,
): Promise<boolean> {
  const timer = new AbortController();
  const late = runtime.sleep(maxMs, timer.signal).then(() => false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
