// The newest events that this process has appended or read, for readers that keep up: no SQL, no parsing. Positions of the
// PostgreSQL journal are dense, so an unbroken run of them is complete, whatever other processes do.
import type { JournalEntry, Position } from '../journal.js';

type Piece = Readonly<{ first: bigint; last: bigint; entries: readonly JournalEntry[]; characters: number }>;

export class RecentEvents {
  private run: Piece[] = [];
  private events = 0;
  private characters = 0;

  /** Whole pieces are let go, oldest first, while there are more events or more characters of text than these. */
  constructor(private readonly limits: Readonly<{ eventsMax: number; charactersMax: number }>) {}

  /** The newest position held; null when nothing is. */
  last(): bigint | null {
    return this.run.at(-1)?.last ?? null;
  }

  /**
   * Adds one append's events, and about how many characters they are. Where they do not follow the run, there are others between them:
   * a new run begins.
   */
  push(entries: readonly JournalEntry[], characters: number): void {
    const first = entries[0]?.position;
    const last = entries.at(-1)?.position;
    if (first === undefined || last === undefined) return;
    const held = this.last();
    if (held !== null && first !== held + 1n) this.clear();
    this.run.push({ first, last, entries, characters });
    this.events += entries.length;
    this.characters += characters;
    while (this.events > this.limits.eventsMax || this.characters > this.limits.charactersMax) this.dropOldest();
  }

  /** Adds a page that was read: the next reader to come by need not read it again. One that begins further back changes nothing. */
  noteRead(page: readonly JournalEntry[]): void {
    const held = this.last();
    const first = page[0]?.position;
    if (first !== undefined && (held === null || first > held)) this.push(page, textOf(page));
  }

  clear(): void {
    this.run = [];
    this.events = 0;
    this.characters = 0;
  }

  /** At most `limit` events behind `after`, when the very next one is held; null when only the database knows. */
  after(after: Position | null, limit: number): readonly JournalEntry[] | null {
    const next = (after ?? 0n) + 1n;
    const oldest = this.run[0];
    const newest = this.last();
    if (oldest === undefined || newest === null || next < oldest.first || next > newest) return null;
    const at = this.indexOf(next);
    const piece = this.run[at];
    // A reader that keeps up gets each append as it is.
    if (piece?.first === next && piece.last === newest && piece.entries.length <= limit) return piece.entries;
    const page: JournalEntry[] = [];
    for (let i = at; i < this.run.length && page.length < limit; i++) {
      const { first, entries } = this.run[i] ?? oldest;
      const from = next > first ? Number(next - first) : 0;
      for (const entry of entries.slice(from, from + limit - page.length)) page.push(entry);
    }
    return page;
  }

  /** Which piece holds this position, by bisection. */
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
    this.events -= dropped?.entries.length ?? 0;
    this.characters -= dropped?.characters ?? 0;
  }
}

const textOf = (page: readonly JournalEntry[]): number => page.reduce((sum, { text }) => sum + text.length, 0);
