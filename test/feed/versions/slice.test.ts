import { expect, it } from '@jest/globals';
import type { StreamId } from '../../../src/domain/messages.js';
import { inSlice, WHOLE } from '../../../src/feed/versions/slice.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';

const runtime = new SystemRuntime();
const ids = Array.from({ length: 6_000 }, () => runtime.uuid());
const stream = (kind: string, id: string) => `${kind}-${id}` as StreamId;
const slicesOf = (streamId: StreamId, count: number) =>
  Array.from({ length: count }, (_, index) => index).filter((index) => inSlice(streamId, { index, count }));

it('gives every stream to exactly one slice', () => {
  const owners = ids.map((id) => slicesOf(stream('auction', id), 5).length);
  expect(new Set(owners)).toEqual(new Set([1]));
});

it('keeps an auction and its refusals together', () => {
  const [auctions, refusals] = ['auction', 'refusals'].map((kind) => ids.map((id) => slicesOf(stream(kind, id), 7)));
  expect(auctions).toEqual(refusals);
});

it('spreads ids that were made one after the other evenly', () => {
  const sizes = [0, 0, 0, 0];
  for (const id of ids) for (const index of slicesOf(stream('auction', id), 4)) sizes[index] = (sizes[index] ?? 0) + 1;
  for (const size of sizes) expect(Math.abs(size - 1_500)).toBeLessThan(150);
});

it('never changes, because checkpoints rest on it', () => {
  const known = '01900001-0000-7000-8000-00000000000';
  expect(Array.from({ length: 10 }, (_, n) => slicesOf(stream('auction', `${known}${n}`), 100)[0])).toEqual([
    18, 91, 57, 7, 45, 92, 4, 3, 79, 28,
  ]);
});

it('has everything in the only slice there is', () => expect(inSlice('user-x' as StreamId, WHOLE)).toBe(true));
