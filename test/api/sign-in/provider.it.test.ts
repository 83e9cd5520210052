// Signing in by a real identity provider (oidc-provider): the way of somebody honest, and each answer that does not hold.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair } from 'jose';
import { loadConfig } from '../../../src/config.js';
import { signInOf } from '../../../src/house/sign-in.js';
import type { Undo } from '../../../src/house/undoable.js';
import { FLOW_MS, Provider } from '../../../src/sign-in/provider.js';
import { ApiHouse, settings } from '../../support/api.js';
import { dumpOf } from '../../support/at-rest.js';
import { codeOf } from '../../support/authenticator.js';
import { Browser } from '../../support/browser.js';
import { ForwardRuntime } from '../../support/forward.runtime.js';
import { CLIENT, IdentityProvider } from '../../support/identity-provider.js';

const CLAIMS_TAKEN = { trustsAddresses: false, rolesClaim: null };
const PASSWORD = 'correct horse battery';
const clock = new ForwardRuntime();
const undo: Undo[] = [];
let provider: IdentityProvider;
let house: ApiHouse;

beforeAll(async () => {
  provider = await IdentityProvider.open();
  const config = loadConfig({
    GAVEL_OIDC_ISSUER: provider.issuer,
    GAVEL_OIDC_CLIENT_ID: CLIENT.id,
    GAVEL_OIDC_CLIENT_SECRET: CLIENT.secret,
    GAVEL_OIDC_NAME: 'Acme',
    GAVEL_OIDC_ROLES_CLAIM: 'roles',
  });
  house = await ApiHouse.open({
    runtime: clock,
    signInWith: ({ postgres, pool }) =>
      signInOf({ config, tokens: settings.tokens, postgres, pool, runtime: clock }, undo),
  });
  provider.serve(house.http.url);
}, 180_000);
afterAll(async () => {
  for (const one of undo) await one();
  await house?.close();
  await provider?.close();
});
beforeEach(() => {
  provider.alter = (claims) => claims;
  provider.foreignKey = null;
});

const browser = () => new Browser(house.http.url);
/** Begins in this browser; what the provider sends it back with, signed in there as this person. */
async function sentBack(by: Browser, who: string | null): Promise<string> {
  provider.who = who;
  const begun = await by.post('/account/provider', {});
  expect(begun.status).toBe(200);
  return provider.visit(begun.body.url);
}
const handIn = (by: Browser, answer: string) => by.post('/account/provider/answer', { answer });
const enter = async (by: Browser, who: string | null) => handIn(by, await sentBack(by, who));
const session = async (by: Browser) => (await by.send('GET', '/account/session')).body.person;
/** Somebody whom the provider knows. */
function known(subject: string, claims: Readonly<Record<string, unknown>> = {}): string {
  const email = `${subject}@people.example`;
  provider.people.set(subject, { email, email_verified: true, nickname: subject, ...claims });
  return subject;
}
const accounts = async (): Promise<number> =>
  (await house.house.pool.query('SELECT FROM sign_in."user"')).rowCount ?? 0;

/** A refusal, in one sentence, that has made no account and no session. */
async function refused(by: Browser, answer: string, code: string, sentence: string): Promise<void> {
  const before = await accounts();
  const { status, body } = await handIn(by, answer);
  expect([status < 500, body.code, body.message]).toEqual([true, code, sentence]);
  expect(await accounts()).toBe(before);
  expect(await session(by)).toBeNull();
}

