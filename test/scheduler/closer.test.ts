import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { auctionStream } from '../../src/domain/messages.js';
import { type Instant, instant } from '../../src/domain/time.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { silentLog } from '../../src/runtime/log.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { type CloserSettings, closerOf, type DueAuction } from '../../src/scheduler/closer.js';
import { ann, auctionNo, bob, MemoryHouse, noon, sue, terms } from '../support/memory-house.js';

const HOUR_MS = 3_600_000;
const clock = auctionNo(1);
const oneOClock = instant(noon + HOUR_MS);
const settings: CloserSettings = {
  pollMs: 100,
  batchMax: 100,
  outageMinMs: 5_000,
  outageMaxMs: 6 * HOUR_MS,
  outageWindowMs: 300_000,
};

let runtime: ManualRuntime;
let journal: MemoryJournal;
let house: MemoryHouse;
/** What the closings read model says; the tests keep it themselves. */
let due: DueAuction[];

const closer = () =>
  closerOf(
    { due: async (before: Instant) => due.filter(({ closesAt }) => closesAt <= before) },
    { bus: house.bus, runtime, log: silentLog, pollMs: settings.pollMs },
    settings,
  );
/** What came last, a sale's invoice apart. */
const last = async () =>
  (await house.events(auctionStream(clock))).filter(({ type }) => type !== 'InvoiceIssued').at(-1);

beforeEach(async () => {
  runtime = new ManualRuntime(noon);
  journal = new MemoryJournal({ runtime });
  house = await MemoryHouse.open({ runtime, journal });
  await house.register(sue, ann, bob);
  await house.list(clock);
  due = [{ auctionId: clock, closesAt: oneOClock, behindMs: 0 }];
});

afterEach(() => house.close());

describe('the closer', () => {
  it('leaves an auction alone until its close, and brings the hammer down at it', async () => {
    const hammer = closer();
    await house.bid(clock, ann, 20_00n);
    runtime.advanceTo(instant(oneOClock - 1));
    expect(await hammer.runDue()).toBe(0);
    runtime.advanceTo(oneOClock);
    expect(await hammer.runDue()).toBe(1);
    expect(await last()).toMatchObject({ type: 'AuctionSold', buyerId: ann, hammerPrice: 10_00n });
  });

  it('does not send the same close again while the read model lags behind', async () => {
    const hammer = closer();
    runtime.advanceTo(oneOClock);
    expect([await hammer.runDue(), await hammer.runDue()]).toEqual([1, 0]);
    expect(await last()).toMatchObject({ type: 'AuctionPassed', reason: 'NoBids' });
  });

  it('is refused when a late bid has moved the close, and closes at the moved one', async () => {
    const hammer = closer();
    runtime.advanceTo(instant(oneOClock - 1_000));
    await house.bid(clock, ann, 20_00n);
    runtime.advanceTo(oneOClock);
    // The read model has not heard of the extension yet.
    await hammer.runDue();
    expect(await last()).toMatchObject({ type: 'ClosingExtended', closesAt: oneOClock + 119_000 });
    due = [{ auctionId: clock, closesAt: instant(oneOClock + 119_000), behindMs: 0 }];
    runtime.advanceTo(instant(oneOClock + 119_000));
    expect(await hammer.runDue()).toBe(1);
    expect(await last()).toMatchObject({ type: 'AuctionSold', buyerId: ann });
  });

  it('closes once, by one command, however many closers there are', async () => {
    const closers = [closer(), closer(), closer()];
    runtime.advanceTo(oneOClock);
    await Promise.all(closers.map((hammer) => hammer.runDue()));
    const outcomes = (await house.events(auctionStream(clock))).filter(({ type }) => type === 'AuctionPassed');
    expect(outcomes).toHaveLength(1);
  });

  it('judges what arrived before the close and what is queued behind it by their arrival', async () => {
    const hardClose = auctionNo(2);
    await house.list(hardClose, { terms: { ...terms, softClose: null } });
    due = [{ auctionId: hardClose, closesAt: oneOClock, behindMs: 0 }];
    const hammer = closer();
    runtime.advanceTo(instant(oneOClock - 1));
    const inTime = house.bid(hardClose, ann, 20_00n);
    runtime.advanceTo(oneOClock);
    const late = house.bid(hardClose, bob, 90_00n);
    const closing = hammer.runDue();
    await closing;
    expect(await inTime).toMatchObject({ status: 'accepted' });
    expect(await late).toMatchObject({ status: 'rejected', rejection: { reason: 'BidAfterClose' } });
  });
});

describe('a close that fell into an outage', () => {
  it.each([
    ['is moved to the recovery and a window', settings.outageMinMs, { type: 'ClosingExtended', cause: 'Outage' }],
    ['takes place when it was hardly missed', settings.outageMinMs - 1, { type: 'AuctionPassed' }],
    [
      'is moved after the longest outage that the policy covers',
      settings.outageMaxMs,
      { type: 'ClosingExtended', cause: 'Outage' },
    ],
    ['takes place after a longer one', settings.outageMaxMs + 1, { type: 'AuctionPassed' }],
  ])('%s', async (_, missedByMs, expected) => {
    runtime.advanceTo(instant(oneOClock + missedByMs));
    await closer().runDue();
    expect(await last()).toMatchObject(expected);
  });

  it('says so, and bids are taken until the new close', async () => {
    const recoveredAt = instant(oneOClock + 60_000);
    runtime.advanceTo(recoveredAt);
    await closer().runDue();
    const closesAt = instant(recoveredAt + settings.outageWindowMs);
    expect(await last()).toMatchObject({ previousClosesAt: oneOClock, closesAt, extensions: 0, bidNumber: null });
    runtime.advanceTo(instant(closesAt - 1));
    expect(await house.bid(clock, ann, 20_00n)).toMatchObject({ status: 'accepted' });
  });
});
