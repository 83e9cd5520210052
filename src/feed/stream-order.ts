// Watches that events come in the journal's order and without a gap in any stream. A reader that skips is the one fault
// no projection can repair, so it stops here. Where positions count events, whatever a reader skips is a gap in them (that
// no stream has a revision twice, or one that does not follow, is for the journal to see to); elsewhere it shows in the
// revisions of the stream that misses something.
import type { Journal, JournalEntry, Position } from '../journal/journal.js';

/** The journal handed out events in an order that cannot be. Nothing may be built on them. */
export class FeedInconsistent extends Error {
  readonly code = 'FeedInconsistent';
  constructor(problem: string) {
    super(`the journal is inconsistent: ${problem}`);
    this.name = 'FeedInconsistent';
  }
}

type LastOf = { revision: number };

export class StreamOrder {
  // Two generations of last revisions: when the young one is full it becomes the old one, and what was not seen since is
  // forgotten. A forgotten stream is taken up wherever it comes by next.
  private young = new Map<string, LastOf>();
  private old = new Map<string, LastOf>();
  private last: Position | null;

  constructor(
    private readonly journal: Pick<Journal, 'comparePositions' | 'eventsBetween'>,
    after: Position | null,
    private readonly streamsMax: number,
  ) {
    this.last = after;
  }

  /** Throws `FeedInconsistent` if this page, of which `entries` are for this reader, cannot follow those before it. */
  checkPage(read: readonly JournalEntry[], entries: readonly JournalEntry[]): void {
    const [first] = read;
    if (first === undefined) return;
    const positionsCount = this.journal.eventsBetween(this.last, first.position) !== null;
    if (positionsCount) for (const { position } of read) this.checkDense(position);
    else for (const entry of entries) this.check(entry);
  }

  private checkDense(position: Position): void {
    if (this.last !== null && this.journal.eventsBetween(this.last, position) !== 1n)
      throw new FeedInconsistent(`position ${position} came after ${this.last}`);
    this.last = position;
  }

  private check({ streamId, revision, position }: JournalEntry): void {
    if (this.journal.comparePositions(this.last, position) >= 0)
      throw new FeedInconsistent(`position ${position} came after ${this.last}`);
    this.last = position;
    // Written in place: this is asked by every reader about every event.
    const known = this.young.get(streamId);
    const before = (known ?? this.old.get(streamId))?.revision;
    if (before !== undefined && revision !== before + 1)
      throw new FeedInconsistent(`revision ${revision} of ${streamId} came after ${before}, at position ${position}`);
    if (known !== undefined) {
      known.revision = revision;
      return;
    }
    this.young.set(streamId, { revision });
    if (this.young.size < this.streamsMax) return;
    this.old = this.young;
    this.young = new Map();
  }
}