describe('somebody whom the provider knows', () => {
  it('signs in, is registered once, and is the same person the next time', async () => {
    const [by, who] = [browser(), known('ann')];
    expect((await by.send('GET', '/account/session')).body.ways).toEqual({ password: true, provider: 'Acme' });
    const entered = await enter(by, who);
    expect(entered).toMatchObject({ status: 200, body: { roles: ['bidder', 'seller'], waiting: [] } });
    await house.caughtUp();
    expect(await session(by)).toMatchObject({ userId: entered.body.userId, name: 'ann' });
    const cookie = entered.headers.getSetCookie().find((line) => line.startsWith('gavel-session='));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/i);
    expect((await by.send('GET', '/users/me')).body.personalData.email).toBe('ann@people.example');
    // Another address at the provider is the same person.
    known('ann', { email: 'other@people.example' });
    expect((await enter(browser(), who)).body.userId).toBe(entered.body.userId);
    expect((await by.post('/account/sign-out', {})).status).toBe(200);
    expect(await session(by)).toBeNull();
  }, 60_000);

  it('gets another session at each sign-in, and the one before ends', async () => {
    const [by, who] = [browser(), known('fixed')];
    await enter(by, who);
    const before = by.cookies.get('gavel-session') ?? '';
    const victim = browser();
    victim.cookies.set('gavel-session', before);
    await enter(victim, who);
    expect(victim.cookies.get('gavel-session')).not.toBe(before);
    expect(await session(by)).toBeNull();
    expect(await session(victim)).not.toBeNull();
  }, 60_000);

  it('is never told to others by an address that serves as a username', async () => {
    const by = browser();
    await enter(by, known('upn', { nickname: undefined, preferred_username: 'upn@people.example' }));
    await house.caughtUp();
    expect((await session(by)).name).toBe('member');
  }, 60_000);

  it('leaves no name, address or subject of the provider in the tables', async () => {
    await enter(browser(), known('subject-of-hidden', { nickname: 'Hidden', email: 'hidden@people.example' }));
    const tables = [...(await dumpOf(house.house.postgres))].map(([, text]) => text).join('\n');
    for (const secret of ['subject-of-hidden', 'hidden@people.example', 'Hidden']) expect(tables).not.toContain(secret);
  }, 60_000);
});

describe('an answer of the provider', () => {
  const over = 'this sign-in was not begun in this browser, or is over; sign in again';
  const wrong = (what: string) => `the answer of Acme does not hold: ${what}; sign in again`;

  it('with another state, or in another browser, is refused', async () => {
    const [by, who] = [browser(), known('state')];
    const answer = await sentBack(by, who);
    await refused(browser(), answer, 'SignInNotBegun', over);
    await refused(by, answer.replace(/state=[^&]+/, 'state=made-up'), 'SignInNotBegun', over);
    // That try has used the cookie up.
    await refused(by, answer, 'SignInNotBegun', over);
  }, 60_000);

  it('with a cookie that was changed is refused', async () => {
    const by = browser();
    const answer = await sentBack(by, known('changed'));
    const cookie = by.cookies.get('gavel-provider') ?? '';
    by.cookies.set('gavel-provider', `${cookie.startsWith('a') ? 'b' : 'a'}${cookie.slice(1)}`);
    await refused(by, answer, 'SignInNotBegun', over);
  }, 60_000);

  it.each([
    ['just in time', -5_000, 200],
    ['too late', 1, 401],
  ])(
    'that comes %s is answered so',
    async (_when, afterMs, status) => {
      const by = browser();
      const answer = await sentBack(by, known('late'));
      clock.forward(FLOW_MS + afterMs);
      expect((await handIn(by, answer)).status).toBe(status);
      clock.forward(-FLOW_MS - afterMs);
    },
    60_000,
  );

  it('that comes a second time is refused, with its cookie too', async () => {
    const by = browser();
    const answer = await sentBack(by, known('twice'));
    const cookie = by.cookies.get('gavel-provider') ?? '';
    expect((await handIn(by, answer)).status).toBe(200);
    const thief = browser();
    thief.cookies.set('gavel-provider', cookie);
    await refused(thief, answer, 'ProviderAnswerWrong', wrong('its code was used, or is over'));
  }, 60_000);

  it.each([
    ['another nonce', { nonce: 'made up' }, 'its token is of another sign-in'],
    ['another issuer', { iss: 'https://evil.example' }, 'its token is of another issuer'],
    ['another client', { aud: 'another' }, 'its token is for another client'],
    ['an end beyond what clocks differ', { exp: Math.floor(Date.now() / 1_000) - 90 }, 'its token is over'],
  ])(
    'with %s is refused',
    async (_what, claims, sentence) => {
      const by = browser();
      const answer = await sentBack(by, known('claims'));
      provider.alter = (own) => ({ ...own, ...claims });
      await refused(by, answer, 'ProviderAnswerWrong', wrong(sentence));
    },
    60_000,
  );

  it('whose end is over by less than clocks differ is taken', async () => {
    const by = browser();
    const answer = await sentBack(by, known('skew'));
    provider.alter = (own) => ({ ...own, exp: Math.floor(Date.now() / 1_000) - 20 });
    expect((await handIn(by, answer)).status).toBe(200);
  }, 60_000);

  it('of another issuer by its address, or signed by another key, is refused', async () => {
    const by = browser();
    const answer = await sentBack(by, known('mixed'));
    const mixed = answer.replace(/iss=[^&]+/, `iss=${encodeURIComponent('https://evil.example')}`);
    expect(mixed).not.toBe(answer);
    await refused(by, mixed, 'ProviderAnswerWrong', wrong('it is not as OpenID Connect has it'));
    const signed = await sentBack(by, 'mixed');
    provider.foreignKey = (await generateKeyPair('RS256')).privateKey;
    await refused(by, signed, 'ProviderAnswerWrong', wrong('it is not as OpenID Connect has it'));
  }, 60_000);

  it('that lets nobody in is told', async () => {
    const by = browser();
    const answer = await sentBack(by, null);
    await refused(by, answer, 'ProviderDenied', 'Acme did not let you in, or you have stopped it');
  }, 60_000);

  it('is taken from pages of this house alone', async () => {
    const by = browser();
    const answer = await sentBack(by, known('csrf'));
    const foreign = { origin: 'https://evil.example' };
    for (const [path, body] of [
      ['/account/provider/answer', { answer }],
      ['/account/provider', {}],
    ] as const)
      expect(await by.post(path, body, foreign)).toMatchObject({ status: 403, body: { code: 'OriginForeign' } });
    expect((await handIn(by, answer)).status).toBe(200);
  }, 60_000);
});

