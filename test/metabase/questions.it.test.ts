// Every question of metabase/, asked of a real PostgreSQL as the account that Metabase reads with, on a house whose history is
// drawn: the rows it gives are those that a fold over the journal expects, with and without filters. Prints what it checked.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runGold } from '../../src/batch/gold/gold-run.js';
import { readThresholds } from '../../src/batch/gold/gold-thresholds.js';
import type { Actor } from '../../src/domain/actor.js';
import { type AuctionId, auctionId, saleId } from '../../src/domain/ids.js';
import { saleStream } from '../../src/domain/messages.js';
import { instant, later } from '../../src/domain/time.js';
import type { RecordedEvent } from '../../src/journal/journal.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { loadDefinitions, type Question } from '../../src/metabase/definitions.js';
import { filledIn } from '../../src/metabase/template.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eagerModel } from '../batch/gold/gold-history.js';
import { archive, foldOf, liveOn } from '../batch/gold/gold-house.js';
import { auctionNo, noon, terms, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';
import { clocks, added as lotAdded, saleTerms } from '../support/sale-story.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { expectedAnswers, type Given, type Row, undecidedCases } from './expected.js';

const definitions = loadDefinitions('metabase');
const questions = [...definitions.questions.values()];
const thresholds = readThresholds('config/gold.json');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SALE = 'Clocks and watches, 2026-01-01';
const LATER_SALE = 'Clocks and watches, 2026-01-02';

let house: ProjectedHouse;
let scratch: Scratch;
let reader: pg.Client;
let expected: ReturnType<typeof expectedAnswers>;
let undecided: readonly string[];
let period: Readonly<{ from: string; to: string }>;
const checked: { name: string; rows: number; ms: number }[] = [];

beforeAll(async () => {
  house = await ProjectedHouse.open();
  scratch = scratchDirectory('metabase-questions');
  const runtime = new SystemRuntime();
  const store = new DirectoryStore(join(scratch.path, 'lake'), runtime);
  await liveNow();
  house.told.now = noon;
  await liveOn(house, 15, 12);
  await putIntoSales();
  await flagSome();
  // The filtered period is a stretch in the middle of the drawn history.
  const revenue = (await foldOf(house)).rows(thresholds).daily_revenue;
  const days = [...new Set(revenue.flatMap(({ day, sales }) => (sales === '0' ? [] : [day ?? ''])))].sort();
  period = { from: days[Math.floor(days.length / 4)] ?? '', to: days[Math.floor((3 * days.length) / 4)] ?? '' };
  await archive(house, store, scratch);
  const duck = { threads: 2, memoryLimit: '256MB' };
  const lineage = {
    directory: join(scratch.path, 'gold'),
    thresholds,
    model: eagerModel,
    version: '1.0.0',
    silverWithinMs: 0,
  };
  await runGold({ store, database: house.database.config, runtime, duck, ...lineage }, { tables: null, days: null });
  const entries = (await house.journal.readAll(null, 100_000)) as readonly RecordedEvent[];
  undecided = undecidedCases(entries);
  expected = expectedAnswers((await foldOf(house)).rows(thresholds), entries, Date.now());
  reader = new pg.Client(house.database.config);
  await reader.connect();
  // Metabase's account has no search path of its own (docker/postgres/init.sql), and runs in UTC.
  await reader.query("SET SESSION AUTHORIZATION gavel_reader; SET search_path = public; SET timezone = 'UTC'");
}, 240_000);
afterAll(async () => {
  const slowest = Math.max(...checked.map(({ ms }) => ms));
  const filled = new Set(checked.filter(({ rows }) => rows > 0).map(({ name }) => name.split(' ')[0])).size;
  process.stdout.write(
    `metabase: ${questions.length} questions on ${definitions.dashboards.length} dashboards, asked ${checked.length} times, ` +
      `${checked.reduce((all, { rows }) => all + rows, 0)} rows; ${filled} questions with rows; slowest ${slowest.toFixed(0)} ms\n`,
  );
  await reader.end();
  await house.close();
  scratch.remove();
});

/** Auctions of this very hour: what the monitor looks at. */
async function liveNow(): Promise<void> {
  const { told } = house;
  const now = instant(Date.now());
  const person = (n: number): Actor => ({ kind: 'user', userId: userNo(n), roles: ['bidder', 'seller'] });
  const list = (n: number, closesAt: number, opensAt: number | null = null, currency: 'EUR' | 'USD' = 'USD') =>
    told.ask(
      {
        type: 'ListAuction',
        auctionId: auctionNo(n),
        sellerId: userNo(1),
        item: {
          title: `A live clock, no. ${n}`,
          description: 'It ticks now.',
          category: n % 2 === 0 ? 'Clocks' : 'Lamps',
        },
        terms: { ...terms, currency },
        opensAt: opensAt === null ? null : instant(opensAt),
        closesAt: instant(closesAt),
      },
      person(1),
    );
  const bid = (n: number, bidder: number, amount: bigint, currency: 'EUR' | 'USD' = 'USD') =>
    told.ask(
      { type: 'PlaceBid', auctionId: auctionNo(n), bidderId: userNo(bidder), amount, currency, channel: 'online' },
      person(bidder),
    );
  told.now = later(now, -150 * MINUTE_MS);
  await list(5_001, now + 120 * MINUTE_MS);
  await list(5_002, now + 5 * MINUTE_MS, null, 'EUR');
  await list(5_003, now + 180 * MINUTE_MS, now + 60 * MINUTE_MS);
  await list(5_004, now - 90 * MINUTE_MS);
  await list(5_005, now - 10 * MINUTE_MS);
  await bid(5_001, 2, 20_00n);
  await bid(5_004, 3, 20_00n);
  told.now = later(now, -90 * MINUTE_MS);
  await told.ask({ type: 'CloseAuction', auctionId: auctionNo(5_004), closesAt: told.now }, { kind: 'house' });
  for (const [minutesAgo, auction, bidder, amount] of [
    [40, 5_001, 3, 30_00n],
    [40, 5_001, 4, 31_00n],
    [20, 5_002, 3, 15_00n],
    [20, 5_001, 1, 90_00n],
    [15, 5_001, 4, 1_00n],
    [12, 5_005, 2, 40_00n],
    [11, 5_005, 3, 50_00n],
    [3, 5_002, 4, 25_00n],
  ] as const) {
    told.now = later(now, -minutesAgo * MINUTE_MS);
    await bid(auction, bidder, amount, auction === 5_002 ? 'EUR' : 'USD');
  }
  const closing = told.auction(auctionNo(5_005));
  if (closing.status !== 'open') throw new Error('the last auction should be open');
  told.now = closing.closesAt;
  await told.ask({ type: 'CloseAuction', auctionId: auctionNo(5_005), closesAt: closing.closesAt }, { kind: 'house' });
}

/** Two sales of one title: the first has two of three auctions so far, the second the rest, but one that was taken out again. */
async function putIntoSales(): Promise<void> {
  const { told } = house;
  const listed = await auctionsListed();
  for (const [nth, saleNo] of [clocks, saleId(clocks.replace(/1$/, '2'))].entries()) {
    const opensAt = later(noon, nth * DAY_MS);
    const lots = listed.filter((_, index) => (index % 3 === 0) === (nth === 1));
    const added = lots.map((id, index) => ({ ...lotAdded(index + 1), lotId: id, addedAt: opensAt }));
    const last = added.at(-1);
    if (last === undefined) throw new Error('no auction for a sale');
    const terms = saleTerms({ course: { kind: 'hall', opensAt } });
    await told.record(
      saleStream(saleNo),
      { type: 'SaleDrafted', terms, draftedBy: null, draftedAt: opensAt },
      ...added,
    );
    if (nth === 0) continue;
    const { lotId, lotNumber } = last;
    const withdrawn = { type: 'LotWithdrawn', lotId, lotNumber, reason: 'not ours', withdrawnAt: opensAt } as const;
    await told.record(saleStream(saleNo), withdrawn);
  }
  await house.project();
}

/** The live ones first, so that each sale has some of them. */
async function auctionsListed(): Promise<readonly AuctionId[]> {
  const entries = (await house.journal.readAll(null, 100_000)) as readonly RecordedEvent[];
  return entries
    .filter(({ event }) => event.type === 'AuctionListed')
    .map(({ streamId }) => auctionId(streamId.slice('auction-'.length)));
}

/** Scores and cases as the scorer would leave them; how it finds them is tested elsewhere. */
async function flagSome(): Promise<void> {
  const flagged = `INSERT INTO fraud.scores VALUES
    ($1, 2, $2, $3, 0.91, 2.3, ARRAY['concentration', 'priceLift', 'smallSteps', 'earlyBidding'], ARRAY[1, 1, 1, 1], false, false, 1),
    ($1, 3, $2, $3, 0.5, 0, ARRAY['concentration'], ARRAY[1], false, false, 1)`;
  const open = `INSERT INTO silver_private.fraud_cases VALUES
    ($1, 0, $3, 'scores', 'open', 1, now(), 1, NULL, NULL, NULL, NULL, now()),
    ($2, 1, $3, 'scores', 'dismissed', 1, now(), 1, NULL, now(), $3, 'looked at', now())`;
  await house.client.query(open, [userNo(701), userNo(702), userNo(1)]);
  const accounts = `INSERT INTO silver_private.fraud_case_accounts VALUES
    ($1, $2, 3, 4, 1.25, 0.91, ARRAY['priceLift'], 0, 'open'),
    ($1, $3, 1, 4, 0.5, 0.7, ARRAY['smallSteps'], 0, 'open'),
    ($4, $3, 1, 4, 0.5, 0.6, ARRAY['smallSteps'], 0, 'dismissed')`;
  await house.client.query(accounts, [userNo(701), userNo(3), userNo(4), userNo(702)]);
  await house.client.query(flagged, [auctionNo(5_001), userNo(1), userNo(3)]);
}

/** The answer as PostgreSQL writes it; whatever is a number as one, to fourteen digits. */
async function ask({ sql, slug }: Question, given: Given): Promise<readonly Row[]> {
  const { text, values } = filledIn(sql, given as Record<string, string>);
  const types = { getTypeParser: () => (value: string) => value };
  const begun = performance.now();
  const { rows } = await reader.query<Record<string, string | null>>({
    text,
    values: [...values],
    types,
  } as pg.QueryConfig);
  checked.push({ name: `${slug} ${Object.keys(given)}`, rows: rows.length, ms: performance.now() - begun });
  return rows.map(plain);
}
const plain = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const isNumber = value !== null && value !== '' && /^-?\d+(\.\d+)?$/.test(String(value));
      return [name, isNumber ? Number(Number(value).toPrecision(14)) : value];
    }),
  );
