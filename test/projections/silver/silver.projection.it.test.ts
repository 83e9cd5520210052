import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import type { FraudCaseEvent } from '../../../src/domain/fraud/fraud-case.events.js';
import { bidderKey, fraudCaseId } from '../../../src/domain/ids.js';
import { caseStream, hallStream, refusalsStream, saleStream, userStream } from '../../../src/domain/messages.js';
import { later } from '../../../src/domain/time.js';
import type { JournalEntry, RecordedEvent } from '../../../src/feed/feed.js';
import { inTransaction, openSession } from '../../../src/feed/session.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { silverProjection } from '../../../src/projections/silver/silver.projection.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';
import { added, clocks, details, drafted, given, lotId, published, saleTerms } from '../../support/sale-story.js';
import { auctionNo, Chronicle, hallBid, hallNo, hallResult, noon, unsold, userNo } from '../chronicle.js';

const [sue, ann, bob, cid] = [userNo(1), userNo(2), userNo(3), userNo(4)] as const;
const clock = auctionNo(1);
const projection = silverProjection();
const TABLES = [
  'users',
  'listings',
  'standings',
  'bids',
  'transactions',
  'money_movements',
  'second_chance_offers',
  'retraction_requests',
  'voiding_proposals',
  'refused_bids',
  'hall_results',
  'fraud_cases',
  'fraud_case_accounts',
  'fraud_case_bonds',
  'fraud_case_entries',
  'hall_bids',
  'documents',
  'tax_positions',
  'bank_accounts',
  'payout_runs',
  'payout_items',
  'document_lines',
  'sales',
  'sale_lots',
  'paddles',
  'questions',
  'feedback',
  'disputes',
] as const;

let database: TestDatabase;
let client: pg.Client;
let journal: MemoryJournal;
let told: Chronicle;

beforeAll(async () => {
  database = await freshDatabase(migrated);
  client = await openSession(database.config, projection);
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});
beforeEach(() => {
  journal = new MemoryJournal({ runtime: new ManualRuntime(noon) });
  told = new Chronicle(journal);
});
afterEach(() => clear());

const clear = () => client.query(`TRUNCATE ${TABLES.join(', ')}`);

const rows = async (query: string): Promise<Record<string, unknown>[]> => (await client.query(query)).rows;

async function apply(entries: readonly JournalEntry[]): Promise<void> {
  const events = entries.filter((entry): entry is RecordedEvent => entry.kind === 'event');
  const write = projection.prepare(events);
  if (write !== null) await inTransaction(client, () => write(client));
}

/** Projects all that has been told: in one batch, or an event at a time. */
async function project(batchMax = 100_000): Promise<void> {
  const all = await journal.readAll(null, 100_000);
  for (let i = 0; i < all.length; i += batchMax) await apply(all.slice(i, i + batchMax));
}

const everything = async () => {
  const tables: Record<string, unknown> = {};
  for (const table of TABLES) tables[table] = await rows(`SELECT * FROM ${table} ORDER BY 1, 2, 3`);
  return tables;
};

const caseOfSue = fraudCaseId('01900006-0000-8000-8000-000000000001');
const measured = (flaggedAuctions: number) => ({
  flaggedAuctions,
  auctions: flaggedAuctions + 1,
  concentration: 2 * flaggedAuctions,
  reasons: ['smallSteps', 'concentration'] as const,
});
const shown = (flagged: number) => ({
  flagged_auctions: flagged,
  auctions: flagged + 1,
  concentration: 2 * flagged,
  reasons: ['smallSteps', 'concentration'],
});
const bond = (together: number, apart: number) => [{ first: ann, second: bob, together, apart }];

