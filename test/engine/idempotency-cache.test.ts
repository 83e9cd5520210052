import { describe, expect, it } from '@jest/globals';
import { type CommandId, commandId } from '../../src/domain/ids.js';
import { type Instant, instant, later } from '../../src/domain/time.js';
import { IdempotencyCache } from '../../src/engine/idempotency-cache.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { noon } from '../support/memory-house.js';

const FUTURE_MAX_MS = 60_000;
const CLOCK_STEP_MS = 5_000;

const windowFrom = (horizon: number, idsMax = 1_000) =>
  new IdempotencyCache({ entriesMax: 1_000, idsMax, futureMaxMs: FUTURE_MAX_MS }, horizon);

/** Ids made at this time, each another one. */
const idsAt = (at: Instant, count: number, seed = 1): readonly CommandId[] => {
  const runtime = new ManualRuntime(at, seed);
  return Array.from({ length: count }, () => commandId(runtime.uuid()));
};
const idAt = (at: Instant, seed = 1): CommandId => idsAt(at, 1, seed)[0] as CommandId;

describe('an id that is claimed', () => {
  it('is new to the first who asks, and to nobody after that', () => {
    const window = windowFrom(Number.NEGATIVE_INFINITY);
    const [one, other] = idsAt(noon, 2);
    expect(window.claim(one as CommandId, noon)).toBe(true);
    expect(window.claim(one as CommandId, noon)).toBe(false);
    expect(window.claim(other as CommandId, noon)).toBe(true);
  });

  it.each([
    ['may have been recorded before anybody watched', 0, false],
    ['cannot have been', 1, true],
  ])('%s: made %d ms behind the horizon, with all that clocks may be wrong by', (_, ms, isNew) => {
    const window = windowFrom(noon);
    const made = instant(noon + FUTURE_MAX_MS + CLOCK_STEP_MS + ms);
    expect(window.claim(idAt(made), made)).toBe(isNew);
  });

  it.each([
    ['that arrives as it comes', 10],
    ['that lags behind', -5 * FUTURE_MAX_MS],
  ])('is never new again, also once its generation is forgotten by the side of a queue %s', (_, stepMs) => {
    const window = windowFrom(Number.NEGATIVE_INFINITY, 100);
    // As far ahead of our clock as an id may be.
    const early = idAt(later(noon, FUTURE_MAX_MS), 7);
    expect(window.claim(early, noon)).toBe(true);
    for (let generation = 1; generation <= 3; generation++) {
      const at = instant(noon + generation * stepMs);
      for (const id of idsAt(later(noon, 10 * FUTURE_MAX_MS), 100, generation)) window.claim(id, at);
      expect([generation, window.claim(early, at)]).toEqual([generation, false]);
    }
  });

  it('is not taken for an answered one', () => {
    const window = windowFrom(Number.NEGATIVE_INFINITY);
    const id = idAt(noon);
    window.claim(id, noon);
    expect(window.has(id)).toBe(false);
    expect(window.find(id, null, 'auction-1' as never)).toBeNull();
  });
});
