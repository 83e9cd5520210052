// Which parts of a batch may be written. One rule for every adapter that can look at the revisions while it holds the pen.
import type { StreamId } from '../domain/messages.js';
import { type AppendResult, NO_STREAM, type Revision, type StreamAppend } from './journal.js';

/** What each part of a batch is answered that turned out not to be wanted. */
export const unwanted = (batch: readonly StreamAppend[]): readonly AppendResult[] =>
  batch.map(() => ({ status: 'conflict' }));

/** Throws a `RangeError` on an expected revision that no stream could ever have. */
export function refuseImpossible(batch: readonly StreamAppend[]): void {
  for (const { streamId, expected, restsOn } of batch) {
    if (expected !== 'any') refuseImpossibleRevision(streamId, expected);
    for (const other of restsOn) refuseImpossibleRevision(other.streamId, other.revision);
  }
}

function refuseImpossibleRevision(streamId: StreamId, revision: Revision): void {
  if (!Number.isSafeInteger(revision) || revision < NO_STREAM)
    throw new RangeError(`${streamId} cannot have the revision ${revision}`);
}

/**
 * The parts that must not be written, given each stream's last revision before the batch. Parts for one stream follow
 * each other; a part conflicts when it expects another revision, or rests on a stream that has moved or whose own part
 * in this batch conflicts.
 */
export function conflictingParts(
  batch: readonly StreamAppend[],
  revisionOf: (streamId: StreamId) => Revision,
): ReadonlySet<StreamAppend> {
  const conflicts = new Set<StreamAppend>();
  // A conflict can pull down parts that were looked at before it, so look again until nothing changes.
  for (let before = -1; before !== conflicts.size; ) {
    before = conflicts.size;
    const reached = new Map<StreamId, Revision>();
    const failed = new Set([...conflicts].map(({ streamId }) => streamId));
    for (const part of batch) {
      if (conflicts.has(part)) continue;
      const stands = reached.get(part.streamId) ?? revisionOf(part.streamId);
      const rests = part.restsOn.every(
        ({ streamId, revision }) => revisionOf(streamId) === revision && !failed.has(streamId),
      );
      if (rests && (part.expected === 'any' || part.expected === stands))
        reached.set(part.streamId, stands + part.events.length);
      else conflicts.add(part);
    }
  }
  return conflicts;
}

/** The batch, cut where no part speaks of another: each piece can be judged and written without the rest. */
export function linkedPieces(batch: readonly StreamAppend[]): readonly (readonly StreamAppend[])[] {
  const pieceOf = new Map<StreamId, StreamAppend[]>();
  for (const part of batch) {
    const streams = [part.streamId, ...part.restsOn.map(({ streamId }) => streamId)];
    const met = new Set(streams.map((streamId) => pieceOf.get(streamId)).filter((piece) => piece !== undefined));
    const joined = [...[...met].flat(), part];
    for (const { streamId, restsOn } of joined) {
      pieceOf.set(streamId, joined);
      for (const other of restsOn) pieceOf.set(other.streamId, joined);
    }
  }
  const inOrder = new Map(batch.map((part, index) => [part, index]));
  return [...new Set(pieceOf.values())].map((piece) =>
    piece.sort((a, b) => (inOrder.get(a) ?? 0) - (inOrder.get(b) ?? 0)),
  );
}
