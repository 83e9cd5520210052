import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { userStream } from '../../../src/domain/messages.js';
import { later } from '../../../src/domain/time.js';
import type { RecordedEvent } from '../../../src/feed/feed.js';
import { inTransaction, openSession } from '../../../src/feed/session.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { type Cursor, CursorInvalid, cursor, type Page } from '../../../src/projections/silver/cursor.js';
import { silverProjection } from '../../../src/projections/silver/silver.projection.js';
import { type AuctionFilter, type AuctionSort, SilverQueries } from '../../../src/projections/silver/silver.queries.js';
import * as sql from '../../../src/projections/silver/silver.sql.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { freshDatabase, migrated, poolOn, type TestDatabase } from '../../support/postgres.js';
import { auctionNo, Chronicle, noon, userNo } from '../chronicle.js';

// One house for all questions: auctions 1 to 9 close an hour apart from each other but 5 and 6 at the same time; 1 and 2
// are sold, 3 is cancelled.
const [sue, ann, bob, stranger] = [userNo(1), userNo(2), userNo(3), userNo(77)] as const;
const HOUR_MS = 3_600_000;
const any: AuctionFilter = { status: null, category: null, sellerId: null, text: null, closesBefore: null };
const all = { after: null, limit: 100 };

let database: TestDatabase;
let pool: pg.Pool;
let silver: SilverQueries;

beforeAll(async () => {
  database = await freshDatabase(migrated);
  pool = poolOn(database);
  silver = new SilverQueries(pool);
  const journal = new MemoryJournal({ runtime: new ManualRuntime(noon) });
  const told = new Chronicle(journal);
  await told.register(sue, ann, bob);
  await told.record(userStream(ann), { type: 'UserRated', rating: 12, ratedAt: noon });
  for (let n = 1; n <= 9; n++)
    await told.list(auctionNo(n), { reservePrice: n === 4 ? 80_00n : null }, HOUR_MS * (n === 6 ? 5 : n));
  for (let n = 1; n <= 4; n++) {
    if (n === 3) continue;
    await told.bid(auctionNo(n), ann, 20_00n);
    told.now = later(told.now, 1_000);
    await told.bid(auctionNo(n), bob, 50_00n);
  }
  await told.cancel(auctionNo(3), 'broken');
  await told.close(auctionNo(1));
  await told.close(auctionNo(2));
  const projection = silverProjection();
  const client = await openSession(database.config, projection);
  const write = projection.prepare((await journal.readAll(null, 1_000)) as readonly RecordedEvent[]);
  await inTransaction(client, async () => write?.(client));
  await client.end();
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** How PostgreSQL would run this on tables that are too long to be read whole. */
async function planOf(text: string, values: readonly unknown[]): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('SET enable_seqscan = off; SET enable_sort = off; SET enable_hashjoin = off');
    const { rows } = await client.query({ text: `EXPLAIN ${text}`, values: [...values], rowMode: 'array' });
    return rows.join('\n');
  } finally {
    await client.query('RESET ALL');
    client.release();
  }
}

const numberOf = (id: string): number => Number.parseInt(id.slice(-12), 16);

/** All pages of a list, `limit` rows each. */
async function walk<Row>(limit: number, page: (after: Cursor | null) => Promise<Page<Row>>): Promise<Row[][]> {
  const pages: Row[][] = [];
  let after: Cursor | null = null;
  do {
    const { rows, next }: Page<Row> = await page(after);
    expect(rows.length).toBeLessThanOrEqual(limit);
    pages.push([...rows]);
    after = next;
  } while (after !== null);
  return pages;
}

