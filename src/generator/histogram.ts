// Durations counted in buckets that grow by a hundredth: percentiles to a per cent, in bounded memory.

const GROWTH = 1.01;
const SMALLEST_MS = 0.01;

export class Histogram {
  private readonly counts = new Map<number, number>();
  private total = 0;
  private largest = 0;

  get count(): number {
    return this.total;
  }

  get maxMs(): number {
    return this.largest;
  }

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(SMALLEST_MS, ms) / SMALLEST_MS) / Math.log(GROWTH));
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    this.total += 1;
    this.largest = Math.max(this.largest, ms);
  }

  /** What `share` (as 0.99) of all are no longer than, up to a per cent too much; 0 without any. */
  percentileMs(share: number): number {
    let seen = 0;
    for (const [bucket, count] of [...this.counts].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= share * this.total) return Math.min(this.largest, SMALLEST_MS * GROWTH ** bucket);
    }
    return 0;
  }
}
