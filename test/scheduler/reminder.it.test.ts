// What has a time after the hammer ends by itself, at its time and once: the real engine and bus on a journal and a read
// model in PostgreSQL, under a clock moved by hand. The read model follows when the test says so.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { auctionStream, type Command, type DomainEvent, refusalsStream } from '../../src/domain/messages.js';
import { type Instant, instant, later } from '../../src/domain/time.js';
import { PostgresJournal } from '../../src/journal/postgres/postgres.journal.js';
import { closingsProjection } from '../../src/projections/closings/closings.projection.js';
import { ClosingsQueries } from '../../src/projections/closings/closings.queries.js';
import { silentLog } from '../../src/runtime/log.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { reminderOf } from '../../src/scheduler/reminder.js';
import { eventually } from '../support/eventually.js';
import { ann, auctionNo, bob, MemoryHouse, noon, operator, person, sue } from '../support/memory-house.js';
import { poolOn } from '../support/postgres.js';
import { ProjectedHouse } from '../support/projected-house.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const POLL_MS = 100;

const clock = auctionNo(1);
const oneOClock = later(noon, HOUR_MS);
/** A week from the invoice, which comes with the hammer. */
const dueAt = later(oneOClock, WEEK_MS);

let stored: ProjectedHouse;
let pool: pg.Pool;
let runtime: ManualRuntime;
let house: MemoryHouse;
/** Journals of houses that were started again. */
let journals: PostgresJournal[];

beforeEach(async () => {
  stored = await ProjectedHouse.open();
  pool = poolOn(stored.database);
  runtime = new ManualRuntime(noon);
  journals = [];
  house = await MemoryHouse.open({ runtime, journal: stored.journal });
  await house.register(sue, ann, bob);
});
afterEach(async () => {
  await house.close();
  for (const journal of journals) await journal.close();
  await pool.end();
  await stored.close();
});

/** A scheduler's reminder, as it is after a start. */
const reminder = () =>
  reminderOf(new ClosingsQueries(pool), { bus: house.bus, runtime, log: silentLog, pollMs: POLL_MS }, 100);

/** The read model catches up with the journal. */
const project = () => stored.project([closingsProjection()]);

/** What one look at the read model comes to, at this time. */
async function remindedAt(at: Instant): Promise<number> {
  await project();
  runtime.advanceTo(at);
  return reminder().runDue();
}

async function accepted(command: Command, actor: Parameters<MemoryHouse['send']>[1]): Promise<void> {
  expect(await house.send(command, actor)).toMatchObject({ status: 'accepted' });
}

/** Ann wins at 15.50 over Bob's 15.00, and the invoice is out. */
async function sold(): Promise<void> {
  await house.list(clock, { closesAt: oneOClock });
  await house.bid(clock, ann, 20_00n);
  await house.bid(clock, bob, 15_00n);
  runtime.advanceTo(oneOClock);
  await accepted({ type: 'CloseAuction', auctionId: clock, closesAt: oneOClock }, { kind: 'house' });
  expect(await last()).toMatchObject({ type: 'InvoiceIssued', hammerPrice: 15_50n, paymentDueAt: dueAt });
}

/** Hammer price and premium: 15.50 and 15 % of it, half a cent up. */
const payment = {
  type: 'RecordPayment',
  auctionId: clock,
  channel: 'online',
  reference: 'card',
  amount: 17_83n,
  paymentTotal: null,
  currency: 'USD',
} as const;

const story = () => house.events(auctionStream(clock));
const last = async () => (await story()).at(-1);
const of = async (type: DomainEvent['type']) => (await story()).filter((event) => event.type === type);
/** Nobody has asked for anything that was not to be had, the house least of all. */
const expectNoRefusal = async () => expect(await house.events(refusalsStream(clock))).toEqual([]);

/** What the house records at the end of the time to pay (docs/adr/0033). */
const overdueSince = (overdueAt: Instant) => ({
  type: 'PaymentOverdue',
  transactionNumber: 1,
  cause: 'TermOver',
  declaredBy: null,
  overdueAt,
  paymentStatus: 'overdue',
  moneyIn: 0n,
  moneyOut: 0n,
  held: 0n,
});

