// What the one writer of this process remembers of streams, so that an append needs no look at them.
import { LRUCache } from 'lru-cache';
import type { StreamId } from '../domain/messages.js';
import type { Revision } from './journal.js';

/** The number that stands for the stream's name in the events table (null: none yet), and the stream's last revision. */
export type KnownStream = Readonly<{ key: bigint | null; revision: Revision }>;

export class KnownStreams {
  private readonly streams: LRUCache<StreamId, KnownStream>;
  /** The journal's last position when everything remembered was true; null when nothing is to be trusted. */
  private asOf: bigint | null = null;

  constructor(streamsMax: number) {
    this.streams = new LRUCache({ max: streamsMax });
  }

  /**
   * To be called under the append lock with the journal's last position. What is remembered holds as long as nobody
   * else has appended since; otherwise all of it is forgotten.
   */
  trustAt(last: bigint): void {
    if (this.asOf === last) return;
    this.streams.clear();
    this.asOf = last;
  }

  get(streamId: StreamId): KnownStream | undefined {
    return this.streams.get(streamId);
  }

  /** Something read under the append lock. */
  learn(streamId: StreamId, stream: KnownStream): void {
    this.streams.set(streamId, stream);
  }

  /** Our own append was committed and ended at this position. */
  moved(last: bigint, streams: ReadonlyMap<StreamId, KnownStream>): void {
    this.asOf = last;
    for (const [streamId, stream] of streams) this.streams.set(streamId, stream);
  }

  /** A new connection may lead to another server, restored to an older state. */
  forget(): void {
    this.streams.clear();
    this.asOf = null;
  }
}
