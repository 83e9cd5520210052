// The journal: our port to the event store, and the only source of truth. Every adapter passes test/contract/journal.

import type { Branded, CommandId, UserId } from '../domain/ids.js';
import type { DomainEvent, StreamId } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';

/** A place in the whole journal. Opaque: only the adapter makes, compares and prints one. */
export type Position = Branded<bigint, 'Position'>;

/** What is kept beside an event. A null `actorId` is the house itself; a null `commandId` an event that no command asked for. */
export type EventMeta = Readonly<{
  commandId: CommandId | null;
  actorId: UserId | null;
  /** What the command asked, as short text, to tell a repeat from another command under the same id. Secret like the amount. */
  fingerprint: string | null;
  correlationId: string | null;
  causationId: string | null;
}>;

export type NewEvent = Readonly<{ event: DomainEvent; occurredAt: Instant; meta: EventMeta }>;

/** Revisions count from 0 without a gap; -1 is a stream without events. */
export type Revision = number;
export const NO_STREAM: Revision = -1;

/**
 * One stream's part of a batch: atomic, and judged on its own.
 * `expected` is the stream's last revision as the writer knows it, or `any`. No events makes it a mere check of `expected`.
 * `restsOn` are streams that the events speak of without writing to them, with their revisions as they stood before this
 * batch: if one of them has moved, or its own part in this batch conflicts, this part conflicts too.
 */
export type StreamAppend = Readonly<{
  streamId: StreamId;
  expected: Revision | 'any';
  events: readonly NewEvent[];
  restsOn: readonly Readonly<{ streamId: StreamId; revision: Revision }>[];
}>;

/**
 * What became of one part.
 * `appended`: durable; `recorded` are the events as they stand in the journal.
 * `conflict`: nothing of it was written; another writer was there.
 * `unknown`: it may be there or not. Reload and look before answering anyone. Mostly the connection died before the
 * answer; else the store refused what the part holds, while the batch's other parts were written (`cause` tells).
 */
export type AppendResult =
  | Readonly<{ status: 'appended'; revision: Revision; recorded: readonly RecordedEvent[] }>
  | Readonly<{ status: 'conflict' }>
  | Readonly<{ status: 'unknown'; cause: Error }>;

type Stored = Readonly<{
  position: Position;
  streamId: StreamId;
  revision: Revision;
  eventType: string;
  schemaVersion: number;
  /** When it was decided, and when the journal took it. */
  occurredAt: Instant;
  recordedAt: Instant;
  meta: EventMeta;
  /** The event as stored, byte for byte, and the SHA-256 of it in hexadecimal. */
  text: string;
  hash: string;
}>;

/** A stored event, lifted to today's shape. */
export type RecordedEvent = Stored & Readonly<{ kind: 'event'; event: DomainEvent }>;

/** A stored event that cannot be read: unknown type or version, damaged text, or a hash that does not match. */
export type UnreadableEvent = Stored & Readonly<{ kind: 'unreadable'; problem: string }>;

export type JournalEntry = RecordedEvent | UnreadableEvent;

/** Stops a subscription; resolves when its last callback has returned. */
export type Subscription = Readonly<{ close(): Promise<void> }>;

export interface Journal {
  /**
   * Appends every part that does not conflict, in one durable commit where the adapter can, and answers for each part
   * in the order given. It rejects only when nothing was written: a closed journal, a part with an impossible revision
   * (`RangeError`), a store that stays out of reach (`JournalUnavailable`).
   *
   * A batch may be handed over before it is known whether it is wanted, so that an adapter can make it ready meanwhile.
   * It is written only if `isWanted`, which never rejects, says so; else every part is answered with a conflict.
   */
  append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]>;

  /** A stream's events from a revision on, in order; at most `limit` of them. Empty for an unknown stream. */
  readStream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]>;

  /** The revision of a stream's last event; -1 for an unknown stream. */
  lastRevision(streamId: StreamId): Promise<Revision>;

  /**
   * Events behind `after` (exclusive; null = from the beginning) in the journal's order. It never skips one. While this
   * process appends, a page may end before the journal does; the wake that `subscribe` promises follows.
   *
   * At most `limit` events are looked at. Of types that are not in `types` any may be left out, but for the last one looked at: by
   * that a reader knows how far it has come.
   */
  readAll(after: Position | null, limit: number, types?: ReadonlySet<string>): Promise<readonly JournalEntry[]>;

  /** The newest event's position; null for an empty journal. */
  head(): Promise<Position | null>;

  /** Why no append can succeed just now, in a few words without values; null as long as nothing is known of that. */
  unwritable(): Promise<string | null>;

  /** The last `limit` events in the journal's order, oldest first. */
  readTail(limit: number): Promise<readonly JournalEntry[]>;

  /** Everything recorded under these command ids, by anyone, in the journal's order. */
  readCommands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]>;

  /**
   * Calls `wake` soon after events behind the head at subscription were recorded, by any process. Wakes coalesce and
   * may be spurious; readers go by their own checkpoint, so a lost wake costs time (the poll interval), never an event.
   */
  subscribe(wake: () => void): Subscription;

  /** Negative, zero or positive, as `a` stands before, at or behind `b`. Null stands before everything. */
  comparePositions(a: Position | null, b: Position | null): number;
  /** How many events lie behind `after`, up to and including `upTo`; null where positions alone do not tell. */
  eventsBetween(after: Position | null, upTo: Position): bigint | null;
  /** A position as decimal text, for checkpoints and logs; and back. Refuses anything else with a `RangeError`. */
  printPosition(position: Position): string;
  parsePosition(text: string): Position;

  /** Finishes what is under way and lets go of connections. Idempotent. */
  close(): Promise<void>;
}

/** A fold of a stream up to and including `revision`. A cache: it may be deleted at any time. */
export type Snapshot = Readonly<{ streamId: StreamId; revision: Revision; schemaVersion: number; text: string }>;

export interface SnapshotStore {
  /** The newest snapshot of this stream with exactly this schema version; null when there is none. */
  load(streamId: StreamId, schemaVersion: number): Promise<Snapshot | null>;
  /** Keeps a snapshot; one that is older than the kept one is ignored. */
  save(snapshot: Snapshot): Promise<void>;
}

/** A stream that cannot be folded past a damaged event. The engine answers `Fault` for it; the others go on. */
export class StreamCorrupt extends Error {
  readonly code = 'StreamCorrupt';
  constructor(
    readonly streamId: StreamId,
    readonly revision: Revision,
    problem: string,
  ) {
    super(`stream ${streamId} cannot be read at revision ${revision}: ${problem}`);
    this.name = 'StreamCorrupt';
  }
}
