// The pen of the EventStoreDB journal. The store appends to one stream at a time, so a batch is taken apart: parts that
// do not speak of each other go at once, and a part that rests on another stream goes after that stream's own part.
//
// Nothing holds two streams together (docs/adr/0024). What a part rests on is looked at before it is written and again
// afterwards: a part that came second is answered as unknown, so that nobody is told of it before looking anew.
import { type AppendExpectedRevision, type EventStoreDBClient, WrongExpectedVersionError } from '@eventstore/db-client';
import type { StreamId } from '../../domain/messages.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { conflictingParts, linkedPieces, refuseImpossible } from '../append-check.js';
import {
  type AppendResult,
  NO_STREAM,
  type Position,
  type RecordedEvent,
  type Revision,
  type StreamAppend,
} from '../journal.js';
import { asError, messageOf } from '../journal-fault.js';
import { isPassing } from './eventstoredb.client.js';
import { type PreparedEvent, positionOf, prepareEvent, type StreamNames } from './eventstoredb.codec.js';
import type { EventStoreReader } from './eventstoredb.reader.js';
import { StreamLocks } from './stream-locks.js';

export type AppenderSettings = Readonly<{
  /** Pieces of batches that are written at once. */
  piecesMax: number;
  /** How long the server may take for one append. */
  appendMaxMs: number;
  /** How long an append is tried again while the server cannot be reached. */
  retryMaxMs: number;
}>;

export type AppenderParts = Readonly<{
  client: EventStoreDBClient;
  names: StreamNames;
  reader: EventStoreReader;
  runtime: Runtime;
  log: Log;
  settings: AppenderSettings;
  /** Told whenever something was written. */
  appended: () => void;
}>;

/** Parts that speak of each other, with what is to be sent for them. */
type Piece = Readonly<{
  parts: readonly StreamAppend[];
  prepared: ReadonlyMap<StreamAppend, readonly PreparedEvent[]>;
}>;
type Results = ReadonlyMap<StreamAppend, AppendResult>;

const RETRY_FIRST_MS = 50;
const RETRY_SLOWEST_MS = 1_000;

