// Reads of EventStoreDB: each ends, whatever the server does, and is repeated while the server cannot be reached.
import type { AllStreamResolvedEvent, EventStoreDBClient, ResolvedEvent } from '@eventstore/db-client';
import type { StreamId } from '../../domain/messages.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type JournalEntry, NO_STREAM, type Position, type Revision } from '../journal.js';
import { JournalRefused, JournalUnavailable } from '../journal-fault.js';
import { isAccessDenied, isPassing, isStreamNotFound } from './eventstoredb.client.js';
import { EventStoreUnfit, entryFrom, positionOf, type StreamNames } from './eventstoredb.codec.js';

export type ReaderSettings = Readonly<{
  /** How long a read may go without a single event from the server. */
  silenceMaxMs: number;
  /** How long reads are tried again while the server cannot be reached. */
  retryMaxMs: number;
}>;

export type ReaderParts = Readonly<{
  client: EventStoreDBClient;
  names: StreamNames;
  runtime: Runtime;
  settings: ReaderSettings;
}>;

const RETRY_MS = 100;
/** Others' events may lie between ours: a page asks for at least so many, and for more where they are all theirs. */
const PAGE_EVENTS_MIN = 32;
const PAGE_EVENTS_MAX = 4_096;

/** The client's reads, as far as they are used here. */
type Read<Event> = AsyncIterable<Event> & Readonly<{ cancel(): Promise<void>; destroy(error: Error): unknown }>;

type Direction = 'forwards' | 'backwards';

export class EventStoreReader {
  private readonly closing = new AbortController();

  constructor(private readonly parts: ReaderParts) {}

  /** From now on a read that fails is not repeated. */
  close(): void {
    this.closing.abort();
  }

  async stream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    const options = { fromRevision: BigInt(fromRevision), maxCount: limit };
    const entries: JournalEntry[] = [];
    for (const { event } of await this.streamEvents(streamId, options))
      if (event !== undefined) entries.push(entryFrom(streamId, event));
    return entries;
  }

  async lastRevision(streamId: StreamId): Promise<Revision> {
    const last = await this.streamEvents(streamId, { fromRevision: 'end', direction: 'backwards', maxCount: 1 });
    const event = last[0]?.event;
    return event === undefined ? NO_STREAM : Number(event.revision);
  }

  /** At most `limit` of the journal's events behind `after`, which is exclusive here and inclusive for the server. */
  async all(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = [];
    let from = after;
    for (let atLeast = PAGE_EVENTS_MIN; entries.length < limit; atLeast = Math.min(2 * atLeast, PAGE_EVENTS_MAX)) {
      const count = Math.max(atLeast, limit - entries.length) + 1;
      const page = await this.allEvents(from ?? 'start', 'forwards', count);
      for (const resolved of page) {
        const entry = this.entryBehind(from, resolved);
        if (entry !== null && entries.length < limit) entries.push(entry);
      }
      const last = page.at(-1)?.event;
      if (last === undefined || page.length < count) break;
      from = positionOf(last.position);
    }
    return inOrder(entries);
  }

  /** The last `limit` of the journal's events, oldest first. */
  async tail(limit: number): Promise<readonly JournalEntry[]> {
    const newestFirst: JournalEntry[] = [];
    let from: Position | null = null;
    for (let atLeast = PAGE_EVENTS_MIN; newestFirst.length < limit; atLeast = Math.min(2 * atLeast, PAGE_EVENTS_MAX)) {
      const count = Math.max(atLeast, limit - newestFirst.length);
      const page = await this.allEvents(from ?? 'end', 'backwards', count);
      for (const resolved of page) {
        const entry = this.entryOf(resolved);
        if (entry !== null && newestFirst.length < limit) newestFirst.push(entry);
      }
      const last = page.at(-1)?.event;
      if (last === undefined || page.length < count) break;
      // Backwards a position is exclusive for the server: it stands for the gap before the event.
      from = positionOf(last.position);
    }
    return inOrder(newestFirst.reverse());
  }

  private entryBehind(after: Position | null, resolved: AllStreamResolvedEvent): JournalEntry | null {
    if (after !== null && resolved.event !== undefined && positionOf(resolved.event.position) <= after) return null;
    return this.entryOf(resolved);
  }

  /** Null for what is not the journal's: the system's events, links, other programs' streams. */
  private entryOf({ event }: AllStreamResolvedEvent): JournalEntry | null {
    if (event === undefined || event.type.startsWith('$')) return null;
    const streamId = this.parts.names.fromStore(event.streamId);
    return streamId === null ? null : entryFrom(streamId, event);
  }

  private async streamEvents(
    streamId: StreamId,
    options: Readonly<{ fromRevision: bigint | 'end'; direction?: Direction; maxCount: number }>,
  ): Promise<readonly ResolvedEvent[]> {
    const name = this.parts.names.inStore(streamId);
    try {
      return await this.repeated(() => this.collect(this.parts.client.readStream(name, options)));
    } catch (error) {
      if (isStreamNotFound(error)) return [];
      throw error;
    }
  }

  private allEvents(
    from: Position | 'start' | 'end',
    direction: Direction,
    maxCount: number,
  ): Promise<readonly AllStreamResolvedEvent[]> {
    // Both halves alike: nothing that this journal appends has a prepare position of its own.
    const fromPosition = typeof from === 'bigint' ? { commit: from, prepare: from } : from;
    return this.repeated(() => this.collect(this.parts.client.readAll({ fromPosition, direction, maxCount })));
  }

  private async collect<Event>(read: Read<Event>): Promise<readonly Event[]> {
    const { runtime, settings } = this.parts;
    const silence = new Error(`waited ${settings.silenceMaxMs} ms for a read and heard nothing from EventStoreDB`);
    const watch = () =>
      runtime.startTimer(settings.silenceMaxMs, () => {
        read.destroy(silence);
      });
    let timer = watch();
    try {
      const events: Event[] = [];
      for await (const event of read) {
        timer.cancel();
        timer = watch();
        events.push(event);
      }
      return events;
    } catch (error) {
      await read.cancel();
      throw error;
    } finally {
      timer.cancel();
    }
  }

  /** Reads change nothing, so they are repeated while the server is away. */
  private async repeated<T>(read: () => Promise<T>): Promise<T> {
    const { runtime, settings } = this.parts;
    const untilMs = runtime.monotonicMs() + settings.retryMaxMs;
    for (;;) {
      try {
        return await read();
      } catch (error) {
        if (isAccessDenied(error)) throw new JournalRefused('reading', error);
        if (!isPassing(error) || error instanceof EventStoreUnfit || this.closing.signal.aborted) throw error;
        if (runtime.monotonicMs() + RETRY_MS > untilMs) throw new JournalUnavailable('reading', error);
        await runtime.sleep(RETRY_MS, this.closing.signal);
      }
    }
  }
}

/**
 * Entries as they came, once their positions are seen to rise. Events written by a transaction of the old TCP protocol
 * share one commit position, and a reader that goes by it would skip all but the first.
 */
function inOrder(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  let last = -1n;
  for (const { position, streamId, revision } of entries) {
    if (position <= last)
      throw new EventStoreUnfit(`${streamId} r${revision} has position ${position}, which does not follow on ${last}`);
    last = position;
  }
  return entries;
}
