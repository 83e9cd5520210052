// What people do beside bidding, in real browsers against a real house.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, sideways, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { describeWithChromium } from '../support/requires.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), ann: id(), olga: id() };
type Name = keyof typeof people;
const MARKET: readonly Role[] = ['bidder', 'seller'];
const rolesOf = (name: Name): readonly Role[] => (name === 'olga' ? ['operator'] : MARKET);
const HOSTILE = `<img src=x onerror="document.title=1"> &lt;b&gt; مزهرية`;
let house: ApiHouse;

const token = (name: Name) => tokenFor(people[name], ...rolesOf(name));

async function list(title: string): Promise<string> {
  const { status, body } = await house.http.post('/auctions', await token('sue'), {
    item: { title, category: 'Clocks' },
    terms: { currency: 'EUR', startingPrice: '10000', buyNowPrice: '20000' },
    durationMs: 3_600_000,
  });
  expect(status).toBe(201);
  await house.caughtUp();
  return body.auctionId;
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

describeWithChromium('what people do beside bidding', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, house.http.url);
  });
  afterAll(() => browsers.close());

  it('a lot is watched by its star, found again under what is watched, and taken off there', async () => {
    const lot = await list(HOSTILE);
    const ann = await browsers.room('ann');
    const { page } = ann;
    const star = page.getByRole('button', { name: /^Watch “/ });
    await page.goto(`/lots/${lot}`);
    expect(await star.getAttribute('aria-pressed')).toBe('false');
    await star.click();
    await page.locator('.watch[aria-pressed=true]').waitFor();
    await page.goto('/mine');
    await page.getByRole('link', { name: 'Watching' }).click();
    await page.locator('.card', { hasText: 'onerror' }).waitFor();
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await sideways(page)).toEqual([]);
    await star.click();
    await eventually('the lot to be gone', async () => (await page.locator('.card').count()) === 0);
    await page.reload();
    await page.getByText('You watch no lot yet').waitFor();
    expect([ann.complaints, await page.title()]).toEqual([[], expect.not.stringMatching(/^1$/)]);
    await ann.leave();
  });

  it('a search is saved under a name, run from there, and removed', async () => {
    await list('A clock to search for');
    const { page, complaints, leave } = await browsers.room('ann');
    await page.goto('/search?q=search+clock&status=OPEN');
    await page.getByRole('button', { name: 'Save this search' }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByLabel('Name of the search').fill(HOSTILE);
    await dialog.getByRole('button', { name: 'Save this search' }).click();
    await eventually('the dialog to close', async () => (await dialog.count()) === 0);
    await page.goto('/mine?show=watching');
    await page.getByRole('link', { name: HOSTILE }).click();
    await page.locator('.card', { hasText: 'A clock to search for' }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('search clock');
    await page.goBack();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await eventually('the search to be gone', async () => (await page.getByText(HOSTILE).count()) === 0);
    expect(complaints).toEqual([]);
    await leave();
  });

  const dialogIn = (page: Page) => page.locator('dialog[open]');
  async function say(page: Page, button: string, text: string): Promise<void> {
    await page.getByRole('button', { name: button, exact: true }).first().click();
    await dialogIn(page).locator('textarea').fill(text);
    await dialogIn(page).getByRole('button', { name: button, exact: true }).click();
    await eventually('the dialog to close', async () => (await dialogIn(page).count()) === 0);
  }

  it('a question is asked, answered by the seller, public from then on, and hidden by staff', async () => {
    const lot = await list('A clock to ask about');
    const [ann, sue] = [await browsers.room('ann'), await browsers.room('sue')];
    await ann.page.goto(`/lots/${lot}`);
    await say(ann.page, 'Ask the seller', HOSTILE);
    await ann.page.getByText('Not answered yet').waitFor();
    expect([await violations(ann.page), await sideways(ann.page)]).toEqual([[], []]);
    await ann.page.setViewportSize({ width: 320, height: 700 });
    expect(await sideways(ann.page)).toEqual([]);
    await sue.page.goto('/sell');
    await sue.page.getByRole('heading', { name: 'Questions to you' }).waitFor();
    expect(await violations(sue.page)).toEqual([]);
    await say(sue.page, 'Answer', HOSTILE);
    const nobody = await browsers.room(null);
    await house.caughtUp();
    await nobody.page.goto(`/lots/${lot}`);
    await nobody.page.getByText('The seller:').waitFor();
    expect(await nobody.page.getByText('onerror').count()).toBe(2);
    const olga = await browsers.room('olga');
    await olga.page.goto(`/lots/${lot}`);
    await say(olga.page, 'Hide', 'markup');
    await house.caughtUp();
    await nobody.page.reload();
    await nobody.page.getByText('No question has been answered yet.').waitFor();
    for (const { complaints, leave } of [ann, sue, nobody, olga]) {
      expect(complaints).toEqual([]);
      await leave();
    }
  });

  it('feedback is given after the settlement, stands at the seller’s name, and is answered', async () => {
    const lot = await list('A clock that is sold');
    const [operator, path] = [await token('olga'), `/auctions/${lot}/transactions/1`];
    const { body } = await house.http.post(`/auctions/${lot}/buy-now`, await token('ann'), {});
    const payment = { channel: 'online', reference: 'web-1', amount: body.sale.amountDue, currency: 'EUR' };
    expect((await house.http.post(`${path}/payments`, operator, payment)).status).toBe(201);
    expect((await house.http.post(`${path}/settlement`, operator, { reference: 'out-1' })).status).toBe(200);
    await house.caughtUp();
    const [ann, sue] = [await browsers.room('ann'), await browsers.room('sue')];
    await ann.page.goto('/mine');
    await ann.page.getByRole('heading', { name: 'How did it go?' }).waitFor();
    expect(await violations(ann.page)).toEqual([]);
    await say(ann.page, 'Give feedback', HOSTILE);
    await eventually('nothing to be due', async () => (await ann.page.getByText('How did it go?').count()) === 0);
    await house.caughtUp();
    await ann.page.goto(`/lots/${lot}`);
    await ann.page.getByRole('link', { name: 'sue (rating 1)' }).click();
    await ann.page.getByText('1 positive, 0 neutral, 0 negative').waitFor();
    await ann.page.getByText('onerror').waitFor();
    expect([await violations(ann.page), await sideways(ann.page)]).toEqual([[], []]);
    await sue.page.goto(`/people/${people.sue}`);
    await sue.page.getByText('onerror').waitFor();
    await say(sue.page, 'Reply', 'Thank you.');
    await sue.page.getByText('Thank you.').waitFor();
    expect([await ann.page.title(), ann.complaints, sue.complaints]).toEqual(['sue · Gavel', [], []]);
    await ann.leave();
    await sue.leave();
  });

  it('nobody without a name is shown a star', async () => {
    const { page, leave } = await browsers.room(null);
    await page.goto('/search');
    await page.locator('.card').first().waitFor();
    expect(await page.locator('.watch').count()).toBe(0);
    await leave();
  });
});
