import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Evidence } from '../../src/domain/fraud/fraud-case.events.js';
import { fraudCaseId } from '../../src/domain/ids.js';
import { caseStream, hallStream, refusalsStream, saleStream, userStream } from '../../src/domain/messages.js';
import { later } from '../../src/domain/time.js';
import type { Verification } from '../../src/verify/verify.js';
import { differencesFromFold } from '../oracle/oracle.js';
import { auctionNo, hallBid, hallNo, hallResult, noon, unsold, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';
import { added, clocks, details, drafted, given, lotId, published } from '../support/sale-story.js';

const [sue, ann, bob, cid] = [userNo(1), userNo(2), userNo(3), userNo(4)] as const;
const [sold, open, passed, cancelled] = [auctionNo(1), auctionNo(2), auctionNo(3), auctionNo(4)] as const;
const [withdrawn, extended, bought] = [auctionNo(5), auctionNo(6), auctionNo(7)] as const;

const suspect: Evidence = {
  bidderId: ann,
  flaggedAuctions: 1,
  auctions: 2,
  concentration: 4.5,
  score: 0.75,
  reasons: ['concentration'],
};

let house: ProjectedHouse;

beforeAll(async () => {
  house = await ProjectedHouse.open();
  const { told } = house;
  await told.register(sue, ann, bob, cid);
  await told.record(
    userStream(ann),
    { type: 'UserVerified', verifiedAt: noon },
    { type: 'PersonalDataChanged', personalData: 'encrypted anew', changedAt: noon },
    { type: 'UserRated', rating: 7, ratedAt: noon },
    { type: 'UserSuspended', reason: 'shill', suspendedBy: null, voidBids: false, suspendedAt: noon },
  );
  await told.list(sold, { reservePrice: 30_00n });
  await told.list(open, { reservePrice: 300_00n }, 86_400_000);
  await told.list(passed);
  await told.list(cancelled);
  await told.list(withdrawn);
  await told.list(extended);
  await told.list(bought, { buyNowPrice: 77_00n });
  for (const [bidder, amount] of [
    [ann, 20_00n],
    [bob, 15_00n],
    [cid, 90_00n],
  ] as const) {
    await told.bid(sold, bidder, amount);
    await told.bid(open, bidder, amount);
  }
  await told.bid(withdrawn, ann, 20_00n);
  await told.retract(open, bob, 2);
  await told.bid(open, bob, 1n);
  await told.cancel(open, 'refused: it has bids');
  await told.cancel(cancelled, 'broken\tin two');
  await told.withdraw(withdrawn, 'a fake');
  await told.buyNow(bought, bob);
  await told.record(refusalsStream(open), {
    type: 'FloodRejected',
    actorId: bob,
    count: 99,
    firstAt: noon,
    lastAt: later(noon, 1_000),
  });
  const first = { ...hallResult, buyerId: ann, sellerId: sue };
  await told.record(hallStream(hallNo(1)), first, { ...first, price: 46_000_00n, corrects: true });
  await told.record(
    caseStream(fraudCaseId('01900006-0000-8000-8000-000000000001')),
    { type: 'FraudCaseOpened', sellerId: sue, modelVersion: 1, accounts: [suspect], bonds: [], openedAt: noon },
    {
      type: 'FraudCaseDismissed',
      reason: 'a collector',
      mutes: [{ bidderId: ann, reopensAt: 4 }],
      dismissedBy: cid,
      dismissedAt: noon,
    },
  );
  const online = { ...hallResult, ...unsold, venue: 'online', outcome: 'passed', reservePrice: null } as const;
  await told.record(hallStream(hallNo(2)), online, hallBid, { ...hallBid, bidNumber: 2, price: null, maximum: 5n });
  await told.record(
    saleStream(clocks),
    drafted(),
    { ...added(1), sellerId: sue, details: { ...details, reservePrice: 20_00n } },
    { ...added(2), sellerId: sue },
    published(1, 2),
    given(ann, 1, { biddingLimit: 500_00n }),
    { type: 'PaddleRefused', bidderId: bob, reason: 'unpaid', refusedBy: cid, refusedAt: noon },
  );
  told.now = later(noon, 3_599_000);
  await told.bid(extended, ann, 20_00n);
  await told.close(sold);
  await told.close(passed);
  await house.project();
});
afterAll(() => house?.close());

const verify = async (...words: string[]) => {
  const { lines, failed } = await house.run(['verify', '--json', ...words]);
  return { result: JSON.parse(lines.join('\n')) as Verification, failed };
};

/** Undone after each test: everything but the journal is projected anew. */
const tamper = (statement: string) => house.client.query(statement);
const restore = async () => {
  const tables = [
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
  ];
  const closings = ['due', 'openings', 'relistings', 'deadlines', 'sales', 'lots'].map((table) => `closings.${table}`);
  const all = [...tables.map((table) => `silver_private.${table}`), ...closings, 'feed.checkpoints'].join(', ');
  await house.client.query(`TRUNCATE ${all}, feed.parked_streams, feed.parked_events`);
  await house.project();
};

it('finds nothing after a real run, and says what it compared', async () => {
  const { result, failed } = await verify();
  expect(result).toMatchObject({ clean: true, findings: [], findingsTotal: 0, parked: [] });
  expect(failed).toBe(false);
  expect(result.events).toBe(Number(await house.journal.head()));
  expect(Object.fromEntries(result.tables.map(({ table, rows }) => [table, rows]))).toEqual({
    users: 4,
    auctions: 7,
    bids: 9,
    transactions: 2,
    payments: 0,
    second_chance_offers: 0,
    fraud_cases: 1,
    hall_results: 2,
    hall_bids: 2,
    sales: 1,
    sale_lots: 2,
    paddles: 2,
    questions: 0,
    feedback: 0,
    documents: 0,
    disputes: 0,
    payout_items: 0,
    rejected_bids: 2,
  });
  for (const { rows, expectedRows, sum, expectedSum } of result.tables)
    expect([rows, sum]).toEqual([expectedRows, expectedSum]);
  expect(await differencesFromFold(house.database.config, house.journal)).toEqual([]);
});

it('says so to people, too', async () => {
  const { lines, failed } = await house.run(['verify']);
  expect(lines.at(-1)).toBe('clean: Silver is what the journal says');
  expect(lines[0]).toMatch(/^\d+ events in \d+ streams; Silver stands at \d+$/);
  expect(failed).toBe(false);
});

it('compares Silver as of its own checkpoint, while the journal goes on', async () => {
  await house.told.bid(open, bob, 150_00n);
  expect((await verify()).result).toMatchObject({ clean: true });
  await house.project();
  expect((await verify()).result).toMatchObject({ clean: true });
});

describe('tampering is reported', () => {
  afterEach(restore);

  for (const [what, statement, check, problem] of [
    [
      'a fraud case that nobody has dismissed',
      `UPDATE silver_private.fraud_cases SET status = 'open', decided_at = NULL, decision_reason = NULL`,
      'fraud_cases',
      /status is "open", the journal says "dismissed"/,
    ],
    [
      'another score of an account',
      'UPDATE silver_private.fraud_case_accounts SET score = 0.5',
      'fraud_case_accounts',
      /^score is 0.5, the journal says 0.75$/,
    ],
    [
      'another price of a hall',
      `UPDATE silver_private.hall_results SET final_price = 1 WHERE hall_result_id = '${hallNo(1)}'`,
      'hall_results',
      /^final_price is 1, the journal says 4600000$/,
    ],
    [
      'a reserve of a hall, untold',
      `UPDATE silver_private.hall_results SET reserve_price = 1 WHERE hall_result_id = '${hallNo(1)}'`,
      'hall_results',
      /^reserve_price differs from the journal's$/,
    ],
    [
      'a bid that a file told of, and that is gone',
      `DELETE FROM silver_private.hall_bids WHERE bid_number = 1`,
      'hall_bids',
      /^is missing$/,
    ],
    [
      'a maximum that a file told, untold',
      `UPDATE silver_private.hall_bids SET maximum = 6 WHERE bid_number = 2`,
      'hall_bids',
      /^maximum differs from the journal's$/,
    ],
    [
      'a lot of a hall that is gone',
      `DELETE FROM silver_private.hall_results WHERE hall_result_id = '${hallNo(1)}'`,
      'hall_results',
      /^is missing$/,
    ],
    [
      'a sale that is not open yet',
      "UPDATE silver_private.sales SET status = 'open'",
      'sales',
      /^status is "open", the journal says "published"$/,
    ],
    [
      'a reserve of a lot, untold',
      `UPDATE silver_private.sale_lots SET reserve_price = 999999 WHERE lot_id = '${lotId(1)}'`,
      'sale_lots',
      /^reserve_price differs from the journal's$/,
    ],
    [
      'a lot that is gone from the catalogue',
      `DELETE FROM silver_private.sale_lots WHERE lot_id = '${lotId(2)}'`,
      'sale_lots',
      /^is missing$/,
    ],
    [
      'a limit of a bidder, untold',
      `UPDATE silver_private.paddles SET bidding_limit = 424242 WHERE bidder_id = '${ann}'`,
      'paddles',
      /^bidding_limit differs from the journal's$/,
    ],
    [
      'a changed price',
      `UPDATE silver_private.standings SET current_price = 1 WHERE auction_id = '${sold}'`,
      'standings',
      /^current_price is 1, the journal says \d+$/,
    ],
    [
      'another leader',
      `UPDATE silver_private.standings SET leader_id = '${ann}' WHERE auction_id = '${sold}'`,
      'standings',
      /^leader_id is /,
    ],
    [
      'a close that is off by a millisecond',
      `UPDATE silver_private.standings SET closes_at = closes_at + interval '1 ms' WHERE auction_id = '${extended}'`,
      'standings',
      /^closes_at is /,
    ],
    [
      'a reopened auction',
      `UPDATE silver_private.standings SET status = 'open', closed_at = NULL WHERE auction_id = '${passed}'`,
      'standings',
      /status is "open", the journal says "passed"/,
    ],
    [
      'a reason',
      `UPDATE silver_private.standings SET end_reason = 'because' WHERE auction_id = '${cancelled}'`,
      'standings',
      /^end_reason is "because"/,
    ],
    [
      'a stale revision',
      `UPDATE silver_private.standings SET revision = revision - 1 WHERE auction_id = '${open}'`,
      'standings',
      /^revision is /,
    ],
    [
      'a description',
      `UPDATE silver_private.listings SET description = '' WHERE auction_id = '${open}'`,
      'listings',
      /^description is ""/,
    ],
    [
      'words that searches look for',
      `UPDATE silver_private.listings SET search_words = '{other}' WHERE auction_id = '${open}'`,
      'listings',
      /^search_words is \["other"\], the journal says/,
    ],
    [
      'a reserve',
      `UPDATE silver_private.listings SET reserve_price = 999999 WHERE auction_id = '${open}'`,
      'listings',
      /^reserve_price differs from the journal's$/,
    ],
    [
      'a missing bid',
      `DELETE FROM silver_private.bids WHERE auction_id = '${open}' AND bid_number = 1`,
      'bids',
      /^is missing$/,
    ],
    [
      'a bid of nobody',
      `INSERT INTO silver_private.bids (auction_id, bid_number, revision, bidder_id, bid_type, bid_amount, maximum, placed_at) SELECT auction_id, 99, revision, bidder_id, bid_type, bid_amount, maximum, placed_at FROM silver_private.bids WHERE auction_id = '${open}' AND bid_number = 1`,
      'bids',
      /^is not in the journal$/,
    ],
    [
      'a bid amount',
      `UPDATE silver_private.bids SET bid_amount = bid_amount + 1 WHERE auction_id = '${open}' AND bid_number = 1`,
      'bids',
      /^bid_amount is 1001, the journal says 1000$/,
    ],
    [
      'a maximum',
      `UPDATE silver_private.bids SET maximum = 424242 WHERE auction_id = '${open}' AND bid_number = 1`,
      'bids',
      /^maximum differs from the journal's$/,
    ],
    [
      'a retraction undone',
      'UPDATE silver_private.bids SET retracted_at = NULL WHERE retracted_at IS NOT NULL',
      'bids',
      /^retracted_at is null/,
    ],
    [
      'a sale',
      `UPDATE silver_private.transactions SET final_price = final_price + 1, amount_due = amount_due + 1, seller_proceeds = seller_proceeds + 1 WHERE auction_id = '${sold}'`,
      'transactions',
      /amount_due is \d+, the journal says \d+/,
    ],
    [
      'a missing sale',
      `DELETE FROM silver_private.transactions WHERE auction_id = '${bought}'`,
      'transactions',
      /^is missing$/,
    ],
    [
      'an account',
      `UPDATE silver_private.users SET rating = 5000 WHERE user_id = '${ann}'`,
      'users',
      /^rating is 5000, the journal says 7$/,
    ],
    [
      'somebody set free',
      `UPDATE silver_private.users SET status = 'active' WHERE user_id = '${ann}'`,
      'users',
      /^status is "active"/,
    ],
    [
      'personal data',
      `UPDATE silver_private.users SET personal_data = 'hello world' WHERE user_id = '${ann}'`,
      'users',
      /^personal_data differs from the journal's$/,
    ],
    [
      'a missing refusal',
      "DELETE FROM silver_private.refused_bids WHERE reason = 'Flood'",
      'refused_bids',
      /^is missing$/,
    ],
    [
      'a refusal of another count',
      "UPDATE silver_private.refused_bids SET refused_count = 1 WHERE reason = 'Flood'",
      'refused_bids',
      /^refused_count is 1, the journal says 99$/,
    ],
    [
      'an auction that will never close',
      `DELETE FROM closings.due WHERE auction_id = '${open}'`,
      'closings.due',
      /^is missing$/,
    ],
    [
      'an ended auction that will close again',
      `INSERT INTO closings.due VALUES ('${sold}', now())`,
      'closings.due',
      /^is not in the journal$/,
    ],
  ] as const) {
    it(what, async () => {
      await tamper(statement);
      const { result, failed } = await verify();
      expect(failed).toBe(true);
      expect(result).toMatchObject({ clean: false, findingsTotal: 1 });
      expect(result.findings).toEqual([
        { check, subject: expect.any(String), problem: expect.stringMatching(problem) },
      ]);
      expect(JSON.stringify(result)).not.toMatch(/424242|999999|hello world/);
    });
  }

  it('a missing auction, wherever it is missed', async () => {
    await tamper(`DELETE FROM silver_private.standings WHERE auction_id = '${open}'`);
    await tamper(`DELETE FROM silver_private.listings WHERE auction_id = '${open}'`);
    const { result } = await verify();
    const checks = new Set(result.findings.map(({ check }) => check));
    expect(checks).toEqual(new Set(['listings', 'standings', 'bids.auction_id → listings']));
  });

  it('a missing user and every key that refers to it', async () => {
    await tamper(`DELETE FROM silver_private.users WHERE user_id IN ('${sue}', '${bob}')`);
    const { result } = await verify('--differences', '100');
    const counts = new Map<string, number>();
    for (const { check } of result.findings) counts.set(check, (counts.get(check) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      users: 2,
      'fraud_cases.seller_id → users': 1,
      'listings.seller_id → users': 7,
      'standings.leader_id → users': 2,
      'bids.bidder_id → users': 4,
      'transactions.seller_id → users': 2,
      'transactions.buyer_id → users': 1,
      'hall_results.seller_id → users': 1,
      'sale_lots.seller_id → users': 2,
      'paddles.bidder_id → users': 1,
    });
  });

  it('and counted, where there is more of it than is told', async () => {
    await tamper('DELETE FROM silver_private.transactions');
    await tamper('DELETE FROM silver_private.bids');
    const { result } = await verify('--differences', '3');
    expect(result.findings).toHaveLength(3);
    const bids = result.tables.find(({ table }) => table === 'bids');
    expect(bids?.rows).toBe(0);
    expect(result.findingsTotal).toBe((bids?.expectedRows ?? 0) + 2);
    const { lines } = await house.run(['verify', '--differences', '3']);
    expect(lines).toContain(`and ${result.findingsTotal - 3} more`);
    expect(lines.at(-1)).toBe(`not clean: ${result.findingsTotal} differences, 0 parked streams`);
  });
});
