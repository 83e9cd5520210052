// What one transaction of the PostgreSQL journal will write, worked out from the streams' last revisions. No I/O here.
import type { StreamId } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import { conflictingParts } from './append-check.js';
import { copyLine, type PreparedEvent, recordedEvent } from './copy-rows.js';
import type { AppendResult, NewEvent, Position, RecordedEvent, Revision, StreamAppend } from './journal.js';
import type { KnownStream } from './known-streams.js';

/** Parts that are judged together: one caller's batch, or a piece of it. Answered once. */
export type AppendUnit = Readonly<{
  parts: readonly StreamAppend[];
  prepared: ReadonlyMap<NewEvent, PreparedEvent>;
  answer: (results: readonly AppendResult[]) => void;
  fail: (error: Error) => void;
}>;

export type Standing = ReadonlyMap<StreamId, KnownStream>;

/** Each unit with those of its parts that conflict. */
export type JudgedUnit = Readonly<{ unit: AppendUnit; conflicts: ReadonlySet<StreamAppend> }>;

export type AppendPlan = Readonly<{
  /** For COPY, a line an event. */
  lines: string;
  recorded: readonly RecordedEvent[];
  /** The streams as they stand once this is committed. */
  streams: Standing;
  last: bigint;
  /** What to answer each unit once this is committed. */
  results: readonly (readonly AppendResult[])[];
}>;

/** Every stream that the units write to or rest on. */
export function streamsOf(units: readonly AppendUnit[]): ReadonlySet<StreamId> {
  const streams = new Set<StreamId>();
  for (const { parts } of units)
    for (const { streamId, restsOn } of parts) {
      streams.add(streamId);
      for (const other of restsOn) streams.add(other.streamId);
    }
  return streams;
}

/** Judges the units one after another, as if each had a transaction of its own. */
export function judgeUnits(units: readonly AppendUnit[], standing: Standing): readonly JudgedUnit[] {
  const reached = new Map<StreamId, Revision>();
  const revisionOf = (streamId: StreamId): Revision => reached.get(streamId) ?? known(standing, streamId).revision;
  return units.map((unit) => {
    const conflicts = conflictingParts(unit.parts, revisionOf);
    for (const part of unit.parts)
      if (!conflicts.has(part)) reached.set(part.streamId, revisionOf(part.streamId) + part.events.length);
    return { unit, conflicts };
  });
}

/** Streams that are about to get their first event and have no key yet. */
export function newStreams(judged: readonly JudgedUnit[], standing: Standing): readonly StreamId[] {
  const streams = new Set<StreamId>();
  for (const { unit, conflicts } of judged)
    for (const part of unit.parts)
      if (part.events.length > 0 && !conflicts.has(part) && known(standing, part.streamId).key === null)
        streams.add(part.streamId);
  return [...streams];
}

/** Gives each surviving event its revision and its position behind `after`. */
export function planAppend(
  judged: readonly JudgedUnit[],
  standing: Standing,
  { after, recordedAt }: Readonly<{ after: bigint; recordedAt: Instant }>,
): AppendPlan {
  const streams = new Map<StreamId, KnownStream>();
  const recorded: RecordedEvent[] = [];
  let lines = '';
  let position = after;
  const write = (part: StreamAppend, { prepared }: AppendUnit): AppendResult => {
    const { streamId } = part;
    let { key, revision } = streams.get(streamId) ?? known(standing, streamId);
    const own = part.events.map((event) => {
      const ready = prepared.get(event);
      if (ready === undefined || key === null) throw new Error(`an append to ${streamId} was not prepared`);
      position += 1n;
      revision += 1;
      lines += copyLine(position, key, revision, recordedAt, ready.lineEnd);
      return recordedEvent(ready, streamId, revision, position as Position, recordedAt);
    });
    for (const event of own) recorded.push(event);
    streams.set(streamId, { key, revision });
    return { status: 'appended', revision, recorded: own };
  };
  const results = judged.map(({ unit, conflicts }) =>
    unit.parts.map((part): AppendResult => (conflicts.has(part) ? { status: 'conflict' } : write(part, unit))),
  );
  return { lines, recorded, streams, last: position, results };
}

function known(standing: Standing, streamId: StreamId): KnownStream {
  const stream = standing.get(streamId);
  if (stream === undefined) throw new Error(`the revision of ${streamId} was not looked up`);
  return stream;
}
