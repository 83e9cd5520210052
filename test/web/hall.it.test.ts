// A sale in a hall, run from the clerk's console by keyboard, in real browsers against a real house: what each lot comes to equals
// an independent calculation.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { money } from '../../web/src/money.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, type Room, sideways, violations } from '../support/browsers.js';
import { type CuttingProxy, cuttingProxy } from '../support/cutting-proxy.js';
import { eventually } from '../support/eventually.js';
import { type Crowd, crowdsOf, hallResult, stepAt } from '../support/hall-crowd.js';
import { describeWithChromium } from '../support/requires.js';

const LOTS = 30;
/** Enough to draft and publish it. */
const OPENS_IN_MS = 20_000;
const BIDDERS = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal'];
/** Comes to the door late. */
const LATE = 'ida';
const STAFF = ['olga', 'otto'];
const people = new Map([...BIDDERS, LATE, ...STAFF, 'sue'].map((name) => [name, userId(runtime.uuid())]));
const rolesOf = (name: string): readonly Role[] =>
  STAFF.includes(name) ? ['operator'] : name === 'sue' ? ['seller'] : ['bidder'];
const idOf = (name: string) => people.get(name) ?? userId('');
const token = (name: string) => tokenFor(idOf(name), ...rolesOf(name));

/** In the middle the network fails; what is said meanwhile comes from the room. */
const CUT_AT = 14;
const CUT: Crowd = {
  startingPrice: 100_00n,
  reservePrice: null,
  commissions: [],
  callers: [
    { bidder: 1, limit: 100_00n, channel: 'floor' },
    { bidder: 2, limit: 110_00n, channel: 'phone' },
  ],
};
/** One lot more is called beside a bidder's page. */
const BESIDE = LOTS;
const QUIET: Crowd = { startingPrice: 100_00n, reservePrice: null, commissions: [], callers: [] };
const crowds = crowdsOf(LOTS, 20261201).map((crowd, n) => (n === CUT_AT ? CUT : crowd));

let house: ApiHouse;
let proxy: CuttingProxy;
let saleId: string;
let lots: readonly string[];

async function done(name: string, method: string, path: string, body: object = {}): Promise<any> {
  const reply = await house.http.send(method, path, { token: await token(name), body });
  expect([path, reply.status, reply.body.reason]).toEqual([path, reply.status < 300 ? reply.status : 200, undefined]);
  return reply.body;
}
const auction = async (lot: string): Promise<any> => (await house.http.get(`/auctions/${lot}`)).body;
const euros = (minor: bigint): string => money(minor, 'EUR', 'en-GB');
const lotOf = (n: number): string => lots[n] ?? '';

