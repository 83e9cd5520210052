// Which parts of a batch conflict. One rule for every adapter that can look at the revisions while it holds the pen.
import type { StreamId } from '../domain/messages.js';
import type { Revision, StreamAppend } from './journal.js';

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
