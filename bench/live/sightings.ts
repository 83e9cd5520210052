// Matches bids with the messages that show them. A message of revision R covers every bid up to R; of those that it is the
// first to cover, one is drawn and stands for all. When a bid was sent is known only with its answer, which may come later
// than the message.
import type { Latencies } from './latencies.js';

type Waiting = Readonly<{ atMs: number; weight: number }>;

export class Sightings {
  private readonly sentAtMs = new Map<number, number>();
  private readonly waiting = new Map<number, Waiting[]>();

  /** Of one auction. `draw` makes a fraction of 1. */
  constructor(
    private readonly latencies: Latencies,
    private readonly draw: () => number,
  ) {}

  /** A watcher that had seen up to `before` saw `revision`. */
  seen(before: number, revision: number, atMs: number): void {
    const weight = revision - before;
    const drawn = before + 1 + Math.floor(this.draw() * weight);
    const sentMs = this.sentAtMs.get(drawn);
    if (sentMs !== undefined) this.latencies.add(atMs - sentMs, weight);
    else this.waiting.set(drawn, [...(this.waiting.get(drawn) ?? []), { atMs, weight }]);
  }

  /** The bid that made this revision was sent at this time. */
  sent(revision: number, atMs: number): void {
    this.sentAtMs.set(revision, atMs);
    for (const { atMs: seenMs, weight } of this.waiting.get(revision) ?? []) this.latencies.add(seenMs - atMs, weight);
    this.waiting.delete(revision);
  }
}
