// What every journal does. Adapters run it from their own test files.
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StreamId } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import { type Journal, NO_STREAM, type Position, type Revision } from '../../src/journal/journal.js';
import { hashOf } from '../../src/journal/stored-events.js';
import { eventually } from '../support/eventually.js';
import { goldenEvent, goldenEvents } from '../support/golden-event.js';
import {
  auction,
  command,
  event,
  given,
  numbers,
  part,
  plain,
  readEverything,
  refusals,
  statuses,
  streamNumbers,
  user,
} from './journal-batches.js';

export type JournalUnderTest = Readonly<{
  /** Opened on the same store, with another process's eyes. */
  another: () => Promise<Journal>;
  journal: Journal;
  /** Spoils a stored event, so that it can be read no more; null for a store that lets nobody do so. */
  damage: ((streamId: StreamId, revision: Revision) => Promise<void>) | null;
}>;

export type JournalAbilities = Readonly<{
  /** Positions count 1, 2, 3 …, without a gap. */
  densePositions: boolean;
  /** Whether a stored event can be spoilt (`damage`). */
  canBeDamaged: boolean;
}>;

/** `open` gives an empty journal each time. */
export function journalContract(open: () => Promise<JournalUnderTest>, abilities: JournalAbilities): void {
  let journal: Journal;
  let test: JournalUnderTest;
  const opened: Journal[] = [];

  beforeEach(async () => {
    test = await open();
    journal = test.journal;
    opened.push(journal);
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
  });

  it('that takes appends knows of no reason against them', async () => {
    expect(await journal.unwritable()).toBeNull();
    await journal.append([part(auction(1), NO_STREAM, [event(1)])]);
    expect(await journal.unwritable()).toBeNull();
  });

  describe('the expected revision', () => {
    it('of a new stream is -1', async () => {
      const results = await journal.append([part(auction(1), NO_STREAM, [event(1), event(2)])]);
      expect(results).toMatchObject([{ status: 'appended', revision: 1 }]);
      expect(await streamNumbers(journal, auction(1))).toEqual([1, 2]);
    });

    it.each([
      ['exactly the last revision', 1, 'appended'],
      ['one revision behind', 0, 'conflict'],
      ['one revision ahead', 2, 'conflict'],
      ['a new stream, where there is one', NO_STREAM, 'conflict'],
      ['whatever there is', 'any', 'appended'],
    ] as const)('when it is %s (%s): %s', async (_, expected, status) => {
      await given(journal, auction(1), 1, 2);
      const results = await journal.append([part(auction(1), expected, [event(3)])]);
      expect(statuses(results)).toEqual([status]);
      expect(await streamNumbers(journal, auction(1))).toEqual(status === 'appended' ? [1, 2, 3] : [1, 2]);
    });

    it('may be any for a stream that does not exist yet', async () => {
      const results = await journal.append([part(auction(1), 'any', [event(1)])]);
      expect(results).toMatchObject([{ status: 'appended', revision: 0 }]);
    });

    it.each([-2, 0.5, Number.NaN])('cannot be %s, and then nothing of the batch is written', async (expected) => {
      const batch = [part(auction(1), NO_STREAM, [event(1)]), part(auction(2), expected, [event(2)])];
      await expect(journal.append(batch)).rejects.toThrow(RangeError);
      expect(await journal.head()).toBeNull();
    });

    it('can be checked without writing anything', async () => {
      await given(journal, auction(1), 1);
      const results = await journal.append([
        part(auction(1), 0, []),
        part(auction(2), 0, []),
        part(auction(3), -1, []),
      ]);
      expect(statuses(results)).toEqual(['appended', 'conflict', 'appended']);
      expect(results[0]).toMatchObject({ revision: 0, recorded: [] });
      expect(await readEverything(journal)).toHaveLength(1);
      expect(await journal.lastRevision(auction(3))).toBe(NO_STREAM);
    });
  });

  describe('a batch', () => {
    it('is answered part by part, in the order given', async () => {
      await given(journal, auction(1), 1);
      const results = await journal.append([
        part(auction(2), NO_STREAM, [event(2)]),
        part(auction(1), NO_STREAM, [event(3)]),
        part(auction(3), NO_STREAM, [event(4), event(5)]),
      ]);
      expect(statuses(results)).toEqual(['appended', 'conflict', 'appended']);
      expect(numbers(await readEverything(journal))).toEqual([1, 2, 4, 5]);
    });

    it('may hold several parts of one stream, which follow each other', async () => {
      const results = await journal.append([
        part(auction(1), NO_STREAM, [event(1)]),
        part(auction(1), 0, [event(2)]),
        part(auction(1), 'any', [event(3)]),
        part(auction(1), 0, [event(4)]),
      ]);
      expect(statuses(results)).toEqual(['appended', 'appended', 'appended', 'conflict']);
      expect(await streamNumbers(journal, auction(1))).toEqual([1, 2, 3]);
    });

    it.each([true, false])('is handed over before it is known whether it is wanted: %s', async (wanted) => {
      let tell = (_: boolean): void => undefined;
      const isWanted = new Promise<boolean>((resolve) => {
        tell = resolve;
      });
      const results = journal.append([part(auction(1), NO_STREAM, [event(2), event(3)])], isWanted);
      // What comes behind it is not held up, and nothing is there before the word is given.
      await given(journal, auction(2), 1);
      expect(await journal.lastRevision(auction(1))).toBe(NO_STREAM);
      tell(wanted);
      expect(statuses(await results)).toEqual([wanted ? 'appended' : 'conflict']);
      expect(await streamNumbers(journal, auction(1))).toEqual(wanted ? [2, 3] : []);
    });

    it('that conflicts in a part writes the others, also when it was handed over early', async () => {
      await given(journal, auction(1), 1);
      const batch = [part(auction(1), NO_STREAM, [event(2)]), part(auction(2), NO_STREAM, [event(3), event(4)])];
      const [early, other] = await Promise.all([
        journal.append(batch, Promise.resolve(true)),
        journal.append([part(auction(3), NO_STREAM, [event(5)])], Promise.resolve(true)),
      ]);
      expect(statuses(early)).toEqual(['conflict', 'appended']);
      expect(statuses(other)).toEqual(['appended']);
      expect(await streamNumbers(journal, auction(1))).toEqual([1]);
      expect(await streamNumbers(journal, auction(2))).toEqual([3, 4]);
      expect(await streamNumbers(journal, auction(3))).toEqual([5]);
    });

    it('may be empty', async () => expect(await journal.append([])).toEqual([]));

    it('of 3,000 events to 300 streams stays in order', async () => {
      const streams = Array.from({ length: 300 }, (_, n) => auction(n));
      const ten = Array.from({ length: 10 }, (_, n) => n);
      const results = await journal.append(
        streams.map((id) =>
          part(
            id,
            NO_STREAM,
            ten.map((n) => event(n)),
          ),
        ),
      );
      expect(new Set(statuses(results))).toEqual(new Set(['appended']));
      for (const id of [auction(0), auction(150), auction(299)]) expect(await streamNumbers(journal, id)).toEqual(ten);
    });
  });

  describe('a part that rests on another stream', () => {
    const rests = (revision: Revision, n = 1) => [{ streamId: auction(n), revision }];

    it.each([
      ['stands where it stood', 1, 'appended'],
      ['has moved since', 0, 'conflict'],
      ['was never as far', 2, 'conflict'],
    ] as const)('when that %s: %s', async (_, revision, status) => {
      await given(journal, auction(1), 1, 2);
      const results = await journal.append([part(refusals(1), NO_STREAM, [event(3)], rests(revision))]);
      expect(statuses(results)).toEqual([status]);
      expect(await journal.lastRevision(refusals(1))).toBe(status === 'appended' ? 0 : -1);
    });

    it('may rest on the absence of it', async () => {
      const results = await journal.append([
        part(auction(1), -1, [event(1)], [{ streamId: refusals(1), revision: -1 }]),
      ]);
      expect(statuses(results)).toEqual(['appended']);
    });

    it('means the revision before the batch, though the batch itself moves it', async () => {
      await given(journal, auction(1), 1);
      const results = await journal.append([
        part(auction(1), 0, [event(2)]),
        part(refusals(1), NO_STREAM, [event(3)], rests(0)),
      ]);
      expect(statuses(results)).toEqual(['appended', 'appended']);
    });

    it.each([
      ['behind it', false],
      ['before it', true],
    ])('falls with that stream’s own part %s', async (_, refusalFirst) => {
      await given(journal, auction(1), 1);
      const batch = [part(auction(1), 5, [event(2)]), part(refusals(1), NO_STREAM, [event(3)], rests(0))];
      const results = await journal.append(refusalFirst ? batch.reverse() : batch);
      expect(statuses(results)).toEqual(['conflict', 'conflict']);
      expect(numbers(await readEverything(journal))).toEqual([1]);
    });

    it('falls with a stream that rests on a fallen one', async () => {
      const results = await journal.append([
        part(auction(3), -1, [event(3)], rests(-1, 2)),
        part(auction(2), -1, [event(2)], rests(-1, 1)),
        part(auction(1), 7, [event(1)]),
        part(auction(4), -1, [event(4)]),
      ]);
      expect(statuses(results)).toEqual(['conflict', 'conflict', 'conflict', 'appended']);
    });

    it('is not deceived by another caller’s append at the same moment', async () => {
      await given(journal, auction(1), 1);
      const [bids, refused] = await Promise.all([
        journal.append([part(auction(1), 0, [event(2)])]),
        journal.append([part(refusals(1), NO_STREAM, [event(3)], rests(0))]),
      ]);
      const refusal = (await journal.readStream(refusals(1), 0, 1))[0];
      const bid = (await journal.readStream(auction(1), 1, 1))[0];
      expect(statuses(bids)).toEqual(['appended']);
      if (statuses(refused)[0] === 'appended')
        expect(journal.comparePositions(refusal?.position ?? null, bid?.position ?? null)).toBeLessThan(0);
      else expect(refusal).toBeUndefined();
    });
  });

  describe('what was appended', () => {
    it('is answered, read and read back by another process alike, byte for byte', async () => {
      const text = 'quote " backslash \\ tab \t newline \n return \r «Ünïcode» 時計 \u{1f552} \\N';
      const meta = {
        commandId: command(1),
        actorId: user,
        fingerprint: `bid\t${text}`,
        correlationId: text,
        causationId: '\\N',
      };
      const told = {
        event: {
          type: 'UserSuspended' as const,
          reason: `${text} \0`,
          suspendedBy: null,
          voidBids: false,
          suspendedAt: instant(5),
        },
        occurredAt: instant(1_795_348_800_123),
        meta,
      };
      const [result] = await journal.append([part(auction(1), NO_STREAM, [told])]);
      const [appended] = result?.status === 'appended' ? result.recorded : [];
      if (appended === undefined) throw new Error('nothing was appended');
      const recorded = plain(appended);
      expect(recorded).toMatchObject({ kind: 'event', ...told, revision: 0, streamId: auction(1), schemaVersion: 1 });
      expect(recorded.hash).toBe(hashOf(recorded.text));
      const other = await test.another();
      expect(await other.readAll(null, 10)).toEqual([recorded]);
      expect(await other.readStream(auction(1), 0, 10)).toEqual([recorded]);
      expect((await journal.readAll(null, 10)).map(plain)).toEqual([recorded]);
      await other.close();
    });

    it('is told by its writer as the store keeps it, whatever it is', async () => {
      const told = goldenEvents.map(({ name }) => ({ ...event(1), event: goldenEvent(name) }));
      const [result] = await journal.append([part(auction(1), NO_STREAM, told)]);
      const recorded = result?.status === 'appended' ? result.recorded : [];
      const other = await test.another();
      expect(recorded).toHaveLength(goldenEvents.length);
      expect(recorded.map(plain)).toEqual(await other.readStream(auction(1), 0, told.length));
      expect((await journal.readAll(null, told.length)).map(plain)).toEqual(await other.readAll(null, told.length));
      await other.close();
    });

    it('is read from a revision on, at most so many', async () => {
      await given(journal, auction(1), 1, 2, 3, 4);
      expect(numbers(await journal.readStream(auction(1), 1, 2))).toEqual([2, 3]);
      expect(numbers(await journal.readStream(auction(1), 3, 2))).toEqual([4]);
      expect(await journal.readStream(auction(1), 4, 2)).toEqual([]);
      expect(await journal.readStream(auction(9), 0, 2)).toEqual([]);
    });

    it('is read in the journal’s order behind a position, which is exclusive', async () => {
      await given(journal, auction(1), 1, 2);
      await given(journal, auction(2), 3);
      const all = await journal.readAll(null, 10);
      expect(numbers(all)).toEqual([1, 2, 3]);
      expect(numbers(await journal.readAll(all[0]?.position ?? null, 10))).toEqual([2, 3]);
      expect(numbers(await journal.readAll(all[0]?.position ?? null, 1))).toEqual([2]);
      expect(await journal.readAll(all[2]?.position ?? null, 10)).toEqual([]);
      expect(numbers(await readEverything(journal, 1))).toEqual([1, 2, 3]);
    });

    it('is looked through for some types: any other may be left out, but not the last one looked at', async () => {
      const kinds = ['UserSuspended', 'UserReinstated', 'UserRated', 'UserErased'] as const;
      const told = kinds.map((kind, n) => ({ ...event(n), event: goldenEvent(`${kind}.v1`) }));
      await journal.append([part(auction(1), NO_STREAM, told)]);
      const other = await test.another();
      const positions = (await other.readAll(null, 10)).map(({ position }) => position);
      const looked = async (by: Journal, after: Position | null, limit: number) => {
        const read = await by.readAll(after, limit, new Set<string>(['UserReinstated']));
        expect(read.at(-1)?.position).toBe(positions[(after === null ? 0 : positions.indexOf(after) + 1) + limit - 1]);
        return read.filter(({ eventType }) => eventType === 'UserReinstated').length;
      };
      const fresh = await test.another();
      for (const by of [journal, fresh]) {
        expect(await looked(by, null, 4)).toBe(1);
        expect(await looked(by, null, 1)).toBe(0);
        expect(await looked(by, positions[0] ?? null, 1)).toBe(1);
        expect(await looked(by, positions[1] ?? null, 2)).toBe(0);
        expect(await by.readAll(positions[3] ?? null, 9, new Set(['UserReinstated']))).toEqual([]);
        // Fewer than may be looked at: the last one is the journal's.
        expect((await by.readAll(null, 9, new Set(['UserRated']))).at(-1)?.position).toBe(positions[3]);
      }
      await other.close();
      await fresh.close();
    });

    it('is read from the end', async () => {
      expect(await journal.readTail(2)).toEqual([]);
      await given(journal, auction(1), 1, 2, 3);
      expect(numbers(await journal.readTail(2))).toEqual([2, 3]);
      expect(numbers(await journal.readTail(3))).toEqual([1, 2, 3]);
      expect(numbers(await journal.readTail(4))).toEqual([1, 2, 3]);
    });

    it('is found by the commands that led to it', async () => {
      const by = (n: number) => ({ commandId: command(n), actorId: user });
      await journal.append([part(auction(1), -1, [event(1, by(1)), event(2, by(1)), event(3, by(2))])]);
      await journal.append([part(auction(2), -1, [event(4), event(5, by(1))])]);
      expect(numbers(await journal.readCommands([command(1)]))).toEqual([1, 2, 5]);
      expect(numbers(await journal.readCommands([command(3), command(2)]))).toEqual([3]);
      expect(await journal.readCommands([])).toEqual([]);
    });

    it('ends at the head, and at each stream’s last revision', async () => {
      expect(await journal.head()).toBeNull();
      expect(await journal.lastRevision(auction(1))).toBe(NO_STREAM);
      await given(journal, auction(1), 1, 2);
      const last = (await journal.readAll(null, 10)).at(-1);
      expect(await journal.head()).toBe(last?.position);
      expect(await journal.lastRevision(auction(1))).toBe(1);
    });
  });

  describe('positions', () => {
    it('rise with the journal, and are compared and printed by it', async () => {
      await given(journal, auction(1), 1, 2);
      await given(journal, auction(2), 3);
      const positions = (await journal.readAll(null, 10)).map(({ position }) => position);
      if (abilities.densePositions) expect(positions).toEqual([1n, 2n, 3n]);
      const [first, second] = positions as [Position, Position];
      expect(journal.comparePositions(first, second)).toBeLessThan(0);
      expect(journal.comparePositions(second, first)).toBeGreaterThan(0);
      expect(journal.comparePositions(first, first)).toBe(0);
      expect(journal.comparePositions(null, first)).toBeLessThan(0);
      expect(journal.comparePositions(null, null)).toBe(0);
      expect(journal.eventsBetween(null, second)).toBe(abilities.densePositions ? 2n : null);
      expect(journal.eventsBetween(first, second)).toBe(abilities.densePositions ? 1n : null);
      expect(journal.parsePosition(journal.printPosition(second))).toBe(second);
    });

    it.each(['', '-1', '1.5', '0x1', 'one', ' 1', '12345678901234567890'])('are not to be read from "%s"', (text) => {
      expect(() => journal.parsePosition(text)).toThrow(RangeError);
    });
  });

  if (abilities.canBeDamaged)
    it('hands a damaged event on as unreadable, and everything around it as it is', async () => {
      await given(journal, auction(1), 1, 2, 3);
      await given(journal, auction(2), 4);
      await test.damage?.(auction(1), 1);
      const other = await test.another();
      const entries = await other.readStream(auction(1), 0, 10);
      expect(entries.map(({ kind }) => kind)).toEqual(['event', 'unreadable', 'event']);
      expect(entries[1]).toMatchObject({ streamId: auction(1), revision: 1, problem: expect.stringContaining('hash') });
      expect((await readEverything(other)).map(({ kind }) => kind)).toEqual(['event', 'unreadable', 'event', 'event']);
      await other.close();
    });

  describe('a subscription', () => {
    it('is woken by appends of its own process and of others', async () => {
      await given(journal, auction(1), 1);
      const other = await test.another();
      let woken = 0;
      const subscription = journal.subscribe(() => {
        woken += 1;
      });
      for (const [writer, n] of [
        [journal, 2],
        [other, 3],
        [journal, 4],
        [other, 5],
      ] as const) {
        const before = woken;
        await given(writer, auction(n), n);
        await eventually(`a wake for event ${n}`, () => woken > before);
        expect(numbers(await readEverything(journal))).toContain(n);
      }
      await subscription.close();
      await other.close();
    });

    it('is not woken any more once it is closed, and leaves others alone', async () => {
      const woken = { closed: 0, open: 0 };
      const closed = journal.subscribe(() => {
        woken.closed += 1;
      });
      const open = journal.subscribe(() => {
        woken.open += 1;
      });
      await closed.close();
      const before = woken.closed;
      await given(journal, auction(1), 1);
      await eventually('a wake of the open subscription', () => woken.open > 0);
      expect(woken.closed).toBe(before);
      await open.close();
    });
  });

  describe('a closed journal', () => {
    it('has finished what was under way, and takes nothing more', async () => {
      const appending = [1, 2, 3].map((n) => journal.append([part(auction(n), NO_STREAM, [event(n)])]));
      await journal.close();
      await journal.close();
      expect((await Promise.all(appending)).map(statuses)).toEqual([['appended'], ['appended'], ['appended']]);
      await expect(journal.append([part(auction(4), NO_STREAM, [event(4)])])).rejects.toThrow('closed');
    });
  });
}
