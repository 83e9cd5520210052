import { beforeEach, describe, expect, it } from '@jest/globals';
import { commandId } from '../../src/domain/ids.js';
import { auctionStream, refusalsStream, userRefusalsStream } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import { lookUpOutcome } from '../../src/engine/outcomes.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { UuidV7Source } from '../../src/runtime/uuid-v7.js';
import {
  ann,
  auctionNo,
  bob,
  MemoryHouse,
  type MemoryHouseOptions,
  noon,
  operator,
  sue,
} from '../support/memory-house.js';

const MINUTE_MS = 60_000;
const clock = auctionNo(1);
const lamp = auctionNo(2);

let runtime: ManualRuntime;
let journal: MemoryJournal;
let house: MemoryHouse;

const open = (settings: MemoryHouseOptions['settings'] = {}) => MemoryHouse.open({ runtime, journal, settings });

beforeEach(async () => {
  runtime = new ManualRuntime(noon);
  journal = new MemoryJournal({ runtime });
  house = await open();
  await house.register(sue, ann, bob);
  await house.list(clock, { closesAt: instant(noon + 86_400_000) });
  await house.list(lamp, { closesAt: instant(noon + 86_400_000) });
});

/** An id as a client would make it whose clock shows this time. */
const idMadeAt = (ms: number) => new UuidV7Source().next(ms, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

const placed = async () => (await house.events(auctionStream(clock))).filter(({ type }) => type === 'BidPlaced');

describe.each(['the same process', 'a restart', 'a restart, with a window too small to hold it'])(
  'a repeat after %s',
  (when) => {
    const again = async () => {
      if (when === 'the same process') return;
      await house.close();
      house = await open(when.includes('small') ? { window: { entriesMax: 1 } } : {});
    };

    it('of an accepted bid gets the first answer, and has no second effect', async () => {
      const id = runtime.uuid();
      const first = await house.bid(clock, ann, 20_00n, id);
      await house.bid(clock, bob, 50_00n);
      await again();
      const repeat = await house.bid(clock, ann, 20_00n, id);
      expect(first).toMatchObject({ status: 'accepted', repeated: false });
      expect(repeat).toEqual({ ...first, repeated: true });
      expect(await placed()).toHaveLength(2);
    });

    it('of a refused bid gets the first refusal, though it would be taken now', async () => {
      const id = runtime.uuid();
      const first = await house.bid(clock, auctionNo(500) as never, 20_00n, id);
      expect(first).toMatchObject({ status: 'rejected', rejection: { reason: 'BidderUnknown' }, repeated: false });
      await house.register(auctionNo(500) as never);
      await again();
      expect(await house.bid(clock, auctionNo(500) as never, 20_00n, id)).toEqual({ ...first, repeated: true });
      expect(await house.events(refusalsStream(clock))).toHaveLength(1);
    });

    it('with another amount is told that the id is taken', async () => {
      const id = runtime.uuid();
      await house.bid(clock, ann, 20_00n, id);
      await house.bid(lamp, bob, 20_00n);
      await again();
      expect(await house.bid(clock, ann, 20_01n, id)).toEqual({ status: 'refused', reason: 'CommandIdReused' });
      expect(await placed()).toHaveLength(1);
    });
  },
);

describe('repeats that come together', () => {
  it.each([1, 3, 4, 5, 50])('get their first answers from a window that holds %d of five', async (entriesMax) => {
    const ids = Array.from({ length: 5 }, () => runtime.uuid());
    const bids = () => ids.map((id, i) => house.bid(clock, i % 2 === 0 ? ann : bob, BigInt((i + 1) * 20_00), id));
    const first = await Promise.all(bids());
    expect(first.map(({ status }) => status)).toEqual(Array(5).fill('accepted'));
    await house.close();
    house = await open({ window: { entriesMax } });
    // One that the window holds already, and one beside it that is read again.
    for (let round = 0; round < 2; round++)
      expect(await Promise.all(bids())).toEqual(first.map((outcome) => ({ ...outcome, repeated: true })));
    expect(await placed()).toHaveLength(5);
  });
});

describe('an id', () => {
  it('is scoped to its sender and to the auction', async () => {
    const id = runtime.uuid();
    const outcomes = [
      await house.bid(clock, ann, 20_00n, id),
      await house.bid(clock, bob, 30_00n, id),
      await house.bid(lamp, ann, 20_00n, id),
    ];
    expect(outcomes.map((outcome) => outcome.status === 'accepted' && !outcome.repeated)).toEqual([true, true, true]);
  });

  it('that comes twice in one batch has one effect and the same answer twice', async () => {
    const id = runtime.uuid();
    const [first, second] = await Promise.all([house.bid(clock, ann, 20_00n, id), house.bid(clock, ann, 20_00n, id)]);
    expect(second).toEqual({ ...first, repeated: true });
    expect(await placed()).toHaveLength(1);
  });

  it('that two senders use in one batch works for both', async () => {
    const id = runtime.uuid();
    const outcomes = await Promise.all([house.bid(clock, ann, 20_00n, id), house.bid(clock, bob, 30_00n, id)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
  });

  it('is taken when it is exactly as old as the window, and refused a millisecond later', async () => {
    expect(await house.bid(clock, ann, 20_00n, idMadeAt(noon - 15 * MINUTE_MS))).toMatchObject({ status: 'accepted' });
    expect(await house.bid(clock, ann, 30_00n, idMadeAt(noon - 15 * MINUTE_MS - 1))).toEqual({
      status: 'refused',
      reason: 'CommandTooOld',
    });
  });

  it('is taken from a clock a minute fast, and refused from a faster one', async () => {
    expect(await house.bid(clock, ann, 20_00n, idMadeAt(noon + MINUTE_MS))).toMatchObject({ status: 'accepted' });
    expect(await house.bid(clock, ann, 30_00n, idMadeAt(noon + MINUTE_MS + 1))).toEqual({
      status: 'refused',
      reason: 'CommandFromTheFuture',
    });
  });

  it('made by a fast clock is still known as a repeat when it has become old', async () => {
    const id = idMadeAt(noon + MINUTE_MS);
    const first = await house.bid(clock, ann, 20_00n, id);
    runtime.advanceTo(instant(noon + 15 * MINUTE_MS));
    await house.close();
    house = await open({ window: { entriesMax: 1 } });
    expect(await house.bid(clock, ann, 20_00n, id)).toEqual({ ...first, repeated: true });
  });
});

describe('looking up a command', () => {
  it('tells its sender, from the journal alone, what became of it, and nobody else', async () => {
    const [taken, refused] = [runtime.uuid(), runtime.uuid()];
    const accepted = await house.bid(clock, ann, 20_00n, taken);
    const rejected = await house.bid(clock, ann, 1n, refused);
    expect(await lookUpOutcome(journal, commandId(taken), ann)).toEqual({ ...accepted, repeated: true });
    expect(await lookUpOutcome(journal, commandId(refused), ann)).toEqual({ ...rejected, repeated: true });
    expect(await lookUpOutcome(journal, commandId(taken), bob)).toBeNull();
    expect(await lookUpOutcome(journal, commandId(runtime.uuid()), ann)).toBeNull();
  });
});

describe('a registration', () => {
  it('repeated with freshly encrypted data is the same request', async () => {
    const id = runtime.uuid();
    const register = (personalData: string) =>
      house.send(
        { type: 'RegisterUser', userId: auctionNo(600) as never, username: 'dot', personalData },
        operator,
        id,
      );
    const first = await register('bm9uY2Ux');
    expect(await register('bm9uY2Uy')).toEqual({ ...first, repeated: true });
  });
});

describe('a flood of refused bids', () => {
  it('is judged up to the limit, then turned away for the rest of the minute, and counted once', async () => {
    await house.close();
    house = await open({ partition: { refusalsPerMinuteMax: 3 } });
    const low = async (n: number) => Promise.all(Array.from({ length: n }, () => house.bid(clock, ann, 1n)));
    expect((await low(3)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((await low(5)).map(({ status }) => status)).toEqual(Array(5).fill('throttled'));
    // Others, and other auctions, are not concerned.
    expect(await house.bid(clock, bob, 20_00n)).toMatchObject({ status: 'accepted' });
    expect(await house.bid(lamp, ann, 1n)).toMatchObject({ status: 'rejected' });

    runtime.advanceTo(instant(noon + MINUTE_MS - 1));
    expect(await house.bid(clock, ann, 99_00n)).toEqual({ status: 'throttled', retryAfterMs: 1 });
    runtime.advanceTo(instant(noon + MINUTE_MS));
    expect(await house.bid(clock, ann, 99_00n)).toMatchObject({ status: 'accepted' });
    // It is looked for once a second at most.
    runtime.advanceTo(instant(noon + MINUTE_MS + 1_000));
    await house.bid(clock, bob, 200_00n);
    const refusals = await house.events(refusalsStream(clock));
    expect(refusals.map(({ type }) => type)).toEqual(['BidRejected', 'BidRejected', 'BidRejected', 'FloodRejected']);
    expect(refusals[3]).toEqual({
      type: 'FloodRejected',
      actorId: ann,
      count: 6,
      firstAt: noon,
      lastAt: noon + MINUTE_MS - 1,
    });
  });

  it('on auctions that do not exist is counted with whoever sent it, and nothing else of it is recorded', async () => {
    await house.close();
    house = await open({ partition: { refusalsPerMinuteMax: 3 } });
    const nowhere = await Promise.all([1, 2, 3, 4, 5].map((n) => house.bid(auctionNo(700 + n), ann, 20_00n)));
    // However many partitions they are in.
    expect(nowhere.map(({ status }) => status).sort()).toEqual([
      ...Array(3).fill('rejected'),
      'throttled',
      'throttled',
    ]);
    await house.close();
    const [counted, ...others] = await house.events(userRefusalsStream(ann));
    expect([counted, others]).toEqual([
      { type: 'FloodRejected', actorId: ann, count: 2, firstAt: noon, lastAt: noon },
      [],
    ]);
    for (const n of [1, 2, 3, 4, 5]) expect(await house.events(refusalsStream(auctionNo(700 + n)))).toEqual([]);
  });

  it('is counted when the house shuts down in the middle of it', async () => {
    await house.close();
    house = await open({ partition: { refusalsPerMinuteMax: 1 } });
    await Promise.all([1, 2, 3].map(() => house.bid(clock, ann, 1n)));
    await house.close();
    expect((await house.events(refusalsStream(clock))).at(-1)).toMatchObject({ type: 'FloodRejected', count: 2 });
  });
});

describe('a refusal that is not recorded, because there is no such auction', () => {
  const later = auctionNo(800);
  const bid = () => house.bid(later, ann, 20_00n, id);
  let id: string;
  beforeEach(() => {
    id = runtime.uuid();
  });

  it('is what a repeat gets, also when the auction has been listed meanwhile', async () => {
    const first = await bid();
    expect(first).toMatchObject({ status: 'rejected', rejection: { reason: 'AuctionUnknown' }, repeated: false });
    await house.list(later);
    expect(await bid()).toEqual({ ...first, repeated: true });
  });

  it('is forgotten by a restart: then the command is judged as a new one, and has one effect', async () => {
    await bid();
    await house.list(later);
    await house.close();
    house = await open();
    const accepted = await bid();
    expect(accepted).toMatchObject({ status: 'accepted', repeated: false });
    expect(await bid()).toEqual({ ...accepted, repeated: true });
    expect((await house.events(auctionStream(later))).map(({ type }) => type)).toEqual(['AuctionListed', 'BidPlaced']);
  });

  it('is not given by an engine that looked before another one listed the auction', async () => {
    await bid();
    const other = await open();
    await other.list(later);
    await other.close();
    expect(await house.bid(later, ann, 20_00n)).toMatchObject({ status: 'accepted' });
  });
});
