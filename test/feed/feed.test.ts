import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamId } from '../../src/domain/messages.js';
import { Feed } from '../../src/feed/feed.js';
import { FeedInconsistent, StreamOrder } from '../../src/feed/stream-order.js';
import { WHOLE } from '../../src/feed/versions/slice.js';
import type { JournalEntry, Position } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { noon } from '../projections/chronicle.js';
import { rate, streamNo } from './ledger.js';

const suspended = {
  type: 'UserSuspended',
  reason: 'spam',
  suspendedBy: null,
  voidBids: false,
  suspendedAt: noon,
} as const;
const house = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };

let runtime: ManualRuntime;
let journal: MemoryJournal;
let feed: Feed;
beforeEach(() => {
  runtime = new ManualRuntime(noon);
  journal = new MemoryJournal({ runtime });
  feed = new Feed({ journal, runtime, settings: { pollMs: 250, watchedStreamsMax: 3 } });
});

describe('a reader', () => {
  it('pages through everything behind its checkpoint, and finds nothing at the head', async () => {
    await rate(journal, [1, 1], [2, 2], [1, 3], [3, 4]);
    const reader = feed.reader(1n as Position, WHOLE);
    expect(await reader.next(2)).toMatchObject({ entries: [{ position: 2n }, { position: 3n }], upTo: 3n, full: true });
    expect(await reader.next(2)).toMatchObject({ entries: [{ position: 4n }], upTo: 4n, full: false });
    expect(await reader.next(2)).toBeNull();
  });

  it('moves past the events of other slices', async () => {
    await rate(journal, ...Array.from({ length: 20 }, (_, n) => [n, n] as const));
    const pages = await Promise.all([0, 1].map((index) => feed.reader(null, { index, count: 2 }).next(100)));
    expect(pages.map((page) => page?.upTo)).toEqual([20n, 20n]);
    expect(pages.flatMap((page) => page?.entries ?? [])).toHaveLength(20);
  });

  it('of some types hands over those alone, and tells how far it has looked, also where there are none', async () => {
    await rate(journal, [1, 1], [2, 2]);
    await journal.append([
      {
        streamId: streamNo(3),
        expected: -1,
        restsOn: [],
        events: [{ event: suspended, occurredAt: noon, meta: house }],
      },
    ]);
    await rate(journal, [1, 3]);
    const reader = feed.reader(null, WHOLE, ['UserSuspended']);
    expect(await reader.next(2)).toEqual({ entries: [], upTo: 2n, full: true });
    expect(await reader.next(3)).toMatchObject({
      entries: [{ position: 3n, eventType: 'UserSuspended' }],
      upTo: 4n,
      full: false,
    });
    expect(await reader.next(2)).toBeNull();
  });
});

describe('following', () => {
  let stop: AbortController;
  let taken: (number | null)[];
  let following: Promise<void>;
  /** What it has taken: the number of entries of each page, and null for each time it had caught up. */
  const follow = (take: () => Promise<void> = async () => undefined): void => {
    following = feed.follow(feed.reader(null, WHOLE), { limit: 2, signal: stop.signal }, async (page) => {
      taken.push(page === null ? null : page.entries.length);
      await take();
    });
  };
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await runtime.yield();
  };
  beforeEach(() => {
    stop = new AbortController();
    taken = [];
  });
  afterEach(async () => {
    stop.abort();
    await following;
  });

  it('takes page after page, then waits, and goes on with an append', async () => {
    await rate(journal, [1, 1], [1, 2], [2, 1]);
    follow();
    await settle();
    expect(taken).toEqual([2, 1, null]);
    await rate(journal, [1, 3]);
    await settle();
    expect(taken).toEqual([2, 1, null, 1, null]);
  });

  it('does not miss an append between the read and the wait', async () => {
    let appended = false;
    follow(async () => {
      if (appended) return;
      appended = true;
      await rate(journal, [1, 1]);
    });
    await settle();
    expect(taken).toEqual([null, 1, null]);
  });

  it('looks again after the poll interval, also once the feed is closed, and not a millisecond sooner', async () => {
    await feed.close();
    follow();
    await settle();
    await rate(journal, [1, 1]);
    runtime.advanceBy(249);
    await settle();
    expect(taken).toEqual([null]);
    runtime.advanceBy(1);
    await settle();
    expect(taken).toEqual([null, 1, null]);
  });

  it('ends with its signal, while it waits and before it reads', async () => {
    follow();
    await settle();
    stop.abort();
    await following;
    follow();
    await following;
    expect(taken).toEqual([null]);
  });

  it('fails as what takes the pages fails', async () => {
    const failing = feed.follow(feed.reader(null, WHOLE), { limit: 2, signal: stop.signal }, async () => {
      throw new Error('not taken');
    });
    await expect(failing).rejects.toThrow('not taken');
    following = Promise.resolve();
  });
});