describe('auctions', () => {
  const found = async (filter: Partial<AuctionFilter>) =>
    (await silver.auctions({ ...any, ...filter }, all)).rows.map(({ auctionId }) => numberOf(auctionId));

  it('come by closing time, page by page, none twice and none missing', async () => {
    const pages = await walk(4, (after) => silver.auctions(any, { after, limit: 4 }));
    expect(pages.map((rows) => rows.map(({ auctionId }) => numberOf(auctionId)))).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9],
    ]);
    const split = await walk(5, (after) => silver.auctions(any, { after, limit: 5 }));
    expect(split.flat().map(({ auctionId }) => numberOf(auctionId))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
  it('have no next page when the last one is just full', async () =>
    expect((await silver.auctions(any, { after: null, limit: 9 })).next).toBeNull());
  it.each<[AuctionSort, readonly number[]]>([
    ['closing-soonest', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['closing-latest', [9, 8, 7, 6, 5, 4, 3, 2, 1]],
    // All were listed in the same millisecond: the later id is the newer one.
    ['newest', [9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ])('come in the order %s, page by page, by an index', async (sort, numbers) => {
    for (const limit of [1, 4, 5]) {
      const pages = await walk(limit, (after) => silver.auctions(any, { after, limit }, sort));
      expect(pages.flat().map(({ auctionId }) => numberOf(auctionId))).toEqual(numbers);
    }
    const { next } = await silver.auctions(any, { after: null, limit: 1 }, sort);
    for (const other of ['closing-soonest', 'closing-latest', 'newest'] as const)
      if (other !== sort)
        await expect(silver.auctions(any, { after: next, limit: 1 }, other)).rejects.toThrow(CursorInvalid);
    const plan = await planOf(sql.AUCTIONS[sort], [null, null, null, null, null, null, null, 2]);
    expect(plan).toContain(sort === 'newest' ? 'listings_listed_at' : 'standings_closes_at');
    expect(plan).not.toContain('Sort');
  });
  it('are found by status', async () => expect(await found({ status: 'sold' })).toEqual([1, 2]));
  it('are found by category', async () => {
    expect(await found({ category: 'Antiques' })).toHaveLength(9);
    expect(await found({ category: 'antiques' })).toHaveLength(9);
    expect(await found({ category: 'antique' })).toEqual([]);
  });
  it('are found by seller', async () => {
    expect(await found({ sellerId: sue })).toHaveLength(9);
    expect(await found({ sellerId: ann })).toEqual([]);
  });
  it('are found by words of title and description', async () => {
    expect(await found({ text: 'CLOCK ticks' })).toHaveLength(9);
    expect(await found({ text: 'clock vase' })).toEqual([]);
    expect(await found({ text: "'); DROP TABLE users; --" })).toEqual([]);
  });
  it('close before a time, exclusively', async () => {
    expect(await found({ status: 'open', closesBefore: later(noon, 5 * HOUR_MS) })).toEqual([4]);
    expect(await found({ status: 'open', closesBefore: later(noon, 5 * HOUR_MS + 1) })).toEqual([4, 5, 6]);
  });
  it('can be asked for by all filters at once', async () => {
    const filter = {
      status: 'open',
      category: 'Antiques',
      sellerId: sue,
      text: 'clock',
      closesBefore: later(noon, 6 * HOUR_MS),
    } as const;
    expect(await found(filter)).toEqual([4, 5, 6]);
  });

  it('tell amounts as bigint and times as instants', async () =>
    expect(await silver.auction(auctionNo(4))).toMatchObject({
      sellerId: sue,
      status: 'open',
      startingPrice: 10_00n,
      currentPrice: 20_50n,
      minimumNextBid: 21_00n,
      leaderId: bob,
      leadingBid: 2,
      bidCount: 2,
      hasReserve: true,
      reserveMet: false,
      buyNowPrice: null,
      closesAt: noon + 4 * HOUR_MS,
      closedAt: null,
      revision: 2n,
    }));
  it('never tell the reserve', async () =>
    expect(Object.values((await silver.auction(auctionNo(4))) ?? {})).not.toContain(80_00n));
  it('are null when unknown', async () => expect(await silver.auction(auctionNo(99))).toBeNull());
});

describe('bids', () => {
  it('of an auction come latest first and hide the maximum', async () => {
    const pages = await walk(1, (after) => silver.bids(auctionNo(1), { after, limit: 1 }));
    expect(pages.map(([bid]) => bid)).toMatchObject([
      { bidNumber: 2, bidderId: bob, bidAmount: 20_50n, isWinning: true, isRetracted: false },
      { bidNumber: 1, bidderId: ann, bidAmount: 10_00n, isWinning: false },
    ]);
    expect(pages.flat().flatMap((bid) => Object.values(bid))).not.toContain(50_00n);
  });
  it('of a bidder come latest first with the own maximum', async () => {
    const pages = await walk(2, (after) => silver.ownBids(ann, { after, limit: 2 }));
    expect(pages.flat().map(({ auctionId }) => numberOf(auctionId))).toEqual([4, 2, 1]);
    expect(pages.flat()[0]).toMatchObject({ maximum: 20_00n, bidAmount: 10_00n, status: 'open', currentPrice: 20_50n });
    expect(await silver.ownBids(stranger, all)).toEqual({ rows: [], next: null });
  });
});

describe('users', () => {
  it('are shown without personal data', async () => {
    expect(await silver.user(ann)).toEqual({
      userId: ann,
      encryptedUsername: 'user 0002',
      rating: 12,
      isVerified: false,
      status: 'active',
      registeredAt: noon,
    });
    expect(await silver.user(stranger)).toBeNull();
  });
  it('get their own encrypted data', async () =>
    expect(await silver.ownUser(ann)).toMatchObject({ personalData: 'encrypted of 0002', revision: 1n }));
});

describe('transactions', () => {
  const of = async (id: typeof ann, side: 'buyer' | 'seller' | 'both') =>
    (await silver.transactionsOf(id, side, all)).rows.map(({ auctionId }) => numberOf(auctionId));
  it('are found by side, the latest first', async () => {
    expect(await of(bob, 'buyer')).toEqual([2, 1]);
    expect(await of(bob, 'seller')).toEqual([]);
    expect(await of(sue, 'seller')).toEqual([2, 1]);
    expect(await of(sue, 'both')).toEqual([2, 1]);
    expect(await of(ann, 'both')).toEqual([]);
  });
  it('come page by page', async () => {
    const pages = await walk(1, (after) => silver.transactions({ after, limit: 1 }));
    expect(pages.map((rows) => rows.map(({ auctionId }) => numberOf(auctionId)))).toEqual([[2], [1]]);
    const mine = await walk(1, (after) => silver.transactionsOf(bob, 'both', { after, limit: 1 }));
    expect(mine).toEqual(pages);
  });
  it('of an auction hold its sums', async () => {
    expect(await silver.transaction(auctionNo(1))).toMatchObject({
      buyerId: bob,
      finalPrice: 20_50n,
      isCompleted: false,
    });
    expect(await silver.transaction(auctionNo(4))).toBeNull();
  });
});

describe('a cursor', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  it('of one list is refused by another', async () => {
    const { next } = await silver.auctions(any, { after: null, limit: 1 });
    if (next === null) throw new Error('there is more than one auction');
    await expect(silver.bids(auctionNo(1), { after: next, limit: 1 })).rejects.toThrow(CursorInvalid);
  });
  for (const text of [
    '',
    'x',
    'a'.repeat(201),
    '🙂',
    encoded('auctions'),
    encoded('auctions 2026-13-45T99:00:00.000Z 01900001-0000-7000-8000-000000000001'),
    encoded('auctions 01900001-0000-7000-8000-000000000001 2026-01-01T00:00:00.000Z'),
    encoded('auctions 2026-01-01T00:00:00.000Z 01900001'),
  ])
    it(`that a client made up is refused: ${text.slice(0, 24)}`, async () => {
      const asked = async () => silver.auctions(any, { after: cursor(text), limit: 1 });
      await expect(asked()).rejects.toThrow(CursorInvalid);
    });
});

it('tells how far every consumer has come', async () => {
  await pool.query("INSERT INTO feed.checkpoints VALUES ('silver', 0, 1, 42, 0, '2026-01-01T12:00:00Z')");
  await pool.query(
    "INSERT INTO feed.parked_streams VALUES ('silver', 'auction-x', 0, 3, 17, 'BidPlaced', 'why', '2026-01-01T12:00:00Z')",
  );
  expect(await silver.consumers()).toEqual([
    { consumer: 'silver', slice: 0, position: '42', updatedAt: noon, parkedStreams: 1 },
  ]);
});

it('looks at no bid for those to void while there is nobody whose bids they are, whatever the planner expects', async () => {
  const client = await pool.connect();
  try {
    // What it does without statistics of tables that grow by thousands of rows a second.
    await client.query('SET enable_nestloop = off; SET enable_hashjoin = off');
    const explained = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${sql.BIDS_TO_VOID}`;
    const { rows } = await client.query<[string]>({ text: explained, values: [10], rowMode: 'array' });
    const scans = rows.map(([line]) => line).filter((line) => /Scan.* on (bids|standings) /.test(line));
    expect(scans).toHaveLength(2);
    for (const scan of scans) expect(scan).toContain('never executed');
  } finally {
    await client.query('RESET ALL');
    client.release();
  }
});
