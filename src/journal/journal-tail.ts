// The newest events of this process's own appends, for readers that keep up: no SQL, no parsing. Positions of the
// PostgreSQL journal are dense, so an unbroken run of them is complete whatever other processes do.
import type { Position, RecordedEvent } from './journal.js';

export class JournalTail {
  private run: RecordedEvent[] = [];

  constructor(private readonly eventsMax: number) {}

  /** Adds events that directly follow each other. Where they do not follow the run, another writer was there: a new run begins. */
  push(recorded: readonly RecordedEvent[]): void {
    const first = recorded[0];
    if (first === undefined) return;
    const last = this.run.at(-1);
    if (last !== undefined && first.position !== last.position + 1n) this.run = [];
    for (const event of recorded) this.run.push(event);
    if (this.run.length > 2 * this.eventsMax) this.run = this.run.slice(-this.eventsMax);
  }

  /** Events behind `after`, when the run holds the very next one; null when only the database knows. */
  after(after: Position | null, limit: number): readonly RecordedEvent[] | null {
    const first = this.run[0];
    const last = this.run.at(-1);
    const next = (after ?? 0n) + 1n;
    if (first === undefined || last === undefined || next < first.position || next > last.position) return null;
    const from = Number(next - first.position);
    return this.run.slice(from, from + limit);
  }
}
