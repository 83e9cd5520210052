// Events as rows for COPY. This runs once for every event there is. A row is written before anybody knows where its event
// will stand: the four columns that tell are left free, and filled under the append lock.
import { hash } from 'node:crypto';
import type { DomainEvent, StreamId } from '../../../domain/messages.js';
import type { Instant } from '../../../domain/time.js';
import type { BinaryCopies } from '../../../postgres/binary-copies.js';
import { BinaryRows, INT8_FIELD_BYTES } from '../../../postgres/binary-rows.js';
import { currentVersion, encodeEvent, writeEvent } from '../../event-codec.js';
import type { EventMeta, NewEvent, Position, RecordedEvent, StreamAppend } from '../../journal.js';
import { hashOf } from '../../stored-events.js';

/** Where an event stands, and when the journal took it. */
export type Place = Readonly<{ position: bigint; streamKey: number; revision: number; recordedAt: Instant }>;

const NOT_PLACED = 0n as Position;

/**
 * An event that this process appended, as its readers see it. Its text and hash are in the store; hardly any reader here asks
 * for them, and to keep them for all would be half of what an event takes in memory. They are made again from the event.
 */
class AppendedEvent implements RecordedEvent {
  readonly kind = 'event';
  position: Position = NOT_PLACED;
  revision = -1;
  recordedAt: Instant;

  constructor(
    readonly streamId: StreamId,
    readonly eventType: string,
    readonly schemaVersion: number,
    readonly occurredAt: Instant,
    readonly meta: EventMeta,
    readonly event: DomainEvent,
  ) {
    this.recordedAt = occurredAt;
  }

  get text(): string {
    return encodeEvent(this.event).text;
  }

  get hash(): string {
    return hashOf(this.text);
  }
}

const COLUMNS = 14;
/** The four columns that are filled later, behind a row's count of columns. */
const POSITION_AT = 2;
const STREAM_KEY_AT = POSITION_AT + INT8_FIELD_BYTES;
const REVISION_AT = STREAM_KEY_AT + INT8_FIELD_BYTES;
const RECORDED_AT = REVISION_AT + INT8_FIELD_BYTES;
const SHA256_BYTES = 32;

/** The events of one batch, in its order, and their rows. */
export class EventRows {
  private readonly rows = new BinaryRows();
  private readonly events: AppendedEvent[] = [];

  constructor(batch: readonly StreamAppend[]) {
    for (const { streamId, events } of batch) for (const event of events) this.add(streamId, event);
  }

  get count(): number {
    return this.events.length;
  }

  /** Gives the event of this index its place, in its row and for its readers. */
  place(index: number, { position, streamKey, revision, recordedAt }: Place): void {
    const event = this.events[index];
    if (event === undefined) throw new RangeError(`there is no event ${index}`);
    event.position = position as Position;
    event.revision = revision;
    event.recordedAt = recordedAt;
    const { rows } = this;
    const start = rows.startOf(index);
    rows.fillInt8(start + POSITION_AT, Number(position));
    rows.fillInt8(start + STREAM_KEY_AT, streamKey);
    rows.fillInt8(start + REVISION_AT, revision);
    rows.fillInt8(start + RECORDED_AT, recordedAt);
  }

  /** Adds the rows of the events from one index to before another. */
  addTo(copies: BinaryCopies, from: number, to: number): void {
    copies.add(this.rows, from, to);
  }

  /** Those events as their readers will see them, once they have their places. */
  recorded(from: number, to: number): readonly RecordedEvent[] {
    return this.events.slice(from, to);
  }

  /** To be called once the rows are written: nothing may ask for them again. */
  release(): void {
    this.rows.release();
  }

  private add(streamId: StreamId, { event, occurredAt, meta }: NewEvent): void {
    const { type } = event;
    const schemaVersion = currentVersion(type);
    const { rows } = this;
    rows.row(COLUMNS);
    for (let column = 0; column < 4; column++) rows.int8Later();
    rows.int8(occurredAt).int2(schemaVersion).asciiField(type);
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
    writeEvent(rows, event);
    rows.endField(from);
    rows.fillBytes(hashAt, hash('sha256', rows.view(from, rows.length), 'binary'));
    this.events.push(new AppendedEvent(streamId, type, schemaVersion, occurredAt, meta, event));
  }
}
