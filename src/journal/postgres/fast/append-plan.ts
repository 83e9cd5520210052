// What one transaction of the PostgreSQL journal will write, worked out from the streams' last revisions. No I/O here.
import type { StreamId } from '../../../domain/messages.js';
import type { Instant } from '../../../domain/time.js';
import { BinaryCopies } from '../../../postgres/binary-copies.js';
import { conflictingParts } from '../../append-check.js';
import type { AppendResult, RecordedEvent, Revision, StreamAppend } from '../../journal.js';
import type { EventRows } from './copy-rows.js';
import type { KnownStream } from './known-streams.js';

/** Parts that are judged together: one caller's batch, or a piece of it. Answered once. */
export type AppendUnit = Readonly<{
  parts: readonly StreamAppend[];
  rows: EventRows;
  /** Whether other units are of the same rows. */
  isPiece: boolean;
  /** Where each part's events begin among the rows. */
  firstRows: readonly number[];
  answer: (results: readonly AppendResult[]) => void;
  fail: (error: Error) => void;
}>;

/** A unit with the streams that its parts write to, and those that they rest on, part after part. */
export type ResolvedUnit = Readonly<{ unit: AppendUnit; own: readonly KnownStream[]; rests: readonly KnownStream[] }>;

/** Each part's stream as the part finds it, or `CONFLICT`. */
export type JudgedUnit = ResolvedUnit & Readonly<{ begins: readonly (Revision | typeof CONFLICT)[] }>;

const CONFLICT = null;

export type AppendPlan = Readonly<{
  /** For COPY, a row an event. */
  copies: BinaryCopies;
  recorded: readonly RecordedEvent[];
  /** The streams that are written to. */
  streams: ReadonlySet<KnownStream>;
  last: bigint;
  /** What to answer each unit once this is committed. */
  results: readonly (readonly AppendResult[])[];
}>;

/** Finds the streams of each unit, which have to be known. */
export function resolveUnits(
  units: readonly AppendUnit[],
  streamOf: (id: StreamId) => KnownStream,
): readonly ResolvedUnit[] {
  return units.map((unit) => {
    const own: KnownStream[] = [];
    const rests: KnownStream[] = [];
    for (const { streamId, restsOn } of unit.parts) {
      own.push(streamOf(streamId));
      for (const other of restsOn) rests.push(streamOf(other.streamId));
    }
    return { unit, own, rests };
  });
}

/** Judges the units one after another, as if each had a transaction of its own. */
export const judgeUnits = (units: readonly ResolvedUnit[]): readonly JudgedUnit[] =>
  units.map((unit) => ({ ...unit, begins: beginsOf(unit) }));

function beginsOf(resolved: ResolvedUnit): JudgedUnit['begins'] {
  const { own, rests } = resolved;
  for (const stream of own) stream.before = stream.next;
  for (const stream of rests) stream.before = stream.next;
  const begins = beginsWithoutConflict(resolved);
  if (begins !== null) return begins;
  for (const stream of own) stream.next = stream.before;
  return beginsBesideConflicts(resolved);
}

/** Nearly every batch: nobody else was there, so that one look at each part is enough. Null if there is a conflict. */
function beginsWithoutConflict({ unit, own, rests }: ResolvedUnit): Revision[] | null {
  const begins: Revision[] = [];
  let rest = 0;
  for (const { events, expected, restsOn } of unit.parts) {
    const stream = own[begins.length];
    if (stream === undefined || (expected !== 'any' && expected !== stream.next)) return null;
    for (const { revision } of restsOn) if (rests[rest++]?.before !== revision) return null;
    begins.push(stream.next);
    stream.next += events.length;
  }
  return begins;
}

function beginsBesideConflicts({ unit, own, rests }: ResolvedUnit): JudgedUnit['begins'] {
  const before = new Map([...own, ...rests].map((stream) => [stream.id, stream.before]));
  const conflicts = conflictingParts(unit.parts, (id) => {
    const revision = before.get(id);
    if (revision === undefined) throw new Error(`the revision of ${id} was not looked up`);
    return revision;
  });
  return unit.parts.map((part, i) => {
    const stream = own[i];
    if (stream === undefined || conflicts.has(part)) return CONFLICT;
    stream.next += part.events.length;
    return stream.next - part.events.length;
  });
}

/** Whether every part may be written as it is, and anything is: so there is nothing to answer but what will be written. */
export const isWithoutConflict = (judged: readonly JudgedUnit[]): boolean =>
  judged.every(({ begins }) => !begins.includes(CONFLICT)) &&
  judged.some(({ unit }) => unit.parts.some(({ events }) => events.length > 0));

/** Streams that are about to get their first event and have no key yet. */
export function streamsWithoutKey(judged: readonly JudgedUnit[]): readonly KnownStream[] {
  const streams = new Set<KnownStream>();
  for (const { unit, own, begins } of judged)
    own.forEach((stream, i) => {
      if (stream.key === null && begins[i] !== CONFLICT && unit.parts[i]?.events.length !== 0) streams.add(stream);
    });
  return [...streams];
}

/** Gives each surviving event its revision and its position behind `after`. */
export function planAppend(
  judged: readonly JudgedUnit[],
  { after, recordedAt }: Readonly<{ after: bigint; recordedAt: Instant }>,
): AppendPlan {
  const plan = { copies: new BinaryCopies(), recorded: [] as RecordedEvent[], streams: new Set<KnownStream>() };
  let last = after;
  const results = judged.map((unit) => {
    const answers = placeUnit(unit, { ...plan, after: last, recordedAt });
    last = after + BigInt(plan.recorded.length);
    return answers;
  });
  return { ...plan, last, results };
}

type Sink = Readonly<{
  copies: BinaryCopies;
  recorded: RecordedEvent[];
  streams: Set<KnownStream>;
  after: bigint;
  recordedAt: Instant;
}>;

function placeUnit({ unit, own, begins }: JudgedUnit, sink: Sink): readonly AppendResult[] {
  const { parts, rows, firstRows } = unit;
  let position = sink.after;
  // Rows of parts that follow each other leave as one piece.
  let pieceFrom = 0;
  let pieceTo = 0;
  const results = parts.map((part, i): AppendResult => {
    const stream = own[i];
    const begin = begins[i];
    const first = firstRows[i];
    if (stream === undefined || begin === undefined || first === undefined || begin === CONFLICT)
      return { status: 'conflict' };
    const end = first + part.events.length;
    if (first === end) return { status: 'appended', revision: begin, recorded: [] };
    if (stream.key === null) throw new Error(`${stream.id} has no key`);
    for (let row = first; row < end; row++) {
      position += 1n;
      const revision = begin + 1 + row - first;
      rows.place(row, { position, streamKey: stream.key, revision, recordedAt: sink.recordedAt });
    }
    if (first !== pieceTo) {
      if (pieceFrom < pieceTo) rows.addTo(sink.copies, pieceFrom, pieceTo);
      pieceFrom = first;
    }
    pieceTo = end;
    sink.streams.add(stream);
    const recorded = rows.recorded(first, end);
    for (const event of recorded) sink.recorded.push(event);
    return { status: 'appended', revision: begin + end - first, recorded };
  });
  if (pieceFrom < pieceTo) rows.addTo(sink.copies, pieceFrom, pieceTo);
  return results;
}
