// Splitting a consumer's work: each slice takes the streams whose hash falls to it, so several can run side by side.
import type { StreamId } from '../../domain/messages.js';

/** The `index`-th of `count` parts, counted from 0. */
export type Slice = Readonly<{ index: number; count: number }>;

export const WHOLE: Slice = { index: 0, count: 1 };

/**
 * Tells whether a stream belongs to a slice. The hash is of what follows the stream's kind, so that an auction and its
 * refusals always go together. It must never change: checkpoints of running slices rest on it.
 */
export function inSlice(streamId: StreamId, { index, count }: Slice): boolean {
  if (count === 1) return true;
  return hashOf(streamId, streamId.indexOf('-') + 1) % count === index;
}

/** FNV-1a over UTF-16 units, then the finalizer of MurmurHash3, whose low bits are even enough for a modulus. */
function hashOf(text: string, from: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
