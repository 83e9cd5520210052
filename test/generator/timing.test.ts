import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beforeClose, partAt, Squeeze } from '../../src/generator/timing.js';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

describe('the parts of an auction', () => {
  it.each([
    [0, 'last minute'],
    [MINUTE_MS - 1, 'last minute'],
    [MINUTE_MS, '1 to 5 minutes'],
    [5 * MINUTE_MS - 1, '1 to 5 minutes'],
    [5 * MINUTE_MS, '5 to 60 minutes'],
    [60 * MINUTE_MS - 1, '5 to 60 minutes'],
    [60 * MINUTE_MS, 'before'],
  ])('%d ms before the close is in "%s"', (ms, part) => expect(partAt(ms)).toBe(part));

  it.each(['last minute', '1 to 5 minutes', '5 to 60 minutes', 'before'] as const)(
    'a moment of "%s" stays in it',
    (part) => {
      for (const fraction of [0, 0.5, 1 - 2 ** -32]) {
        const ms = beforeClose({ part, fraction }, WEEK_MS);
        expect(partAt(ms)).toBe(part);
        expect(ms).toBeGreaterThan(0);
        expect(ms).toBeLessThan(WEEK_MS);
      }
    },
  );
});

describe('a squeezed auction', () => {
  it('keeps its last minute as it is from 150 s on, and gives it two fifths of less', () => {
    expect(new Squeeze(WEEK_MS, 150_000).toPlayed(MINUTE_MS)).toBe(MINUTE_MS);
    expect(new Squeeze(WEEK_MS, 600_000).toPlayed(30_000)).toBe(30_000);
    expect(new Squeeze(WEEK_MS, 149_000).toPlayed(MINUTE_MS)).toBe(59_600);
  });

  it('fills the time that it has', () => {
    expect(new Squeeze(WEEK_MS, 60_000).toPlayed(WEEK_MS)).toBe(60_000);
    expect(new Squeeze(WEEK_MS, 60_000).toPlayed(0)).toBe(0);
  });

  it('is not squeezed where it has all the time', () => {
    fc.assert(
      fc.property(fc.nat(WEEK_MS), (ms) => {
        expect(new Squeeze(WEEK_MS, WEEK_MS).toPlayed(ms)).toBeCloseTo(ms, 3);
        expect(new Squeeze(WEEK_MS, 2 * WEEK_MS).toPlayed(ms)).toBeCloseTo(ms, 3);
      }),
    );
  });

  it('keeps the order of moments, and leads back to them', () => {
    const length = fc.integer({ min: 1_000, max: WEEK_MS });
    fc.assert(
      fc.property(length, fc.nat(WEEK_MS), fc.nat(WEEK_MS), (playedMs, a, b) => {
        const squeeze = new Squeeze(WEEK_MS, playedMs);
        if (a < b) expect(squeeze.toPlayed(a)).toBeLessThan(squeeze.toPlayed(b));
        expect(squeeze.toPlanned(squeeze.toPlayed(a))).toBeCloseTo(a, 0);
      }),
    );
  });

  it('leaves after the close what is after it', () => {
    expect(new Squeeze(WEEK_MS, 60_000).toPlanned(-1)).toBeLessThan(0);
  });
});