describe('an address', () => {
  it('that the provider does not call verified, or does not tell, opens and links nothing', async () => {
    const unverified = 'Acme does not say that your e-mail address is verified; verify it there';
    const missing = 'Acme gives no e-mail address of yours, and no account can be opened without one';
    for (const [claims, code, sentence] of [
      [{ email_verified: false }, 'AddressUnverified', unverified],
      [{ email_verified: undefined }, 'AddressUnverified', unverified],
      [{ email: undefined }, 'AddressMissing', missing],
      [{ email: 'no address' }, 'AddressMissing', missing],
    ] as const) {
      const by = browser();
      await refused(by, await sentBack(by, known('vague', claims)), code, sentence);
    }
  }, 60_000);

  it('of a confirmed account lets its owner in by the provider as well, once it is verified there', async () => {
    const email = 'both@people.example';
    const by = browser();
    await by.post('/account/sign-up', { username: 'both', email, password: PASSWORD });
    const own = (await by.post('/account/sign-in', { email, password: PASSWORD })).body.userId;
    expect((await enter(browser(), known('thief', { email, email_verified: false }))).status).toBe(403);
    expect((await enter(browser(), known('owner', { email: email.toUpperCase() }))).body.userId).toBe(own);
    expect((await enter(browser(), 'owner')).body.userId).toBe(own);
  }, 60_000);

  it('that somebody signed up with and never confirmed goes to its owner, and the first account is gone', async () => {
    const email = 'squatted@people.example';
    const by = browser();
    await by.post('/account/sign-up', { username: 'squatter', email, password: PASSWORD });
    const squatter = (await by.post('/account/sign-in', { email, password: PASSWORD })).body.userId;
    // As with mail, before the link is followed.
    await house.house.pool.query('UPDATE sign_in."user" SET "emailVerified" = false WHERE id = $1', [squatter]);
    const entered = await enter(browser(), known('squatted'));
    expect(entered.status).toBe(200);
    expect(entered.body.userId).not.toBe(squatter);
    const reply = await browser().post('/account/sign-in', { email, password: PASSWORD });
    expect(reply).toMatchObject({ status: 401, body: { code: 'SignInWrong' } });
  }, 60_000);
});

