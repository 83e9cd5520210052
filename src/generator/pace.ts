// A rate that is kept on average and hardly exceeded at any moment: a bucket that holds what a twentieth of a second allows.

const BURST_S = 0.05;
const ROUNDING = 1e-9;

export class Pace {
  private readonly capacity: number;
  private tokens: number;
  private filledAtMs: number;

  /** At most `perSecond` a second; `nowMs` is monotonic. */
  constructor(
    private readonly perSecond: number,
    nowMs: number,
  ) {
    this.capacity = Math.max(1, perSecond * BURST_S);
    this.tokens = this.capacity;
    this.filledAtMs = nowMs;
  }

  /** How long until one more may go, in ms. */
  waitMs(nowMs: number): number {
    this.fill(nowMs);
    // A token that lacks no more than rounding is there: a timer would be asked for no time at all, again and again.
    return this.tokens >= 1 - ROUNDING ? 0 : ((1 - this.tokens) / this.perSecond) * 1_000;
  }

  /** One goes now; to be asked only when there is nothing to wait for. */
  take(nowMs: number): void {
    this.fill(nowMs);
    this.tokens -= 1;
  }

  private fill(nowMs: number): void {
    const earned = ((nowMs - this.filledAtMs) / 1_000) * this.perSecond;
    this.tokens = Math.min(this.capacity, this.tokens + earned);
    this.filledAtMs = nowMs;
  }
}
