// The newest events of this process's own appends, for readers that keep up: no SQL, no parsing. Positions of the
// PostgreSQL journal are dense, so an unbroken run of them is complete, whatever other processes do.
import type { Position, RecordedEvent } from './journal.js';

type Append = Readonly<{ first: bigint; last: bigint; events: readonly RecordedEvent[]; characters: number }>;

export class RecentEvents {
  private run: Append[] = [];
  private events = 0;
  private characters = 0;

  /** Whole appends are let go, oldest first, while there are more events or more characters of text than these. */
  constructor(private readonly limits: Readonly<{ eventsMax: number; charactersMax: number }>) {}

  /** The newest position held; null when nothing is. */
  last(): bigint | null {
    return this.run.at(-1)?.last ?? null;
  }

  /** Adds one append's events. Where they do not follow the run, another process wrote in between: a new run begins. */
  push(recorded: readonly RecordedEvent[]): void {
    const first = recorded[0]?.position;
    const last = recorded.at(-1)?.position;
    if (first === undefined || last === undefined) return;
    const held = this.last();
    if (held !== null && first !== held + 1n) this.clear();
    const characters = recorded.reduce((sum, { text }) => sum + text.length, 0);
    this.run.push({ first, last, events: recorded, characters });
    this.events += recorded.length;
    this.characters += characters;
    while (this.events > this.limits.eventsMax || this.characters > this.limits.charactersMax) this.dropOldest();
  }

  clear(): void {
    this.run = [];
    this.events = 0;
    this.characters = 0;
  }

  /** At most `limit` events behind `after`, when the very next one is held; null when only the database knows. */
  after(after: Position | null, limit: number): readonly RecordedEvent[] | null {
    const next = (after ?? 0n) + 1n;
    const oldest = this.run[0];
    const newest = this.last();
    if (oldest === undefined || newest === null || next < oldest.first || next > newest) return null;
    const page: RecordedEvent[] = [];
    for (let i = this.indexOf(next); i < this.run.length && page.length < limit; i++) {
      const { first, events } = this.run[i] ?? oldest;
      const from = next > first ? Number(next - first) : 0;
      for (const event of events.slice(from, from + limit - page.length)) page.push(event);
    }
    return page;
  }

  /** Which append holds this position, by bisection. */
  private indexOf(position: bigint): number {
    let [low, high] = [0, this.run.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.run[middle]?.first ?? 0n) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private dropOldest(): void {
    const dropped = this.run.shift();
    this.events -= dropped?.events.length ?? 0;
    this.characters -= dropped?.characters ?? 0;
  }
}
