import { describe, expect, it } from '@jest/globals';
import { commandId, commandIdTime } from '../../src/domain/ids.js';
import { UuidV7Source } from '../../src/runtime/uuid-v7.js';

const noonMs = Date.UTC(2026, 0, 1, 12);
const zeros = new Uint8Array(10);
const ones = new Uint8Array(10).fill(0xff);

describe('ids', () => {
  it('are UUIDs of version 7 that carry the time, whatever the chance', () => {
    for (const random of [zeros, ones]) {
      const id = commandId(new UuidV7Source().next(noonMs, random));
      expect(commandIdTime(id)).toBe(noonMs);
    }
  });

  it('put every random bit but the fixed ones into the tail', () => {
    expect(new UuidV7Source().next(noonMs, ones)).toMatch(/-77ff-bfff-ffffffffffff$/);
    expect(new UuidV7Source().next(noonMs, zeros)).toMatch(/-7000-8000-000000000000$/);
  });

  it('rise within one millisecond, also when its counter runs over', () => {
    const source = new UuidV7Source();
    const ids = Array.from({ length: 10_000 }, () => source.next(noonMs, ones));
    expect(ids.slice(1).every((id, i) => id > (ids[i] ?? ''))).toBe(true);
    expect(commandIdTime(commandId(ids.at(-1) ?? ''))).toBe(noonMs + 4);
  });

  it('rise over a clock that steps back by a second', () => {
    const source = new UuidV7Source();
    const before = source.next(noonMs, ones);
    expect(source.next(noonMs - 1_000, zeros) > before).toBe(true);
  });

  it('follow a clock that was set back by more, for an id from the future would be refused', () => {
    const source = new UuidV7Source();
    source.next(noonMs, zeros);
    expect(commandIdTime(commandId(source.next(noonMs - 1_001, zeros)))).toBe(noonMs - 1_001);
  });
});
