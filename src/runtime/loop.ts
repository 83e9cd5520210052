// Work that goes on in the background until it is stopped: round after round, with a back-off after failures.
import { Retry, type RetryParts } from './retry.js';

export type LoopParts = RetryParts &
  Readonly<{
    /** One round. A long one calls `worked` when it gets on, and ends soon after the signal aborts. */
    round: (signal: AbortSignal) => Promise<void>;
    /** Milliseconds from the end of a round to the next; none if nothing is given. */
    pauseMs?: number;
    /** True for an error that no further try can mend: the loop halts, and a person has to look. */
    isFinal?: (error: unknown) => boolean;
  }>;

export type LoopStatus = Readonly<{
  state: 'idle' | 'running' | 'retrying' | 'halted' | 'stopped';
  /** The last failure while it lasts. */
  problem: string | null;
  /** True once it has failed for longer than passing trouble does. */
  isStuck: boolean;
}>;

export class Loop {
  private readonly stopping = new AbortController();
  private readonly retry: Retry;
  private running: Promise<void> | null = null;
  private finalProblem: string | null = null;

  constructor(private readonly parts: LoopParts) {
    this.retry = new Retry(parts);
  }

  /** Aborts when the loop is to stop. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Begins. Idempotent; a loop that was stopped stays so. */
  start(): void {
    this.running ??= this.run();
  }

  /** Ends the loop with the round under way. Idempotent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Notes that the round under way gets on. The end of a round does the same. */
  worked(): void {
    this.retry.worked();
  }

  status(): LoopStatus {
    if (this.finalProblem !== null) return { state: 'halted', problem: this.finalProblem, isStuck: false };
    return { state: this.state(), problem: this.retry.problem(), isStuck: this.retry.isStuck() };
  }

  private state(): LoopStatus['state'] {
    if (this.stopping.signal.aborted) return 'stopped';
    if (this.running === null) return 'idle';
    return this.retry.problem() === null ? 'running' : 'retrying';
  }

  private async run(): Promise<void> {
    const { round, pauseMs = 0, isFinal = () => false, runtime } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await round(signal);
        this.retry.worked();
        if (pauseMs > 0) await runtime.sleep(pauseMs, signal);
      } catch (error) {
        if (isFinal(error)) return this.halt(error);
        await this.retry.failed(error, signal);
      }
    }
  }

  private halt(error: unknown): void {
    const { name, log, reason = String } = this.parts;
    this.finalProblem = error instanceof Error ? error.message : reason(error);
    log.error({ task: name, problem: this.finalProblem }, 'halted');
  }
}
