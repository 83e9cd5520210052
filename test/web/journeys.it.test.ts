// What people live through in real browsers: a late bid, sealed bids, hostile text, a suspension, and all of it by keyboard.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, sideways, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { describeWithChromium } from '../support/requires.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), ann: id(), bob: id(), eve: id(), olga: id() };
type Name = keyof typeof people;
const rolesOf = (name: Name): readonly Role[] => (name === 'olga' ? ['operator'] : ['bidder', 'seller']);
const token = (name: Name) => tokenFor(people[name], ...rolesOf(name));
/** Markup, an entity, a script that is read from the right, and a word without an end. */
const HOSTILE = `<img src=x onerror="document.title=1"><script>document.title=1</script> &lt;b&gt; مزهرية ${'W'.repeat(90)}`;
const LONG = `${HOSTILE}\n`.repeat(60).slice(0, 10_000);
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

  it.each(['SEALED_FIRST_PRICE', 'VICKREY'])('sealed bids (%s) are in nothing that others receive', async (format) => {
    const lot = await list(`A sealed clock ${format}`, { format });
    const [secret, other] = ['3333300', '4444400'];
    const rooms = {
      ann: await browsers.room('ann'),
      bob: await browsers.room('bob'),
      sue: await browsers.room('sue'),
      nobody: await browsers.room(null),
      olga: await browsers.room('olga'),
    };
    for (const { page } of Object.values(rooms)) await page.goto(`/lots/${lot}`);
    await rooms.ann.page.locator('#maximum').fill('33333');
    await confirmTwice(rooms.ann.page, '#bid');
    await says(rooms.ann.page, 'Your bid is in');
    await bid('bob', lot, other);
    await house.caughtUp();
    await says(rooms.bob.page, 'Your bid is in');
    for (const { page } of Object.values(rooms)) await page.locator('.pulse', { hasText: '2 bids' }).waitFor();
    await rooms.sue.page.goto('/');
    await rooms.sue.page.locator('.card', { hasText: `A sealed clock ${format}` }).waitFor();
    await rooms.olga.page.goto(`/desk/lots?id=${lot}`);
    await rooms.olga.page.getByRole('row', { name: /^2 / }).waitFor();
    for (const [name, { heard }] of Object.entries(rooms)) {
      const all = heard.join('\n');
      expect([name, all.includes(lot)]).toEqual([name, true]);
      if (name !== 'ann') expect([name, all.includes(secret)]).toEqual([name, false]);
      if (name !== 'bob') expect([name, all.includes(other)]).toEqual([name, false]);
    }
    await Promise.all(Object.values(rooms).map(({ leave }) => leave()));
  });

  it('hidden characters and endless texts are refused in a sentence, wherever they are typed', async () => {
    const sue = await browsers.room('sue');
    const { page } = sue;
    await page.goto('/sell');
    for (const [name, value] of Object.entries({ title: 'A vase', category: 'Vases', starting: '10', hours: '24' }))
      await page.locator(`#${name}`).fill(value);
    for (const [field, text, sentence] of [
      ['title', 'A vase \u202eesav', /turn the direction of text/],
      ['title', 'A va\u200bse', /invisible characters/],
      ['title', 'x'.repeat(10_000), /characters/],
      ['category', 'Va\u2066ses', /turn the direction of text/],
      ['description', 'x'.repeat(10_001), /characters/],
    ] as const) {
      const kept = await page.locator(`#${field}`).inputValue();
      await page.locator(`#${field}`).fill(text);
      await page.getByRole('button', { name: 'List it' }).click();
      await page.locator('.note.warn[role=alert]', { hasText: sentence }).waitFor();
      expect([field, await sideways(page)]).toEqual([field, []]);
      await page.locator(`#${field}`).fill(kept);
    }
    expect(page.url()).toContain('/sell');
    await sue.leave();
  });

  it('what is typed is text on every page that shows it, apart from what stands beside it', async () => {
    const title = HOSTILE.slice(0, 200);
    const lot = await list(title, { item: { title, category: HOSTILE.slice(0, 60), description: LONG } });
    await bid('ann', lot, '10000');
    await bid('bob', lot, '20000');
    await house.caughtUp();
    const [ann, olga] = [await browsers.room('ann'), await browsers.room('olga')];
    await ann.page.goto(`/lots/${lot}`);
    await ann.page.locator('.watch').click();
    for (const [{ page }, path] of [
      [ann, '/'],
      [ann, '/search?q=onerror'],
      [ann, '/mine'],
      [ann, '/mine?show=watching'],
      [ann, `/lots/${lot}`],
      [olga, '/desk/lots'],
      [olga, `/desk/lots?id=${lot}`],
    ] as const) {
      await page.setViewportSize({ width: 320, height: 700 });
      await page.goto(path);
      await page.getByText('<img src=x onerror').first().waitFor();
      const found = await page.evaluate(`(() => {
        const shown = document.evaluate('//text()[contains(., "onerror=")]', document.body, null, 6, null);
        const loose = [];
        for (let i = 0; i < shown.snapshotLength; i++) {
          const around = shown.snapshotItem(i).parentElement;
          if (getComputedStyle(around).unicodeBidi !== 'isolate') loose.push(around.outerHTML.slice(0, 80));
        }
        return [shown.snapshotLength > 0, loose, document.querySelectorAll('img[src=x], main script').length];
      })()`);
      expect([path, found]).toEqual([path, [true, [], 0]]);
      expect([path, await page.title()]).toEqual([path, expect.not.stringMatching(/^1/)]);
      expect([path, await sideways(page)]).toEqual([path, []]);
    }
    expect(await ann.page.locator('body').textContent()).not.toContain('[object');
    expect([ann.complaints, olga.complaints]).toEqual([[], []]);
    await Promise.all([ann.leave(), olga.leave()]);
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

  it.each(['light', 'dark'] as const)(
    'axe finds nothing on the pages that no other test looks at, %s',
    async (colorScheme) => {
      const [sold, sealed] = [await list('Sold'), await list('Sealed', { format: 'VICKREY' })];
      await bid('ann', sold, '10000');
      const german = colorScheme === 'dark' ? { locale: 'de-DE', viewport: { width: 320, height: 700 } } : {};
      for (const name of [null, 'ann', 'sue'] as const) {
        const { page, complaints, leave } = await browsers.room(name, { colorScheme, ...german });
        const pages = ['/sales', '/notices', '/account', '/sign-up', '/reset', '/nothing', `/people/${people.sue}`];
        for (const path of [
          ...pages,
          '/mine?show=watching',
          `/lots/${sold}`,
          `/lots/${sealed}`,
          `/lots/${runtime.uuid()}`,
        ]) {
          await page.goto(path);
          await eventually(`${path} to be there`, async () => (await page.locator('[aria-busy="true"]').count()) === 0);
          expect([name, path, await violations(page), await sideways(page)]).toEqual([name, path, [], []]);
        }
        expect(complaints.filter((text) => !/40[14]/.test(text))).toEqual([]);
        await leave();
      }
    },
  );

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
