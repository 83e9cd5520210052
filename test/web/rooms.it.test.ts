// The web application in a real browser, against a real house.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, type Room, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { describeWithChromium } from '../support/requires.js';

const people = { sue: userId(runtime.uuid()), ann: userId(runtime.uuid()), bob: userId(runtime.uuid()) };
const ROLES = ['bidder', 'seller'] as const;
const HOSTILE = `<img src=x onerror="document.title=1"> &lt;b&gt; مزهرية`;
let house: ApiHouse;

async function list(title: string, over: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const reply = await house.http.post('/auctions', await tokenFor(people.sue, 'seller'), {
    item: { title, category: 'Clocks', description: `${HOSTILE} ${'long '.repeat(200)}` },
    terms: { currency: 'EUR', startingPrice: '10000' },
    durationMs: 3_600_000,
    ...over,
  });
  expect([reply.status, reply.body]).toMatchObject([201, {}]);
  await house.caughtUp();
  return reply.body.auctionId;
}

beforeAll(async () => {
  house = await ApiHouse.open({
    settings: { ...settings, web: true },
    people: {
      names: Object.keys(people),
      signIn: async (name) => {
        const id = people[name as keyof typeof people];
        return id === undefined ? null : { userId: id, name, roles: ROLES, token: await tokenFor(id, ...ROLES) };
      },
    },
  });
  for (const [name, id] of Object.entries(people))
    await house.http.post('/users', await tokenFor(id, 'bidder'), { username: name });
});
afterAll(() => house.close());

describe('its files', () => {
  it('come compressed, under a policy that lets nothing else run, and names that tell their content', async () => {
    const page = await house.http.get('/lots/0');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self'");
    const script = /src="(\/web\/assets\/[^"]+\.js)"/.exec(page.text)?.[1] ?? '';
    const { headers } = await house.http.get(script);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(page.text).not.toMatch(/<style|<script(?![^>]* src=)| style=| on\w+=/);
  });
  it('weigh little: at most 60 kB of script and 100 kB in all', async () => {
    const page = await house.http.get('/');
    const sizes: number[] = [];
    for (const [, path = ''] of page.text.matchAll(/(?:src|href)="(\/web\/assets\/[^"]+)"/g)) {
      const response = await fetch(`${house.http.url}${path}`, { headers: { 'accept-encoding': 'br' } });
      await response.arrayBuffer();
      expect(response.headers.get('content-encoding')).toBe('br');
      sizes.push(Number(response.headers.get('content-length')));
    }
    process.stderr.write(`script and styles: ${sizes.join(' + ')} bytes in brotli\n`);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(60_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100_000);
  });
  it('nobody is signed in as from elsewhere, or under another name', async () => {
    const other = await house.http.send('GET', '/development/people', { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(other.status).toBe(404);
    const unknown = await house.http.send('POST', '/development/sign-in', { body: { name: 'eve' } });
    expect(unknown).toMatchObject({ status: 404 });
  });
});