beforeAll(async () => {
  house = await ApiHouse.open({
    settings: { ...settings, web: true },
    people: {
      names: [...people.keys()],
      signIn: async (name) =>
        people.has(name) ? { userId: idOf(name), name, roles: rolesOf(name), token: await token(name) } : null,
    },
  });
  proxy = await cuttingProxy({ host: '127.0.0.1', port: Number(new URL(house.http.url).port) });
  for (const name of people.keys()) await done(name, 'POST', '/users', { username: name });
  const terms = { title: 'Clocks', currency: 'EUR', termsVersion: '1', registration: 'approval', retraction: 'ebay' };
  const opensAt = new Date(runtime.now() + OPENS_IN_MS).toISOString();
  const increments = stepAt.table.map(({ below, step }) => ({ below: below?.toString() ?? null, step: `${step}` }));
  ({ saleId } = await done('olga', 'POST', '/sales', { kind: 'hall', ...terms, opensAt, increments }));
  const added: string[] = [];
  for (const [n, { startingPrice, reservePrice }] of [...crowds, QUIET].entries()) {
    const item = { title: `Clock ${n + 1} <b>`, category: 'Clocks' };
    const prices = { startingPrice: `${startingPrice}`, reservePrice: reservePrice?.toString() ?? null };
    const lot = { sellerId: idOf('sue'), item, ...prices, lowEstimate: '200000', highEstimate: '300000' };
    added.push((await done('olga', 'POST', `/sales/${saleId}/lots`, lot)).lotId);
  }
  lots = added;
  await done('olga', 'POST', `/sales/${saleId}/publication`);
  // Paddles are given in order: bidder n has paddle n + 1.
  for (const name of BIDDERS) await done('olga', 'PUT', `/sales/${saleId}/paddles/${idOf(name)}`);
  await eventually('the lots to be listed', async () => {
    await house.caughtUp();
    return (await Promise.all(lots.map(auction))).every(({ format }) => format === 'hall');
  });
  for (const [n, { commissions }] of crowds.entries())
    for (const { bidder, maximum } of commissions) {
      const bid = { paddle: bidder + 1, amount: `${maximum}`, currency: 'EUR', channel: 'absentee' };
      const path = `/auctions/${lotOf(n)}/hall/bids`;
      const { body } = await house.http.post(path, await token('olga'), bid);
      expect(['accepted', 'BidBelowMinimum', 'BidUnchanged']).toContain(body.reason ?? body.outcome);
    }
  await eventually('the sale to open', async () => (await auction(lotOf(0))).status === 'open', 60_000);
}, 120_000);
afterAll(async () => {
  await proxy?.close();
  await house?.close();
});

