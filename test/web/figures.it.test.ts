// The owner's dashboards in a real browser: their figures against a fold of the journal, the table and the file beside a chart.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { GoldQueries } from '../../src/batch/gold/gold.queries.js';
import { runGold } from '../../src/batch/gold/gold-run.js';
import { readThresholds } from '../../src/batch/gold/gold-thresholds.js';
import { userId } from '../../src/domain/ids.js';
import { DirectoryStore } from '../../src/lake/directory.store.js';
import { LiveFiguresQueries } from '../../src/projections/silver/live-figures.queries.js';
import { SilverQueries } from '../../src/projections/silver/silver.queries.js';
import { csvOf } from '../../web/src/figures/csv.js';
import { money } from '../../web/src/money.js';
import { eagerModel } from '../batch/gold/gold-history.js';
import { archive, foldOf, liveOn } from '../batch/gold/gold-house.js';
import { runtime, settings, TestApi, tokenFor } from '../support/api.js';
import { Browsers, sideways, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { ProjectedHouse } from '../support/projected-house.js';
import { describeWithChromium } from '../support/requires.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const carl = userId(runtime.uuid());
const thresholds = readThresholds('config/gold.json');
let house: ProjectedHouse;
let scratch: Scratch;
let pool: pg.Pool;
let api: TestApi;
let days: readonly Readonly<{ day: string; currency: string; net: bigint }>[];

beforeAll(async () => {
  house = await ProjectedHouse.open();
  scratch = scratchDirectory('figures');
  pool = new pg.Pool(house.database.config);
  const store = new DirectoryStore(join(scratch.path, 'lake'), runtime);
  await liveOn(house, 4, 6);
  await archive(house, store, scratch);
  const around = {
    directory: join(scratch.path, 'gold'),
    thresholds,
    model: eagerModel,
    version: '1.0.0',
    silverWithinMs: 0,
    duck: { threads: 2, memoryLimit: '256MB' },
  };
  await runGold({ store, database: house.database.config, runtime, ...around }, { tables: null, days: null });
  days = (await foldOf(house)).rows(thresholds).daily_revenue.map((row) => ({
    day: String(row['day']).slice(0, 10),
    currency: String(row['currency']),
    net: BigInt(String(row['net_hammer_price'])),
  }));
  api = await TestApi.start({
    settings: { ...settings, web: true },
    gold: new GoldQueries(pool),
    liveFigures: new LiveFiguresQueries(pool),
    queries: new SilverQueries(pool),
    people: {
      names: ['carl'],
      signIn: async () => ({ userId: carl, name: 'carl', roles: ['analyst'], token: await tokenFor(carl, 'analyst') }),
    },
  });
}, 120_000);
afterAll(async () => {
  await api.close();
  await pool.end();
  await house.close();
  scratch.remove();
});

it('a file keeps what was typed as text, also where a spreadsheet would take it for a formula', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['=1+1', 1n],
        ['x,"y"\nz', null],
        ['-5.00', -5],
        ['-5+1', 0],
      ],
    ),
  ).toBe(`a,b\r\n'=1+1,1\r\n"x,""y""\nz",\r\n-5.00,-5\r\n'-5+1,0\r\n`);
});

describeWithChromium('the dashboards', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, api.url);
  });
  afterAll(() => browsers.close());

  const [first, last] = [() => days[0]?.day ?? '', () => days.at(-1)?.day ?? ''];
  const asked = () => `from=${first()}&to=${last()}&currency=EUR`;

  it('tell what a fold of the journal tells; the table and the file beside a chart say the same', async () => {
    const euros = days.filter(({ currency }) => currency === 'EUR');
    expect(euros.length).toBeGreaterThan(0);
    const { page, complaints, leave } = await browsers.room('carl', { acceptDownloads: true });
    await page.goto(`/figures?${asked()}`);
    const total = euros.reduce((sum, { net }) => sum + net, 0n);
    await eventually(
      'the total',
      async () => (await page.locator('.kpis .fig').first().textContent()) === money(total, 'EUR', 'en-GB'),
    );
    const chart = page.locator('.chart').first();
    await chart.locator('canvas').waitFor();
    await chart.locator('summary').click();
    const shown = await chart.locator('tbody td').allTextContents();
    const filled = euros.map(({ net }) => money(net, 'EUR', 'en-GB'));
    for (const one of filled) expect(shown).toContain(one);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      chart.getByRole('button', { name: /Download CSV/ }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    const plain = (minor: bigint) =>
      `${minor < 0n ? '-' : ''}${(minor < 0n ? -minor : minor) / 100n}.${String((minor < 0n ? -minor : minor) % 100n).padStart(2, '0')}`;
    for (const { day, net } of euros) expect(text).toContain(`${day},${plain(net)}\r\n`);
    await chart.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'The rows behind it' }).waitFor();
    expect(page.url()).toContain('/figures/auctions?');
    expect(complaints).toEqual([]);
    await leave();
  });

  it('load their charts when somebody looks at them, and nobody else is shown figures', async () => {
    const { page, heard, leave } = await browsers.room(null);
    await page.goto('/');
    expect(String(await page.evaluate('performance.getEntriesByType("resource").map(({ name }) => name)'))).not.toMatch(
      /figures|plot/i,
    );
    await page.goto('/figures');
    await page.getByText('Sign in as an analyst or operator').waitFor();
    expect(heard.filter((text) => text.startsWith('{"data"'))).not.toContainEqual(
      expect.stringContaining('netHammerPrice'),
    );
    await leave();
  });

  it.each(['light', 'dark'] as const)(
    'axe finds nothing on any of them, %s; nothing scrolls sideways at 320 px',
    async (colorScheme) => {
      const isGerman = colorScheme === 'dark';
      const { page, complaints, leave } = await browsers.room('carl', {
        colorScheme,
        viewport: { width: isGerman ? 320 : 1_280, height: 800 },
        locale: isGerman ? 'de-DE' : 'en-GB',
      });
      for (const board of ['', '/auctions', '/people', '/live', '/nothing']) {
        await page.goto(`/figures${board}?${asked()}`);
        await page.locator('h1').waitFor();
        await eventually('the board', async () => (await page.locator('[aria-busy="true"]').count()) === 0);
        for (const summary of await page.locator('.chart summary').all()) await summary.click();
        expect([board, await violations(page), await sideways(page)]).toEqual([board, [], []]);
      }
      expect(complaints).toEqual([]);
      await leave();
    },
  );
});
