// Gold over GraphQL: every row of every table by pages, filters, who may ask, and what a page was made of.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { camel, isNullable } from '../../src/api/graphql/gold.schema.js';
import { GoldQueries, type GoldTable, goldFilters, goldTables } from '../../src/batch/gold/gold.queries.js';
import { runGold } from '../../src/batch/gold/gold-run.js';
import { readThresholds } from '../../src/batch/gold/gold-thresholds.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eagerModel } from '../batch/gold/gold-history.js';
import { archive, foldOf, lateBids, liveOn } from '../batch/gold/gold-house.js';
import type { GoldRows, OracleRow } from '../batch/gold/gold-oracle.js';
import { TestApi, tokenFor } from '../support/api.js';
import { ann } from '../support/memory-house.js';
import { ProjectedHouse } from '../support/projected-house.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const thresholds = readThresholds('config/gold.json');
const LINEAGE = 'lineage { runId computedAt cut parts manifestSha256 codeVersion sha256 }';

let house: ProjectedHouse;
let scratch: Scratch;
let pool: pg.Pool;
let api: TestApi;
let analyst: string;
let gold: GoldRows;
let empty: Record<string, unknown>;
beforeAll(async () => {
  house = await ProjectedHouse.open();
  scratch = scratchDirectory('gold-api');
  pool = new pg.Pool(house.database.config);
  api = await TestApi.start({ gold: new GoldQueries(pool) });
  analyst = await tokenFor(ann, 'analyst');
  empty = await ask('dailyRevenue', '{ rows { day } next lineage { runId } }');
  const runtime = new SystemRuntime();
  const store = new DirectoryStore(join(scratch.path, 'lake'), runtime);
  await liveOn(house, 4, 6);
  await lateBids(house);
  await archive(house, store, scratch);
  const duck = { threads: 2, memoryLimit: '256MB' };
  const around = {
    directory: join(scratch.path, 'gold'),
    thresholds,
    model: eagerModel,
    version: '1.0.0',
    silverWithinMs: 0,
  };
  await runGold({ store, database: house.database.config, runtime, duck, ...around }, { tables: null, days: null });
  gold = (await foldOf(house)).rows(thresholds);
}, 120_000);
afterAll(async () => {
  await api.close();
  await pool.end();
  await house.close();
  scratch.remove();
});

/** One field of the root, with its arguments and its selection. */
async function ask(field: string, rest: string, token = analyst): Promise<any> {
  const { status, body } = await api.send('POST', '/graphql', { token, body: { query: `{ ${field}${rest} }` } });
  if (status !== 200 || (body as any).errors !== undefined) throw new Error(JSON.stringify(body));
  return (body as any).data[field];
}

type Row = Readonly<Record<string, string | number | null>>;

const columnsOf = ({ columns }: GoldTable): string => columns.map(({ name }) => camel(name)).join(' ');

/** All rows of a table by pages of so many, and the order in which they came. */
async function allRows(table: GoldTable, limit: number, filter = ''): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `, cursor: "${cursor}"`;
    const selected = `{ rows { ${columnsOf(table)} } next }`;
    const page: { rows: Row[]; next: string | null } = await ask(
      camel(table.name),
      `(limit: ${limit}${filter}${after}) ${selected}`,
    );
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

/** A row of the fold as the API writes it. */
function written({ columns }: GoldTable, row: OracleRow): Row {
  const textOf = (type: string, text: string | null): string | number | null => {
    if (text === null) return null;
    if (type === 'timestamptz') return new Date(Number(text)).toISOString();
    return type === 'integer' ? Number(text) : text;
  };
  return Object.fromEntries(columns.map(({ name, type }) => [camel(name), textOf(type, row[name] ?? null)]));
}

