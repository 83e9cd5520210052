// A rate that is kept on average and hardly exceeded at any moment: a bucket that holds what a twentieth of a second allows.

const BURST_S = 0.05;

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

  /** True if one more may go now; then it has gone. */
  take(nowMs: number): boolean {
    this.fill(nowMs);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** How long until one more may go, in ms. */
  waitMs(nowMs: number): number {
    this.fill(nowMs);
    return Math.max(0, ((1 - this.tokens) / this.perSecond) * 1_000);
  }

  private fill(nowMs: number): void {
    const earned = ((nowMs - this.filledAtMs) / 1_000) * this.perSecond;
    this.tokens = Math.min(this.capacity, this.tokens + earned);
    this.filledAtMs = nowMs;
  }
}