describe('roles', () => {
  it('of the staff are given and taken as the claim says, with a record, and wait for a second factor', async () => {
    const by = browser();
    const { userId } = (await enter(by, known('staff', { roles: ['operator', 'emperor', 'analyst'] }))).body;
    expect(await session(by)).toMatchObject({ roles: ['bidder', 'seller', 'analyst'], waiting: ['operator'] });
    known('staff', { roles: 'operator' });
    await enter(by, 'staff');
    expect(await session(by)).toMatchObject({ roles: ['bidder', 'seller'], waiting: ['operator'] });
    known('staff');
    await enter(by, 'staff');
    expect(await session(by)).toMatchObject({ roles: ['bidder', 'seller'], waiting: [] });
    const { rows } = await house.house.pool.query(
      'SELECT role, is_given, by_user, reason FROM sign_in.role_changes WHERE user_id = $1 ORDER BY change_number',
      [userId],
    );
    const change = (role: string, is_given: boolean) => ({ role, is_given, by_user: null, reason: 'Acme says so' });
    expect(rows).toEqual([
      ...[change('analyst', true), change('operator', true)],
      ...[change('analyst', false), change('operator', false)],
    ]);
  }, 60_000);
});

it('a provider that is away is told in one sentence, and does so again once it is back', async () => {
  const by = browser();
  const answer = await sentBack(by, known('away'));
  provider.isAway = true;
  const away = { status: 503, body: { message: 'Acme does not answer as an identity provider just now; try again' } };
  expect(await handIn(by, answer)).toMatchObject(away);
  const fresh = new Provider(
    {
      ...CLAIMS_TAKEN,
      issuer: new URL(provider.issuer),
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      name: 'Acme',
    },
    { key: new Uint8Array(32), now: () => clock.now() },
  );
  expect(await fresh.begin('http://house.example/sign-in')).toMatchObject({ status: 'away' });
  provider.isAway = false;
  expect(await fresh.begin('http://house.example/sign-in')).toMatchObject({
    url: expect.stringContaining(provider.issuer),
  });
  expect((await enter(by, 'away')).status).toBe(200);
}, 60_000);

it('who has a second factor is asked for its code after the provider as well', async () => {
  const [by, who] = [browser(), known('careful')];
  await enter(by, who);
  // There is no password to ask for.
  const { body } = await by.post('/account/second-factor/setup', {});
  const code = () => codeOf(body.secret);
  expect((await by.post('/account/second-factor/confirmation', { code: code() })).status).toBe(200);
  expect(await session(by)).toBeNull();
  expect((await enter(by, who)).body).toEqual({ status: 'code-needed' });
  expect(await session(by)).toBeNull();
  expect((await by.post('/account/second-factor', { code: '000000' })).status).toBe(401);
  expect((await by.post('/account/second-factor', { code: code() })).status).toBe(200);
  expect(await session(by)).not.toBeNull();
}, 60_000);

it('erasing the person reaches what sign-in keeps; who comes again is somebody new', async () => {
  const by = browser();
  const { userId } = (await enter(by, known('erased'))).body;
  await house.caughtUp();
  expect((await by.post(`/users/${userId}/erasure`, {})).body).toMatchObject({ outcome: 'accepted' });
  for (const [name, text] of await dumpOf(house.house.postgres))
    if (name.startsWith('sign_in.')) expect(text).not.toContain(userId);
  expect(await session(by)).toBeNull();
  const again = await enter(browser(), 'erased');
  expect(again.status).toBe(200);
  expect(again.body.userId).not.toBe(userId);
}, 60_000);