/** The house and its journal stop and start again on the same database. */
async function restart(): Promise<void> {
  await house.close();
  const journal = new PostgresJournal({
    config: stored.database.config,
    runtime: new SystemRuntime(),
    log: silentLog,
  });
  journals.push(journal);
  house = await MemoryHouse.open({ runtime, journal });
}
describe('a payment that does not come', () => {
  beforeEach(() => sold());

  it('is left alone to the last millisecond of its time, and overdue at its end', async () => {
    expect(await remindedAt(instant(dueAt - 1))).toBe(0);
    expect(await last()).toMatchObject({ type: 'InvoiceIssued' });
    expect(await remindedAt(dueAt)).toBe(1);
    expect(await last()).toEqual(overdueSince(dueAt));
    expect(await remindedAt(later(dueAt, WEEK_MS))).toBe(0);
    await expectNoRefusal();
  });

  it('is noted by the reminder’s own loop, while time goes by', async () => {
    await project();
    const running = reminder();
    running.start();
    runtime.advanceTo(dueAt);
    await eventually('the house to note it', async () => {
      runtime.advanceBy(POLL_MS);
      return (await last())?.type === 'PaymentOverdue';
    });
    await running.drain();
    expect(await of('PaymentOverdue')).toHaveLength(1);
    await expectNoRefusal();
  });

  it.each([
    ['comes in its last millisecond is never overdue', instant(dueAt - 1), 0],
    ['comes at its end is overdue, taken all the same, and not asked for again', dueAt, 1],
  ])('but %s', async (_, paidAt, overdue) => {
    expect(await remindedAt(paidAt)).toBe(overdue);
    await accepted({ ...payment, transactionNumber: 1 }, operator);
    expect(await remindedAt(later(dueAt, DAY_MS))).toBe(0);
    expect(await last()).toMatchObject({ type: 'PaymentRecorded', paidAt, paymentStatus: 'paid', held: 17_83n });
    expect(await of('PaymentOverdue')).toHaveLength(overdue);
    await expectNoRefusal();
  });

  it('is due as before after an attempt that failed, and not again once staff have given it up', async () => {
    const failure = { type: 'RecordPaymentFailure', channel: 'online', reference: 'card', reason: 'Declined' } as const;
    runtime.advanceTo(instant(dueAt - 2));
    await accepted({ ...failure, auctionId: clock, transactionNumber: 1 }, operator);
    expect(await remindedAt(instant(dueAt - 1))).toBe(0);
    await accepted({ type: 'DeclareOverdue', auctionId: clock, transactionNumber: 1, dueAt: null }, operator);
    expect(await remindedAt(dueAt)).toBe(0);
    expect(await of('PaymentOverdue')).toMatchObject([{ cause: 'Declared', overdueAt: dueAt - 1 }]);
    await expectNoRefusal();
  });
});

describe('exactly once', () => {
  beforeEach(async () => {
    await sold();
    await project();
    runtime.advanceTo(dueAt);
  });

  const expectOnce = async (overdueAt: Instant = dueAt) => {
    expect(await of('PaymentOverdue')).toEqual([overdueSince(overdueAt)]);
    await expectNoRefusal();
  };

  it('by two schedulers at the same time', async () => {
    expect(await Promise.all([reminder().runDue(), reminder().runDue()])).toEqual([1, 1]);
    await expectOnce();
  });

  it('by one that asks again while the read model lags behind', async () => {
    const one = reminder();
    expect([await one.runDue(), await one.runDue()]).toEqual([1, 0]);
    await expectOnce();
  });

  it('when the scheduler starts again while the read model lags behind', async () => {
    expect(await reminder().runDue()).toBe(1);
    expect(await reminder().runDue()).toBe(1);
    await expectOnce();
    await project();
    expect(await reminder().runDue()).toBe(0);
  });

  it('when the whole house starts again while the read model lags behind', async () => {
    expect(await reminder().runDue()).toBe(1);
    await restart();
    expect(await reminder().runDue()).toBe(1);
    await expectOnce();
  });

  it('when all of it was down at the time: then as soon as it is up, at that time', async () => {
    await restart();
    const back = later(dueAt, DAY_MS);
    runtime.advanceTo(back);
    expect(await reminder().runDue()).toBe(1);
    await restart();
    expect(await remindedAt(later(back, 1))).toBe(0);
    await expectOnce(back);
  });

  it('also when the read model still names it after the engine has forgotten the command', async () => {
    expect(await reminder().runDue()).toBe(1);
    await restart();
    runtime.advanceBy(DAY_MS);
    expect(await reminder().runDue()).toBe(1);
    expect(await of('PaymentOverdue')).toEqual([overdueSince(dueAt)]);
  });
});

