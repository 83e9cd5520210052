// What one transaction will write, worked out from the streams' last revisions. No I/O here.
import type { StreamId } from '../../../domain/messages.js';
import type { Instant } from '../../../domain/time.js';
import { conflictingParts } from '../../append-check.js';
import type { AppendResult, RecordedEvent, Revision, StreamAppend } from '../../journal.js';
import type { PendingAppend, Transaction } from '../journal-writer.js';
import { EventRows } from './event-rows.js';
import type { KnownStream } from './known-streams.js';
import type { FastPieces } from './pieces.js';

/** An append with the streams that its parts write to, and those that they rest on, part after part. */
export type ResolvedAppend = Readonly<{
  append: PendingAppend;
  own: readonly KnownStream[];
  rests: readonly KnownStream[];
}>;

/** Each part's stream as the part finds it, or `CONFLICT`. */
export type JudgedAppend = ResolvedAppend & Readonly<{ begins: readonly (Revision | typeof CONFLICT)[] }>;

const CONFLICT = null;

/** A transaction with what the server is to be sent for it. */
export type PlannedTransaction = Transaction &
  Readonly<{
    /** The journal's last position before it. */
    after: bigint;
    rows: EventRows;
    /** The streams that it writes to. */
    streams: ReadonlySet<KnownStream>;
  }>;

/** Rows made of appends' parts before their turn. Whoever takes them takes them out. */
export type EncodedParts = WeakMap<readonly StreamAppend[], EventRows>;

/** Finds the streams of each append. */
export function resolveAppends(
  appends: readonly PendingAppend[],
  streamOf: (id: StreamId) => KnownStream,
): readonly ResolvedAppend[] {
  return appends.map((append) => {
    const own: KnownStream[] = [];
    const rests: KnownStream[] = [];
    for (const { streamId, restsOn } of append.parts) {
      own.push(streamOf(streamId));
      for (const other of restsOn) rests.push(streamOf(other.streamId));
    }
    return { append, own, rests };
  });
}

/** Judges the appends one after another, as if each had a transaction of its own. */
export const judgeAppends = (appends: readonly ResolvedAppend[]): readonly JudgedAppend[] =>
  appends.map((append) => ({ ...append, begins: beginsOf(append) }));

function beginsOf(resolved: ResolvedAppend): JudgedAppend['begins'] {
  const { own, rests } = resolved;
  for (const stream of own) stream.before = stream.next;
  for (const stream of rests) stream.before = stream.next;
  const begins = beginsWithoutConflict(resolved);
  if (begins !== null) return begins;
  for (const stream of own) stream.next = stream.before;
  return beginsBesideConflicts(resolved);
}

/** Nearly every append: nobody else was there, so that one look at each part is enough. Null if there is a conflict. */
function beginsWithoutConflict({ append, own, rests }: ResolvedAppend): Revision[] | null {
  const begins: Revision[] = [];
  let rest = 0;
  for (const { events, expected, restsOn } of append.parts) {
    const stream = own[begins.length];
    if (stream === undefined || (expected !== 'any' && expected !== stream.next)) return null;
    for (const { revision } of restsOn) if (rests[rest++]?.before !== revision) return null;
    begins.push(stream.next);
    stream.next += events.length;
  }
  return begins;
}

function beginsBesideConflicts({ append, own, rests }: ResolvedAppend): JudgedAppend['begins'] {
  const before = new Map([...own, ...rests].map((stream) => [stream.id, stream.before]));
  const conflicts = conflictingParts(append.parts, (id) => {
    const revision = before.get(id);
    if (revision === undefined) throw new Error(`the revision of ${id} was not looked up`);
    return revision;
  });
  return append.parts.map((part, i) => {
    const stream = own[i];
    if (stream === undefined || conflicts.has(part)) return CONFLICT;
    stream.next += part.events.length;
    return stream.next - part.events.length;
  });
}

/** Whether every part may be written as it is, and anything is: so there is nothing to answer but what will be written. */
export const isWithoutConflict = (judged: readonly JudgedAppend[]): boolean =>
  judged.every(({ begins }) => !begins.includes(CONFLICT)) &&
  judged.some(({ append }) => append.parts.some(({ events }) => events.length > 0));

/** Streams that are about to get their first event and have no key yet. */
export function streamsWithoutKey(judged: readonly JudgedAppend[]): readonly KnownStream[] {
  const streams = new Set<KnownStream>();
  for (const { append, own, begins } of judged)
    own.forEach((stream, i) => {
      if (stream.key === null && begins[i] !== CONFLICT && append.parts[i]?.events.length !== 0) streams.add(stream);
    });
  return [...streams];
}

type PlanParts = Readonly<{ after: bigint; recordedAt: Instant; encoded: EncodedParts; pieces: FastPieces }>;

/**
 * Gives each surviving event its revision and its position behind `after`, and makes its row. Throws a `RangeError` where
 * an event holds what no row can.
 */
export function planTransaction(
  judged: readonly JudgedAppend[],
  { after, recordedAt, encoded, pieces }: PlanParts,
): PlannedTransaction {
  const rows = rowsOf(judged, encoded, pieces);
  const recorded: RecordedEvent[] = [];
  const streams = new Set<KnownStream>();
  let position = after;
  const results = judged.map(({ append, own, begins }) =>
    append.parts.map((part, i): AppendResult => {
      const stream = own[i];
      const begin = begins[i];
      if (stream === undefined || begin === undefined || begin === CONFLICT) return { status: 'conflict' };
      if (part.events.length === 0) return { status: 'appended', revision: begin, recorded: [] };
      if (stream.key === null) throw new Error(`${stream.id} has no key`);
      streams.add(stream);
      const first = recorded.length;
      let revision = begin;
      for (const event of part.events) {
        position += 1n;
        revision += 1;
        const at = { position, streamId: stream.id, streamKey: stream.key, revision, recordedAt };
        recorded.push(rows.locate(recorded.length, event, at));
      }
      return { status: 'appended', revision, recorded: recorded.slice(first) };
    }),
  );
  return { after, rows, recorded, characters: rows.byteLength, streams, last: position, results };
}

/** The rows of all parts that do not conflict, in their order. What was made ahead is used where all of an append is written. */
function rowsOf(judged: readonly JudgedAppend[], encoded: EncodedParts, pieces: FastPieces): EventRows {
  const [only] = judged;
  const ahead = judged.length === 1 && only !== undefined ? take(only, encoded) : null;
  if (ahead !== null) return ahead;
  const rows = new EventRows(pieces);
  for (const one of judged) {
    const made = take(one, encoded);
    if (made === null) {
      one.append.parts.forEach(({ events }, i) => {
        if (one.begins[i] !== CONFLICT) rows.add(events);
      });
      continue;
    }
    rows.addRows(made);
    made.release();
  }
  return rows;
}

function take({ append, begins }: JudgedAppend, encoded: EncodedParts): EventRows | null {
  const rows = encoded.get(append.parts);
  encoded.delete(append.parts);
  return rows === undefined || begins.includes(CONFLICT) ? null : rows;
}