/** Opened, grown, worked on, dismissed, and opened again by one of its accounts. */
const caseHistory: readonly FraudCaseEvent[] = [
  {
    type: 'FraudCaseOpened',
    sellerId: sue,
    modelVersion: 1,
    accounts: [{ bidderId: ann, score: 0.75, ...measured(1) }],
    bonds: [],
    openedAt: noon,
  },
  {
    type: 'FraudCaseEvidenceGrown',
    modelVersion: 1,
    accounts: [
      { bidderId: ann, score: 0.75, ...measured(2) },
      { bidderId: bob, score: 0.75, ...measured(1) },
    ],
    bonds: bond(1, 1),
    grownAt: later(noon, 1_000),
  },
  { type: 'FraudCaseAssigned', assigneeId: cid, assignedBy: cid, assignedAt: later(noon, 2_000) },
  { type: 'FraudCaseNoted', note: 'same "address"\n\\N', notedBy: cid, notedAt: later(noon, 3_000) },
  {
    type: 'FraudCaseDismissed',
    reason: 'collectors',
    mutes: [
      { bidderId: ann, reopensAt: 5 },
      { bidderId: bob, reopensAt: 4 },
    ],
    dismissedBy: cid,
    dismissedAt: later(noon, 4_000),
  },
  {
    type: 'FraudCaseOpened',
    sellerId: sue,
    modelVersion: 2,
    accounts: [{ bidderId: ann, score: 0.875, ...measured(5) }],
    bonds: bond(2, 4),
    openedAt: later(noon, 5_000),
  },
];

