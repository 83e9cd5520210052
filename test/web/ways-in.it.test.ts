// From the first visit to the payout, for a seller and a buyer, by each way in: a password, a passkey (Chromium's virtual
// authenticator) and an identity provider (a real one). They sign in on the pages; what follows goes by their sessions.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { loadConfig } from '../../src/config.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId } from '../../src/domain/ids.js';
import { signInOf } from '../../src/house/sign-in.js';
import type { Undo } from '../../src/house/undoable.js';
import { ApiHouse, settings, tokenFor } from '../support/api.js';
import { Browsers, violations } from '../support/browsers.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { CLIENT, IdentityProvider } from '../support/identity-provider.js';
import { describeWithChromium } from '../support/requires.js';

const TIMEOUT_MS = 180_000;
const LASTS_MS = 600_000;
const PASSWORD = 'a sentence of theirs';
const BANK = { holder: 'Hammer', iban: 'GB29NWBK60161331926819' };
const clock = new ForwardRuntime();
const undo: Undo[] = [];
let house: ApiHouse;
let provider: IdentityProvider;

describeWithChromium('a seller and a buyer who come', (executablePath) => {
  let browsers: Browsers;
  const leaving: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    provider = await IdentityProvider.open();
    const config = loadConfig({
      ...{ GAVEL_OIDC_ISSUER: provider.issuer, GAVEL_OIDC_NAME: 'Acme' },
      ...{ GAVEL_OIDC_CLIENT_ID: CLIENT.id, GAVEL_OIDC_CLIENT_SECRET: CLIENT.secret },
    });
    house = await ApiHouse.open({
      runtime: clock,
      settings: { ...settings, web: true, house: { ...DEFAULT_HOUSE, bankAccount: BANK } },
      signInWith: ({ postgres, pool }) =>
        signInOf({ config, tokens: settings.tokens, postgres, pool, runtime: clock }, undo),
    });
    // Browsers make passkeys for names alone; and the provider is another site than the house.
    const url = house.http.url.replace('127.0.0.1', 'localhost');
    provider.serve(url);
    browsers = await Browsers.open(executablePath, url);
  }, TIMEOUT_MS);
  afterAll(async () => {
    for (const leave of leaving) await leave();
    await browsers?.close();
    for (const one of undo) await one();
    await house?.close();
    await provider?.close();
  });

  const room = async (): Promise<Page> => {
    const { page, leave } = await browsers.room(null);
    leaving.push(leave);
    return page;
  };
  const isIn = (page: Page) => page.getByRole('button', { name: /Sign out/ }).waitFor();

  async function byPassword(name: string): Promise<Page> {
    const [page, email] = [await room(), `${name}@people.example`];
    await page.goto('/sign-up');
    await page.getByLabel('Name that others see').fill(name);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Open an account' }).click();
    await page.getByText('Your account is open').waitFor();
    await page.goto('/sign-in?to=/account');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await isIn(page);
    return page;
  }

  async function byPasskey(name: string): Promise<Page> {
    const page = await byPassword(name);
    await house.caughtUp();
    const devices = await page.context().newCDPSession(page);
    await devices.send('WebAuthn.enable');
    const checks = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    const options = { protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true, ...checks } as const;
    await devices.send('WebAuthn.addVirtualAuthenticator', { options });
    await page.goto('/account');
    await page.getByLabel('Name of the device').fill('phone');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Remove phone' }).waitFor();
    await page.getByRole('button', { name: /Sign out/ }).click();
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await isIn(page);
    return page;
  }

  async function byProvider(name: string): Promise<Page> {
    const page = await room();
    provider.people.set(name, { email: `${name}@people.example`, email_verified: true, nickname: name });
    provider.who = name;
    await page.goto('/sign-in?to=/mine');
    await page.getByRole('button', { name: 'Sign in with Acme' }).click();
    await page.getByText('You have placed no bid yet').waitFor();
    // Neither the code nor the state is kept in the history, and no script reads the session.
    expect(page.url()).not.toContain('code=');
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.reload();
    await isIn(page);
    return page;
  }

  it(
    'by a provider that is away, or lets nobody in, are told so in a sentence',
    async () => {
      const page = await room();
      await page.goto('/sign-in');
      provider.isAway = true;
      await page.getByRole('button', { name: 'Sign in with Acme' }).click();
      await page.getByRole('alert').filter({ hasText: 'does not answer just now' }).waitFor();
      provider.isAway = false;
      provider.who = null;
      await page.getByRole('button', { name: 'Sign in with Acme' }).click();
      await page.getByRole('alert').filter({ hasText: 'did not let you in' }).waitFor();
      expect(await violations(page)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['by a password', byPassword],
    ['by a passkey', byPasskey],
    ['by an identity provider', byProvider],
  ])(
    '%s get to the hammer, the payment and the payout',
    async (way, enter) => {
      const which = way.split(' ').at(-1);
      const [seller, buyer] = [await enter(`seller-${which}`), await enter(`buyer-${which}`)];
      await house.caughtUp();
      await sold(seller, buyer);
    },
    TIMEOUT_MS,
  );
});

