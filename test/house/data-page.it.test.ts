// docs/data.md: the tables as the database tells them, and the answers that it gives to begin with, on a house whose totals
// a fold over the journal knows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runGold } from '../../src/batch/gold/gold-run.js';
import { readThresholds } from '../../src/batch/gold/gold-thresholds.js';
import { CURRENCY_DIGITS } from '../../src/domain/money.js';
import {
  PAGE_MARK,
  readTables,
  referencesIn,
  type TableDoc,
  tablesPage,
  writeTablesPage,
} from '../../src/house/tables-page.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { rebuildSilver } from '../../src/rebuild/silver-rebuild.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eagerModel } from '../batch/gold/gold-history.js';
import { archive, foldOf, liveOn } from '../batch/gold/gold-house.js';
import type { GoldRows, OracleRow } from '../batch/gold/gold-oracle.js';
import { ProjectedHouse } from '../support/projected-house.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const PAGE = 'docs/data.md';
const thresholds = readThresholds('config/gold.json');

let house: ProjectedHouse;
let scratch: Scratch;
let analyst: pg.Client;
let tables: readonly TableDoc[];
let gold: GoldRows;
beforeAll(async () => {
  house = await ProjectedHouse.open();
  scratch = scratchDirectory('data-page');
  const runtime = new SystemRuntime();
  const store = new DirectoryStore(join(scratch.path, 'lake'), runtime);
  await liveOn(house, 15, 12);
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
  gold = (await foldOf(house)).rows(thresholds);
  tables = await readTables(house.database.config);
  analyst = new pg.Client(house.database.config);
  await analyst.connect();
  await analyst.query('SET SESSION AUTHORIZATION gavel_reader; SET search_path = silver, gold');
}, 120_000);
afterAll(async () => {
  await analyst.end();
  await house.close();
  scratch.remove();
});