for (const [how, batchMax] of [
  ['in one batch', 100_000],
  ['an event at a time', 1],
] as const) {
  describe(`a history projected ${how}`, () => {
    it('shows the lots of a hall sale, the last correction of each', async () => {
      await told.record(hallStream(hallNo(1)), { ...hallResult, buyerId: ann, sellerId: sue });
      await told.record(hallStream(hallNo(2)), { ...hallResult, ...unsold, outcome: 'passed', reservePrice: null });
      await told.record(hallStream(hallNo(1)), { ...hallResult, price: 46_000_00n, corrects: true });
      await project(batchMax);
      expect(await rows('SELECT * FROM silver.hall_results ORDER BY hall_result_id')).toEqual([
        {
          hall_result_id: hallNo(1),
          venue: 'hall',
          sale: 'Spring\t2026',
          lot_number: '422A',
          title: 'A \\N landscape',
          description: 'Ink,\n"paper"',
          category: 'Paintings',
          status: 'sold',
          currency: 'USD',
          low_estimate: '3849000',
          high_estimate: '6415000',
          starting_price: null,
          has_reserve: true,
          final_price: '4600000',
          price_kind: 'with-premium',
          buyer_id: null,
          buyer_key: null,
          paddle: 'A-17',
          seller_id: null,
          held_at: new Date('2025-12-01'),
          recorded_at: new Date(noon),
          is_corrected: true,
          source_file: 'spring.csv',
          source_line: 2,
        },
        expect.objectContaining({ hall_result_id: hallNo(2), status: 'passed', final_price: null, has_reserve: false }),
      ]);
      expect(
        await rows('SELECT sold_in, purchase_id, hammer_price, price_with_premium FROM silver.all_purchases'),
      ).toEqual([{ sold_in: 'hall', purchase_id: hallNo(1), hammer_price: null, price_with_premium: '4600000' }]);
    });

    it('shows fraud cases, what speaks against whom, and what people said', async () => {
      for (const event of caseHistory) await told.record(caseStream(caseOfSue), event);
      await project(batchMax);
      expect(await rows('SELECT * FROM silver.fraud_cases')).toEqual([
        {
          case_id: caseOfSue,
          seller_id: sue,
          origin: 'scores',
          status: 'open',
          model_version: 2,
          opened_at: new Date(later(noon, 5_000)),
          openings: 2,
          assignee_id: null,
          decided_at: null,
          decided_by: null,
          accounts: 2,
          flagged_auctions: 6,
          concentration: 12,
          score: 0.875,
        },
      ]);
      expect(await rows('SELECT * FROM silver.fraud_case_accounts ORDER BY bidder_id')).toEqual([
        { case_id: caseOfSue, seller_id: sue, bidder_id: ann, ...shown(5), score: 0.875, verdict: 'open' },
        { case_id: caseOfSue, seller_id: sue, bidder_id: bob, ...shown(1), score: 0.75, verdict: 'dismissed' },
      ]);
      expect(await rows('SELECT bidder_id, noticed_from FROM fraud_case_accounts ORDER BY bidder_id')).toEqual([
        { bidder_id: ann, noticed_from: 6 },
        { bidder_id: bob, noticed_from: 4 },
      ]);
      expect(await rows('SELECT first_id, second_id, together, apart FROM fraud_case_bonds')).toEqual([
        { first_id: ann, second_id: bob, together: 2, apart: 4 },
      ]);
      expect(await rows('SELECT revision, kind, by_id, note FROM fraud_case_entries ORDER BY revision')).toEqual([
        { revision: '0', kind: 'opened', by_id: null, note: null },
        { revision: '1', kind: 'grown', by_id: null, note: null },
        { revision: '2', kind: 'assigned', by_id: cid, note: cid },
        { revision: '3', kind: 'noted', by_id: cid, note: 'same "address"\n\\N' },
        { revision: '4', kind: 'dismissed', by_id: cid, note: 'collectors' },
        { revision: '5', kind: 'opened', by_id: null, note: null },
      ]);
    });

    it('shows the bids that a file tells of, those of the last correction, without their maxima', async () => {
      const key = bidderKey(hallNo(9));
      const online = { ...hallResult, ...unsold, outcome: 'passed', venue: 'online', startingPrice: 9_00n } as const;
      const seen = { ...hallBid, bidderKey: key };
      const left = {
        ...hallBid,
        bidNumber: 2,
        bidType: 'commission',
        bidderId: ann,
        price: null,
        maximum: 7n,
      } as const;
      await told.record(
        hallStream(hallNo(1)),
        online,
        { ...seen, price: 1n },
        { ...left, bidNumber: 2 },
        { ...seen, bidNumber: 3 },
      );
      await told.record(hallStream(hallNo(1)), { ...online, corrects: true }, seen, { ...left, placedAt: null });
      await project(batchMax);
      const lot = { hall_result_id: hallNo(1), paddle: null };
      expect(await rows('SELECT * FROM silver.hall_bids ORDER BY bid_number')).toEqual([
        {
          ...lot,
          bid_number: 1,
          bid_type: 'online',
          bidder_id: null,
          bidder_key: key,
          price: '4500000',
          has_maximum: false,
          placed_at: new Date('2025-11-30T12:00:00Z'),
        },
        {
          ...lot,
          bid_number: 2,
          bid_type: 'commission',
          bidder_id: ann,
          bidder_key: null,
          price: null,
          has_maximum: true,
          placed_at: null,
        },
      ]);
      expect(await rows('SELECT maximum FROM hall_bids WHERE maximum IS NOT NULL')).toEqual([{ maximum: '7' }]);
    });

    it('shows a new auction at its starting price', async () => {
      await told.list(clock, { reservePrice: 50_00n, buyNowPrice: 90_00n });
      await project(batchMax);
      expect(await rows('SELECT * FROM silver.auctions')).toEqual([
        {
          auction_id: clock,
          calling: null,
          seller_id: sue,
          title: 'A \\N clock, no. 1',
          description: 'It ticks.\n\\Loudly.\\N',
          category: 'Antiques',
          photos: [],
          details: null,
          format: 'english',
          currency: 'USD',
          status: 'open',
          starting_price: '1000',
          current_price: '1000',
          minimum_next_bid: '1000',
          leader_id: null,
          leading_bid: null,
          bid_count: 0,
          has_reserve: true,
          reserve_met: false,
          buy_now_price: '9000',
          retraction: 'ebay',
          listed_at: new Date(noon),
          opens_at: new Date(noon),
          closes_at: new Date(noon + 3_600_000),
          scheduled_closes_at: new Date(noon + 3_600_000),
          extensions: 0,
          closed_at: null,
          end_reason: null,
          revision: '0',
          relist_of: null,
          relisted_as: null,
          recorded_status: 'open',
        },
      ]);
    });

    it('keeps a row a bid and the last word on the auction', async () => {
      await told.list(clock);
      await told.bid(clock, ann, 20_00n);
      await told.bid(clock, bob, 30_00n);
      await project(batchMax);
      expect(
        await rows(
          'SELECT bid_id, bidder_id, bid_amount, bid_type, is_winning, is_retracted FROM silver.bids ORDER BY 1',
        ),
      ).toEqual([
        {
          bid_id: `${clock}-1`,
          bidder_id: ann,
          bid_amount: '1000',
          bid_type: 'proxy',
          is_winning: false,
          is_retracted: false,
        },
        {
          bid_id: `${clock}-2`,
          bidder_id: bob,
          bid_amount: '2050',
          bid_type: 'proxy',
          is_winning: true,
          is_retracted: false,
        },
      ]);
      expect(
        await rows(
          'SELECT current_price, minimum_next_bid, leader_id, leading_bid, bid_count, revision FROM silver.auctions',
        ),
      ).toEqual([
        {
          current_price: '2050',
          minimum_next_bid: '2100',
          leader_id: bob,
          leading_bid: 2,
          bid_count: 2,
          revision: '2',
        },
      ]);
    });

    it('takes a retracted bid back, down to nobody leading', async () => {
      await told.list(clock, {}, 86_400_000);
      await told.bid(clock, ann, 20_00n);
      await told.retract(clock, ann, 1);
      await project(batchMax);
      expect(await rows('SELECT is_winning, is_retracted, retraction_reason FROM silver.bids')).toEqual([
        { is_winning: false, is_retracted: true, retraction_reason: 'TypingError' },
      ]);
      expect(await rows('SELECT current_price, leader_id, leading_bid, bid_count FROM silver.auctions')).toEqual([
        { current_price: '1000', leader_id: null, leading_bid: null, bid_count: 0 },
      ]);
      expect(await rows('SELECT revision, price, cause FROM silver.price_history ORDER BY revision')).toEqual([
        { revision: '1', price: '1000', cause: 'bid' },
        { revision: '2', price: '1000', cause: 'retraction' },
      ]);
    });

    it('moves the close with a late bid and leaves the scheduled one', async () => {
      await told.list(clock);
      told.now = later(noon, 3_590_000);
      await told.bid(clock, ann, 20_00n);
      await project(batchMax);
      expect(await rows('SELECT closes_at, scheduled_closes_at, extensions, bid_count FROM silver.auctions')).toEqual([
        {
          closes_at: new Date(noon + 3_710_000),
          scheduled_closes_at: new Date(noon + 3_600_000),
          extensions: 1,
          bid_count: 1,
        },
      ]);
    });

    it('writes the sale when the hammer falls', async () => {
      await told.register(sue, ann, bob);
      await told.list(clock);
      await told.bid(clock, ann, 500_00n);
      await told.bid(clock, bob, 2_000_00n);
      await told.close(clock);
      await project(batchMax);
      // 510.00: 15 % premium of it 76.50, 10 % fee 51.00.
      expect(await rows('SELECT * FROM silver.transactions')).toEqual([
        {
          txn_id: clock,
          auction_id: clock,
          seller_id: sue,
          buyer_id: bob,
          via: 'Hammer',
          final_price: '51000',
          buyers_premium: '7650',
          tax: '0',
          amount_due: '58650',
          platform_fee: '5100',
          seller_proceeds: '45900',
          currency: 'USD',
          is_completed: false,
          sold_at: new Date(noon + 3_600_000),
          completed_at: null,
          transaction_number: 1,
          payment_status: 'due',
          payment_due_at: new Date(noon + 3_600_000 + 7 * 86_400_000),
          paid_at: null,
          refunded_at: null,
          lapsed_at: null,
          failed_payments: 0,
          money_in: '0',
          money_out: '0',
          money_held: '0',
          refunded_amount: '0',
          dispute_status: null,
        },
      ]);
      expect(
        await rows(
          'SELECT status, closed_at, bid_number FROM silver.auctions JOIN silver.bids USING (auction_id) WHERE is_winning',
        ),
      ).toEqual([{ status: 'sold', closed_at: new Date(noon + 3_600_000), bid_number: 2 }]);
    });

    it('says why an auction ended without a sale', async () => {
      const [unsold, under, dropped, pulled] = [auctionNo(1), auctionNo(2), auctionNo(3), auctionNo(4)];
      for (const id of [unsold, dropped, pulled]) await told.list(id);
      await told.list(under, { reservePrice: 99_00n });
      for (const id of [under, pulled]) await told.bid(id, ann, 20_00n);
      await told.cancel(dropped, 'broken \\ in two');
      await told.withdraw(pulled, 'a {forgery}, "they" say');
      await told.close(unsold);
      await told.close(under);
      await project(batchMax);
      expect(await rows('SELECT status, end_reason FROM silver.auctions ORDER BY auction_id')).toEqual([
        { status: 'passed', end_reason: 'NoBids' },
        { status: 'passed', end_reason: 'ReserveNotMet' },
        { status: 'cancelled', end_reason: 'broken \\ in two' },
        { status: 'withdrawn', end_reason: 'a {forgery}, "they" say' },
      ]);
      expect(await rows('SELECT is_winning FROM silver.bids')).toEqual([{ is_winning: false }, { is_winning: false }]);
    });

    it('tells refused bids without their amounts, and a flood as one row', async () => {
      await told.list(clock);
      await told.bid(clock, ann, 20_00n);
      await told.bid(clock, bob, 10_00n);
      await told.cancel(clock, 'too late for that');
      await told.record(refusalsStream(clock), {
        type: 'FloodRejected',
        actorId: cid,
        count: 480,
        firstAt: noon,
        lastAt: later(noon, 30_000),
      });
      await project(batchMax);
      expect(await rows('SELECT * FROM silver.rejected_bids ORDER BY rejection_id')).toEqual([
        {
          rejection_id: `${clock}-r0`,
          auction_id: clock,
          bidder_id: bob,
          reason: 'BidBelowMinimum',
          refused_count: 1,
          minimum_next_bid: '1050',
          judged_at_revision: '0',
          first_at: new Date(noon),
          rejected_at: new Date(noon),
        },
        {
          rejection_id: `${clock}-r2`,
          auction_id: clock,
          bidder_id: cid,
          reason: 'Flood',
          refused_count: 480,
          minimum_next_bid: null,
          judged_at_revision: null,
          first_at: new Date(noon),
          rejected_at: new Date(noon + 30_000),
        },
      ]);
      expect(await rows("SELECT amount FROM refused_bids WHERE reason <> 'Flood'")).toEqual([{ amount: '1000' }]);
    });

    it('keeps accounts up to date', async () => {
      await told.register(ann, bob);
      await told.record(
        userStream(ann),
        { type: 'UserVerified', verifiedAt: noon },
        { type: 'UserRated', rating: -3, ratedAt: noon },
        { type: 'PersonalDataChanged', personalData: 'encrypted\\anew', changedAt: noon },
        { type: 'UserSuspended', reason: 'shill', suspendedBy: null, voidBids: false, suspendedAt: noon },
      );
      await told.record(
        userStream(bob),
        { type: 'UserSuspended', reason: 'unpaid', suspendedBy: null, voidBids: false, suspendedAt: noon },
        { type: 'UserReinstated', reason: 'paid', reinstatedBy: null, reinstatedAt: noon },
      );
      await project(batchMax);
      expect(await rows('SELECT * FROM users ORDER BY user_id')).toEqual([
        {
          user_id: ann,
          revision: '4',
          encrypted_username: 'user 0002',
          erased_at: null,
          voids_bids: false,
          status: 'suspended',
          is_verified: true,
          rating: -3,
          personal_data: 'encrypted\\anew',
          registered_at: new Date(noon),
        },
        {
          user_id: bob,
          revision: '2',
          encrypted_username: 'user 0003',
          erased_at: null,
          voids_bids: false,
          status: 'active',
          is_verified: false,
          rating: 0,
          personal_data: 'encrypted of 0003',
          registered_at: new Date(noon),
        },
      ]);
    });
  });
}