describeWithChromium('in a browser', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, house.http.url);
  });
  afterAll(() => browsers.close());

  const room = (name: keyof typeof people | null, context?: Parameters<Browsers['room']>[1]): Promise<Room> =>
    browsers.room(name, context);
  const at = (page: Page, path: string) => page.goto(path);
  const text = (page: Page, selector: string) => page.locator(selector).textContent();

  /** Presses, waits until a second press is a word of its own, and presses again. */
  async function bid(page: Page): Promise<void> {
    await page.locator('#bid').click();
    await page.locator('#bid small', { hasText: 'Confirm' }).waitFor();
    const begun = Date.now();
    await eventually('the pause that a double click lacks', () => Date.now() - begun > 500);
    await page.locator('#bid').click();
  }

  const says = (page: Page, what: string) =>
    eventually(`“${what}”`, async () => (await text(page, '#status'))?.includes(what) === true);

  /** The house hears this command, but its first answer is lost on the way. Tells the id of each try. */
  async function losingAnAnswer(page: Page, mutation: string): Promise<string[]> {
    const tries: string[] = [];
    await page.route('**/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON() as { query: string; variables: { input: never } };
      if (!query.includes(`mutation ${mutation}`)) return route.continue();
      tries.push((variables.input as { commandId: string }).commandId);
      if (tries.length > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    return tries;
  }

  it('two people outbid each other, and both see it; no maximum is heard by the other', async () => {
    const id = await list(`A clock ${HOSTILE}`);
    const [ann, bob] = [await room('ann'), await room('bob')];
    for (const { page } of [ann, bob]) await at(page, `/lots/${id}`);
    await ann.page.locator('#maximum').fill('777');
    await bid(ann.page);
    await says(ann.page, 'You are leading');
    await eventually('the price before bob', async () => (await text(bob.page, '#price'))?.includes('€100') === true);
    await bob.page.locator('#bid', { hasText: '€102.50' }).waitFor();
    await bid(bob.page);
    await says(bob.page, 'A higher maximum was there first');
    await bob.page.locator('#maximum').fill('800');
    await bid(bob.page);
    const pressed = performance.now();
    await says(ann.page, 'You have been outbid');
    process.stderr.write(`outbid was seen ${Math.round(performance.now() - pressed)} ms after the press\n`);
    await says(bob.page, 'You are leading');
    expect(await ann.page.title()).toContain('You have been outbid');
    expect(await text(ann.page, 'h1')).toBe(`A clock ${HOSTILE}`);
    expect(bob.heard.join('\n')).not.toMatch(/"maximum":"77700"/);
    expect(ann.heard.join('\n')).not.toContain('80000');
    for (const { complaints } of [ann, bob]) expect(complaints).toEqual([]);
    await Promise.all([ann.leave(), bob.leave()]);
  });

  it('a double click bids nothing, and one word makes one bid', async () => {
    const id = await list('A vase');
    const ann = await room('ann');
    await at(ann.page, `/lots/${id}`);
    await ann.page.locator('#bid').dblclick();
    await ann.page.locator('#bid small', { hasText: 'Confirm' }).waitFor();
    const { text: before } = await house.http.get(`/auctions/${id}`);
    expect(JSON.parse(before)).toMatchObject({ bidCount: 0 });
    const begun = Date.now();
    await eventually('the pause', () => Date.now() - begun > 500);
    await ann.page.locator('#bid').dblclick();
    await says(ann.page, 'You are leading');
    await house.caughtUp();
    expect(JSON.parse((await house.http.get(`/auctions/${id}`)).text)).toMatchObject({ bidCount: 1 });
    await ann.leave();
  });

  it('a lost connection is told, and everything is there again without a reload', async () => {
    const id = await list('A lamp');
    const bob = await room('bob');
    let [isDown, cut]: [boolean, () => Promise<void>] = [false, async () => undefined];
    await bob.page.routeWebSocket(/graphql/, (socket) => {
      if (isDown) return void socket.close();
      socket.connectToServer();
      cut = () => socket.close({ code: 4000 });
    });
    await at(bob.page, `/lots/${id}`);
    await eventually('live', async () => (await text(bob.page, '.live')) === 'Live');
    isDown = true;
    await cut();
    await bob.page.locator('#lost').waitFor();
    await bob.page.locator('#bid small', { hasText: 'Check price, then bid' }).waitFor();
    const missed = { amount: '50000', currency: 'EUR' };
    await house.http.post(`/auctions/${id}/bids`, await tokenFor(people.ann, 'bidder'), missed);
    await house.caughtUp();
    isDown = false;
    await eventually('live again', async () => (await text(bob.page, '.live')) === 'Live');
    await eventually('what was missed', async () => (await text(bob.page, '.pulse'))?.includes('1 bid') === true);
    await bob.leave();
  });

  it('a seller lists an item, once, though the answer is lost; a form that is wrong says where', async () => {
    const sue = await room('sue');
    await at(sue.page, '/sell');
    const tries = await losingAnAnswer(sue.page, 'List');
    await sue.page.getByRole('button', { name: 'List it' }).click();
    expect(await sue.page.locator('[aria-invalid="true"]').count()).toBe(4);
    for (const [name, value] of Object.entries({
      title: 'An amphora',
      category: 'Vases',
      starting: '12.50',
      reserve: '2,000',
      hours: '24',
    }))
      await sue.page.locator(`#${name}`).fill(value);
    await sue.page.getByRole('button', { name: 'List it' }).click();
    await says(sue.page, 'This is your lot');
    expect(await text(sue.page, '#price')).toBe('€12.50');
    expect(sue.page.url()).toMatch(/\/lots\/[0-9a-f-]{36}$/);
    expect(tries).toEqual([tries[0], tries[0]]);
    await sue.leave();
  });

  it('an item is bought at its price by two words, once, though the answer is lost', async () => {
    const id = await list('A carpet', { terms: { currency: 'EUR', startingPrice: '10000', buyNowPrice: '25000' } });
    const bob = await room('bob');
    await at(bob.page, `/lots/${id}`);
    const tries = await losingAnAnswer(bob.page, 'BuyNow');
    await bob.page.locator('#buy-now', { hasText: 'Buy now for €250' }).dblclick();
    await bob.page.locator('#buy-now', { hasText: 'Confirm' }).waitFor();
    const begun = Date.now();
    await eventually('the pause', () => Date.now() - begun > 500);
    await bob.page.locator('#buy-now').click();
    await says(bob.page, 'The lot is yours');
    await eventually('the second try', () => tries.length === 2);
    expect(tries).toEqual([tries[0], tries[0]]);
    await bob.leave();
  });

  it('by keyboard alone: from the first page to an accepted bid', async () => {
    const id = await list('The only amphora of its kind');
    const ann = await room('ann');
    await at(ann.page, '/search?q=amphora+kind');
    await ann.page.locator('.card').first().waitFor();
    const { keyboard } = ann.page;
    const until = async (selector: string): Promise<void> => {
      for (let tabs = 0; tabs < 60; tabs++) {
        if (await ann.page.evaluate(`document.activeElement?.matches('${selector}')`)) return;
        await keyboard.press('Tab');
      }
      throw new Error(`${selector} is not reached by Tab`);
    };
    await until(`a[href="/lots/${id}"]`);
    await keyboard.press('Enter');
    await ann.page.locator('#bid').waitFor();
    await until('#bid');
    await keyboard.press('Enter');
    await ann.page.locator('#bid small', { hasText: 'Confirm' }).waitFor();
    const begun = Date.now();
    await eventually('the pause', () => Date.now() - begun > 500);
    await keyboard.press('Enter');
    await says(ann.page, 'You are leading');
    expect(await ann.page.evaluate('document.activeElement?.id')).toBe('bid');
    await ann.leave();
  });

  it.each([320, 360, 768, 1_440])(
    'at %d px nothing scrolls sideways, and the button stays where it is',
    async (width) => {
      const id = await list('Ein sehr langes Wort: '.concat('Donaudampfschiff'.repeat(6)));
      const ann = await room('ann', { viewport: { width, height: 900 }, locale: 'de-DE' });
      for (const path of ['/', '/search', '/mine', '/sell', `/lots/${id}`]) {
        await at(ann.page, path);
        await ann.page.locator('h1').waitFor();
        expect([
          path,
          await ann.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
        ]).toEqual([path, 0]);
      }
      await eventually('German', async () => (await text(ann.page, '#bid small')) === 'Bieten');
      const place = () => ann.page.locator('#bid').boundingBox();
      const before = await place();
      const http = (who: keyof typeof people, amount: string) =>
        tokenFor(people[who], 'bidder').then((token) =>
          house.http.post(`/auctions/${id}/bids`, token, { amount, currency: 'EUR' }),
        );
      await http('ann', '30000');
      await says(ann.page, 'Sie führen');
      const leading = await place();
      await http('bob', '90000');
      await says(ann.page, 'Sie wurden überboten');
      expect([leading, await place()]).toEqual([before, before]);
      await ann.leave();
    },
  );

  it.each(['light', 'dark'] as const)('axe finds nothing on any page, %s', async (colorScheme) => {
    const id = await list('A picture');
    const ann = await room('ann', { colorScheme });
    for (const path of ['/', '/search', '/mine', '/sell', '/sign-in', `/lots/${id}`, '/nothing'].slice(0, 6)) {
      await at(ann.page, path);
      await ann.page.locator('h1').waitFor();
      expect([path, await violations(ann.page)]).toEqual([path, []]);
    }
    await ann.leave();
  });
});
