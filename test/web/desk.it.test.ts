// The desk of operators in real browsers, against a real house.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/actor.js';
import { commandId, fraudCaseId, userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, sideways, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { describeWithChromium } from '../support/requires.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), ann: id(), bob: id(), olga: id(), ada: id() };
type Name = keyof typeof people;
const MARKET: readonly Role[] = ['bidder', 'seller'];
const ROLES: Readonly<Record<Name, readonly Role[]>> = {
  sue: MARKET,
  ann: MARKET,
  bob: MARKET,
  olga: ['operator'],
  ada: ['admin'],
};
const HOSTILE = `<img src=x onerror="document.title=1"> &lt;b&gt; مزهرية`;
const ROOMS = ['', '/people', '/lots', '/fraud', '/alerts?show=all', '/house', '/audit'];
const CASE = fraudCaseId(runtime.uuid());
let house: ApiHouse;
let database: pg.Client;

const token = (name: Name) => tokenFor(people[name], ...ROLES[name]);

async function list(title: string): Promise<string> {
  const { status, body } = await house.http.post('/auctions', await token('sue'), {
    item: { title, category: 'Clocks' },
    terms: { currency: 'EUR', startingPrice: '10000' },
    durationMs: 3_600_000,
  });
  expect(status).toBe(201);
  await house.caughtUp();
  return body.auctionId;
}

async function bid(name: Name, auctionId: string, amount: string): Promise<void> {
  const { status } = await house.http.post(`/auctions/${auctionId}/bids`, await token(name), {
    amount,
    currency: 'EUR',
  });
  expect(status).toBe(201);
}

async function openCase(): Promise<void> {
  const evidence = { bidderId: people.bob, flaggedAuctions: 6, auctions: 7, concentration: 1.5, score: 0.93 };
  const outcome = await house.house.bus.submit({
    command: {
      type: 'OpenFraudCase',
      caseId: CASE,
      sellerId: people.sue,
      modelVersion: 1,
      accounts: [{ ...evidence, reasons: ['concentration', 'losingToSeller', 'unusualIncrement'] }],
      bonds: [],
    },
    commandId: commandId(runtime.uuid()),
    actor: { kind: 'house' } as never,
    correlationId: null,
  });
  expect(outcome.status).toBe('accepted');
}

async function raiseAlert(subject: string): Promise<void> {
  await database.query(
    `INSERT INTO ops.alerts (alert_id, kind, subject, severity, detail, raised_at, last_seen_at, changed_at, told_at)
     VALUES ($1, 'disk-short', $2, 'critical', 'Only 3 per cent of the disk are free.', now(), now(), now(), now())`,
    [runtime.uuid(), subject],
  );
}

beforeAll(async () => {
  house = await ApiHouse.open({
    settings: { ...settings, web: true },
    people: {
      names: Object.keys(people),
      signIn: async (text) => {
        const name = Object.hasOwn(people, text) ? (text as Name) : null;
        return name === null ? null : { userId: people[name], name, roles: ROLES[name], token: await token(name) };
      },
    },
  });
  for (const name of Object.keys(people) as Name[]) {
    const username = name === 'bob' ? 'bob <img src=x>' : name;
    expect((await house.http.post('/users', await token(name), { username })).status).toBe(201);
  }
  await house.caughtUp();
  database = new pg.Client(house.postgres);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await house.close();
});

describeWithChromium('the desk', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    browsers = await Browsers.open(executablePath, house.http.url);
  });
  afterAll(() => browsers.close());

  const dialog = (page: Page) => page.locator('dialog[open]');
  /** Presses an action of a row, gives a reason where one is asked for, and waits until it is done. */
  async function act(page: Page, button: ReturnType<Page['locator']>, reason?: string): Promise<void> {
    const label = (await button.textContent()) ?? '';
    await button.click();
    if (reason !== undefined) await dialog(page).locator('textarea').fill(reason);
    await dialog(page).getByRole('button', { name: label, exact: true }).click();
    await eventually('the dialog to close', async () => (await dialog(page).count()) === 0);
  }

  it('is for staff: nobody else is shown it, and its script is not loaded before', async () => {
    const ann = await browsers.room('ann');
    await ann.page.goto('/');
    expect(await ann.page.getByRole('link', { name: 'Desk' }).count()).toBe(0);
    const scripts = await ann.page.evaluate('performance.getEntriesByType("resource").map(({ name }) => name)');
    expect(String(scripts)).not.toContain('desk');
    await ann.page.goto('/desk/people');
    await ann.page.getByText('This desk is for operators and admins').waitFor();
    expect(ann.heard.join('\n')).not.toContain('"users"');
    await ann.leave();
  });

  it('finds somebody by a part of the name, verifies, rates, and suspends in the middle of bidding', async () => {
    const lot = await list('A barometer');
    await bid('bob', lot, '10000');
    const [olga, bob] = [await browsers.room('olga'), await browsers.room('bob')];
    await bob.page.goto(`/lots/${lot}`);
    await bob.page.locator('#bid').waitFor();
    await olga.page.getByRole('link', { name: 'Desk' }).click();
    await olga.page.getByRole('link', { name: 'People' }).click();
    await olga.page.getByRole('searchbox', { name: 'Name or id' }).fill('BOB');
    await olga.page.keyboard.press('Enter');
    const row = olga.page.locator('tbody tr');
    await eventually('one row', async () => (await row.count()) === 1);
    expect(await row.locator('th').textContent()).toContain('<img src=x');
    await act(olga.page, row.getByRole('button', { name: 'Verify' }));
    await row.getByText('Yes').waitFor();
    await row.getByRole('button', { name: 'Rate' }).click();
    await dialog(olga.page).getByLabel('Score').fill('4.5');
    await dialog(olga.page).getByRole('button', { name: 'Rate' }).click();
    await dialog(olga.page).getByText('A whole number is needed.').waitFor();
    await dialog(olga.page).getByLabel('Score').fill('41');
    await dialog(olga.page).getByRole('button', { name: 'Rate' }).click();
    await eventually('the rating', async () => (await row.textContent())?.includes('41') === true);
    await row.getByRole('button', { name: 'Suspend' }).click();
    await dialog(olga.page).getByRole('button', { name: 'Suspend' }).click();
    await dialog(olga.page).getByText('Write a reason').waitFor();
    await olga.page.keyboard.press('Escape');
    await act(olga.page, row.getByRole('button', { name: 'Suspend' }), 'Papers that are not his.');
    await row.getByText('Suspended').waitFor();
    await bob.page.locator('#bid').click();
    await bob.page.locator('#bid small', { hasText: 'Confirm' }).waitFor();
    const begun = Date.now();
    await eventually('the pause that a double click lacks', () => Date.now() - begun > 500);
    await bob.page.locator('#bid').click();
    await bob.page.locator('#status', { hasText: 'The bid was not taken' }).waitFor();
    await act(olga.page, row.getByRole('button', { name: 'Reinstate' }), 'They were his after all.');
    await row.getByText('Active').waitFor();
    expect([olga.complaints, bob.complaints]).toEqual([[], []]);
    await Promise.all([olga.leave(), bob.leave()]);
  });

  it('voids a bid by two persons, and withdraws a lot by an admin with a reason', async () => {
    const lot = await list('A sextant');
    await bid('ann', lot, '10000');
    await bid('bob', lot, '50000');
    const [olga, ada, ann] = [await browsers.room('olga'), await browsers.room('ada'), await browsers.room('ann')];
    await ann.page.goto(`/lots/${lot}`);
    await ann.page.locator('#status', { hasText: 'You have been outbid' }).waitFor();
    await olga.page.goto(`/desk/lots?id=${lot}`);
    await olga.page.getByText('Withdrawing a lot that has bids needs an admin.').waitFor();
    await act(
      olga.page,
      olga.page.getByRole('row', { name: /^2 / }).getByRole('button', { name: 'Void' }),
      'A slip of the finger.',
    );
    await olga.page.getByText('proposed').waitFor();
    await olga.page.goto('/desk/lots');
    await olga.page.getByText('You proposed it').waitFor();
    await ada.page.goto('/desk/lots');
    await act(ada.page, ada.page.getByRole('button', { name: 'Confirm' }));
    await ann.page.locator('#status', { hasText: 'You are leading' }).waitFor();
    await ada.page.goto(`/desk/lots?id=${lot}`);
    await act(ada.page, ada.page.getByRole('button', { name: 'Withdraw the lot' }), 'It is not the seller’s.');
    await ann.page.locator('#status', { hasText: 'Withdrawn' }).waitFor();
    for (const { complaints, leave } of [olga, ada, ann]) {
      expect(complaints).toEqual([]);
      await leave();
    }
  });

  it('a fraud case comes up by itself; what one does with it, the other sees at once', async () => {
    const [olga, ada] = [await browsers.room('olga'), await browsers.room('ada')];
    for (const { page } of [olga, ada]) await page.goto('/desk/fraud');
    await openCase();
    for (const { page } of [olga, ada]) await page.getByRole('heading', { name: /may be raising prices/ }).waitFor();
    await olga.page.getByText('flagged in 6 of 7 auctions of this seller').waitFor();
    await olga.page.getByText('Has raised the price by more than half at once').waitFor();
    await olga.page.getByRole('button', { name: 'Work on it' }).click();
    await ada.page.locator('header .meta', { hasText: /worked on by olga/ }).waitFor();
    await olga.page.getByRole('button', { name: 'Close, nothing found' }).click();
    await olga.page.getByText('Write a reason').waitFor();
    await olga.page.getByLabel('Reason').first().fill(`He collects her clocks. ${HOSTILE}`);
    await olga.page.getByRole('button', { name: 'Close, nothing found' }).click();
    await ada.page
      .locator('#queue + .empty, .decide', { hasText: /Nothing\.|Dismissed/ })
      .first()
      .waitFor();
    await ada.page.goto('/desk/fraud?status=DISMISSED');
    await ada.page.locator('.decide', { hasText: 'He collects her clocks. <img' }).waitFor();
    expect([olga.complaints, ada.complaints]).toEqual([[], []]);
    await Promise.all([olga.leave(), ada.leave()]);
  });

  it('an alert is acknowledged and silenced; one that is raised meanwhile appears', async () => {
    const olga = await browsers.room('olga');
    await olga.page.goto('/desk/alerts');
    await olga.page.getByText('Nothing is wrong with the house.').waitFor();
    await raiseAlert('node-1');
    const alert = olga.page.locator('.alerts > li', { hasText: 'node-1' });
    await alert.getByRole('button', { name: 'Acknowledge' }).click();
    await alert.getByText('olga').waitFor();
    await act(olga.page, alert.getByRole('button', { name: 'Silence' }), 'A larger disk comes tomorrow.');
    await alert.getByText('Silenced until').waitFor();
    expect(olga.complaints).toEqual([]);
    await olga.leave();
  });

  it('a parked stream is replayed once its cause is mended, and the figures move by themselves', async () => {
    const olga = await browsers.room('olga');
    await olga.page.goto('/desk/house');
    await olga.page.getByText('No stream is parked.').waitFor();
    const recorded = async () => Number((await olga.page.locator('#recorded').textContent())?.replace(/\D/g, ''));
    const before = await recorded();
    await database.query('ALTER TABLE silver_private.users ADD CONSTRAINT never CHECK (rating <> 77)');
    await house.http.post(`/users/${people.ann}/rating`, await token('olga'), { rating: 77 });
    const row = olga.page.getByRole('row', { name: `user-${people.ann}` });
    await row.getByRole('button', { name: 'Replay' }).click();
    await olga.page.getByText('It stays parked:').waitFor();
    await database.query('ALTER TABLE silver_private.users DROP CONSTRAINT never');
    await row.getByRole('button', { name: 'Replay' }).click();
    await olga.page.getByText('1 event was applied: the stream is free again.').waitFor();
    await olga.page.getByText('No stream is parked.').waitFor();
    await eventually('the count of events', async () => (await recorded()) > before);
    expect(await olga.page.locator('#throughput').textContent()).toMatch(/^[\d.,]+$/);
    expect(olga.complaints).toEqual([]);
    await olga.leave();
  });

  it('the audit log is searched by person, act and day, grows as it is read, and leads to what an act was done to', async () => {
    const acts = 60;
    for (let rating = 1; rating <= acts; rating++) {
      const { status } = await house.http.post(`/users/${people.sue}/rating`, await token('ada'), { rating });
      expect(status).toBe(200);
    }
    const rated = { rating: 5, reason: 'x' };
    expect((await house.http.post(`/users/${people.sue}/rating`, await token('ann'), rated)).status).toBeGreaterThan(
      399,
    );
    await house.http.post(`/users/${people.ann}/suspension`, await token('ada'), { reason: `Papers. ${HOSTILE}` });
    await house.http.post(`/users/${people.ann}/reinstatement`, await token('olga'), { reason: 'Papers came.' });
    await house.caughtUp();
    const ada = await browsers.room('ada');
    const { page } = ada;
    const rows = page.locator('tbody tr');
    await page.goto('/desk/audit');
    await rows.filter({ hasText: 'Papers. <img' }).filter({ hasText: 'Account suspended' }).waitFor();

    await page.getByLabel('Who: name or id').fill('ADA');
    await page.getByLabel('Act', { exact: true }).selectOption({ label: 'Account rated' });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/actor=ADA&act=UserRated/);
    await eventually('the first page', async () => (await rows.count()) >= 50);
    await page.locator('tbody tr').last().scrollIntoViewIfNeeded();
    await eventually('all of them', async () => (await rows.count()) === acts);
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
    expect(await rows.last().textContent()).toContain('rating 1');

    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    for (const days of [-2, 2]) {
      await page.goto(`/desk/audit?day=${day(days)}`);
      await page.getByText('Nothing of that kind is on record.').waitFor();
    }
    await page.goto(`/desk/audit?day=${await page.evaluate('new Date().toLocaleDateString("sv")')}`);
    await eventually('the acts of today', async () => (await rows.count()) >= 50);
    await page.goto('/desk/audit?actor=nobody-at-all');
    await page.getByText('Nobody has that name.').waitFor();
    await page.goto(`/desk/audit?actor=${people.olga}&act=UserReinstated`);
    await rows.filter({ hasText: 'Papers came.' }).waitFor();
    await rows
      .filter({ hasText: 'Papers came.' })
      .getByRole('link', { name: /^user-/ })
      .click();
    await page.waitForURL(new RegExp(`/desk/people\\?text=${people.ann}`));
    await page.locator('tbody th', { hasText: 'ann' }).waitFor();
    expect(ada.complaints).toEqual([]);
    await ada.leave();
  });

  it.each(['light', 'dark'] as const)(
    'axe finds nothing in any room, %s; nothing scrolls sideways at 320 px',
    async (scheme) => {
      const lot = await list(`A very long ${'Donaudampfschiff'.repeat(5)}`);
      await bid('ann', lot, '10000');
      const german = scheme === 'dark';
      const olga = await browsers.room('ada', {
        colorScheme: scheme,
        viewport: { width: german ? 320 : 1_280, height: 800 },
        locale: german ? 'de-DE' : 'en-GB',
      });
      for (const room of [...ROOMS, `/lots?id=${lot}`, '/fraud?status=DISMISSED', '/nothing']) {
        await olga.page.goto(`/desk${room}`);
        await olga.page.locator('h1').waitFor();
        await eventually('the room', async () => (await olga.page.locator('[aria-busy="true"]').count()) === 0);
        expect([room, await violations(olga.page), await sideways(olga.page)]).toEqual([room, [], []]);
      }
      await olga.page.goto('/desk/people');
      await olga.page
        .getByRole('button', { name: german ? 'Sperren' : 'Suspend' })
        .first()
        .click();
      expect(await violations(olga.page)).toEqual([]);
      expect(olga.complaints).toEqual([]);
      await olga.leave();
    },
  );
});
