import { beforeEach, describe, expect, it } from '@jest/globals';
import { StandStill } from '../../../src/kafka/client/stand-still.js';

const STALL_MS = 1_000;
const PLACE = 'bids/0';

let still: StandStill;
beforeEach(() => {
  still = new StandStill(STALL_MS);
});
const looks = (offset: number, end: number, nowMs: number) =>
  still.look(PLACE, { offset: BigInt(offset), end: BigInt(end) }, nowMs);

describe('a place that has something to read and does not move', () => {
  it('is let be until the last millisecond before the limit', () => {
    expect([looks(5, 6, 0), looks(5, 6, STALL_MS - 1)]).toEqual([false, false]);
  });
  it('stands still at the limit', () => {
    expect([looks(5, 6, 0), looks(5, 9, STALL_MS)]).toEqual([false, true]);
  });
  it('is not judged by the time before it was first seen', () => {
    expect([looks(5, 5, 0), looks(5, 6, 10 * STALL_MS)]).toEqual([false, false]);
  });
});

describe('a place begins anew', () => {
  it('when it has moved by one', () => {
    expect([looks(5, 9, 0), looks(6, 9, STALL_MS), looks(6, 9, 2 * STALL_MS - 1)]).toEqual([false, false, false]);
    expect(looks(6, 9, 2 * STALL_MS)).toBe(true);
  });
  it('when it had come to the end in between', () => {
    expect([looks(5, 6, 0), looks(6, 6, 500), looks(6, 7, STALL_MS)]).toEqual([false, false, false]);
  });
  it('when what was seen of it is forgotten', () => {
    looks(5, 6, 0);
    still.forget(PLACE);
    expect(looks(5, 6, STALL_MS)).toBe(false);
  });
});

it('tells places apart', () => {
  looks(5, 6, 0);
  expect(still.look('bids/1', { offset: 5n, end: 6n }, STALL_MS)).toBe(false);
});
