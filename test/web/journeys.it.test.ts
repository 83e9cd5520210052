// What people live through in real browsers: a late bid, a suspension, and all of it by keyboard.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { describeWithChromium } from '../support/requires.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), ann: id(), bob: id(), eve: id(), olga: id() };
type Name = keyof typeof people;
const rolesOf = (name: Name): readonly Role[] => (name === 'olga' ? ['operator'] : ['bidder', 'seller']);
const token = (name: Name) => tokenFor(people[name], ...rolesOf(name));
/** Markup, an entity, a script that is read from the right, and a word without an end. */
const HOSTILE = `<img src=x onerror="document.title=1"><script>document.title=1</script> &lt;b&gt; مزهرية ${'W'.repeat(90)}`;
let house: ApiHouse;

async function list(title: string, over: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { status, body } = await house.http.post('/auctions', await token('sue'), {
    item: { title, category: 'Clocks' },
    terms: { currency: 'EUR', startingPrice: '10000' },
    durationMs: 3_600_000,
    ...over,
  });
  expect([status, body]).toMatchObject([201, {}]);
  await house.caughtUp();
  return body.auctionId;
}

async function bid(name: Name, lot: string, amount: string): Promise<void> {
  const reply = await house.http.post(`/auctions/${lot}/bids`, await token(name), { amount, currency: 'EUR' });
  expect([reply.status, reply.body]).toMatchObject([201, {}]);
}

beforeAll(async () => {
  house = await ApiHouse.open({
    settings: { ...settings, web: true },
    people: {
      names: Object.keys(people),
      signIn: async (text) => {
        const name = Object.hasOwn(people, text) ? (text as Name) : null;
        return name === null ? null : { userId: people[name], name, roles: rolesOf(name), token: await token(name) };
      },
    },
  });
  for (const name of Object.keys(people) as Name[])
    expect((await house.http.post('/users', await token(name), { username: name })).status).toBe(201);
  await house.caughtUp();
});
afterAll(() => house.close());

