// Keeps what an engine remembers of the journal up to date with what others write to it: how users stand, and which
// commands have been answered. Another engine may hold one of our partitions for a moment, before us or beside us.
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import type { Runtime } from '../runtime/runtime.js';

const PAGE_EVENTS = 4_096;

export class JournalFollower {
  private syncedAtMs = Number.NEGATIVE_INFINITY;
  private syncing: Promise<void> | null = null;

  /** `after` is the position that `take` has seen everything up to. */
  constructor(
    private readonly journal: Journal,
    private readonly runtime: Runtime,
    private after: Position | null,
    private readonly take: (entries: readonly JournalEntry[]) => void,
  ) {}

  /** Sees to it that everything recorded up to `ageMaxMs` ago has been taken in. */
  async keepWithin(ageMaxMs: number): Promise<void> {
    if (this.runtime.monotonicMs() - this.syncedAtMs > ageMaxMs) await this.sync();
  }

  /** Takes in everything that was recorded before this call. */
  async sync(): Promise<void> {
    // A reading that is under way may have passed the end before the call: it is waited for, but does not count.
    await this.syncing;
    this.syncing ??= this.catchUp().finally(() => {
      this.syncing = null;
    });
    await this.syncing;
  }

  private async catchUp(): Promise<void> {
    const startedAtMs = this.runtime.monotonicMs();
    const head = await this.journal.head();
    while (this.journal.comparePositions(this.after, head) < 0) {
      const page = await this.journal.readAll(this.after, PAGE_EVENTS);
      this.take(page);
      this.after = page.at(-1)?.position ?? this.after;
      // A journal that is just writing may have nothing to hand over before the write ends.
      if (page.length === 0) await this.runtime.yield();
    }
    this.syncedAtMs = startedAtMs;
  }
}
