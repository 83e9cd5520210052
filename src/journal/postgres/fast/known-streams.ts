// What the one writer of this process remembers of streams, so that an append needs no look at them.
import type { StreamId } from '../../../domain/messages.js';
import { NO_STREAM, type Revision } from '../../journal.js';

/**
 * A stream as the writer knows it: the number that stands for its name in the events table (null: none yet) and its last
 * revision. The other two belong to the transaction under way: the revision before the batch that is being judged, and
 * the one that the stream will have once everything judged so far is committed.
 */
export type KnownStream = {
  readonly id: StreamId;
  key: number | null;
  revision: Revision;
  before: Revision;
  next: Revision;
};

/** A stream as if it had never been written to. */
export const unknownStream = (id: StreamId): KnownStream => ({
  id,
  key: null,
  revision: NO_STREAM,
  before: NO_STREAM,
  next: NO_STREAM,
});

export class KnownStreams {
  // Two generations: when the young one is full it becomes the old one, and what was not used since is forgotten. That
  // costs less than half of what a list in order of use costs, and this is looked up twice for every bid.
  private young = new Map<StreamId, KnownStream>();
  private old = new Map<StreamId, KnownStream>();
  /** The journal's last position when everything remembered was true; null when nothing is to be trusted. */
  private asOf: bigint | null = null;

  /** At most so many streams are remembered between transactions. */
  constructor(private readonly streamsMax: number) {}

  /**
   * To be called under the append lock with the journal's last position. What is remembered holds as long as nobody
   * else has appended since; otherwise all of it is forgotten.
   */
  trustAt(last: bigint): void {
    if (this.asOf === last) return;
    this.forget();
    this.asOf = last;
  }

  /** The last position for which everything remembered is true; null when nothing is. */
  trueAt(): bigint | null {
    return this.asOf;
  }

  /** The stream if it is remembered, as it stands before the transaction that begins here. */
  get(id: StreamId): KnownStream | undefined {
    const found = this.young.get(id) ?? this.promoted(id);
    if (found !== undefined) found.next = found.revision;
    return found;
  }

  /** A stream of which nothing is known yet, as if it had never been written to. */
  add(id: StreamId): KnownStream {
    const stream = unknownStream(id);
    this.young.set(id, stream);
    return stream;
  }

  /** Our own append was committed and ended at this position; it was all that these streams met. */
  moved(last: bigint, streams: Iterable<KnownStream>): void {
    this.asOf = last;
    for (const stream of streams) stream.revision = stream.next;
    // Not before: a transaction must meet each stream as one and the same object.
    if (this.young.size <= this.streamsMax / 2) return;
    this.old = this.young;
    this.young = new Map();
  }

  /** A new connection may lead to another server, restored to an older state. */
  forget(): void {
    this.young.clear();
    this.old.clear();
    this.asOf = null;
  }

  private promoted(id: StreamId): KnownStream | undefined {
    const found = this.old.get(id);
    if (found !== undefined) this.young.set(id, found);
    return found;
  }
}
