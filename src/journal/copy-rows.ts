// Events as lines of COPY's text format (PostgreSQL documentation, COPY, "Text Format"). This runs once for every event
// there is. A line is written before anybody knows where its event will stand: the four columns that tell are left free,
// and filled under the append lock.
import type { StreamId } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import { NUMBER_WIDTH, TextBuffer } from '../runtime/text-buffer.js';
import { encodeEvent } from './event-codec.js';
import type { NewEvent, Position, RecordedEvent, StreamAppend } from './journal.js';
import { hashOf } from './stored-events.js';

/** Where an event stands, and when the journal took it. */
export type Place = Readonly<{ position: bigint; streamKey: bigint; revision: number; recordedAt: Instant }>;

type Placed = { -readonly [Field in keyof RecordedEvent]: RecordedEvent[Field] };

/** Each of the four columns and the tab behind it. */
const COLUMN_WIDTH = NUMBER_WIDTH + 1;
const NOT_PLACED = 0n as Position;

/** The events of one batch, in its order, and their lines. */
export class EventRows {
  private readonly text = new TextBuffer();
  private readonly events: Placed[] = [];
  /** Where each line begins. */
  private readonly starts: number[] = [];

  constructor(batch: readonly StreamAppend[]) {
    for (const { streamId, events } of batch) for (const event of events) this.add(streamId, event);
  }

  get count(): number {
    return this.events.length;
  }

  /** Gives the event of this index its place, in its line and for its readers. */
  place(index: number, { position, streamKey, revision, recordedAt }: Place): void {
    const event = this.events[index];
    const start = this.starts[index];
    if (event === undefined || start === undefined) throw new RangeError(`there is no event ${index}`);
    event.position = position as Position;
    event.revision = revision;
    event.recordedAt = recordedAt;
    this.text.fill(start, Number(position));
    this.text.fill(start + COLUMN_WIDTH, Number(streamKey));
    this.text.fill(start + 2 * COLUMN_WIDTH, revision);
    this.text.fill(start + 3 * COLUMN_WIDTH, recordedAt);
  }

  /** The lines of the events from one index to before another. */
  lines(from: number, to: number): Buffer {
    return this.text.view(this.starts[from] ?? this.text.length, this.starts[to] ?? this.text.length);
  }

  /** Those events as their readers will see them, once they have their places. */
  recorded(from: number, to: number): readonly RecordedEvent[] {
    return this.events.slice(from, to);
  }

  private add(streamId: StreamId, { event, occurredAt, meta }: NewEvent): void {
    const { eventType, schemaVersion, text } = encodeEvent(event);
    const hash = hashOf(text);
    const row = this.text;
    this.starts.push(row.length);
    for (let column = 0; column < 4; column++) {
      row.room();
      row.ascii('\t');
    }
    row.integer(occurredAt).ascii('\t').integer(schemaVersion).ascii('\t').ascii(eventType);
    row.ascii('\t').ascii(meta.commandId ?? NULL);
    row.ascii('\t').ascii(meta.actorId ?? NULL);
    row.ascii('\t\\\\x').ascii(hash);
    for (const field of [meta.fingerprint, meta.correlationId, meta.causationId])
      row.ascii('\t').utf8(field === null ? NULL : escaped(field));
    row.ascii('\t').utf8(escapedJson(text)).ascii('\n');
    this.events.push({
      kind: 'event',
      position: NOT_PLACED,
      streamId,
      revision: -1,
      eventType,
      schemaVersion,
      occurredAt,
      recordedAt: occurredAt,
      meta,
      text,
      hash,
      event,
    });
  }
}

const NULL = '\\N';

/** JSON writes every control character with a backslash already. */
const escapedJson = (text: string): string => (text.includes('\\') ? text.replaceAll('\\', '\\\\') : text);

const SPECIAL = /[\\\t\n\r]/;
function escaped(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