describe('the tables', () => {
  it('have a comment on each of them, and on every column', () => {
    expect(tables.filter(({ doc }) => doc === null).map(({ name }) => name)).toEqual([]);
    const bare = tables.flatMap(({ name, columns }) =>
      columns.filter(({ doc }) => doc === null).map((column) => `${name}.${column.name}`),
    );
    expect(bare).toEqual([]);
  });

  it('refer to columns that there are', () => {
    const known = new Set(tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`)));
    const lost = referencesIn(tables).filter(
      ({ refersTo, refersToColumn }) => !known.has(`${refersTo}.${refersToColumn}`),
    );
    expect(lost).toEqual([]);
    expect(referencesIn(tables)).toContainEqual({
      table: 'bids',
      column: 'bidder_id',
      refersTo: 'users',
      refersToColumn: 'user_id',
    });
  });

  it('stand in docs/data.md: npm run -s gavel -- tables --write docs/data.md writes them anew', async () => {
    // Also by this test, where there is no house at hand.
    if (process.env['GAVEL_TEST_WRITE'] === '1') await writeTablesPage(PAGE, tablesPage(tables));
    expect(readFileSync(PAGE, 'utf8').split(PAGE_MARK)[1]).toBe(`\n${tablesPage(tables)}`);
  });
});

it('knows the currencies that the house may sell in', async () => {
  const { rows } = await analyst.query<{ code: string; exponent: number }>('SELECT * FROM currencies ORDER BY code');
  expect(Object.fromEntries(rows.map(({ code, exponent }) => [code, exponent]))).toEqual(CURRENCY_DIGITS);
});

/** The SQL that stands below a heading of the page. */
function recipe(heading: string): string {
  const sql = readFileSync(PAGE, 'utf8').split(`### ${heading}\n`)[1]?.split('```sql\n')[1]?.split('```')[0];
  if (sql === undefined) throw new Error(`docs/data.md has no SQL below "${heading}"`);
  return sql;
}

type Answer = Readonly<Record<string, string | number | null>>;
const ask = async (heading: string): Promise<readonly Answer[]> => (await analyst.query<Answer>(recipe(heading))).rows;
/** The auctions in auction_performance; the rest are lots of halls. */
const lots = (): readonly OracleRow[] => gold.auction_performance.filter((row) => row['sold_in'] === 'auction');
const sum = (rows: readonly OracleRow[], column: string): number =>
  rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
const digits = (currency: unknown): number => CURRENCY_DIGITS[currency as keyof typeof CURRENCY_DIGITS];
const units = (minor: string | null | undefined, currency: unknown): number =>
  Number(minor ?? 0) / 10 ** digits(currency);

describe('the answers to begin with', () => {
  it('are the eight that the page has', () => {
    expect(readFileSync(PAGE, 'utf8').match(/```sql/g)).toHaveLength(8);
  });

  it('tell the revenue a day', async () => {
    const days = gold.daily_revenue.filter((row) =>
      ['sales', 'lapsed_sales', 'refunds'].some((name) => row[name] !== '0'),
    );
    expect(days.length).toBeGreaterThan(3);
    const told = (await ask('Revenue a day')).map((row) => [
      row['currency'],
      Number(row['sales']),
      Number(row['net_revenue']),
    ]);
    const known = days.map(({ currency, sales, net_hammer_price }) => [
      currency,
      Number(sales),
      units(net_hammer_price, currency),
    ]);
    expect(told.sort()).toEqual(known.sort());
  });

  it('tell the sell-through by category', async () => {
    const ended = lots().filter(({ outcome }) => ['sold', 'passed', 'withdrawn'].includes(outcome ?? ''));
    const rows = await ask('Sell-through by category');
    expect(rows.map(({ ended: count }) => Number(count)).reduce((a, b) => a + b, 0)).toBe(ended.length);
    const sold = ended.filter(({ sold_via }) => sold_via !== null);
    expect(rows.map((row) => Number(row['sold'])).reduce((a, b) => a + b, 0)).toBe(sold.length);
  });

  it('tell the best bidders', async () => {
    const rows = await ask('The best bidders');
    expect(rows.length).toBe(gold.bidder_analytics.filter(({ wins }) => wins !== '0').length);
    for (const currency of ['USD', 'EUR', 'JPY']) {
      const of = gold.bidder_analytics.filter((row) => row['currency'] === currency);
      const most = Math.max(...of.map(({ hammer_price }) => units(hammer_price, currency)));
      expect(Number(rows.find((row) => row['currency'] === currency)?.['bought'])).toBe(most);
    }
  });

  it('tell the bids in the last minute', async () => {
    const [row] = await ask('Bids in the last minute');
    expect(Number(row?.['bids'])).toBe(sum(lots(), 'bids'));
    expect(Number(row?.['in_the_last_minute'])).toBe(sum(lots(), 'bids_last_minute'));
    expect(Number(row?.['in_the_last_minute'])).toBeGreaterThan(0);
  });

  it('tell the price lift', async () => {
    const rows = await ask('Price lift');
    for (const { category, currency, sold, lift_percent } of rows) {
      const lasting = gold.auction_performance.filter(
        (lot) => lot['category'] === category && lot['currency'] === currency && lot['price_lift_bp'] !== null,
      );
      expect(lasting).toHaveLength(Number(sold));
      const start = sum(lasting, 'starting_price');
      expect(Number(lift_percent)).toBeCloseTo((100 * (sum(lasting, 'hammer_price') - start)) / start, 0);
    }
    expect(rows.length).toBeGreaterThan(1);
  });

  it('tell the ranking of sellers', async () => {
    const rows = await ask('Seller ranking');
    const known = gold.seller_rankings.map(({ currency, seller, seller_rank }) => [currency, seller, seller_rank]);
    expect(rows.map(({ currency, seller, seller_rank }) => [currency, seller, seller_rank]).sort()).toEqual(
      known.sort(),
    );
  });

  it('tell the refusals by reason', async () => {
    const rows = await ask('Refusals by reason');
    // What Silver shows is what was refused about auctions that bids were meant for.
    const bids = gold.refusal_summary.filter(
      ({ command, concern }) => concern === 'auction' && ['Bid', 'Flood'].includes(command ?? ''),
    );
    expect(rows.map((row) => Number(row['refusals'])).reduce((a, b) => a + b, 0)).toBe(sum(bids, 'refusals'));
  });

  it('tell the days from the sale to the payment', async () => {
    const [row] = await ask('Days from the sale to the payment');
    const lasting = lots().filter(({ sold_via }) => sold_via !== null);
    const paid = lasting.filter(({ payment_ms }) => payment_ms !== null);
    expect([Number(row?.['sales']), Number(row?.['paid'])]).toEqual([lasting.length, paid.length]);
    expect(Number(row?.['average_days'])).toBeCloseTo(sum(paid, 'payment_ms') / paid.length / 86_400_000, 1);
  });
});

describe('the views of revenue', () => {
  it('agree with Gold on every day and currency', async () => {
    const { rows } = await analyst.query<Record<string, string>>(`
      SELECT day::text, currency, a.net_hammer_price::text, i.earned::text, c.net_cash::text
      FROM revenue_accrual a FULL JOIN house_income i USING (day, currency) FULL JOIN revenue_cash c USING (day, currency)`);
    for (const row of rows) {
      const known = gold.daily_revenue.find((one) => one['day'] === row['day'] && one['currency'] === row['currency']);
      expect([row['day'], row['net_hammer_price'] ?? '0', row['earned'] ?? '0', row['net_cash'] ?? '0']).toEqual([
        known?.['day'],
        known?.['net_hammer_price'],
        known?.['net_house_income'],
        known?.['net_cash'],
      ]);
    }
    expect(rows.length).toBeGreaterThan(3);
  });

  it('count a sale once, whoever bought at last', async () => {
    const { rows } = await analyst.query<{ auctions: string; sales: string; lapsed: string }>(`
      SELECT count(DISTINCT auction_id) AS auctions, count(*) AS sales,
        (SELECT count(*) FROM transactions WHERE payment_status = 'lapsed') AS lapsed FROM purchases`);
    expect(rows[0]?.sales).toBe(rows[0]?.auctions);
    expect(Number(rows[0]?.lapsed)).toBeGreaterThan(0);
  });

  it('tell income received as what was paid, and not what was given back', async () => {
    const { rows } = await analyst.query(`
      SELECT (SELECT COALESCE(sum(received), 0) FROM house_income)
        = (SELECT COALESCE(sum(house_income) FILTER (WHERE paid_at IS NOT NULL AND NOT is_refunded), 0) FROM purchases) AS same`);
    expect(rows).toEqual([{ same: true }]);
  });
});

it('reads the same after Silver was rebuilt and swapped in', async () => {
  const all = async (): Promise<unknown> =>
    Promise.all(
      tables.map(async ({ schema, name }) => [
        name,
        (await analyst.query(`SELECT count(*)::int AS n FROM ${schema}.${name}`)).rows[0],
      ]),
    );
  const before = await all();
  const nothing = () => undefined;
  const told = { phase: nothing, progress: nothing, notice: nothing };
  const parts = { database: house.database.config, journal: house.journal, runtime: new SystemRuntime(), ...told };
  const { signal } = new AbortController();
  const rebuilt = await rebuildSilver({ ...parts, signal }, { verifyOnly: false, acceptDifferences: false });
  expect(rebuilt.status).toBe('swapped');
  expect(await all()).toEqual(before);
  expect(await readTables(house.database.config)).toEqual(tables);
});