describeWithChromium('the clerk’s console', (executablePath) => {
  let browsers: Browsers;
  let olga: Room;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, `http://127.0.0.1:${proxy.port}`);
    olga = await browsers.room('olga', { viewport: { width: 1_440, height: 1_000 } });
  });
  afterAll(() => browsers.close());

  const status = (page: Page) => page.locator('.console .status');
  const says = (page: Page, words: string | RegExp) => status(page).filter({ hasText: words }).waitFor();
  const type = (page: Page, ...keys: readonly string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const figures = (paddle: number) => [...`${paddle}`];

  /** The console shows what the house has judged. */
  async function settled(page: Page, n: number): Promise<any> {
    await house.caughtUp();
    const now = await auction(lotOf(n));
    let shown = '';
    await eventually('the console to show what stands', async () => {
      const queued = await page.locator('.queue').count();
      shown = `${await page.locator('#hall-asking').textContent()}, ${queued} waiting`;
      return shown === `${euros(BigInt(now.minimumNextBid))}, 0 waiting`;
    }).catch(async (cause: unknown) => {
      const heard = `${shown}; ${await status(page).textContent()}; revision ${now.revision}, ${olga.heard
        .filter((text) => text.includes(lotOf(n)))
        .at(-1)
        ?.slice(0, 600)}`;
      throw new Error(`lot ${n + 1} is at ${now.minimumNextBid}; the console shows ${heard}`, { cause });
    });
    return now;
  }

  /** Everybody offers the asking price in turn until nobody goes on; the room and the telephones through the clerk. */
  async function call(page: Page, n: number, { callers }: Crowd): Promise<void> {
    for (let calls = -1; calls !== 0; ) {
      calls = 0;
      for (const { bidder, limit, channel } of callers) {
        const { leaderId, minimumNextBid } = await settled(page, n);
        if (leaderId === idOf(BIDDERS[bidder] ?? '') || limit < BigInt(minimumNextBid)) continue;
        if (channel === 'online') {
          const bid = { amount: minimumNextBid, currency: 'EUR' };
          await done(BIDDERS[bidder] ?? '', 'POST', `/auctions/${lotOf(n)}/bids`, bid);
        } else await type(page, ...(channel === 'phone' ? ['p'] : []), ...figures(bidder + 1), 'Enter');
        await eventually('the bid to be judged', async () => {
          await house.caughtUp();
          return (await auction(lotOf(n))).minimumNextBid !== minimumNextBid;
        });
        calls++;
      }
    }
  }

  /** Sold after a fair warning, or passed. */
  async function end(page: Page, n: number): Promise<void> {
    const { leadingBid, reserveMet } = await settled(page, n);
    if (leadingBid === null || !reserveMet) {
      await type(page, 'x', 'Enter');
      return says(page, 'Passed');
    }
    await type(page, 'w');
    await says(page, 'Fair warning');
    await type(page, 'h');
    await says(page, /^Sell for/);
    await type(page, 'Enter');
    return says(page, /^Sold for/);
  }

  async function open(page: Page, n: number): Promise<void> {
    await page.locator('#lot-in-hand', { hasText: `Clock ${n + 1} <b>` }).waitFor();
    await type(page, 'o');
    // The console says so at once; the house, and with it the commissions, a moment later.
    await eventually('the lot to be opened', async () => {
      await house.caughtUp();
      return (await auction(lotOf(n))).calling === 'called';
    });
    await says(page, /^Asking/);
  }

  it('is reached from the desk, and shows the first lot, its estimate, and no commission’s amount', async () => {
    const { page, complaints, heard } = olga;
    await page.goto('/desk');
    await page.getByRole('link', { name: 'Hall', exact: true }).click();
    await page.getByRole('link', { name: 'Clocks' }).click();
    await says(page, 'Waiting');
    await page.getByText('Lot 1 of 31').waitFor();
    await page.getByText('€2,000 – €3,000').waitFor();
    expect(await page.locator('.hall-lots li').count()).toBe(LOTS + 1);
    expect(await page.evaluate('document.activeElement.id')).toBe('entry');
    expect(heard.filter((text) => text.startsWith('{') && text.includes('"maximum"'))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('breaks no rule of axe in light and dark, and never scrolls sideways', async () => {
    const { page } = olga;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [360, 768, 1_440]) {
        await page.setViewportSize({ width, height: 1_000 });
        expect([colorScheme, width, await sideways(page)]).toEqual([colorScheme, width, []]);
      }
      expect(await violations(page)).toEqual([]);
    }
  });

  it('refuses in words, and says nothing to the house where a key makes no sense', async () => {
    const { page } = olga;
    await open(page, 0);
    await type(page, 'n');
    await says(page, 'still being called');
    await type(page, '0', 'Enter');
    await says(page, 'That is no paddle');
    await type(page, 'Escape', '9', '9', 'Enter');
    await says(page, /Not done: Lot 1: paddle 99 bids/);
    await type(page, 'Escape');
    await says(page, /^Asking/);
  });

  it('shows a second clerk what the first one does, and of both only one sells', async () => {
    const { page } = olga;
    const otto = await browsers.room('otto');
    await otto.page.goto(`/desk/hall?sale=${saleId}`);
    await says(otto.page, /^Asking/);
    await call(page, 0, crowds[0] as Crowd);
    const { leadingBid, reserveMet } = await settled(otto.page, 0);
    expect([leadingBid !== null, reserveMet]).toEqual([true, true]);
    // Misheard, and undone.
    const stood = await settled(page, 0);
    const other = BIDDERS.findIndex((name) => idOf(name) !== stood.leaderId) + 1;
    await type(page, ...figures(other), 'Enter');
    await eventually('the bid', async () => (await auction(lotOf(0))).leadingBid !== stood.leadingBid);
    await settled(page, 0);
    await type(page, 'u');
    await eventually('the bid to be undone', async () => (await auction(lotOf(0))).leadingBid === stood.leadingBid);
    await Promise.all([settled(page, 0), settled(otto.page, 0)]);
    await page.getByText('undone').first().waitFor();
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    for (const clerk of [page, otto.page]) {
      await type(clerk, 'h');
      await says(clerk, /^Sell for/);
    }
    await Promise.all([type(page, 'Enter'), type(otto.page, 'Enter')]);
    await Promise.all([page, otto.page].map((clerk) => says(clerk, /^Sold for|Not done: Hammer on lot 1/)));
    await eventually('one refusal', async () => {
      const heads = await Promise.all([page, otto.page].map((clerk) => status(clerk).textContent()));
      return heads.filter((text) => text?.startsWith('Not done')).length === 1;
    });
    expect(otto.complaints).toEqual([]);
    await otto.leave();
  });

  /** The network fails: an answer is lost, then nothing passes, and two bids are said meanwhile. */
  async function callWhileCut(page: Page): Promise<void> {
    proxy.next({ word: 'mutation TakeBid', kind: 'cut after' });
    await type(page, '2', 'Enter');
    await eventually('the answer to be lost', () => proxy.hasHappened());
    await page.context().setOffline(true);
    proxy.cutAll();
    // What the house would ask is not known meanwhile: the clerk says it.
    await type(page, 'a', '1', '1', '0', 'Enter', 'p', '3', 'Enter');
    await says(page, 'No answer from the house');
    await page.locator('.queue li', { hasText: 'paddle 3 bids €110' }).waitFor();
    await type(page, 'h');
    await says(page, 'A command on this lot waits');
    await type(page, 'Escape');
    await page.context().setOffline(false);
    await eventually('the queue to be empty', async () => (await page.locator('.queue').count()) === 0);
    await says(page, 'sent again and judged once');
    await settled(page, CUT_AT);
    const { rows } = (await house.http.get(`/auctions/${lotOf(CUT_AT)}/bids`)).body;
    const came = rows.map(({ bidderId, bidAmount }: any) => [
      BIDDERS.findIndex((one) => idOf(one) === bidderId),
      bidAmount,
    ]);
    expect(came).toEqual([
      [2, '11000'],
      [1, '10000'],
    ]);
  }

  it('calls the sale by keyboard alone, over a network that fails in the middle', async () => {
    const { page } = olga;
    const begun = performance.now();
    for (let n = 1; n < LOTS; n++) {
      await type(page, 'Escape', 'n');
      await open(page, n);
      if (n === CUT_AT) await callWhileCut(page);
      else await call(page, n, crowds[n] as Crowd);
      if (n === CUT_AT) proxy.next({ word: 'mutation Hammer', kind: 'cut after' });
      await end(page, n);
    }
    process.stderr.write(`${LOTS - 1} lots were called by keyboard in ${Math.round(performance.now() - begun)} ms\n`);
  }, 300_000);

  it('comes to what an independent calculation says', async () => {
    await house.caughtUp();
    const ended = await Promise.all(lots.slice(0, LOTS).map(auction));
    const came = ended.map(({ status, leaderId, currentPrice }) =>
      status === 'sold'
        ? { buyer: BIDDERS.findIndex((name) => idOf(name) === leaderId), price: BigInt(currentPrice) }
        : { buyer: null, price: null },
    );
    expect(came).toEqual(crowds.map(hallResult));
    expect(ended.filter(({ status }) => status === 'sold').length).toBeGreaterThan(LOTS / 3);
    expect(ended.filter(({ status }) => status === 'passed').length).toBeGreaterThan(1);
    const { page } = olga;
    for (const [n, { buyer, price }] of crowds.map(hallResult).entries()) {
      const row = page.locator('.hall-lots li').nth(n).locator('.meta');
      expect(await row.textContent()).toBe(price === null ? 'passed' : `${euros(price)}, paddle ${(buyer ?? 0) + 1}`);
    }
  });

  const boxSays = (page: Page, words: string | RegExp) => page.locator('#status', { hasText: words }).waitFor();
  /** Asks and confirms; a second press counts from 400 ms after the first one on. */
  async function bid(page: Page): Promise<void> {
    const button = page.locator('#bid');
    await button.click();
    await button.filter({ hasText: 'Confirm' }).waitFor();
    await eventually('the bid to be sent', async () => {
      await button.click({ timeout: 1_000 }).catch(() => undefined);
      return (await button.filter({ hasText: 'Confirm' }).count()) === 0;
    });
  }

  it('is followed on a bidder’s page: a commission until the lot is opened, then the asking price', async () => {
    const { page } = olga;
    const ann = await browsers.room('ann');
    await type(page, 'Escape', 'n');
    await page.locator('#lot-in-hand', { hasText: 'Clock 31' }).waitFor();
    await ann.page.goto(`/lots/${lotOf(BESIDE)}`);
    await boxSays(ann.page, 'Not called yet');
    for (const [amount, says] of [
      ['400', '€400'],
      ['250', '€250'],
    ] as const) {
      await ann.page.locator('#maximum').fill(amount);
      await bid(ann.page);
      await boxSays(ann.page, says);
    }
    await page.locator('.lotbox dd', { hasText: /^1$/ }).waitFor();
    expect([await violations(ann.page), await sideways(ann.page)]).toEqual([[], []]);
    await ann.page.getByRole('button', { name: 'Take the commission back' }).click();
    await ann.page.locator('dialog[open] button[type=submit]').click();
    await boxSays(ann.page, 'Not called yet');
    await open(page, BESIDE);
    await boxSays(ann.page, 'The lot is being called');
    await bid(ann.page);
    await boxSays(ann.page, 'You are leading');
    await page.locator('#hall-leads', { hasText: 'Paddle 1, online' }).waitFor();
    await type(page, '2', 'Enter');
    await boxSays(ann.page, 'You have been outbid');
    await settled(page, BESIDE);
    await type(page, 'w');
    await boxSays(ann.page, 'Fair warning');
    expect(await violations(ann.page)).toEqual([]);
    await bid(ann.page);
    await boxSays(ann.page, 'You are leading');
    await end(page, BESIDE);
    await boxSays(ann.page, 'The lot is yours');
    await type(page, 'Escape', 'n');
    await says(page, 'No lot is left');
    await ann.page.locator('#purchase', { hasText: /^Amount due: €/ }).waitFor();

    // At the counter.
    await page.getByRole('link', { name: 'Counter' }).click();
    const row = page.locator('tr', { hasText: 'Clock 31' });
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    await row.getByRole('button', { name: 'Take payment' }).click();
    await page.locator('dialog[open] button[type=submit]').click();
    await page.getByText('Write the number on the receipt.').waitFor();
    await page.locator('dialog[open] input').fill('till 1, 17');
    await page.locator('dialog[open] button[type=submit]').click();
    await ann.page.locator('#purchase', { hasText: /^Paid: €/ }).waitFor();
    await row.getByRole('button', { name: 'Refund' }).click();
    await page.locator('dialog[open] input').fill('till 1, 18');
    await page.locator('dialog[open] button[type=submit]').click();
    await ann.page.locator('#purchase', { hasText: /^Refunded: €/ }).waitFor();
    expect([ann.complaints, olga.complaints.filter((text) => !text.includes('ERR_'))]).toEqual([[], []]);
    await ann.leave();
  }, 120_000);

  it('has a door: people are checked in, and leave commissions by letter', async () => {
    const { page } = olga;
    await page.getByRole('link', { name: 'Paddles' }).click();
    await page.getByRole('searchbox', { name: 'Name or id' }).fill(LATE);
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.locator('.found').getByRole('button', { name: 'Give a paddle' }).click();
    await page.locator('dialog[open] input').fill('5,000');
    await page.locator('dialog[open] button[type=submit]').click();
    await page.locator('tr', { hasText: LATE }).getByText('€5,000').waitFor();
    expect([await violations(page), await sideways(page)]).toEqual([[], []]);
    await page.getByRole('button', { name: 'Leave a commission' }).click();
    await page.locator('dialog[open] input[name=paddle]').fill('9');
    await page.locator('dialog[open] input[name=lot]').fill('31');
    await page.locator('dialog[open] input[name=maximum]').fill('300');
    await page.locator('dialog[open] button[type=submit]').click();
    await page.locator('dialog[open] .wrong').waitFor();
  });
});