describe('a sale', () => {
  const revised = {
    type: 'SaleRevised',
    terms: saleTerms({ title: 'Clocks' }),
    revisedBy: null,
    revisedAt: noon,
  } as const;
  const renumbered = (n: number, from: string, to: string) =>
    ({ type: 'LotRenumbered', lotId: lotId(n), previousNumber: from, lotNumber: to, renumberedAt: noon }) as const;
  const withdrawn = (n: number, lotNumber: string) =>
    ({ type: 'LotWithdrawn', lotId: lotId(n), lotNumber, reason: 'broken', withdrawnAt: noon }) as const;
  const priced = { ...details, reservePrice: 20_00n, lowEstimate: 30_00n, highEstimate: 40_00n };
  const history = [
    drafted(),
    added(1),
    { ...added(2), details: priced },
    added(3),
    revised,
    // Lots change numbers, and one is taken out and comes back.
    renumbered(1, '1', '9'),
    renumbered(2, '2', '1'),
    renumbered(1, '9', '12A'),
    withdrawn(3, '3'),
    added(3, '12'),
    added(4, '2'),
    withdrawn(4, '2'),
    { ...published(2, 3, 1), publishedAt: noon },
    { type: 'PaddleRequested', bidderId: ann, requestedAt: noon },
    given(bob, 1, { biddingLimit: 500_00n }),
    given(ann, 2, { givenBy: cid, givenAt: later(noon, 1) }),
    { type: 'PaddleRequested', bidderId: cid, requestedAt: noon },
    { type: 'PaddleRefused', bidderId: bob, reason: 'unpaid', refusedBy: cid, refusedAt: later(noon, 2) },
    { type: 'SaleOpened', opensAt: noon, openedAt: noon },
    { type: 'SaleClosed', closedBy: null, closedAt: later(noon, 3) },
  ] as const;

  it('shows its course, its lots in the order of the catalogue, and who may bid', async () => {
    await told.record(saleStream(clocks), ...history);
    await project();
    expect(await rows('SELECT * FROM silver.sales')).toMatchObject([
      {
        sale_id: clocks,
        title: 'Clocks',
        kind: 'timed',
        status: 'closed',
        registration: 'open',
        lot_interval_ms: 20_000,
        published_at: new Date(noon),
        opened_at: new Date(noon),
        closed_at: new Date(noon + 3),
        cancelled_at: null,
      },
    ]);
    const shownLots = 'lot_id, lot_number, lot_order, reserve_price, high_estimate, closes_at';
    const close = (seconds: number) => new Date(Date.UTC(2026, 0, 8, 12, 0, seconds));
    expect(await rows(`SELECT ${shownLots} FROM sale_lots ORDER BY lot_order`)).toEqual([
      {
        lot_id: lotId(2),
        lot_number: '1',
        lot_order: '00001',
        reserve_price: '2000',
        high_estimate: '4000',
        closes_at: close(0),
      },
      {
        lot_id: lotId(3),
        lot_number: '12',
        lot_order: '00012',
        reserve_price: null,
        high_estimate: null,
        closes_at: close(20),
      },
      {
        lot_id: lotId(1),
        lot_number: '12A',
        lot_order: '00012A',
        reserve_price: null,
        high_estimate: null,
        closes_at: close(40),
      },
    ]);
    const [one, two, three] = await rows('SELECT * FROM paddles ORDER BY bidder_id');
    const given2 = { status: 'given', paddle: 2, requested_at: new Date(noon), decided_at: new Date(noon + 1) };
    expect(one).toMatchObject({ bidder_id: ann, ...given2, decided_by: cid });
    expect(two).toMatchObject({ status: 'refused', paddle: 1, bidding_limit: null, decision_reason: 'unpaid' });
    expect(three).toMatchObject({ status: 'requested', paddle: null, decided_at: null });
  });

  it('comes to the same rows however it is cut', async () => {
    await told.record(saleStream(clocks), ...history);
    await project();
    const whole = await everything();
    for (const batchMax of [1, 2, 3, 5, 7]) {
      await clear();
      await project(batchMax);
      expect(await everything()).toEqual(whole);
    }
  });

  it('stops a batch that does not follow on it', async () => {
    await told.record(saleStream(clocks), ...history);
    const all = await journal.readAll(null, 100);
    await apply(all.slice(0, 3));
    await expect(apply(all.slice(0, 3))).rejects.toThrow('sales_pkey');
    await expect(apply(all.slice(4))).rejects.toThrow('of 1 sales, 0 stood where the event before left them');
  });
});

