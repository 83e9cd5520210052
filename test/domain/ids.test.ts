import { describe, expect, it } from '@jest/globals';
import { auctionId, commandId, commandIdTime, isUuid, userId } from '../../src/domain/ids.js';
import {
  aggregateId,
  auctionStream,
  refusalsStream,
  type StreamId,
  streamOwner,
  userRefusalsStream,
  userStream,
} from '../../src/domain/messages.js';
import { earlierOf, instant, isoTime, later, laterOf } from '../../src/domain/time.js';
import { ann, clock, place } from '../support/auction-story.js';

const v7 = '01932c07-209c-7c4f-b4a1-0123456789ab';
const v4 = '7d444840-9dc0-41d1-b245-5ffdce74fad2';

describe('ids', () => {
  it('are lower-case UUIDs', () => {
    for (const make of [auctionId, userId]) for (const text of [v7, v4]) expect(make(text)).toBe(text);
    for (const text of [
      '',
      'x',
      v7.toUpperCase(),
      ` ${v7}`,
      `${v7}\n`,
      v7.slice(1),
      `{${v7}}`,
      v7.replaceAll('-', ''),
    ]) {
      expect(isUuid(text)).toBe(false);
      expect(() => auctionId(text)).toThrow(RangeError);
    }
  });
  it('of commands are of version 7, and tell when they were made', () => {
    expect(commandIdTime(commandId(v7))).toBe(0x01932c07209c);
    expect(() => commandId(v4)).toThrow('is not a command id (UUID version 7)');
  });
  it('quote little of what they refuse', () => {
    expect(() => userId('x'.repeat(10_000))).toThrow(`"${'x'.repeat(64)}" is not a user id`);
  });
});

describe('streams', () => {
  it('are named after their owner, and tell who that is', () => {
    expect(streamOwner(auctionStream(clock))).toEqual({ kind: 'auction', id: clock });
    expect(streamOwner(userStream(ann))).toEqual({ kind: 'user', id: ann });
    expect(streamOwner(refusalsStream(clock))).toEqual({ kind: 'refusals', id: clock });
    expect(streamOwner(userRefusalsStream(ann))).toEqual({ kind: 'refusals-user', id: ann });
  });
  it.each(['', '-', 'auction-', 'auction-x', `lot-${v7}`, v7])('of no known form are refused: %s', (name) =>
    expect(() => streamOwner(name as StreamId)).toThrow(RangeError),
  );
  it('order commands by what they are about', () => {
    expect(aggregateId(place(ann, 1n).command)).toBe(clock);
    expect(aggregateId({ type: 'VerifyUser', userId: ann })).toBe(ann);
  });
});

describe('instants', () => {
  it('are whole milliseconds that a date can hold', () => {
    expect(isoTime(instant(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(instant(8.64e15)).toBe(8.64e15);
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1, -8.64e15 - 1])
      expect(() => instant(wrong)).toThrow(RangeError);
  });
  it('come one after the other', () => {
    const [first, second] = [instant(1_000), instant(2_000)];
    expect(later(first, 1_000)).toBe(second);
    expect(later(second, -1_000)).toBe(first);
    expect([laterOf(first, second), laterOf(second, first)]).toEqual([second, second]);
    expect([earlierOf(first, second), earlierOf(second, first)]).toEqual([first, first]);
  });
});
