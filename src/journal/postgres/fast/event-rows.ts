// Events as rows for COPY's binary format. This runs once for every event there is.
import { hash } from 'node:crypto';
import type { DomainEvent, StreamId } from '../../../domain/messages.js';
import type { Instant } from '../../../domain/time.js';
import { binaryCopies } from '../../../postgres/binary-copies.js';
import { BinaryRows } from '../../../postgres/binary-rows.js';
import { currentVersion, encodeEvent } from '../../event-codec.js';
import type { EventMeta, NewEvent, Position, RecordedEvent, Revision } from '../../journal.js';
import { hashOf } from '../../stored-events.js';
import { writeBidPlaced } from './bid-placed-text.js';
import type { FastPieces } from './pieces.js';

/** Where an event stands in the journal and in its stream, and when the journal took it. */
export type EventLocation = Readonly<{
  position: bigint;
  streamId: StreamId;
  /** The number that stands for the stream's name in the events table. */
  streamKey: number;
  revision: Revision;
  recordedAt: Instant;
}>;

/**
 * An event that this process appended, as its readers see it. Its text and hash are in the store; hardly any reader here
 * asks for them, and to keep them for all would be half of what an event takes in memory. They are made again from the event.
 */
class AppendedEvent implements RecordedEvent {
  readonly kind = 'event';
  readonly position: Position;
  readonly streamId: StreamId;
  readonly revision: Revision;
  readonly recordedAt: Instant;

  constructor(
    { position, streamId, revision, recordedAt }: EventLocation,
    readonly eventType: string,
    readonly schemaVersion: number,
    readonly occurredAt: Instant,
    readonly meta: EventMeta,
    readonly event: DomainEvent,
  ) {
    this.position = position as Position;
    this.streamId = streamId;
    this.revision = revision;
    this.recordedAt = recordedAt;
  }

  get text(): string {
    return encodeEvent(this.event).text;
  }

  get hash(): string {
    return hashOf(this.text);
  }
}

const COLUMNS = 14;
const SHA256_BYTES = 32;

/** The rows of one transaction. */
export class EventRows {
  private readonly rows = new BinaryRows();

  constructor(private readonly pieces: FastPieces) {}

  get byteLength(): number {
    return this.rows.length;
  }

  /** Adds the row of an event, in the order of the columns of `COPY_EVENTS`; returns the event as its readers see it. */
  add(at: EventLocation, { event, occurredAt, meta }: NewEvent): RecordedEvent {
    const { type } = event;
    const schemaVersion = currentVersion(type);
    const { rows } = this;
    rows.row(COLUMNS);
    rows.int8(Number(at.position)).int8(at.streamKey).int8(at.revision);
    rows.int8(at.recordedAt).int8(occurredAt).int2(schemaVersion).asciiField(type);
    if (meta.commandId === null) rows.null();
    else rows.uuid(meta.commandId);
    if (meta.actorId === null) rows.null();
    else rows.uuid(meta.actorId);
    const hashAt = rows.bytesLater(SHA256_BYTES);
    for (const field of [meta.fingerprint, meta.correlationId, meta.causationId]) {
      if (field === null) rows.null();
      else rows.utf8Field(field);
    }
    const from = rows.beginField();
    if (event.type === 'BidPlaced' && this.pieces.bidsByHand) writeBidPlaced(rows, event);
    else rows.utf8(encodeEvent(event).text);
    rows.endField(from);
    const payload = rows.view(from, rows.length);
    const digest = hash('sha256', payload, 'binary');
    rows.fillBytes(hashAt, digest);
    const appended = new AppendedEvent(at, type, schemaVersion, occurredAt, meta, event);
    if (this.pieces.textOnDemand) return appended;
    return { ...appended, text: payload.toString('utf8'), hash: Buffer.from(digest, 'binary').toString('hex') };
  }

  /** What the COPYs of these rows read. The rows are not copied, and must stay until the server has taken them. */
  contents(): readonly (readonly Buffer[])[] {
    return binaryCopies(this.rows, this.pieces.rowsPerCopy);
  }

  /** Gives the room back, once the server has answered: nothing may ask for the rows again. */
  release(): void {
    if (this.pieces.buffersAgain) this.rows.release();
  }
}
