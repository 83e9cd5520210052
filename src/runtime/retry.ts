// The house's one back-off (docs/adr/0051). The pause doubles from failure to failure up to a limit. Chance spreads the
// pauses, so that processes that failed together do not come back together.
import type { Log } from './log.js';
import type { Runtime } from './runtime.js';

export type BackOff = Readonly<{ minMs: number; maxMs: number }>;

export type RetryParts = Readonly<{
  /** Names the work in the log. */
  name: string;
  runtime: Runtime;
  log: Log;
  backOff: BackOff;
  /** A series of failures that lasts this long is more than passing trouble. */
  stuckMs?: number;
  /** What the log may say of an error; its message, if nothing else is given. */
  reason?: (error: unknown) => string;
}>;

const STUCK_MS = 10_000;
/** The doubling ends here in any case, so that the pause stays a number. */
const DOUBLINGS_MAX = 20;

/** The pause in milliseconds after so many failures in a row, at least one. `chance` is from 0 to 1. */
export function pauseAfter(failures: number, { minMs, maxMs }: BackOff, chance: number): number {
  const wholeMs = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX));
  return (wholeMs / 2) * (1 + chance);
}

/** Counts the failures of some work in a row. The log hears of the first, and of the success that ends them. */
export class Retry {
  private failures = 0;
  private failingSinceMs = 0;
  private lastProblem: string | null = null;

  constructor(private readonly parts: RetryParts) {}

  /** The last failure's reason; null while the work gets on. */
  problem(): string | null {
    return this.lastProblem;
  }

  /** True for work that has failed for long without getting on. */
  isStuck(): boolean {
    const { runtime, stuckMs = STUCK_MS } = this.parts;
    return this.failures > 0 && runtime.monotonicMs() - this.failingSinceMs >= stuckMs;
  }

  /** Notes that the work gets on: the next failure is the first of a new series. */
  worked(): void {
    if (this.failures === 0) return;
    const { name, runtime, log } = this.parts;
    const forMs = Math.round(runtime.monotonicMs() - this.failingSinceMs);
    log.info({ task: name, failures: this.failures, forMs }, 'works again');
    this.failures = 0;
    this.lastProblem = null;
  }

  /** Notes a failure, and waits before the next try; not for long once `signal` aborts. */
  async failed(error: unknown, signal: AbortSignal): Promise<void> {
    const { name, runtime, log, backOff, reason = messageOf } = this.parts;
    const problem = reason(error);
    const isFirst = this.failures === 0;
    if (isFirst) this.failingSinceMs = runtime.monotonicMs();
    this.failures += 1;
    this.lastProblem = problem;
    const pauseMs = Math.round(pauseAfter(this.failures, backOff, runtime.random()));
    log[isFirst ? 'warn' : 'debug']({ task: name, problem, pauseMs }, 'failed; trying again');
    await runtime.sleep(pauseMs, signal);
  }
}

/**
 * Repeats `work` until it succeeds. Resolves with its result; with `undefined` once `signal` has aborted. After `triesMax`
 * failures it rejects with the last.
 */
export async function retried<T>(
  work: () => Promise<T>,
  { signal, triesMax = Number.POSITIVE_INFINITY, ...parts }: RetryParts & { signal: AbortSignal; triesMax?: number },
): Promise<T | undefined> {
  const retry = new Retry(parts);
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      const result = await work();
      retry.worked();
      return result;
    } catch (error) {
      if (tries >= triesMax) throw error;
      await retry.failed(error, signal);
    }
  }
  return undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
