import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { auctionStream } from '../../../src/domain/messages.js';
import { instant, later } from '../../../src/domain/time.js';
import type { RecordedEvent } from '../../../src/feed/feed.js';
import { inTransaction, openSession } from '../../../src/feed/session.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { closingsProjection } from '../../../src/projections/closings/closings.projection.js';
import { ClosingsQueries } from '../../../src/projections/closings/closings.queries.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { freshDatabase, migrated, poolOn, type TestDatabase } from '../../support/postgres.js';
import { auctionNo, Chronicle, noon, userNo } from '../chronicle.js';

const [first, second, third] = [auctionNo(1), auctionNo(2), auctionNo(3)] as const;
const ann = userNo(2);
const projection = closingsProjection();

let database: TestDatabase;
let client: pg.Client;
let pool: pg.Pool;
let closings: ClosingsQueries;
let journal: MemoryJournal;
let told: Chronicle;

beforeAll(async () => {
  database = await freshDatabase(migrated);
  client = await openSession(database.config, projection);
  pool = poolOn(database);
  closings = new ClosingsQueries(pool);
});
afterAll(async () => {
  await client?.end();
  await pool?.end();
  await database?.drop();
});
beforeEach(async () => {
  journal = new MemoryJournal({ runtime: new ManualRuntime(noon) });
  told = new Chronicle(journal);
  await client.query('TRUNCATE due, openings, relistings, deadlines, sales, lots');
});

async function project(from = 0, to = 1_000): Promise<void> {
  const entries = (await journal.readAll(null, 1_000)).slice(from, to);
  const write = projection.prepare(entries as readonly RecordedEvent[]);
  if (write !== null) await inTransaction(client, () => write(client));
}

const due = (at: number, limit = 10) => closings.due(instant(at), limit);
const HOUR_MS = 3_600_000;

it('names what is due, the earliest first, from the very instant of the close', async () => {
  await told.list(second, {}, 2 * HOUR_MS);
  await told.list(first, {}, HOUR_MS);
  await told.list(third, {}, 3 * HOUR_MS);
  await project();
  expect(await due(noon + HOUR_MS - 1)).toEqual([]);
  expect(await due(noon + HOUR_MS)).toEqual([{ auctionId: first, closesAt: noon + HOUR_MS, behindMs: 0 }]);
  expect((await due(noon + 9 * HOUR_MS)).map(({ auctionId }) => auctionId)).toEqual([first, second, third]);
  expect((await due(noon + 9 * HOUR_MS, 2)).map(({ auctionId }) => auctionId)).toEqual([first, second]);
  expect(await closings.next()).toBe(noon + HOUR_MS);
});

it('follows a close that moves', async () => {
  await told.list(first, {}, HOUR_MS);
  told.now = later(noon, HOUR_MS - 1_000);
  await told.bid(first, ann, 20_00n);
  await project();
  expect(await due(noon + HOUR_MS + 118_999)).toEqual([]);
  expect(await due(noon + HOUR_MS + 119_000)).toHaveLength(1);
});

describe('forgets an auction that has ended', () => {
  for (const [how, end] of [
    ['sold', async () => told.bid(first, ann, 20_00n).then(() => told.close(first))],
    ['passed', async () => told.close(first)],
    ['cancelled', async () => told.cancel(first, 'broken')],
    ['withdrawn', async () => told.withdraw(first, 'a fake')],
  ] as const) {
    it(`${how}, in one batch with its listing or later`, async () => {
      await told.list(first);
      expect(await end()).toBe(true);
      expect(told.auction(first).status).toBe(how);
      await project();
      expect(await closings.next()).toBeNull();
      await project(0, 1);
      expect(await closings.next()).not.toBeNull();
      await project(1);
      expect(await closings.next()).toBeNull();
    });
  }
});

it('is the same after a batch that comes twice', async () => {
  await told.list(first, {}, HOUR_MS);
  await project();
  await project();
  expect(await due(noon + HOUR_MS)).toEqual([{ auctionId: first, closesAt: noon + HOUR_MS, behindMs: 0 }]);
});

it('makes no write of bids', async () => {
  await told.list(first, {}, HOUR_MS);
  await told.bid(first, ann, 20_00n);
  const bids = (await journal.readAll(null, 10)).slice(1);
  expect(projection.prepare(bids as readonly RecordedEvent[])).toBeNull();
});

describe('what has a time after the hammer', () => {
  const WEEK_MS = 7 * 24 * HOUR_MS;
  const DAY_MS = 24 * HOUR_MS;
  const waiting = (at: number) => closings.deadlines(instant(at), 10);
  const money = { paymentStatus: 'overdue', moneyIn: 0n, moneyOut: 0n, held: 0n } as const;
  const overdue = { type: 'PaymentOverdue', transactionNumber: 1, cause: 'TermOver', declaredBy: null } as const;
  const dueAt = instant(noon + HOUR_MS + WEEK_MS);
  const offer = {
    type: 'SecondChanceOffered',
    offerNumber: 1,
    cause: 'WinnerDidNotPay',
    bidderId: ann,
    bidNumber: 1,
    offeredPrice: 20_00n,
    currency: 'USD',
    offeredBy: null,
    expiresAt: instant(dueAt + DAY_MS),
    offeredAt: dueAt,
  } as const;

  it('is an invoice, due at the very instant that it names, until it is paid or overdue', async () => {
    await told.list(first, {}, HOUR_MS);
    await told.bid(first, ann, 20_00n);
    await told.close(first);
    await project();
    expect(await waiting(dueAt - 1)).toEqual([]);
    expect(await waiting(dueAt)).toEqual([{ auctionId: first, kind: 'payment', number: 1, dueAt }]);
    const after = (await journal.readAll(null, 1_000)).length;
    await told.record(auctionStream(first), { ...overdue, overdueAt: dueAt, ...money });
    await project(after);
    await project(after);
    expect(await waiting(dueAt)).toEqual([]);
  });

  it('is a second chance, until it is answered', async () => {
    await told.record(auctionStream(first), offer);
    await project();
    expect(await waiting(dueAt + DAY_MS - 1)).toEqual([]);
    expect(await waiting(dueAt + DAY_MS)).toEqual([
      { auctionId: first, kind: 'offer', number: 1, dueAt: offer.expiresAt },
    ]);
    await told.record(auctionStream(first), {
      type: 'SecondChanceDeclined',
      offerNumber: 1,
      bidderId: ann,
      declinedAt: dueAt,
    });
    await project(1);
    expect(await waiting(dueAt + DAY_MS)).toEqual([]);
  });
});