describeWithChromium('people', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, house.http.url);
  });
  afterAll(() => browsers.close());

  const says = (page: Page, text: string) => page.locator('#status', { hasText: text }).waitFor();

  /** Until Tab has come to it, as somebody goes who has no mouse. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let tabs = 0; tabs < 80; tabs++) {
      if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${selector} is not reached by Tab`);
  }

  /** Goes there by Tab, and presses Enter twice, the second time when the first one has been read. */
  async function confirmTwice(page: Page, selector: string): Promise<void> {
    await tabTo(page, selector);
    await page.keyboard.press('Enter');
    await page.locator(selector, { hasText: 'Confirm' }).waitFor();
    const begun = Date.now();
    await eventually('the pause that a double click lacks', () => Date.now() - begun > 500);
    await page.keyboard.press('Enter');
  }

  it('a late bid moves the close before both who look; what a bid comes to in all stands at the button', async () => {
    const lot = await list('A clock with a late bid', { durationMs: 60_000 });
    const [ann, bob] = [await browsers.room('ann'), await browsers.room('bob')];
    for (const { page } of [ann, bob]) {
      await page.goto(`/lots/${lot}`);
      await page.locator('.owed', { hasText: /€\d+\.\d\d in all, with premium and tax/ }).waitFor();
      expect(await page.locator('.pulse .time').textContent()).not.toContain('Extended');
    }
    await bid('ann', lot, '10000');
    for (const { page } of [ann, bob]) await page.locator('.pulse .time', { hasText: 'Extended to' }).waitFor();
    const { body } = await house.http.get(`/auctions/${lot}`);
    expect(Date.parse(body.closesAt)).toBeGreaterThan(Date.parse(body.scheduledClosesAt));
    const query = `{ payable(auctionId: "${lot}", hammerPrice: "10250") { total } }`;
    const due = (await house.http.send('POST', '/graphql', { body: { query } })).body.data.payable.total;
    await bob.page.locator('.owed', { hasText: `€${due.slice(0, -2)}.${due.slice(-2)} in all` }).waitFor();
    expect([ann.complaints, bob.complaints]).toEqual([[], []]);
    await Promise.all([ann.leave(), bob.leave()]);
  });

  it('who is suspended in the middle is told so by the bid box, and who is let in again may bid', async () => {
    const lot = await list('A clock and a suspension');
    const eve = await browsers.room('eve');
    await eve.page.goto(`/lots/${lot}`);
    await eve.page.locator('#bid').waitFor();
    const olga = await browsers.room('olga');
    await olga.page.goto('/desk/people');
    // By keyboard alone, as all of this is done by keyboard.
    await tabTo(olga.page, 'input[name=text]');
    await olga.page.keyboard.type('eve');
    await olga.page.keyboard.press('Enter');
    await eventually('one row', async () => (await olga.page.locator('tbody tr').count()) === 1);
    const act = async (label: string): Promise<void> => {
      for (let tabs = 0; tabs < 60; tabs++) {
        if ((await olga.page.evaluate('document.activeElement?.textContent')) === label) break;
        await olga.page.keyboard.press('Tab');
      }
      await olga.page.keyboard.press('Enter');
      await olga.page.locator('dialog[open]').waitFor();
      await tabTo(olga.page, 'dialog[open] textarea');
      await olga.page.keyboard.type(`A reason ${HOSTILE}`);
      await tabTo(olga.page, 'dialog[open] button[type=submit]');
      await olga.page.keyboard.press('Enter');
      await eventually('the dialog to close', async () => (await olga.page.locator('dialog[open]').count()) === 0);
    };
    await act('Suspend');
    await olga.page.locator('tbody tr', { hasText: 'Suspended' }).waitFor();
    await house.caughtUp();
    // The next price that comes tells who looks.
    await bid('ann', lot, '10000');
    await says(eve.page, 'Your account is suspended');
    expect(await eve.page.locator('.press .go').getAttribute('aria-disabled')).toBe('true');
    expect(await violations(eve.page)).toEqual([]);
    await act('Reinstate');
    await olga.page.locator('tbody tr', { hasText: 'Active' }).waitFor();
    await house.caughtUp();
    await bid('bob', lot, '20000');
    await says(eve.page, 'Open for bids');
    expect([olga.complaints, eve.complaints]).toEqual([[], []]);
    await Promise.all([olga.leave(), eve.leave()]);
  });

  it('by keyboard alone: signed in, found, bought, and seen under what is won', async () => {
    const terms = { currency: 'EUR', startingPrice: '10000', buyNowPrice: '25000' };
    const lot = await list('A keyboard of ivory', { terms });
    const { page, complaints, leave } = await browsers.room(null, { viewport: { width: 1_500, height: 900 } });
    await page.goto('/');
    await tabTo(page, 'a[href^="/sign-in"]');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign in as bob' }).waitFor();
    await tabTo(page, 'main button');
    while (!(await page.evaluate('document.activeElement?.textContent'))?.toString().includes('bob'))
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Sign out/ }).waitFor();
    await tabTo(page, '.find input');
    await page.keyboard.type('keyboard ivory');
    await page.keyboard.press('Enter');
    await page.locator('.card', { hasText: 'A keyboard of ivory' }).waitFor();
    await tabTo(page, `a[href="/lots/${lot}"]`);
    await page.keyboard.press('Enter');
    await page.locator('#buy-now').waitFor();
    await confirmTwice(page, '#buy-now');
    await says(page, 'The lot is yours');
    await house.caughtUp();
    await tabTo(page, 'a[href="/mine"]');
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'My bids' }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  it('by keyboard alone: a lot is listed', async () => {
    const { page, complaints, leave } = await browsers.room('sue');
    await page.goto('/sell');
    for (const [name, value] of [
      ['title', 'A lot by keyboard'],
      ['category', 'Vases'],
      ['starting', '12.50'],
      ['hours', '24'],
    ] as const) {
      await tabTo(page, `#${name}`);
      await page.keyboard.type(value);
    }
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'A lot by keyboard' }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  it('a page that is read from the right breaks nothing: nothing sticks out, and nothing covers the button', async () => {
    const lot = await list('مزهرية قديمة');
    const { page, leave } = await browsers.room('ann', { viewport: { width: 360, height: 780 } });
    for (const path of ['/', '/search', '/mine', '/sell', `/lots/${lot}`]) {
      await page.goto(path);
      await page.evaluate('document.documentElement.dir = "rtl"');
      await page.locator('h1').waitFor();
      expect([path, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([path, 0]);
    }
    await page.locator('#bid').click({ trial: true });
    await leave();
  });
});
