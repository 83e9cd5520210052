// Events as lines of COPY's text format (PostgreSQL documentation, COPY, "Text Format"). This runs once for every event
// there is: strings are put together by hand, and looked through for special characters only where there can be any.
import type { StreamId } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import { encodeEvent } from './event-codec.js';
import type { NewEvent, Position, RecordedEvent, Revision } from './journal.js';
import { hashOf } from './stored-events.js';

/** An event with all of its line that does not depend on where it will stand. */
export type PreparedEvent = Readonly<{
  source: NewEvent;
  eventType: string;
  schemaVersion: number;
  text: string;
  hash: string;
  lineEnd: string;
}>;

/** The columns of `COPY_EVENTS` from `occurred_at` on. */
export function prepareEvent(source: NewEvent): PreparedEvent {
  const { eventType, schemaVersion, text } = encodeEvent(source.event);
  const hash = hashOf(text);
  const { commandId, actorId, fingerprint, correlationId, causationId } = source.meta;
  const lineEnd =
    `${source.occurredAt}\t${schemaVersion}\t${eventType}\t${field(commandId)}\t${field(actorId)}\t\\\\x${hash}\t` +
    `${field(fingerprint)}\t${field(correlationId)}\t${field(causationId)}\t${escapedJson(text)}\n`;
  return { source, eventType, schemaVersion, text, hash, lineEnd };
}

export const copyLine = (
  position: bigint,
  streamKey: bigint,
  revision: Revision,
  recordedAt: Instant,
  lineEnd: string,
): string => `${position}\t${streamKey}\t${revision}\t${recordedAt}\t${lineEnd}`;

/** The event as its readers will see it. */
export function recordedEvent(
  { source, eventType, schemaVersion, text, hash }: PreparedEvent,
  streamId: StreamId,
  revision: Revision,
  position: Position,
  recordedAt: Instant,
): RecordedEvent {
  const { event, occurredAt, meta } = source;
  return {
    kind: 'event',
    position,
    streamId,
    revision,
    eventType,
    schemaVersion,
    occurredAt,
    recordedAt,
    meta,
    text,
    hash,
    event,
  };
}

const field = (value: string | null): string => (value === null ? '\\N' : escaped(value));

/** JSON writes every control character with a backslash already. */
const escapedJson = (text: string): string => (text.includes('\\') ? text.replaceAll('\\', '\\\\') : text);

const SPECIAL = /[\\\t\n\r]/;
function escaped(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
