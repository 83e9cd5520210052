// Work that comes in many pieces from many clients, and takes so long in one turn of the event loop at most.
import type { Runtime } from '../../runtime/runtime.js';

export class Pace {
  private turnBeganMs = Number.NEGATIVE_INFINITY;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly runtime: Pick<Runtime, 'monotonicMs' | 'yield'>,
    private readonly turnMs: number,
  ) {}

  /** Does this piece once those before it are done, in a turn that has time for it; settles as the piece does. */
  run<Made>(piece: () => Promise<Made>): Promise<Made> {
    const done = this.last.then(() => this.inTurn(piece));
    this.last = done.catch(() => undefined);
    return done;
  }

  private async inTurn<Made>(piece: () => Promise<Made>): Promise<Made> {
    if (this.runtime.monotonicMs() - this.turnBeganMs >= this.turnMs) {
      await this.runtime.yield();
      this.turnBeganMs = this.runtime.monotonicMs();
    }
    return piece();
  }
}
