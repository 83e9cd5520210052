// The feed: recorded events to a consumer, in the journal's order, from a checkpoint on. At least once: what a consumer
// makes of that is its own rule (consumer.ts has the one for those with a database).
import type { DomainEvent } from '../domain/messages.js';
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import type { Runtime } from '../runtime/runtime.js';
import { StreamOrder } from './stream-order.js';
import { inSlice, type Slice } from './versions/slice.js';

export type { Journal, JournalEntry, Position, RecordedEvent } from '../journal/journal.js';

/**
 * What one read brought: the entries of this slice, and the position up to which everything has been read. A `full` page
 * means that more is probably waiting.
 */
export type Page = Readonly<{ entries: readonly JournalEntry[]; upTo: Position; full: boolean }>;

export type FeedSettings = Readonly<{
  /** How long a reader waits without a wake-up before it looks by itself. */
  pollMs: number;
  /** Streams whose order each reader watches at once. */
  watchedStreamsMax: number;
}>;

export const FEED_DEFAULTS: FeedSettings = { pollMs: 250, watchedStreamsMax: 200_000 };

export type FeedParts = Readonly<{
  journal: Journal;
  runtime: Runtime;
  settings?: FeedSettings;
}>;

/** One feed serves any number of readers of its process. */
export class Feed {
  readonly journal: Journal;
  private readonly runtime: Runtime;
  private readonly settings: FeedSettings;
  private readonly waiting = new Set<() => void>();
  private readonly subscription: Readonly<{ close(): Promise<void> }>;
  private wakes = 0;

  constructor({ journal, runtime, settings = FEED_DEFAULTS }: FeedParts) {
    this.journal = journal;
    this.runtime = runtime;
    this.settings = settings;
    this.subscription = journal.subscribe(() => this.wake());
  }

  /** A reader of one slice behind `after` (exclusive; null = from the beginning); of these types only, where some are named. */
  reader(after: Position | null, slice: Slice, types?: readonly DomainEvent['type'][]): FeedReader {
    const { watchedStreamsMax } = this.settings;
    return new FeedReader(this.journal, { after, slice, watchedStreamsMax, ...(types && { types }) });
  }

  /**
   * Hands over the reader's pages of at most `limit` entries, one after the other, until `signal` aborts. Where the reader has
   * caught up it hands over null and waits: for a wake-up, or for the poll interval.
   */
  async follow(
    reader: FeedReader,
    { limit, signal }: Readonly<{ limit: number; signal: AbortSignal }>,
    take: (page: Page | null) => Promise<void>,
  ): Promise<void> {
    while (!signal.aborted) {
      // Noted before the read: what is appended after the read wakes this reader.
      const heard = this.wakes;
      const page = await reader.next(limit);
      await take(page);
      if (page === null) await this.news(heard, signal);
    }
  }

  private async news(heard: number, signal: AbortSignal): Promise<void> {
    if (this.wakes !== heard || signal.aborted) return;
    const wait = new AbortController();
    const end = (): void => wait.abort();
    this.waiting.add(end);
    signal.addEventListener('abort', end, { once: true });
    await this.runtime.sleep(this.settings.pollMs, wait.signal);
    signal.removeEventListener('abort', end);
    this.waiting.delete(end);
  }

  /** Lets go of the subscription; readers may still read. */
  close(): Promise<void> {
    return this.subscription.close();
  }

  private wake(): void {
    this.wakes += 1;
    for (const end of this.waiting) end();
    this.waiting.clear();
  }
}

type Wanted = Readonly<{
  after: Position | null;
  slice: Slice;
  types?: readonly string[];
  watchedStreamsMax: number;
}>;

export class FeedReader {
  private readonly order: StreamOrder;
  private readonly slice: Slice;
  private readonly types: ReadonlySet<string> | null;
  private after: Position | null;

  constructor(
    private readonly journal: Journal,
    { after, slice, types, watchedStreamsMax }: Wanted,
  ) {
    this.after = after;
    this.slice = slice;
    this.types = types === undefined ? null : new Set(types);
    this.order = new StreamOrder(journal, after, watchedStreamsMax);
  }

  /** The next page of at most `limit` journal entries; null when nothing is there. Throws `FeedInconsistent`. */
  async next(limit: number): Promise<Page | null> {
    return this.types === null ? this.nextOfAll(limit) : this.nextOf(this.types, limit);
  }

  /** What lies between is left out, so that nobody can see by the positions whether something is missing. */
  private async nextOf(types: ReadonlySet<string>, limit: number): Promise<Page | null> {
    const { journal, after, slice } = this;
    const read = await journal.readAll(after, limit, types);
    const last = read.at(-1);
    if (last === undefined) return null;
    const entries = read.filter(({ eventType, streamId }) => types.has(eventType) && inSlice(streamId, slice));
    this.after = last.position;
    const looked = journal.eventsBetween(after, last.position) ?? BigInt(read.length);
    return { entries, upTo: last.position, full: looked >= limit };
  }

  private async nextOfAll(limit: number): Promise<Page | null> {
    const read = await this.journal.readAll(this.after, limit);
    const last = read.at(-1);
    if (last === undefined) return null;
    const { slice } = this;
    const entries = slice.count === 1 ? read : read.filter(({ streamId }) => inSlice(streamId, slice));
    this.order.checkPage(read, entries);
    this.after = last.position;
    return { entries, upTo: last.position, full: read.length >= limit };
  }
}
