// Kill -9 of the house and its PostgreSQL while five pages are open. All of them come back by themselves, none shows a price of
// before as live, and a bid that was sent while nobody was there counts once.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page, WebSocketRoute } from 'playwright-core';
import { KilledHouse } from '../kills/killed-house.js';
import { freePort } from '../kills/people.js';
import { Browsers, type Room } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/request.js';
import { describeWithChromium } from '../support/requires.js';
import { scratchDirectory } from '../support/scratch.js';

/** The machine may have other work: five browsers and a house that starts twice. */
const WITHIN_MS = 300_000;
const scratch = scratchDirectory('web-kill');
let house: KilledHouse;
let lot: string;
const tokens = new Map<string, string>();

/** What a page shows of the price, and whether it says that this is of before; noted at each change of the page. */
type Seen = Readonly<{ price: string; isMarked: boolean }>;
const watchPrice = (selector: string): string => `(() => {
  window.seen = [];
  const look = () => {
    const price = document.querySelector(${JSON.stringify(selector)})?.textContent ?? '';
    const isMarked = document.querySelector('#lost') !== null;
    const last = window.seen.at(-1);
    if (last?.price !== price || last?.isMarked !== isMarked) window.seen.push({ price, isMarked });
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

async function as(name: string, path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const reply = await request(house.url, 'POST', path, { token: tokens.get(name) ?? '', body });
  expect([path, reply.status]).toEqual([path, 201]);
  return reply.body;
}

beforeAll(async () => {
  house = new KilledHouse(scratch.path, await freePort(), randomBytes(32).toString('hex'));
  await house.start();
  for (const name of ['sue', 'ann', 'bob']) {
    const { body } = await request(house.url, 'POST', '/development/sign-in', { body: { name } });
    tokens.set(name, body.token);
  }
  const listing = {
    item: { title: 'A clock that outlives its house', category: 'Clocks' },
    terms: { currency: 'EUR', startingPrice: '10000' },
    durationMs: 3_600_000,
  };
  lot = String((await as('sue', '/auctions', listing))['auctionId']);
  await as('ann', `/auctions/${lot}/bids`, { amount: '11000', currency: 'EUR' });
  await as('bob', `/auctions/${lot}/bids`, { amount: '20000', currency: 'EUR' });
}, WITHIN_MS);
afterAll(async () => {
  house?.killLeftovers();
  scratch.remove();
});

describeWithChromium('kill -9 while five pages are open', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, house.url);
  });
  afterAll(() => browsers.close());

  const BEFORE = '€112.50';
  const AFTER = '€202.50';
  const pages = [
    { name: 'home', who: null, path: () => '/', price: '.card .now b' },
    { name: 'lot of a bidder', who: 'ann', path: () => `/lots/${lot}`, price: '#price' },
    { name: 'lot of a stranger', who: null, path: () => `/lots/${lot}`, price: '#price' },
    { name: 'own bids', who: 'ann', path: () => '/mine', price: '.card .now b' },
    { name: 'desk', who: 'olga', path: () => `/desk/lots?id=${lot}`, price: '.pairs dd.num' },
  ] as const;

  it(
    'all of them converge without a reload, and a bid of meanwhile counts once',
    async () => {
      const bids = async () => (await request(house.url, 'GET', `/auctions/${lot}`)).body.bidCount;
      const before = await bids();
      // While the gate is shut no socket comes through, so that the price has moved before any page is live again.
      let isShut = false;
      const gate = (socket: WebSocketRoute): void => {
        if (isShut) void socket.close();
        else socket.connectToServer();
      };
      const rooms: Room[] = [];
      for (const { who, path, price } of pages) {
        const room = await browsers.room(who);
        await room.page.routeWebSocket(/graphql/, gate);
        await room.page.goto(path());
        await room.page.locator(price, { hasText: BEFORE }).first().waitFor();
        await room.page.evaluate(watchPrice(price));
        rooms.push(room);
      }
      const [, ann] = rooms.map(({ page }) => page) as [Page, Page];
      const tries: string[] = [];
      ann.on('request', (sent) => {
        const [, commandId] = /mutation PlaceBid.*"commandId":"([^"]+)"/s.exec(sent.postData() ?? '') ?? [];
        if (commandId !== undefined) tries.push(commandId);
      });

      isShut = true;
      await house.kill('Node and PostgreSQL');
      for (const { page } of rooms) await page.locator('#lost', { hasText: 'Prices as of' }).waitFor();
      expect(await ann.locator('#left').textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
      await ann.locator('#maximum').fill('500');
      await ann.locator('#bid small', { hasText: 'Check price, then bid' }).waitFor();
      await ann.locator('#bid').click();
      await ann.locator('#bid small', { hasText: 'Confirm' }).waitFor();
      const begun = Date.now();
      await eventually('the pause that a double click lacks', () => Date.now() - begun > 500);
      await ann.locator('#bid').click();
      await eventually('a try that nobody answers', () => tries.length > 1);

      await house.start();
      await eventually('the bid of meanwhile', async () => (await bids()) > before, 60_000);
      isShut = false;
      for (const { page } of rooms) await page.locator('#lost').waitFor({ state: 'detached', timeout: 60_000 });

      for (const [n, { page }] of rooms.entries()) {
        // It would be gone after a reload.
        const seen = (await page.evaluate('window.seen')) as readonly Seen[];
        const name = pages[n]?.name;
        const lost = seen.findIndex(({ isMarked }) => isMarked);
        expect([name, seen.slice(lost).filter(({ price, isMarked }) => !isMarked && price.includes(BEFORE))]).toEqual([
          name,
          [],
        ]);
        expect([name, seen.at(-1)]).toEqual([name, { price: expect.stringContaining(AFTER), isMarked: false }]);
      }
      await ann.locator('#status', { hasText: 'You are leading' }).waitFor();
      expect(new Set(tries).size).toBe(1);
      const query = '{ myBids(limit: 10) { rows { maximum } } }';
      const { body } = await request(house.url, 'POST', '/graphql', {
        token: tokens.get('ann') ?? '',
        body: { query },
      });
      expect(body.data.myBids.rows).toEqual([{ maximum: '50000' }, { maximum: '11000' }]);
      process.stderr.write(`kill -9: the bid was sent ${tries.length} times, and counts once\n`);

      // They are live again, too.
      await as('bob', `/auctions/${lot}/bids`, { amount: '60000', currency: 'EUR' });
      for (const [n, { page }] of rooms.entries())
        await page
          .locator(pages[n]?.price ?? '', { hasText: '€510' })
          .first()
          .waitFor();
      await Promise.all(rooms.map(({ leave }) => leave()));
    },
    WITHIN_MS,
  );
});