const inOrder = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(Object.entries(plain(row)).sort())).sort();

/** Unpaid sales without how far each invoice has come, which the journal's fold does not know. */
function withoutStatus(rows: readonly Row[]): readonly Row[] {
  return [...Map.groupBy(rows, ({ currency }) => currency).values()].map((group) => ({
    currency: group[0]?.['currency'] ?? '',
    sales: group.reduce((all, { sales }) => all + Number(sales), 0),
    amount_due: Number(group.reduce((all, { amount_due }) => all + Number(amount_due), 0).toFixed(2)),
  }));
}

/** Those whose rows are listed as they are: the rows are counted. */
const LISTS = ['sales-rows', 'auction-rows', 'bidder-rows', 'seller-rows', 'refusal-rows', 'closing-next'];

async function answer(question: Question, given: Given): Promise<readonly Row[]> {
  const rows = await ask(question, given);
  if (LISTS.includes(question.slug)) return [{ rows: rows.length }];
  return question.slug === 'unpaid-sales' ? withoutStatus(rows) : rows;
}

const OTHERS = ['flagged-bids', 'fraud-cases', 'fraud-case-rows', 'waiting-for-staff', 'gold-age'];
const folded = questions.filter(({ slug }) => !OTHERS.includes(slug));

describe('the answer to', () => {
  it.each(folded.map((question) => [question.slug, question] as const))(
    '%s is what the journal says',
    async (slug, question) => {
      const fold = expected[slug];
      if (fold === undefined) throw new Error(`${slug} has no expected answer in test/metabase/expected.ts`);
      const values: Given = { ...period, category: 'Clocks', currency: 'USD', sale: SALE };
      const taken = Object.entries(values).filter(([tag]) => question.filters.includes(tag));
      const filters: readonly Given[] = [
        {},
        ...taken.map(([tag, value]) => ({ [tag]: value })),
        Object.fromEntries(taken),
      ];
      for (const given of filters) {
        const known = fold(given);
        const told = await answer(question, given);
        expect({ slug, given, rows: inOrder(told) }).toEqual({ slug, given, rows: inOrder(known) });
      }
      expect((await ask(question, {})).length).toBeGreaterThan(0);
    },
  );

  it('flagged-bids are those above the threshold', async () => {
    const rows = await ask(question('flagged-bids'), {});
    expect(rows.map(({ score, bid_id, reasons }) => ({ score, bid_id, reasons }))).toEqual([
      { score: 0.91, bid_id: `${auctionNo(5_001)}-2`, reasons: 'concentration, priceLift, smallSteps' },
    ]);
    expect(await ask(question('flagged-bids'), { category: 'Clocks' })).toEqual([]);
    const sales = await Promise.all(
      [SALE, LATER_SALE].map(async (sale) => (await ask(question('flagged-bids'), { sale })).length),
    );
    expect(sales.toSorted()).toEqual([0, 1]);
  });

  it('fraud-cases are those that nobody has decided', async () => {
    const rows = await ask(question('fraud-cases'), {});
    expect(
      rows.map(({ case_id, accounts, flagged_auctions, concentration, score }) => ({
        case_id,
        counts: [accounts, flagged_auctions, concentration, score],
      })),
    ).toEqual([
      { case_id: userNo(701), counts: [2, 4, 1.75, 0.91] },
      ...undecided.map((case_id) => ({ case_id, counts: [0, null, null, null] })),
    ]);
    expect(await ask(question('fraud-case-rows'), {})).toHaveLength(3);
  });

  it('waiting-for-staff counts what is overdue, and gold-age begins at nothing', async () => {
    const overdue = await reader.query(
      "SELECT count(*)::int AS n FROM silver.transactions WHERE payment_status = 'overdue'",
    );
    const rows = await ask(question('waiting-for-staff'), {});
    expect(rows).toEqual([
      { what: 'overdue payments', waiting: overdue.rows[0].n },
      { what: 'retraction requests', waiting: 0 },
    ]);
    expect(await ask(question('gold-age'), {})).toEqual([{ hours_since_gold: 0 }]);
  });
});