describe('the order of events', () => {
  const entry = (position: bigint, stream: string, revision: number) =>
    ({ position, streamId: stream as StreamId, revision }) as JournalEntry;
  const checkIn = (positionsAreDense: boolean, after: bigint | null, ...entries: JournalEntry[]) => {
    const comparePositions = journal.comparePositions.bind(journal);
    const eventsBetween = positionsAreDense ? journal.eventsBetween.bind(journal) : () => null;
    const order = new StreamOrder({ comparePositions, eventsBetween }, after as Position | null, 3);
    for (const one of entries) order.checkPage([one], [one]);
  };
  const check = checkIn.bind(null, false);
  const checkDense = checkIn.bind(null, true);

  it('is kept by revisions one apart, wherever a stream is first met', () =>
    check(4n, entry(5n, 'a', 7), entry(6n, 'b', 0), entry(9n, 'a', 8)));
  it('is broken by a gap in a stream', () =>
    expect(() => check(4n, entry(5n, 'a', 7), entry(6n, 'a', 9))).toThrow(FeedInconsistent));
  it('is broken by a revision that comes twice', () =>
    expect(() => check(4n, entry(5n, 'a', 7), entry(6n, 'a', 7))).toThrow(FeedInconsistent));
  it('is broken by a position that comes twice', () =>
    expect(() => check(4n, entry(5n, 'a', 7), entry(5n, 'a', 8))).toThrow(FeedInconsistent));
  it('is broken by the checkpoint itself coming again', () =>
    expect(() => check(4n, entry(4n, 'a', 7))).toThrow(FeedInconsistent));
  it('is watched across a change of generations', () =>
    expect(() => check(null, entry(1n, 'a', 0), entry(2n, 'b', 0), entry(3n, 'c', 0), entry(4n, 'a', 2))).toThrow(
      'revision 2 of a came after 0, at position 4',
    ));

  describe('where positions are dense', () => {
    it('is kept by positions one apart, from wherever a reader begins', () => {
      checkDense(4n, entry(5n, 'a', 7), entry(6n, 'b', 0), entry(7n, 'a', 8));
      checkDense(null, entry(5n, 'a', 7), entry(6n, 'b', 0));
    });
    it.each([
      ['a position left out', [entry(5n, 'a', 7), entry(7n, 'a', 8)], 'position 7 came after 5'],
      ['a position left out behind the checkpoint', [entry(6n, 'a', 7)], 'position 6 came after 4'],
      ['a position that comes twice', [entry(5n, 'a', 7), entry(5n, 'a', 8)], 'position 5 came after 5'],
      ['the checkpoint itself coming again', [entry(4n, 'a', 7)], 'position 4 came after 4'],
    ])('is broken by %s', (_, entries, message) => {
      expect(() => checkDense(4n, ...entries)).toThrow(FeedInconsistent);
      expect(() => checkDense(4n, ...entries)).toThrow(message);
    });
    it('is watched in everything that is read, not in one slice of it', () => {
      const order = new StreamOrder(journal, 4n as Position, 3);
      const read = [entry(5n, 'a', 7), entry(6n, 'b', 0), entry(7n, 'a', 8)];
      order.checkPage(read, [read[1] as JournalEntry]);
      order.checkPage([entry(8n, 'a', 9)], []);
      expect(() => order.checkPage([entry(10n, 'b', 1)], [])).toThrow(FeedInconsistent);
    });
  });
});
