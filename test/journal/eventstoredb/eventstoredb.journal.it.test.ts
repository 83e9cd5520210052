// What the journal in EventStoreDB adds to the contract: lost answers, other writers at the worst moment, a server that
// goes away, and events in $all that are not ours.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  EventStoreJournal,
  type EventStoreJournalSettings,
} from '../../../src/journal/eventstoredb/eventstoredb.journal.js';
import { NO_STREAM } from '../../../src/journal/journal.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import {
  auction,
  command,
  event,
  given,
  numbers,
  part,
  readEverything,
  refusals,
  statuses,
  streamNumbers,
} from '../../contract/journal-batches.js';
import { EventStoreDouble } from '../../support/event-store/event-store-double.js';
import { eventually } from '../../support/eventually.js';

const runtime = new SystemRuntime();
let double: EventStoreDouble;
let journals: EventStoreJournal[] = [];
let journal: EventStoreJournal;

const open = (settings: Partial<EventStoreJournalSettings> = {}): EventStoreJournal => {
  const opened = new EventStoreJournal({
    address: { url: double.url, caFile: null },
    runtime,
    log: silentLog,
    settings,
  });
  journals.push(opened);
  return opened;
};

beforeEach(async () => {
  double = await EventStoreDouble.start();
  journal = open();
});
afterEach(async () => {
  for (const opened of journals) await opened.close();
  journals = [];
  await double.stop();
});

const foreign = (stream: string, type: string) =>
  double.log.append(stream, 'any', [
    { id: runtime.uuid(), type, contentType: 'application/json', data: Buffer.from('{}'), metadata: new Uint8Array() },
  ]);

describe('an append whose connection dies', () => {
  it.each(['lost before', 'lost after'] as const)('(%s) is sent again and written once', async (accident) => {
    await given(journal, auction(1), 1);
    double.next(accident);
    const results = await journal.append([part(auction(1), 0, [event(2), event(3)])]);
    expect(results).toMatchObject([{ status: 'appended', revision: 2 }]);
    expect(await streamNumbers(journal, auction(1))).toEqual([1, 2, 3]);
  });

  it('after it was written, and others wrote behind it, is still the one that was appended', async () => {
    await given(journal, auction(1), 1);
    const other = open();
    await other.head();
    double.next('lost after');
    const appending = journal.append([part(auction(1), 0, [event(2)])]);
    await eventually('the first try to be written', () => (double.log.stream(auction(1))?.length ?? 0) === 2);
    await other.append([part(auction(1), 1, [event(3)])]);
    expect(await appending).toMatchObject([{ status: 'appended', revision: 1 }]);
    expect(await streamNumbers(journal, auction(1))).toEqual([1, 2, 3]);
  });

  it('at any revision is written once as well', async () => {
    await given(journal, auction(1), 1);
    double.next('lost after');
    const results = await journal.append([part(auction(1), 'any', [event(2)])]);
    expect(results).toMatchObject([{ status: 'appended', revision: 1 }]);
    expect(await streamNumbers(journal, auction(1))).toEqual([1, 2]);
  });

  it('is unknown when the server stays away, and what rests on it is not written', async () => {
    const impatient = open({ retryMaxMs: 200 });
    await given(impatient, auction(1), 1);
    double.onNextAppend(() => void double.down());
    const results = await impatient.append([
      part(auction(1), 0, [event(2)]),
      part(refusals(1), NO_STREAM, [event(3)], [{ streamId: auction(1), revision: 0 }]),
    ]);
    expect(statuses(results)).toEqual(['unknown', 'conflict']);
    await double.up();
    expect(await journal.lastRevision(refusals(1))).toBe(NO_STREAM);
  });

  it('is unknown when no answer comes in time, and is there all the same', async () => {
    const impatient = open({ retryMaxMs: 0, appendMaxMs: 200 });
    double.next('silent');
    expect(statuses(await impatient.append([part(auction(1), NO_STREAM, [event(1)])]))).toEqual(['unknown']);
    expect(await streamNumbers(journal, auction(1))).toEqual([1]);
  });

  it('rejects when nothing could even be looked at', async () => {
    const impatient = open({ retryMaxMs: 0 });
    await double.down();
    const rests = [{ streamId: auction(1), revision: 0 }];
    await expect(impatient.append([part(refusals(1), NO_STREAM, [event(1)], rests)])).rejects.toMatchObject({
      code: 'JournalUnavailable',
    });
    await expect(impatient.readAll(null, 1)).rejects.toMatchObject({ code: 'JournalUnavailable' });
    await double.up();
  });
});

describe('one stream’s trouble', () => {
  it('is not another’s: a conflict, and a call that breaks off', async () => {
    await given(journal, auction(1), 1);
    const batch = Array.from({ length: 20 }, (_, n) => part(auction(n + 1), NO_STREAM, [event(100 + n)]));
    double.next('silent');
    const impatient = open({ appendMaxMs: 1_000, retryMaxMs: 0 });
    const results = statuses(await impatient.append(batch));
    // Stream 1 was there before; one of the others got no answer.
    expect(results[0] === 'conflict' || results[0] === 'unknown').toBe(true);
    expect(results.filter((status) => status === 'appended').length).toBeGreaterThanOrEqual(18);
    expect(results.filter((status) => status === 'unknown')).toHaveLength(1);
  });

  it('goes by one call an append, never by the client’s stream of batches', async () => {
    await given(journal, auction(1), 1);
    await given(journal, auction(2), 2);
    expect(double.calls).toMatchObject({ append: 2, batchAppend: 0 });
  });

  it('that is too large for the server is unknown, and the others are appended', async () => {
    const reason = 'x'.repeat(1_100_000);
    const large = {
      ...event(1),
      event: {
        type: 'UserSuspended' as const,
        reason,
        suspendedBy: null,
        voidBids: false,
        suspendedAt: event(1).occurredAt,
      },
    };
    const results = await journal.append([
      part(auction(1), NO_STREAM, [large]),
      part(auction(2), NO_STREAM, [event(2)]),
    ]);
    expect(statuses(results)).toEqual(['unknown', 'appended']);
    expect(await journal.lastRevision(auction(1))).toBe(NO_STREAM);
  });
});