/** What a page of this person's browser asks of the house. */
async function asks(page: Page, method: string, path: string, body?: object): Promise<any> {
  const reply = await page.evaluate(
    async ([to, how, sent]) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(to, { method: how, ...(sent !== null && { headers, body: sent }) });
      return { status: response.status, body: (await response.json()) as any };
    },
    [path, method, body === undefined ? null : JSON.stringify(body)] as const,
  );
  expect([path, reply.status < 300, reply.body.message]).toEqual([path, true, undefined]);
  return reply.body;
}

/** Listed, bid on, won, invoiced, paid, paid out. */
async function sold(seller: Page, buyer: Page): Promise<void> {
  await asks(seller, 'PUT', '/users/me/bank-account', { holder: 'Sue', iban: 'DE89370400440532013000' });
  const auctionId = clock.uuid();
  const terms = { currency: 'EUR', startingPrice: '10000' };
  await asks(seller, 'POST', '/auctions', {
    auctionId,
    item: { title: 'A clock', category: 'Clocks' },
    terms,
    durationMs: LASTS_MS,
  });
  await asks(buyer, 'POST', `/auctions/${auctionId}/bids`, { amount: '20000', currency: 'EUR' });
  clock.forward(LASTS_MS);
  const sale = async () => {
    const { rows } = await asks(buyer, 'GET', '/users/me/transactions?side=buyer');
    return rows.find((row: any) => row.auctionId === auctionId);
  };
  await eventually('the invoice', async () => (await sale())?.amountDue !== undefined, 60_000);
  expect(await sale()).toMatchObject({ amountDue: '11500' });
  const staff = async () => tokenFor(userId(clock.uuid()), 'operator');
  const [olga, otto] = [await staff(), await staff()];
  const post = async (token: string, path: string, body: object = {}) => {
    const reply = await house.http.send('POST', path, { token, body });
    expect([path, reply.status < 300, reply.body]).toEqual([path, true, expect.anything()]);
    return reply.body;
  };
  const payment = { channel: 'online', reference: `card ${auctionId}`, amount: '11500', currency: 'EUR' };
  await post(olga, `/auctions/${auctionId}/transactions/1/payments`, payment);
  await house.caughtUp();
  const { payoutRunId } = await post(olga, '/payout-runs');
  await house.caughtUp();
  await post(otto, `/payout-runs/${payoutRunId}/approval`);
  const payouts = async () =>
    (await asks(seller, 'POST', '/graphql', { query: '{ myPayouts { rows { payoutRunId sales total } } }' })).data
      .myPayouts.rows;
  await eventually('the payout', async () => (await payouts()).length === 1, 60_000);
  expect(await payouts()).toEqual([{ payoutRunId, sales: 1, total: '9000' }]);
}
