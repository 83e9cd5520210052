// Sales in real browsers: the list, the catalogue with live prices, registering, a lot's place in its sale, and paper.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Role } from '../../src/domain/actor.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, sideways, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { describeWithChromium } from '../support/requires.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), ann: id(), bob: id(), olga: id() };
type Name = keyof typeof people;
const MARKET: readonly Role[] = ['bidder', 'seller'];
const ROLES: Readonly<Record<Name, readonly Role[]>> = { sue: MARKET, ann: MARKET, bob: MARKET, olga: ['operator'] };
const HOSTILE = `<img src=x onerror="document.title=1"> &lt;b&gt; مزهرية`;
/** One page and a few more. */
const LOTS = 51;
/** Enough to draft and publish it. */
const OPENS_IN_MS = 8_000;
const CATEGORIES = [
  { slug: 'antiques', name: 'Antiques', parent: null, synonyms: [] },
  { slug: 'timepieces', name: 'Timepieces', parent: 'antiques', synonyms: ['Clocks'] },
  { slug: 'art', name: 'Art', parent: null, synonyms: [] },
];
let house: ApiHouse;
let saleId: string;

const token = (name: Name) => tokenFor(people[name], ...ROLES[name]);
const post = async (name: Name, path: string, body: object = {}) => {
  const reply = await house.http.post(path, await token(name), body);
  expect([200, 201]).toContain(reply.status);
  return reply.body;
};
const at = (ms: number) => new Date(runtime.now() + ms).toISOString();

beforeAll(async () => {
  house = await ApiHouse.open({
    settings: { ...settings, web: true, house: { ...DEFAULT_HOUSE, categories: CATEGORIES } },
    people: {
      names: Object.keys(people),
      signIn: async (text) => {
        const name = Object.hasOwn(people, text) ? (text as Name) : null;
        return name === null ? null : { userId: people[name], name, roles: ROLES[name], token: await token(name) };
      },
    },
  });
  for (const name of Object.keys(people) as Name[]) await post(name, '/users', { username: name });
  const terms = { currency: 'EUR', termsVersion: '2026', viewingNotes: `Monday. ${HOSTILE}`, closesAt: at(3_600_000) };
  ({ saleId } = await post('olga', '/sales', { ...terms, title: `Spring ${HOSTILE}`, opensAt: at(1_800_000) }));
  for (let n = 1; n <= LOTS; n++) {
    const details = {
      conditionReport: `Rubbed. ${HOSTILE}`,
      dimensions: { width: 24.5, height: 180 },
      weight: { value: 12 },
    };
    const item = { ...(n === 1 && { details }), title: n === 2 ? `Vase ${HOSTILE}` : `Clock ${n}`, category: 'Clocks' };
    const estimate = n === 1 ? { lowEstimate: '200000', highEstimate: '300000' } : {};
    await post('olga', `/sales/${saleId}/lots`, { sellerId: people.sue, item, startingPrice: '10000', ...estimate });
  }
  await post('olga', `/sales/${saleId}/publication`);
  await house.caughtUp();
});
afterAll(() => house.close());

