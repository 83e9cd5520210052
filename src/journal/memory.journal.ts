// The journal in memory: for tests and simulations. It keeps events as the text that a durable one would keep, and reads
// them through the same codec, so that what passes here has been through the stored form.
import type { CommandId } from '../domain/ids.js';
import type { StreamId } from '../domain/messages.js';
import type { Runtime } from '../runtime/runtime.js';
import { conflictingParts, refuseImpossible, unwanted } from './append-check.js';
import { encodeEvent } from './event-codec.js';
import {
  type AppendResult,
  type Journal,
  type JournalEntry,
  type NewEvent,
  NO_STREAM,
  type Position,
  type RecordedEvent,
  type Revision,
  type StreamAppend,
  type Subscription,
} from './journal.js';
import { entryOf, hashOf, type StoredEvent } from './stored-events.js';

/** What befalls an append: nothing; or its connection dies, before or after everything was written. */
export type AppendFate = 'answered' | 'lost before' | 'lost after';

export type MemoryJournalParts = Readonly<{
  runtime: Pick<Runtime, 'now'>;
  /** Asked once an append; a simulation answers from its seed. */
  fate?: (batch: readonly StreamAppend[]) => AppendFate;
}>;

export class MemoryJournal implements Journal {
  private readonly rows: StoredEvent[] = [];
  private readonly streams = new Map<StreamId, StoredEvent[]>();
  private readonly listeners = new Set<() => void>();
  private closed = false;

  constructor(private readonly parts: MemoryJournalParts) {}

  async append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    if (isWanted !== undefined && !(await isWanted)) return unwanted(batch);
    if (this.closed) throw new Error('the journal is closed');
    refuseImpossible(batch);
    const fate = this.parts.fate?.(batch) ?? 'answered';
    const results = fate === 'lost before' ? [] : this.write(batch);
    this.wakeAll();
    if (fate === 'answered') return results;
    const cause = new Error('the connection died');
    return batch.map(() => ({ status: 'unknown', cause }));
  }

  async unwritable(): Promise<null> {
    return null;
  }

  async readStream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    return (this.streams.get(streamId) ?? []).slice(fromRevision, fromRevision + limit).map(entryOf);
  }

  async lastRevision(streamId: StreamId): Promise<Revision> {
    return this.revisionOf(streamId);
  }

  async readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    const from = after === null ? 0 : Number(after);
    return this.rows.slice(from, from + limit).map(entryOf);
  }

  async head(): Promise<Position | null> {
    return this.rows.at(-1)?.position ?? null;
  }

  async readTail(limit: number): Promise<readonly JournalEntry[]> {
    return this.rows.slice(Math.max(0, this.rows.length - limit)).map(entryOf);
  }

  async readCommands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]> {
    const wanted = new Set(commandIds);
    return this.rows.filter(({ meta }) => meta.commandId !== null && wanted.has(meta.commandId)).map(entryOf);
  }

  subscribe(wake: () => void): Subscription {
    this.listeners.add(wake);
    return {
      close: async () => {
        this.listeners.delete(wake);
      },
    };
  }

  comparePositions(a: Position | null, b: Position | null): number {
    return Number((a ?? 0n) - (b ?? 0n));
  }

  /** Positions have no gaps. */
  eventsBetween(after: Position | null, upTo: Position): bigint {
    return upTo - (after ?? 0n);
  }

  printPosition(position: Position): string {
    return position.toString();
  }

  parsePosition(text: string): Position {
    if (!/^\d{1,19}$/.test(text)) throw new RangeError(`"${text}" is not a position`);
    return BigInt(text) as Position;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.listeners.clear();
  }

  /** Spoils a stored event, as a failing disk might: it can be read no more. For tests of what then happens. */
  damage(streamId: StreamId, revision: Revision): void {
    const row = this.streams.get(streamId)?.[revision];
    if (row === undefined) throw new RangeError(`${streamId} has no revision ${revision}`);
    const damaged: StoredEvent = { ...row, text: `${row.text.slice(0, -1)} ` };
    this.rows[Number(row.position) - 1] = damaged;
    this.streams.get(streamId)?.splice(revision, 1, damaged);
  }

  private wakeAll(): void {
    for (const wake of this.listeners)
      queueMicrotask(() => {
        if (this.listeners.has(wake)) wake();
      });
  }

  private write(batch: readonly StreamAppend[]): readonly AppendResult[] {
    const conflicts = conflictingParts(batch, (streamId) => this.revisionOf(streamId));
    return batch.map((part) => {
      if (conflicts.has(part)) return { status: 'conflict' };
      const recorded = part.events.map((event) => this.record(part.streamId, event));
      return { status: 'appended', revision: this.revisionOf(part.streamId), recorded };
    });
  }

  private revisionOf(streamId: StreamId): Revision {
    return (this.streams.get(streamId)?.length ?? 0) + NO_STREAM;
  }

  private record(streamId: StreamId, { event, occurredAt, meta }: NewEvent): RecordedEvent {
    const encoded = encodeEvent(event);
    const row: StoredEvent = {
      ...encoded,
      position: BigInt(this.rows.length + 1) as Position,
      streamId,
      revision: this.revisionOf(streamId) + 1,
      occurredAt,
      recordedAt: this.parts.runtime.now(),
      meta,
      hash: hashOf(encoded.text),
    };
    this.rows.push(row);
    const stream = this.streams.get(streamId);
    if (stream === undefined) this.streams.set(streamId, [row]);
    else stream.push(row);
    return { ...row, kind: 'event', event };
  }
}
