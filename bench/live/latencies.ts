// Latencies as counts by tenths of a millisecond, for millions of them.

const PER_MS = 10;
const MAX_MS = 60_000;

export class Latencies {
  private readonly counts = new Float64Array(MAX_MS * PER_MS + 1);
  private total = 0;

  /** Counts a latency that stands for `weight` messages. */
  add(ms: number, weight = 1): void {
    const tenth = Math.min(Math.max(0, Math.round(ms * PER_MS)), MAX_MS * PER_MS);
    this.counts[tenth] = (this.counts[tenth] ?? 0) + weight;
    this.total += weight;
  }

  /** The latency that this share of all stays within; throws on none. */
  percentile(share: number): number {
    if (this.total === 0) throw new RangeError('no message was measured');
    let seen = 0;
    for (const [tenth, count] of this.counts.entries()) {
      seen += count;
      if (seen >= share * this.total) return tenth / PER_MS;
    }
    return MAX_MS;
  }
}
