import { describe, expect, it } from '@jest/globals';
import { commandId } from '../../src/domain/ids.js';
import { IdBloomFilter } from '../../src/engine/id-bloom-filter.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { noon } from '../support/memory-house.js';

const makeIds = (count: number, seed: number) => {
  const runtime = new ManualRuntime(noon, seed);
  return Array.from({ length: count }, () => commandId(runtime.uuid()));
};

describe('remembered ids', () => {
  it('are never denied, and hardly ever claimed of others', () => {
    // As many as leave each the fewest bits that it may have.
    const seen = new IdBloomFilter(32_768, 0);
    const [mine, others] = [makeIds(32_768, 1), makeIds(100_000, 2)];
    for (const id of mine) seen.add(id, 1);
    expect(mine.every((id) => seen.mayHave(id))).toBe(true);
    expect(others.filter((id) => seen.mayHave(id)).length).toBeLessThanOrEqual(2);
  });

  it('are kept for two generations; the horizon moves when the older one is dropped', () => {
    const seen = new IdBloomFilter(100, 5);
    const [first, second, third] = [makeIds(100, 1), makeIds(100, 2), makeIds(1, 3)];
    for (const id of first) seen.add(id, 10);
    for (const id of second) seen.add(id, 20);
    expect(seen.horizon).toBe(5);
    expect(first.every((id) => seen.mayHave(id))).toBe(true);
    seen.add(third[0] as never, 30);
    expect(seen.horizon).toBe(20);
    expect(first.some((id) => seen.mayHave(id))).toBe(false);
    expect(second.every((id) => seen.mayHave(id))).toBe(true);
  });

  it('the horizon is not behind any that is forgotten, in whatever order they were seen', () => {
    const seen = new IdBloomFilter(100, 5);
    for (const id of makeIds(100, 1)) seen.add(id, 1_000);
    // A queue that lags fills the next generation, and begins the one after it.
    for (const id of makeIds(101, 2)) seen.add(id, 10);
    expect(seen.horizon).toBe(1_000);
  });
});
