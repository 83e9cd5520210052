// The journal up to a bound that its owner moves, so that a consumer stops at exactly that position.
import type { CommandId } from '../domain/ids.js';
import type { StreamId } from '../domain/messages.js';
import type {
  AppendResult,
  Journal,
  JournalEntry,
  Position,
  Revision,
  StreamAppend,
  Subscription,
} from '../journal/journal.js';

export class BoundedJournal implements Journal {
  private readonly wakes = new Set<() => void>();

  /** Nothing behind `bound` is read; null shows nothing at all. */
  constructor(
    private readonly journal: Journal,
    private bound: Position | null,
  ) {}

  get boundary(): Position | null {
    return this.bound;
  }

  /** Lets readers see as far as `bound`. It may only move on; an earlier one is ignored. */
  showUpTo(bound: Position | null): void {
    if (this.journal.comparePositions(bound, this.bound) <= 0) return;
    this.bound = bound;
    for (const wake of this.wakes) wake();
  }

  async readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    const { bound, journal } = this;
    if (journal.comparePositions(after, bound) >= 0) return [];
    const read = await journal.readAll(after, limit);
    const beyond = read.findIndex(({ position }) => journal.comparePositions(position, bound) > 0);
    return beyond < 0 ? read : read.slice(0, beyond);
  }

  subscribe(wake: () => void): Subscription {
    this.wakes.add(wake);
    return {
      close: async () => {
        this.wakes.delete(wake);
      },
    };
  }

  append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    return this.journal.append(batch, isWanted);
  }

  readStream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    return this.journal.readStream(streamId, fromRevision, limit);
  }

  lastRevision(streamId: StreamId): Promise<Revision> {
    return this.journal.lastRevision(streamId);
  }

  head(): Promise<Position | null> {
    return this.journal.head();
  }

  unwritable(): Promise<string | null> {
    return this.journal.unwritable();
  }

  readTail(limit: number): Promise<readonly JournalEntry[]> {
    return this.journal.readTail(limit);
  }

  readCommands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]> {
    return this.journal.readCommands(commandIds);
  }

  comparePositions(a: Position | null, b: Position | null): number {
    return this.journal.comparePositions(a, b);
  }

  eventsBetween(after: Position | null, upTo: Position): bigint | null {
    return this.journal.eventsBetween(after, upTo);
  }

  printPosition(position: Position): string {
    return this.journal.printPosition(position);
  }

  parsePosition(text: string): Position {
    return this.journal.parsePosition(text);
  }

  /** Closes nothing: the journal belongs to its maker. */
  async close(): Promise<void> {
    this.wakes.clear();
  }
}