const question = (slug: string): Question => {
  const found = definitions.questions.get(slug);
  if (found === undefined) throw new Error(`no question ${slug}`);
  return found;
};

describe('the sale filter', () => {
  const taking = questions.filter(({ filters }) => filters.includes('sale'));

  it('is on each dashboard but that of people, and tells two sales of one title apart', async () => {
    const without = definitions.dashboards.filter(({ filters }) => !filters.includes('sale'));
    expect(without.map(({ slug }) => slug)).toEqual(['user-analytics']);
    expect(await ask(question('sales'), {})).toEqual([{ sale: LATER_SALE }, { sale: SALE }]);
  });

  it.each(taking.map((one) => [one.slug, one] as const))(
    'of a sale that there is not leaves %s empty',
    async (_, one) => {
      const counts = (await ask(one, { sale: 'No such sale' })).flatMap((row) =>
        Object.values(row).filter((value) => typeof value === 'number'),
      );
      expect(counts.filter((count) => count !== 0)).toEqual([]);
    },
  );

  it('adds up: lots of both sales and of none are all auctions', async () => {
    const of = async (given: Given) =>
      (await ask(question('outcomes'), given)).reduce((all, { auctions }) => all + Number(auctions), 0);
    const all = await of({});
    const [first, second] = [await of({ sale: SALE }), await of({ sale: LATER_SALE })];
    expect(Math.min(first, second)).toBeGreaterThan(0);
    const endedWithout = (
      await house.client.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM gold.auction_performance
       WHERE sold_in = 'auction' AND outcome <> 'open' AND auction_id NOT IN (SELECT lot_id FROM silver_private.sale_lots)`,
      )
    ).rows[0]?.n;
    expect(first + second + Number(endedWithout)).toBe(all);
  });
});

describe('a click', () => {
  const leading = questions.filter(({ drill }) => drill !== undefined);

  it.each(leading.map((one) => [one.slug, one] as const))('on %s leads to rows there are', async (_, one) => {
    const counts = [];
    for (const row of await ask(one, {})) {
      const passed = Object.entries(one.drill?.pass ?? {}).map(([tag, column]) => [tag, String(row[column])]);
      for (const [, value] of passed) expect(value).not.toBe('undefined');
      counts.push((await ask(question(one.drill?.to ?? ''), Object.fromEntries(passed))).length);
    }
    // A day without a sale leads to no rows.
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });

  it.each([
    ['outcomes', 'auctions'],
    ['refusals-last-hour', 'refusals'],
    ['spend-by-segment', 'bidders'],
    ['seller-tiers', 'sellers'],
    ['unpaid-sales', 'sales'],
    ['fraud-cases', 'accounts'],
    ['open-auctions', 'open_auctions'],
    ['sale-results', 'lots'],
  ])('on each row of %s leads to as many rows as its %s', async (slug, count) => {
    const one = question(slug);
    for (const row of await ask(one, {})) {
      const passed = Object.entries(one.drill?.pass ?? {}).map(([tag, column]) => [tag, String(row[column])]);
      expect(await ask(question(one.drill?.to ?? ''), Object.fromEntries(passed))).toHaveLength(Number(row[count]));
    }
  });
});

it('has columns that each question says it has: axes, amounts, percentages, choices', async () => {
  for (const one of questions) {
    const { text, values } = filledIn(one.sql, {});
    const columns = (await reader.query(text, [...values])).fields.map(({ name }) => name);
    const said = [
      ...one.money,
      ...one.percent,
      ...(one.axes?.x ?? []),
      ...(one.axes?.y ?? []),
      ...Object.values(one.drill?.pass ?? {}),
    ];
    const chosen = [...definitions.filters.values()].flatMap(({ choices }) =>
      choices?.question === one.slug ? [choices.column] : [],
    );
    expect({ slug: one.slug, missing: [...said, ...chosen].filter((name) => !columns.includes(name)) }).toEqual({
      slug: one.slug,
      missing: [],
    });
  }
});