describeWithChromium('sales', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, house.http.url);
  });
  afterAll(() => browsers.close());

  it('are listed, and lead to a catalogue in the order of its numbers', async () => {
    const { page, complaints, leave } = await browsers.room(null);
    await page.goto('/');
    await page.getByRole('link', { name: 'Sales', exact: true }).first().click();
    await page.getByRole('heading', { name: 'To come' }).waitFor();
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    await page.getByRole('link', { name: /^Spring/ }).click();
    await page.locator('.catalogue .card').first().waitFor();
    expect(await page.locator('.catalogue .card').count()).toBe(48);
    expect(await page.locator('.catalogue .kick').first().textContent()).toContain('Lot 1');
    await page.getByText('Estimate €2,000 – €3,000').waitFor();
    await page.getByText(/^Condition: Rubbed\./).waitFor();
    await page.getByText('Size and weight: 24.5 × 180 cm · 12 kg').waitFor();
    await page.getByText('51 lots').waitFor();
    expect(await page.title()).toContain('Spring <img');
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    await page.getByRole('button', { name: 'Show more' }).click();
    await eventually('all lots', async () => (await page.locator('.catalogue .card').count()) === LOTS);
    expect(await page.locator('.catalogue .kick').last().textContent()).toContain('Lot 51');
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await sideways(page)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in to register' }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  it('are bid in by who registers and is let in, at prices that are live', async () => {
    const { page, complaints, leave } = await browsers.room('ann');
    const soon = { currency: 'EUR', termsVersion: '2026', opensAt: at(OPENS_IN_MS), closesAt: at(3_600_000) };
    const { saleId: today } = await post('olga', '/sales', { ...soon, title: 'Today' });
    const clock = { sellerId: people.sue, item: { title: 'Clock 1', category: 'Clocks' }, startingPrice: '10000' };
    const { lotId } = await post('olga', `/sales/${today}/lots`, clock);
    await post('olga', `/sales/${today}/publication`);
    await house.caughtUp();
    await page.goto(`/sales/${today}`);
    await page.getByRole('button', { name: 'Register to bid' }).click();
    await page.getByText('Your registration is with the house.').waitFor();
    const body = { token: await token('olga'), body: {} };
    for (const name of ['ann', 'bob'] as const)
      await house.http.send('PUT', `/sales/${today}/paddles/${people[name]}`, body);
    await house.caughtUp();
    await page.reload();
    await page.getByText('Your paddle: 1').waitFor();
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    // Bidding opens; the catalogue shows it by itself, and then what is bid.
    await page.locator('.salehead .badge', { hasText: 'Open' }).waitFor({ timeout: 60_000 });
    await post('bob', `/auctions/${lotId}/bids`, { amount: '12300', currency: 'EUR' });
    await page.locator('.catalogue .card').getByText('1 bid', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  it('are told by their lots: number, sale, and the lots beside', async () => {
    const { page, complaints, leave } = await browsers.room(null, { locale: 'de-DE' });
    await page.goto(`/sales/${saleId}`);
    await page.getByRole('link', { name: /^Vase/ }).click();
    const place = page.getByRole('navigation', { name: 'Platz in der Auktion' });
    await place.getByText('Los 2', { exact: true }).waitFor();
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    await place.getByRole('link', { name: 'Voriges Los' }).click();
    await page.getByRole('heading', { level: 1, name: 'Clock 1' }).waitFor();
    await page.getByText(/Schätzpreis 2\.000/).waitFor();
    await page.getByText('24,5 × 180 cm · 12 kg').waitFor();
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    expect(await place.getByRole('link', { name: 'Voriges Los' }).count()).toBe(0);
    await place.getByRole('link', { name: 'Nächstes Los' }).click();
    await page.getByRole('heading', { level: 1, name: /^Vase/ }).waitFor();
    await place.getByRole('link', { name: /^Spring/ }).click();
    await page.getByRole('heading', { name: 'Katalog' }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  it('are printed whole, as text, without buttons', async () => {
    const { page, complaints, leave } = await browsers.room(null);
    await page.goto(`/sales/${saleId}`);
    await page.locator('.catalogue .card').first().waitFor();
    // The dialog of the browser is not opened; that it was asked for is noted.
    await page.evaluate('window.print = () => { window.printed = true; }');
    await page.getByRole('button', { name: 'Print the catalogue' }).click();
    await eventually('the page to be printed', async () => (await page.evaluate('window.printed')) === true);
    expect(await page.locator('.catalogue .card').count()).toBe(LOTS);
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['.catalogue .plate', '.acts', '.top', '.crumbs'])
      expect([hidden, await page.locator(hidden).first().isVisible()]).toEqual([hidden, false]);
    expect(await page.locator('.catalogue .name').first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await leave();
  });

  it('leave the head of every page within its edge, for staff and in German, too', async () => {
    const { page, leave } = await browsers.room('olga', { locale: 'de-DE' });
    for (const width of [320, 768, 1_024, 1_280, 1_440]) {
      await page.setViewportSize({ width, height: 700 });
      expect([width, await sideways(page)]).toEqual([width, []]);
    }
    await leave();
  });

  it('have lots that are found by category, as the tree of the house has them', async () => {
    const { page, complaints, leave } = await browsers.room(null);
    await page.goto('/search?status=UPCOMING&category=Clocks');
    const category = page.getByLabel('Category');
    await category.getByText('Timepieces').waitFor({ state: 'attached' });
    // What the address asks for stays chosen, although it is no slug.
    expect(await category.inputValue()).toBe('Clocks');
    expect(await category.locator('option').allTextContents()).toEqual([
      'All categories',
      'Clocks',
      'Antiques',
      '\u2003Timepieces',
      'Art',
    ]);
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    await category.selectOption('antiques');
    await page.getByRole('search').getByRole('button').click();
    await page.locator('.lots .card').first().waitFor();
    expect(new URL(page.url()).searchParams.get('category')).toBe('antiques');
    await category.selectOption('art');
    await page.getByRole('search').getByRole('button').click();
    await page.locator('.empty').waitFor();
    expect(await page.locator('.lots .card').count()).toBe(0);
    expect(complaints).toEqual([]);
    await leave();
  });

  it('that are not there say so', async () => {
    const { page, leave } = await browsers.room(null);
    await page.goto(`/sales/${runtime.uuid()}`);
    await page.getByText('There is no such sale.').waitFor();
    await leave();
  });
});
