// Events as EventStoreDB keeps them, and back. The data is the event's text, byte for byte, and not handed over as JSON:
// the client parses and prints JSON by itself, and what was hashed would not be what is kept. All else is metadata.
import { type BinaryEventType, binaryEvent, type EventData, type RecordedEvent } from '@eventstore/db-client';
import { z } from 'zod';
import type { CommandId, UserId } from '../../domain/ids.js';
import { type StreamId, streamOwner } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';
import { nameUuid } from '../../runtime/name-uuid.js';
import { encodeEvent } from '../event-codec.js';
import type { JournalEntry, NewEvent, RecordedEvent as OwnEvent, Position } from '../journal.js';
import { entryOf, hashOf, type StoredEvent } from '../stored-events.js';

/** An event ready to be sent, under an id that a repetition of the same append is recognised by. */
export type PreparedEvent = Readonly<{ data: EventData<BinaryEventType>; locatedAt: (at: Location) => OwnEvent }>;

type Location = Readonly<{ streamId: StreamId; revision: number; position: Position }>;

/** `$correlationId` and `$causationId` are the names that EventStoreDB's own tools look for. */
const metadataSchema = z.object({
  schemaVersion: z.int(),
  occurredAt: z.int(),
  recordedAt: z.int(),
  hash: z.string(),
  commandId: z.string().optional(),
  actorId: z.string().optional(),
  fingerprint: z.string().optional(),
  $correlationId: z.string().optional(),
  $causationId: z.string().optional(),
});

type Metadata = z.infer<typeof metadataSchema>;

export function prepareEvent(source: NewEvent, id: string, recordedAt: Instant): PreparedEvent {
  const { event, occurredAt, meta } = source;
  const encoded = encodeEvent(event);
  const stored = { ...encoded, occurredAt, recordedAt, meta, hash: hashOf(encoded.text) };
  return { data: dataOf(stored, id), locatedAt: (at) => ({ kind: 'event', ...at, ...stored, event }) };
}

/** An event that was recorded before, ready to be sent again: its id is made of its place, so that it is one event however often. */
export const storedData = (stored: Omit<StoredEvent, 'position'>): EventData<BinaryEventType> =>
  dataOf(stored, nameUuid('restored event', `${stored.streamId} ${stored.revision}`));

type Sent = Omit<StoredEvent, 'position' | 'streamId' | 'revision'>;

function dataOf({ eventType, schemaVersion, occurredAt, recordedAt, meta, text, hash }: Sent, id: string) {
  const metadata: Metadata = {
    schemaVersion,
    occurredAt,
    recordedAt,
    hash,
    ...(meta.commandId !== null && { commandId: meta.commandId }),
    ...(meta.actorId !== null && { actorId: meta.actorId }),
    ...(meta.fingerprint !== null && { fingerprint: meta.fingerprint }),
    ...(meta.correlationId !== null && { $correlationId: meta.correlationId }),
    ...(meta.causationId !== null && { $causationId: meta.causationId }),
  };
  return binaryEvent({ id, type: eventType, data: Buffer.from(text), metadata });
}

/** The names of the journal's streams in the store: each behind the house's prefix. */
export class StreamNames {
  constructor(private readonly prefix: string) {}

  /** What the names of all its streams begin with; nothing else is read. */
  get prefixes(): readonly string[] {
    return ['auction-', 'user-', 'payment-', 'hall-', 'sale-', 'case-', 'series-', 'payout-', 'run-', 'refusals-'].map(
      (kind) => `${this.prefix}${kind}`,
    );
  }

  inStore(streamId: StreamId): string {
    return `${this.prefix}${streamId}`;
  }

  /** The journal's stream of this name; null for the system's streams and other programs'. */
  fromStore(name: string): StreamId | null {
    if (!name.startsWith(this.prefix)) return null;
    const streamId = name.slice(this.prefix.length) as StreamId;
    try {
      streamOwner(streamId);
      return streamId;
    } catch {
      return null;
    }
  }
}

/** What the server sends where it does not tell a position (2^64 - 1). */
const NO_POSITION = 0xffff_ffff_ffff_ffffn;

/** An answer that the protocol does not allow, or that only servers too old for us give. */
export class EventStoreUnfit extends Error {
  readonly code = 'EventStoreUnfit';
  readonly retryable = false;
}

/**
 * The position of an event: its commit position, which is unique and rises with the log for everything that was appended
 * over gRPC. Throws where the server does not tell it.
 */
export function positionOf(at: Readonly<{ commit: bigint }> | undefined): Position {
  if (at === undefined || at.commit === NO_POSITION)
    throw new EventStoreUnfit(
      'the server does not tell the positions of events; it must be EventStoreDB 22.6 or later',
    );
  return at.commit as Position;
}

/** The stored event as its readers see it, or why it cannot be read. */
export function entryFrom(streamId: StreamId, recorded: RecordedEvent): JournalEntry {
  const { revision, type, data, metadata, created } = recorded;
  const location: Location = { streamId, revision: Number(revision), position: positionOf(recorded.position) };
  const text = data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : JSON.stringify(data);
  const known = metadataSchema.safeParse(metadata);
  if (known.success) return entryOf(storedEvent(location, { type, text, metadata: known.data }));
  const at = created.getTime() as Instant;
  const metadataOfNobody = { schemaVersion: 0, occurredAt: at, recordedAt: at, hash: hashOf(text) };
  const problem = `its metadata is not this journal's at "${known.error.issues[0]?.path.join('.')}"`;
  return { ...storedEvent(location, { type, text, metadata: metadataOfNobody }), kind: 'unreadable', problem };
}

type Content = Readonly<{ type: string; text: string; metadata: Metadata }>;

function storedEvent(location: Location, { type, text, metadata }: Content): StoredEvent {
  return {
    ...location,
    eventType: type,
    schemaVersion: metadata.schemaVersion,
    occurredAt: metadata.occurredAt as Instant,
    recordedAt: metadata.recordedAt as Instant,
    meta: {
      commandId: (metadata.commandId ?? null) as CommandId | null,
      actorId: (metadata.actorId ?? null) as UserId | null,
      fingerprint: metadata.fingerprint ?? null,
      correlationId: metadata.$correlationId ?? null,
      causationId: metadata.$causationId ?? null,
    },
    text,
    hash: metadata.hash,
  };
}