describe('another process that writes between the look and the write', () => {
  const rests = [{ streamId: auction(1), revision: 0 }];

  it('leaves what rested on the older state unknown, never appended', async () => {
    await given(journal, auction(1), 1);
    double.onNextAppend(() => foreign(auction(1), 'UserRated'));
    const results = await journal.append([part(refusals(1), NO_STREAM, [event(2)], rests)]);
    expect(statuses(results)).toEqual(['unknown']);
  });

  it('and writes a moment later leaves it appended: it stood when it was written', async () => {
    await given(journal, auction(1), 1);
    const results = journal.append([part(refusals(1), NO_STREAM, [event(2)], rests)]);
    await eventually('the refusal to be written', () => double.log.stream(refusals(1)) !== undefined);
    foreign(auction(1), 'UserRated');
    expect(statuses(await results)).toEqual(['appended']);
  });

  it('into the same stream is a conflict there, and pulls down what rests on it', async () => {
    await given(journal, auction(1), 1);
    double.onNextAppend(() => foreign(auction(1), 'UserRated'));
    const results = await journal.append([
      part(refusals(1), NO_STREAM, [event(3)], rests),
      part(auction(1), 0, [event(2)]),
    ]);
    expect(statuses(results)).toEqual(['conflict', 'conflict']);
    expect(await journal.lastRevision(refusals(1))).toBe(NO_STREAM);
  });

  it('does not stop an append at any revision', async () => {
    await given(journal, auction(1), 1);
    double.onNextAppend(() => foreign(auction(1), 'UserRated'));
    const results = await journal.append([part(auction(1), 'any', [event(2)])]);
    expect(results).toMatchObject([{ status: 'appended', revision: 2 }]);
  });
});

describe('$all', () => {
  it('is read past whatever is not ours, in either direction', async () => {
    await given(journal, auction(1), 1, 2);
    for (let n = 0; n < 150; n++) foreign('orders-1', 'OrderPlaced');
    foreign('auction-of-somebody-else', 'Opened');
    await given(journal, auction(2), 3);
    for (let n = 0; n < 150; n++) foreign(`$metrics`, '$metric');
    expect(numbers(await readEverything(journal, 1))).toEqual([1, 2, 3]);
    expect(numbers(await readEverything(journal, 2))).toEqual([1, 2, 3]);
    expect(numbers(await journal.readTail(2))).toEqual([2, 3]);
    expect(await journal.head()).toBe((await journal.readTail(1))[0]?.position);
  });

  it('hands on what somebody else put into one of our streams as unreadable', async () => {
    await given(journal, auction(1), 1);
    foreign(auction(1), 'UserRated');
    const entries = await journal.readAll(null, 10);
    expect(entries.map(({ kind }) => kind)).toEqual(['event', 'unreadable']);
    expect(entries[1]).toMatchObject({ revision: 1, problem: expect.stringContaining('metadata') });
  });
});

describe('a command', () => {
  const by = (n: number) => ({ commandId: command(n) });
  const find = (upTo: string | null, events: readonly { streamId: ReturnType<typeof auction>; revision: number }[]) =>
    new EventStoreJournal({
      address: { url: double.url, caFile: null },
      runtime,
      log: silentLog,
      commandIndex: { find: async () => ({ upTo, events }) },
    });

  it('is found in the index up to its end, and in the journal from there on', async () => {
    await journal.append([part(auction(1), NO_STREAM, [event(1, by(1)), event(2, by(2))])]);
    await journal.append([part(auction(2), NO_STREAM, [event(3, by(1))])]);
    const [first, second] = await journal.readAll(null, 2);
    const upTo = journal.printPosition(second?.position ?? (0n as never));
    const indexed = find(upTo, [{ streamId: auction(1), revision: 0 }]);
    journals.push(indexed);
    expect(numbers(await indexed.readCommands([command(1)]))).toEqual([1, 3]);
    // What the index has and the scan finds again comes once.
    const behind = find(journal.printPosition(first?.position ?? (0n as never)), [
      { streamId: auction(2), revision: 0 },
    ]);
    journals.push(behind);
    expect(numbers(await behind.readCommands([command(1)]))).toEqual([3]);
  });
});

it('wakes its readers again after the server was away', async () => {
  let woken = 0;
  const subscription = journal.subscribe(() => {
    woken += 1;
  });
  const other = open();
  await given(other, auction(1), 1);
  await eventually('the first wake', () => woken > 0);
  await double.down();
  await double.up();
  await given(other, auction(2), 2);
  await eventually('both to be read', async () => (await journal.readAll(null, 10)).length === 2);
  const before = woken;
  await given(other, auction(3), 3);
  await eventually('a wake after the return', () => woken > before);
  await subscription.close();
});

it('finds a cluster’s leader by gossip', async () => {
  const clustered = new EventStoreJournal({
    address: { url: double.url.replace('esdb://', 'esdb+discover://'), caFile: null },
    runtime,
    log: silentLog,
  });
  journals.push(clustered);
  await given(clustered, auction(1), 1);
  expect(double.calls.gossip).toBeGreaterThan(0);
});