describe('a batch applied where it does not belong', () => {
  const history = async () => {
    await told.register(ann);
    await told.list(clock);
    await told.bid(clock, ann, 20_00n);
    await told.bid(clock, bob, 30_00n);
    return journal.readAll(null, 100);
  };

  it('is refused and changes nothing, when it was applied before', async () => {
    const all = await history();
    await apply(all);
    const before = await everything();
    await expect(apply(all)).rejects.toThrow();
    await expect(apply(all.slice(-1))).rejects.toThrow();
    expect(await everything()).toEqual(before);
  });

  it('is refused and changes nothing, when the event before it is missing', async () => {
    const all = await history();
    await apply(all.slice(0, 2));
    const before = await everything();
    await expect(apply(all.slice(3))).rejects.toThrow('of 1 auctions, 0 stood where the event before left them');
    expect(await everything()).toEqual(before);
  });
});

it('makes the same rows of any history, however it is cut into batches', async () => {
  const step = fc.record({
    what: fc.constantFrom('bid', 'bid', 'bid', 'bid', 'retract', 'close', 'cancel', 'withdraw', 'buy', 'rate'),
    auction: fc.integer({ min: 1, max: 3 }),
    bidder: fc.integer({ min: 2, max: 4 }),
    amount: fc.integer({ min: 900, max: 90_000 }),
    bidNumber: fc.integer({ min: 1, max: 4 }),
    waitMs: fc.integer({ min: 0, max: 400_000 }),
  });
  const property = fc.asyncProperty(
    fc.array(step, { maxLength: 60 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
    async (steps, cuts) => {
      journal = new MemoryJournal({ runtime: new ManualRuntime(noon) });
      told = new Chronicle(journal);
      await told.register(sue, ann, bob, cid);
      await told.list(auctionNo(1), { buyNowPrice: 500_00n });
      await told.list(auctionNo(2), { reservePrice: 200_00n });
      await told.list(auctionNo(3), {}, 86_400_000);
      for (const { what, auction, bidder, amount, bidNumber, waitMs } of steps) {
        const [id, who] = [auctionNo(auction), userNo(bidder)];
        told.now = later(told.now, waitMs);
        if (what === 'bid') await told.bid(id, who, BigInt(amount));
        else if (what === 'retract') await told.retract(id, who, bidNumber);
        else if (what === 'close') await told.close(id);
        else if (what === 'cancel') await told.cancel(id, 'changed my mind');
        else if (what === 'withdraw' && amount % 5 === 0) await told.withdraw(id, 'a fake');
        else if (what === 'buy') await told.buyNow(id, who);
        else await told.record(userStream(who), { type: 'UserRated', rating: amount, ratedAt: told.now });
      }
      await clear();
      await project();
      const whole = await everything();
      await clear();
      const all = await journal.readAll(null, 100_000);
      for (let from = 0, i = 0; from < all.length; i++) {
        const size = cuts[i % cuts.length] ?? 1;
        await apply(all.slice(from, from + size));
        from += size;
      }
      expect(await everything()).toEqual(whole);
      for (const id of [auctionNo(1), auctionNo(2), auctionNo(3)]) {
        const auction = told.auction(id);
        if (!('currentPrice' in auction)) throw new Error('all three were listed, and none was sealed');
        expect(
          await rows(`SELECT status, current_price, bid_count FROM silver.auctions WHERE auction_id = '${id}'`),
        ).toEqual([{ status: auction.status, current_price: `${auction.currentPrice}`, bid_count: auction.bidCount }]);
      }
    },
  );
  await fc.assert(property, { numRuns: 25 });
}, 60_000);

describe('what an analyst may read', () => {
  const asAnalyst = async (query: string) => {
    await client.query('BEGIN');
    try {
      await client.query('SET LOCAL ROLE gavel_analyst');
      return (await client.query(query)).rows;
    } finally {
      await client.query('ROLLBACK');
    }
  };

  it('is every view of silver', async () => {
    const views = await rows(
      "SELECT table_name FROM information_schema.views WHERE table_schema = 'silver' ORDER BY 1",
    );
    expect(views.map(({ table_name }) => table_name)).toEqual([
      'all_purchases',
      'auctions',
      'audit_log',
      'bids',
      'currencies',
      'disputes',
      'feedback',
      'fraud_case_accounts',
      'fraud_cases',
      'fraud_signals',
      'hall_bids',
      'hall_results',
      'house_income',
      'invoice_lines',
      'invoices',
      'item_details',
      'items',
      'paddles',
      'payments',
      'payout_items',
      'payout_runs',
      'price_history',
      'purchases',
      'questions',
      'rejected_bids',
      'retraction_requests',
      'revenue_accrual',
      'revenue_cash',
      'sale_lots',
      'sales',
      'second_chance_offers',
      'transactions',
      'users',
      'voiding_proposals',
    ]);
    // Nothing is told here; only what currencies there are is known.
    for (const { table_name } of views)
      expect([table_name, (await asAnalyst(`SELECT * FROM silver.${table_name}`)).length > 0]).toEqual([
        table_name,
        table_name === 'currencies',
      ]);
  });

  it('is nothing of the tables behind them, nor of the feed', async () => {
    for (const table of [...TABLES.map((name) => `silver_private.${name}`), 'feed.checkpoints', 'journal.events'])
      await expect(asAnalyst(`SELECT * FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('holds no column of a secret', async () => {
    const columns = await rows("SELECT column_name FROM information_schema.columns WHERE table_schema = 'silver'");
    const names = new Set(columns.map(({ column_name }) => column_name));
    for (const secret of [
      'maximum',
      'amount',
      'reserve_price',
      'decision_reason',
      'void_reason',
      'answer_reason',
      'offered_price',
      'reference',
      'personal_data',
      'email',
    ])
      expect(names).not.toContain(secret);
    expect(names).toContain('bid_amount');
  });
});