export class EventStoreAppender {
  private readonly locks = new StreamLocks();
  private readonly underWay = new Set<Promise<unknown>>();
  private closed = false;
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly parts: AppenderParts) {
    this.free = parts.settings.piecesMax;
  }

  async append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (this.closed) throw new Error('the journal is closed');
    refuseImpossible(batch);
    const appending = this.appendAll(batch);
    const ended = appending.catch(() => undefined);
    this.underWay.add(ended);
    void ended.then(() => this.underWay.delete(ended));
    return appending;
  }

  /** Takes nothing more, and resolves when what was taken is answered. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.underWay);
  }

  private async appendAll(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    const recordedAt = this.parts.runtime.now();
    const prepare = ({ events }: StreamAppend): readonly PreparedEvent[] =>
      events.map((event) => prepareEvent(event, this.parts.runtime.uuid(), recordedAt));
    const prepared = new Map(batch.map((part) => [part, prepare(part)]));
    const pieces = linkedPieces(batch).map((parts): Piece => ({ parts, prepared }));
    const written = await Promise.allSettled(pieces.map((piece) => this.afterOthersOfItsStreams(piece)));
    // Nothing of a piece was written that could not even be looked at.
    const failure = written.find((result) => result.status === 'rejected');
    if (failure !== undefined && written.every(({ status }) => status === 'rejected')) throw failure.reason;
    const results = new Map<StreamAppend, AppendResult>();
    for (const [i, end] of written.entries())
      for (const part of pieces[i]?.parts ?? [])
        results.set(part, (end.status === 'fulfilled' ? end.value.get(part) : null) ?? unknown(failure?.reason));
    return batch.map((part) => results.get(part) ?? { status: 'conflict' });
  }

  private afterOthersOfItsStreams(piece: Piece): Promise<Results> {
    const streams = new Set<StreamId>();
    for (const { streamId, restsOn } of piece.parts) {
      streams.add(streamId);
      for (const other of restsOn) streams.add(other.streamId);
    }
    return this.locks.run(streams, async () => {
      await this.enter();
      try {
        return await this.write(piece);
      } finally {
        this.leave();
      }
    });
  }

  private async enter(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
  }

  private leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.free += 1;
    else next();
  }

  /** Rejects only before anything was written. */
  private async write(piece: Piece): Promise<Results> {
    const revisions = await this.look(piece.parts);
    const revisionOf = (streamId: StreamId): Revision => revisions.get(streamId) ?? believed(piece.parts, streamId);
    const conflicts = conflictingParts(piece.parts, revisionOf);
    const results = new Map<StreamAppend, AppendResult>();
    const failed = new Set<StreamId>();
    const note = (part: StreamAppend, result: AppendResult): void => {
      results.set(part, result);
      if (result.status !== 'appended') failed.add(part.streamId);
    };
    for (const part of conflicts) note(part, { status: 'conflict' });
    for (const part of inOrder(piece.parts.filter((candidate) => !conflicts.has(candidate)))) {
      const falls = part.restsOn.some(({ streamId }) => failed.has(streamId));
      note(part, falls ? { status: 'conflict' } : await this.writePart(part, piece, revisionOf(part.streamId)));
    }
    await this.lookAgain(results);
    return results;
  }

  /** The revisions that the server will not check by itself, because nothing is written there at a known revision. */
  private async look(parts: readonly StreamAppend[]): Promise<ReadonlyMap<StreamId, Revision>> {
    const streams = new Set<StreamId>();
    for (const { streamId, expected, events, restsOn } of parts) {
      if (events.length === 0 || expected === 'any') streams.add(streamId);
      for (const other of restsOn) streams.add(other.streamId);
    }
    const look = async (streamId: StreamId) => [streamId, await this.parts.reader.lastRevision(streamId)] as const;
    return new Map(await Promise.all([...streams].map(look)));
  }

  private async writePart(part: StreamAppend, { prepared }: Piece, last: Revision): Promise<AppendResult> {
    const events = prepared.get(part) ?? [];
    if (events.length === 0) return { status: 'appended', revision: last, recorded: [] };
    const { runtime, settings, log } = this.parts;
    const untilMs = runtime.monotonicMs() + settings.retryMaxMs;
    // Always at a known revision: only then does the server recognise for certain what it was sent before.
    let expected = part.expected === 'any' ? last : part.expected;
    for (let pauseMs = RETRY_FIRST_MS; ; ) {
      try {
        return await this.send(part.streamId, expected, events);
      } catch (error) {
        const cause = asError(error);
        const isLate = runtime.monotonicMs() + pauseMs > untilMs;
        if (error instanceof WrongExpectedVersionError) {
          if (part.expected !== 'any') return { status: 'conflict' };
          if (isLate) return { status: 'unknown', cause };
          expected = await this.revisionAfter(part.streamId, expected);
          continue;
        }
        log.warn({ stream: part.streamId, error: messageOf(error) }, 'an append was not confirmed');
        if (!isPassing(error) || isLate) return { status: 'unknown', cause };
        await runtime.sleep(pauseMs);
        pauseMs = Math.min(2 * pauseMs, RETRY_SLOWEST_MS);
      }
    }
  }

  /** Where the next try of an append at any revision begins; where it began if that cannot be told. */
  private async revisionAfter(streamId: StreamId, before: Revision): Promise<Revision> {
    try {
      return await this.parts.reader.lastRevision(streamId);
    } catch (error) {
      this.parts.log.warn({ stream: streamId, error: messageOf(error) }, 'a stream could not be looked at');
      return before;
    }
  }

  /** One append. Sent again with the same events, it is answered as it was, and nothing is written twice. */
  private async send(streamId: StreamId, expected: Revision, events: readonly PreparedEvent[]): Promise<AppendResult> {
    const { client, names, settings, appended } = this.parts;
    const expectedRevision: AppendExpectedRevision = expected === NO_STREAM ? 'no_stream' : BigInt(expected);
    const done = await client.appendToStream(
      names.inStore(streamId),
      events.map(({ data }) => data),
      { expectedRevision, deadline: settings.appendMaxMs },
    );
    appended();
    const first = expected + 1;
    const positions = await this.positions(streamId, first, { count: events.length, last: done.position });
    const recorded = events.map(({ locatedAt }, i): RecordedEvent => {
      const position = positions[i];
      if (position === undefined) throw new Error(`${streamId} r${first + i} was written but cannot be read back`);
      return locatedAt({ streamId, revision: first + i, position });
    });
    return { status: 'appended', revision: expected + events.length, recorded };
  }

  /** The server tells the last event's position only; of several events the others' are read back. */
  private async positions(
    streamId: StreamId,
    first: Revision,
    { count, last }: Readonly<{ count: number; last: Readonly<{ commit: bigint }> | undefined }>,
  ): Promise<readonly Position[]> {
    if (count === 1 && last !== undefined) return [positionOf(last)];
    const entries = await this.parts.reader.stream(streamId, first, count);
    return entries.map(({ position }) => position);
  }

  /**
   * What a written part rests on must still have stood there when it was written. Where another process was between the
   * look and the write, the part is in the journal and yet not to be told of: its writer looks anew.
   */
  private async lookAgain(results: Map<StreamAppend, AppendResult>): Promise<void> {
    const own = new Map<StreamId, number>();
    for (const [{ streamId, events }, { status }] of results)
      if (status === 'appended') own.set(streamId, (own.get(streamId) ?? 0) + events.length);
    for (const [part, result] of results) {
      const first = result.status === 'appended' ? result.recorded[0] : undefined;
      if (first === undefined) continue;
      try {
        for (const { streamId, revision } of part.restsOn) {
          const next = revision + (own.get(streamId) ?? 0) + 1;
          const [other] = await this.parts.reader.stream(streamId, next, 1);
          if (other !== undefined && other.position < first.position)
            throw new Error(`${streamId} had moved when ${part.streamId}, which rests on it, was written`);
        }
      } catch (error) {
        results.set(part, unknown(error));
      }
    }
  }
}

const unknown = (error: unknown): AppendResult => ({ status: 'unknown', cause: asError(error) });

/** Where a stream stands if its first part in this piece is right about it; the server will see. */
function believed(parts: readonly StreamAppend[], streamId: StreamId): Revision {
  const first = parts.find((part) => part.streamId === streamId && part.expected !== 'any');
  return first === undefined || first.expected === 'any' ? NO_STREAM : first.expected;
}

/**
 * Each part behind those whose streams it rests on, and behind earlier parts of its own stream; the order given
 * otherwise, also where two rest on each other.
 */
function inOrder(parts: readonly StreamAppend[]): readonly StreamAppend[] {
  const ordered = new Set<StreamAppend>();
  const entered = new Set<StreamAppend>();
  const add = (part: StreamAppend): void => {
    if (entered.has(part)) return;
    entered.add(part);
    for (const other of parts) {
      if (other === part) break;
      if (other.streamId === part.streamId) add(other);
    }
    for (const { streamId } of part.restsOn)
      for (const other of parts) if (other.streamId === streamId && other !== part) add(other);
    ordered.add(part);
  };
  for (const part of parts) add(part);
  return [...ordered];
}