describe('a second chance', () => {
  const offeredAt = later(dueAt, HOUR_MS);
  const expiresAt = later(offeredAt, DAY_MS);

  beforeEach(async () => {
    await sold();
    expect(await remindedAt(dueAt)).toBe(1);
    runtime.advanceTo(offeredAt);
    const offer = { type: 'OfferSecondChance', auctionId: clock, bidderId: bob, durationMs: DAY_MS } as const;
    await accepted(offer, person(sue, 'seller'));
    expect(await last()).toMatchObject({ type: 'SecondChanceOffered', offeredPrice: 15_00n, expiresAt });
  });

  const answer = (type: 'AcceptSecondChance' | 'DeclineSecondChance') =>
    house.send({ type, auctionId: clock, bidderId: bob, offerNumber: 1 }, person(bob, 'bidder'));
  const expired = { type: 'SecondChanceExpired', offerNumber: 1, bidderId: bob, expiredAt: expiresAt };

  it('is left alone to the last millisecond of its time, and expires at its end', async () => {
    expect(await remindedAt(instant(expiresAt - 1))).toBe(0);
    expect(await of('SecondChanceExpired')).toEqual([]);
    expect(await remindedAt(expiresAt)).toBe(1);
    expect(await last()).toEqual(expired);
    expect(await remindedAt(later(expiresAt, WEEK_MS))).toBe(0);
    await expectNoRefusal();
    // The item is no longer on offer, so whoever won it may still pay.
    await accepted({ ...payment, transactionNumber: 1 }, operator);
  });

  it('expires once, over a start of the scheduler and of the house while the read model lags behind', async () => {
    expect(await remindedAt(expiresAt)).toBe(1);
    expect(await reminder().runDue()).toBe(1);
    await restart();
    expect(await reminder().runDue()).toBe(1);
    expect(await of('SecondChanceExpired')).toEqual([expired]);
    await expectNoRefusal();
  });

  it('that is taken in its last millisecond does not expire, and its invoice has a time of its own', async () => {
    const takenAt = instant(expiresAt - 1);
    runtime.advanceTo(takenAt);
    expect(await answer('AcceptSecondChance')).toMatchObject({ status: 'accepted' });
    const secondDueAt = later(takenAt, WEEK_MS);
    expect(await remindedAt(instant(secondDueAt - 1))).toBe(0);
    expect(await last()).toMatchObject({ type: 'InvoiceIssued', transactionNumber: 2, paymentDueAt: secondDueAt });
    expect(await remindedAt(secondDueAt)).toBe(1);
    expect(await last()).toEqual({ ...overdueSince(secondDueAt), transactionNumber: 2 });
    expect(await of('SecondChanceExpired')).toEqual([]);
    await expectNoRefusal();
  });

  it('is not to be had at its end, whether the house has noted it or not', async () => {
    runtime.advanceTo(expiresAt);
    expect(await answer('AcceptSecondChance')).toMatchObject({ rejection: { reason: 'OfferExpired', expiresAt } });
    expect(await remindedAt(expiresAt)).toBe(1);
    expect(await answer('AcceptSecondChance')).toMatchObject({ rejection: { reason: 'OfferNotPending' } });
    expect(await last()).toEqual(expired);
  });

  it('that is declined does not expire', async () => {
    expect(await answer('DeclineSecondChance')).toMatchObject({ status: 'accepted' });
    expect(await remindedAt(expiresAt)).toBe(0);
    expect(await last()).toMatchObject({ type: 'SecondChanceDeclined' });
    await expectNoRefusal();
  });
});
