import { describe, expect, it } from '@jest/globals';
import { instant } from '../../../src/domain/time.js';
import type { JournalEntry, Position, RecordedEvent } from '../../../src/journal/journal.js';
import { RecentEvents } from '../../../src/journal/postgres/recent-events.js';
import { auction, event } from '../../contract/journal-batches.js';

const position = (n: number): Position => BigInt(n) as Position;
const recorded = (n: number, text = 'x'): RecordedEvent => ({
  kind: 'event',
  ...event(n),
  position: position(n),
  streamId: auction(1),
  revision: n - 1,
  eventType: 'UserRated',
  schemaVersion: 1,
  recordedAt: instant(0),
  text,
  hash: '',
});
const append = (...positions: number[]) => positions.map((n) => recorded(n));
const pageOf = (events: readonly JournalEntry[] | null) => events?.map((one) => Number(one.position)) ?? null;

const holding = (...appends: readonly number[][]): RecentEvents => {
  const recent = new RecentEvents({ eventsMax: 6, charactersMax: 100 });
  for (const positions of appends) recent.push(append(...positions), positions.length);
  return recent;
};

describe('recent events', () => {
  it('are none at first: only the database knows', () => {
    expect(holding().after(null, 10)).toBeNull();
    expect(holding().last()).toBeNull();
  });

  it.each([
    ['behind the one before the first', 3, 10, [4, 5, 6, 7]],
    ['not from further back, where one may be missing', 2, 10, null],
    ['from within an append', 4, 10, [5, 6, 7]],
    ['from the start of an append', 5, 10, [6, 7]],
    ['exactly as many as fill a page', 3, 4, [4, 5, 6, 7]],
    ['over two appends, cut at the page', 3, 3, [4, 5, 6]],
    ['the newest one', 6, 10, [7]],
    ['not behind the newest: there may be others’', 7, 10, null],
    ['not from far ahead', 99, 10, null],
  ])('are served %s', (_, after, limit, page) => {
    expect(pageOf(holding([4, 5], [6, 7]).after(position(after), limit))).toEqual(page);
  });

  it('are served from the beginning of the journal', () => {
    expect(pageOf(holding([1, 2]).after(null, 10))).toEqual([1, 2]);
    expect(pageOf(holding([2, 3]).after(null, 10))).toBeNull();
  });

  it('start anew where another process wrote in between', () => {
    const recent = holding([1, 2], [4, 5]);
    expect(pageOf(recent.after(position(1), 10))).toBeNull();
    expect(pageOf(recent.after(position(3), 10))).toEqual([4, 5]);
  });

  it('take in a page that was read, where it goes on from what is held', () => {
    const recent = holding([1, 2]);
    recent.noteRead(append(3, 4));
    expect(pageOf(recent.after(null, 10))).toEqual([1, 2, 3, 4]);
  });

  it('begin anew with a page from further ahead, and leave one from further back alone', () => {
    const recent = holding([4, 5]);
    recent.noteRead(append(1, 2, 3));
    recent.noteRead(append(5, 6));
    expect(pageOf(recent.after(position(3), 10))).toEqual([4, 5]);
    recent.noteRead(append(8, 9));
    expect(pageOf(recent.after(position(7), 10))).toEqual([8, 9]);
    expect(recent.after(position(3), 10)).toBeNull();
  });

  it('are at most so many: the oldest append is let go', () => {
    expect(pageOf(holding([1, 2, 3], [4, 5, 6]).after(null, 10))).toEqual([1, 2, 3, 4, 5, 6]);
    const full = holding([1, 2, 3], [4, 5, 6], [7]);
    expect(pageOf(full.after(position(2), 10))).toBeNull();
    expect(pageOf(full.after(position(3), 10))).toEqual([4, 5, 6, 7]);
  });

  it('are at most so long, and an append that is too long by itself is not kept', () => {
    const recent = new RecentEvents({ eventsMax: 6, charactersMax: 100 });
    recent.push(append(1), 50);
    recent.push(append(2), 50);
    expect(pageOf(recent.after(null, 10))).toEqual([1, 2]);
    recent.push(append(3), 1);
    expect(pageOf(recent.after(position(1), 10))).toEqual([2, 3]);
    recent.push(append(4), 101);
    expect(recent.last()).toBeNull();
  });

  it('count the text of a page that was read', () => {
    const recent = new RecentEvents({ eventsMax: 6, charactersMax: 100 });
    recent.noteRead([recorded(1, 'x'.repeat(50)), recorded(2, 'x'.repeat(50))]);
    expect(pageOf(recent.after(null, 10))).toEqual([1, 2]);
    recent.noteRead([recorded(3, 'x'.repeat(100)), recorded(4, 'x')]);
    expect(recent.last()).toBeNull();
  });
});