const inAnyOrder = (rows: readonly Row[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();

describe.each(goldTables().map((table) => [table.name, table] as const))('%s', (name, table) => {
  it('is shown whole, each row once, by pages of any size', async () => {
    const known = inAnyOrder(gold[name].map((row) => written(table, row)));
    expect(known.length).toBeGreaterThan(3);
    for (const limit of [7, Math.min(known.length, 200), 199])
      expect(inAnyOrder(await allRows(table, limit))).toEqual(known);
  });

  it('may be without a value where its table says so', async () => {
    const { rows } = await pool.query<{ name: string; nullable: boolean }>(
      `SELECT attname AS name, NOT attnotnull AS nullable FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [`gold.${name}`],
    );
    expect(rows).toEqual(table.columns.map((column) => ({ name: column.name, nullable: isNullable(column.doc) })));
  });

  it('tells what it was made of', async () => {
    const { lineage } = await ask(camel(name), `(limit: 1) { ${LINEAGE} }`);
    const { rows } = await pool.query(
      'SELECT * FROM gold.versions v JOIN gold.runs USING (run_id) WHERE table_name = $1',
      [name],
    );
    const [made] = rows;
    expect(lineage).toMatchObject({
      runId: made.run_id,
      computedAt: made.finished_at.toISOString(),
      cut: String(await house.journal.head()),
      parts: made.parts,
      manifestSha256: made.manifest_sha256,
      sha256: made.sha256,
    });
  });

  it('refuses the cursor of another list', async () => {
    const other = name === 'hourly_activity' ? 'daily_revenue' : 'hourly_activity';
    const { next } = await ask(camel(other), '(limit: 1) { next }');
    await expect(ask(camel(name), `(cursor: "${next}") { next }`)).rejects.toThrow('CursorInvalid');
    const forged = Buffer.from(JSON.stringify([name, 'x', 'y'])).toString('base64url');
    await expect(ask(camel(name), `(cursor: "${forged}") { next }`)).rejects.toThrow('CursorInvalid');
  });

  it('is for analysts, operators and admins', async () => {
    for (const role of ['analyst', 'operator', 'admin'] as const)
      await ask(camel(name), '(limit: 1) { next }', await tokenFor(ann, role));
    for (const role of ['bidder', 'seller'] as const)
      await expect(ask(camel(name), '(limit: 1) { next }', await tokenFor(ann, role))).rejects.toThrow('RoleMissing');
    const { body } = await api.send('POST', '/graphql', { body: { query: `{ ${camel(name)} { next } }` } });
    expect(JSON.stringify(body)).toContain('TokenMissing');
  });

  it('takes the filters that it has', async () => {
    const all = gold[name].map((row) => written(table, row));
    const dayOf = (row: Row): string =>
      String(row['day'] ?? row['listedAt'] ?? row['endedAt'] ?? row['registeredOn']).slice(0, 10);
    if (goldFilters(name).includes('from')) {
      const days = all.map(dayOf).sort();
      const [from = '', to = ''] = [days[Math.floor(days.length / 3)], days[Math.floor((2 * days.length) / 3)]];
      const within = all.filter((row) => dayOf(row) >= from && dayOf(row) <= to);
      expect(within.length).toBeGreaterThan(0);
      expect(inAnyOrder(await allRows(table, 50, `, from: "${from}", to: "${to}"`))).toEqual(inAnyOrder(within));
      expect(await allRows(table, 50, ', from: "9999-12-31"')).toEqual([]);
      await expect(ask(camel(name), `(from: "2026-02-30") { next }`)).rejects.toThrow('must be a day of UTC');
      await expect(ask(camel(name), `(from: "2026-02-02", to: "2026-02-01") { next }`)).rejects.toThrow(
        'not be before',
      );
    }
    if (goldFilters(name).includes('currency')) {
      const dollars = all.filter((row) => row['currency'] === 'USD');
      expect(inAnyOrder(await allRows(table, 50, ', currency: USD'))).toEqual(inAnyOrder(dollars));
    }
    if (goldFilters(name).includes('category')) {
      const category = String(all[0]?.['category']);
      const same = all.filter((row) => row['category'] === category);
      const filter = `, category: ${JSON.stringify(category)}`;
      expect(inAnyOrder(await allRows(table, 50, filter))).toEqual(inAnyOrder(same));
      expect(await allRows(table, 50, ', category: "no such"')).toEqual([]);
    }
  });
});

it('shows nothing before the first run', () => {
  expect(empty).toEqual({ rows: [], next: null, lineage: null });
});

it('ranks sellers in the order of their ranks', async () => {
  const table = goldTables().find(({ name }) => name === 'seller_rankings');
  if (table === undefined) throw new Error('no table of sellers');
  const places = (await allRows(table, 2)).map((row) => [row['currency'], Number(row['sellerRank'])] as const);
  const ordered = [...places].sort(([a, m], [b, n]) => (a === b ? m - n : String(a) < String(b) ? -1 : 1));
  expect(places).toEqual(ordered);
});
