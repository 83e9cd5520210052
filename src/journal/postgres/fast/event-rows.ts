// Events as rows for COPY's binary format. This runs once for every event there is.
import { hash } from 'node:crypto';
import type { DomainEvent, StreamId } from '../../../domain/messages.js';
import type { Instant } from '../../../domain/time.js';
import { binaryCopies } from '../../../postgres/binary-copies.js';
import { BinaryRows } from '../../../postgres/binary-rows.js';
import { currentVersion, encodeEvent } from '../../event-codec.js';
import type { EventMeta, NewEvent, Position, RecordedEvent, Revision, StreamAppend } from '../../journal.js';
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

/** Where the location is in a row: behind the number of columns, each field behind its length. */
const POSITION_AT = 2 + 4;
const INT8_FIELD = 4 + 8;
const STREAM_KEY_AT = POSITION_AT + INT8_FIELD;
const REVISION_AT = STREAM_KEY_AT + INT8_FIELD;
const RECORDED_AT = REVISION_AT + INT8_FIELD;
const UNKNOWN_YET = 0;

/** The rows of one transaction, or of an append that waits for its turn. */
export class EventRows {
  private readonly rows = new BinaryRows();
  /** Text and hash of each event, where they are kept. */
  private readonly texts: Readonly<{ text: string; hash: string }>[] = [];

  constructor(private readonly pieces: FastPieces) {}

  /** The rows of an append, without the locations. Throws a `RangeError` where an event holds what no row can. */
  static of(parts: readonly StreamAppend[], pieces: FastPieces): EventRows {
    const rows = new EventRows(pieces);
    for (const { events } of parts) rows.add(events);
    return rows;
  }

  get byteLength(): number {
    return this.rows.length;
  }

  /** Adds the rows of these events, in the order of the columns of `COPY_EVENTS`; their locations come later. */
  add(events: readonly NewEvent[]): void {
    for (const event of events) this.addOne(event);
  }

  /** Adds a copy of these rows. */
  addRows(others: EventRows): void {
    this.rows.addRows(others.rows);
    this.texts.push(...others.texts);
  }

  /** Writes where the event of this index stands, and returns the event as its readers see it. */
  locate(index: number, { event, occurredAt, meta }: NewEvent, at: EventLocation): RecordedEvent {
    const { rows } = this;
    const row = rows.startOf(index);
    rows.setInt8(row + POSITION_AT, Number(at.position));
    rows.setInt8(row + STREAM_KEY_AT, at.streamKey);
    rows.setInt8(row + REVISION_AT, at.revision);
    rows.setInt8(row + RECORDED_AT, at.recordedAt);
    const appended = new AppendedEvent(at, event.type, currentVersion(event.type), occurredAt, meta, event);
    const kept = this.texts[index];
    return kept === undefined ? appended : { ...appended, ...kept };
  }

  private addOne({ event, occurredAt, meta }: NewEvent): void {
    const { type } = event;
    const { rows } = this;
    rows.row(COLUMNS);
    rows.int8(UNKNOWN_YET).int8(UNKNOWN_YET).int8(UNKNOWN_YET).int8(UNKNOWN_YET);
    rows.int8(occurredAt).int2(currentVersion(type)).asciiField(type);
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
    if (this.pieces.textOnDemand) return;
    this.texts.push({ text: payload.toString('utf8'), hash: Buffer.from(digest, 'binary').toString('hex') });
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
