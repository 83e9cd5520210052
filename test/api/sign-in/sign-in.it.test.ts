// The house's own sign-in on a whole house with a real mail server: the way of somebody honest, and those of others.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TRIES_MAX, WINDOW_MS } from '../../../src/sign-in/lock-out.js';
import type { ApiHouse } from '../../support/api.js';
import { dumpOf } from '../../support/at-rest.js';
import type { Browser } from '../../support/browser.js';
import { eventually } from '../../support/eventually.js';
import { ForwardRuntime } from '../../support/forward.runtime.js';
import { press } from '../../support/people-mail.js';
import { PASSWORD, SignInHouse } from '../../support/sign-in-house.js';
import { BareSocket } from '../../support/watcher.js';

const MINUTE_MS = 60_000;
const clock = new ForwardRuntime();

let signing: SignInHouse;
let house: ApiHouse;

beforeAll(async () => {
  signing = await SignInHouse.open(clock);
  ({ house } = signing);
}, 180_000);
afterAll(() => signing.close());

const browser = (): Browser => signing.browser();
const to = (email: string) => signing.to(email);
const signUp = (...given: Parameters<SignInHouse['signUp']>) => signing.signUp(...given);
const signIn = (...given: Parameters<SignInHouse['signIn']>) => signing.signIn(...given);
const session = (by: Browser) => signing.session(by);
const mailTo = (...given: Parameters<SignInHouse['mailTo']>) => signing.mailTo(...given);
const member = (email: string) => signing.member(email);

describe('somebody honest', () => {
  it('signs up, confirms the address, signs in, and is who asks over REST, GraphQL and a socket', async () => {
    const by = browser();
    const email = 'Honest.Ann@people.example';
    expect((await signUp(email)).body).toEqual({ status: 'mailed' });
    const link = await mailTo(email, 'Confirm your e-mail address');
    expect(await signIn(email, PASSWORD, by)).toMatchObject({ status: 403, body: { code: 'AddressUnconfirmed' } });
    expect(by.cookies.size).toBe(0);
    expect((await press(house, link)).status).toBe(200);
    await house.caughtUp();

    const signedIn = await signIn('honest.ann@people.example', PASSWORD, by);
    expect(signedIn).toMatchObject({ status: 200, body: { name: 'ann', roles: ['bidder', 'seller'] } });
    const { userId } = signedIn.body;
    const [cookie] = signedIn.headers.getSetCookie();
    expect(cookie).toMatch(/^gavel-session=/);
    for (const attribute of [/; HttpOnly/i, /; SameSite=Strict/i, /; Path=\//i, /; Max-Age=604800/i])
      expect(cookie).toMatch(attribute);
    expect(await session(by)).toMatchObject({ userId, name: 'ann' });

    expect((await by.send('GET', '/users/me')).body).toMatchObject({ userId, personalData: { email } });
    const asked = await by.post('/graphql', { query: '{ me { userId } }' });
    expect(asked.body).toEqual({ data: { me: { userId } } });
    expect((await by.send('PUT', '/users/me/mail', { body: { wanted: true } })).status).toBe(200);
    expect(await newsBy(by, { origin: house.http.url })).toBeNull();
  });

  it('signs out, here and for every cookie that was copied before', async () => {
    const by = await member('out@people.example');
    const copied = { cookie: by.cookie };
    expect((await browser().send('GET', '/users/me', { headers: copied })).status).toBe(200);
    expect((await by.post('/account/sign-out', {})).body).toEqual({ person: null });
    expect(by.cookies.size).toBe(0);
    expect((await browser().send('GET', '/users/me', { headers: copied })).status).toBe(401);
    expect(await session(by)).toBeNull();
  });

  it('gets a new password by mail, once a link, which ends all sessions', async () => {
    const email = 'forgetful@people.example';
    const by = await member(email);
    expect((await browser().post('/account/reset', { email })).status).toBe(202);
    const token = new URL(await mailTo(email, 'A new password'), house.http.url).searchParams.get('token');
    const change = (password: string) => browser().post('/account/password', { token, password });
    expect(await change('short')).toMatchObject({ status: 400, body: { code: 'RequestInvalid' } });
    expect((await change('another good one')).status).toBe(200);
    expect(await change('and a third one')).toMatchObject({ status: 410, body: { code: 'LinkOver' } });
    expect(await session(by)).toBeNull();
    expect((await signIn(email)).status).toBe(401);
    expect((await signIn(email, 'another good one')).status).toBe(200);
  });

  it('who came by an identity provider alone sets a first password by mail, once a link', async () => {
    const email = 'provided@people.example';
    const { userId } = await session(await member(email));
    await house.house.pool.query('DELETE FROM sign_in.account WHERE "userId" = $1', [userId]);
    expect((await signIn(email)).status).toBe(401);
    expect((await browser().post('/account/reset', { email })).status).toBe(202);
    const token = new URL(await mailTo(email, 'A new password'), 'http://house.example').searchParams.get('token');
    const set = (password: string) => browser().post('/account/password', { token, password });
    expect((await set('a first password of theirs')).status).toBe(200);
    expect(await set('and another one of theirs')).toMatchObject({ status: 410, body: { code: 'LinkOver' } });
    expect((await signIn(email, 'a first password of theirs')).status).toBe(200);
  }, 120_000);

  it('loses an address that was not confirmed to whoever signs up with it ten minutes later', async () => {
    const email = 'late@people.example';
    await signUp(email, 'first');
    await mailTo(email, 'Confirm your e-mail address');
    await signing.signUpInVain(email, 'second', 'the password of the second');
    clock.forward(10 * MINUTE_MS);
    await signUp(email, 'third', 'the password of the third');
    const link = await mailTo(email, 'Confirm your e-mail address', 2);
    expect(to(email)).toHaveLength(2);
    expect((await press(house, link)).status).toBe(200);
    await house.caughtUp();
    expect((await signIn(email, 'the password of the second')).status).toBe(401);
    expect(await signIn(email, 'the password of the third')).toMatchObject({ status: 200, body: { name: 'third' } });
  });
});

describe('a page of somebody else', () => {
  it.each([
    ['its own Origin', { origin: 'https://evil.example' }],
    ['the Origin of a sandbox', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['what the browser says of the site', { 'sec-fetch-site': 'cross-site' }],
    ['what the browser says of another host of the site', { 'sec-fetch-site': 'same-site' }],
  ])('changes nothing with the cookie, by %s', async (_what, headers) => {
    const by = await shared();
    const body = { query: 'mutation { chooseMail(input: { wanted: true }) { __typename } }' };
    for (const [path, sent] of [
      ['/graphql', body],
      ['/account/sign-out', {}],
    ] as const)
      expect(await by.post(path, sent, headers)).toMatchObject({ status: 403, body: { code: 'OriginForeign' } });
    expect((await by.send('PUT', '/users/me/mail', { body: { wanted: true }, headers })).status).toBe(403);
    const credentials = { email: 'shared@people.example', password: PASSWORD };
    expect((await browser().post('/account/sign-in', credentials, headers)).status).toBe(403);
    expect(await session(by)).not.toBeNull();
  });

  it('hears nothing of the person over a socket', async () => {
    expect(await newsBy(await shared(), { origin: 'https://evil.example' })).toMatchObject({ code: 'TokenMissing' });
    expect(await newsBy(await shared(), {})).toMatchObject({ code: 'TokenMissing' });
  });

  it('is not what a program is that sends no Origin: it gets no further with a cookie, and all the way with a token', async () => {
    const { cookie } = await shared();
    const reply = await house.http.send('PUT', '/users/me/mail', { body: { wanted: true }, headers: { cookie } });
    expect(reply).toMatchObject({ status: 403, body: { code: 'OriginForeign' } });
  });
});

describe('somebody who wants in', () => {
  it('cannot make a person use a session that is known beforehand', async () => {
    const attacker = await member('attacker@people.example');
    const victim = browser();
    for (const [name, value] of attacker.cookies) victim.cookies.set(name, value);
    await member('victim@people.example');
    const reply = await signIn('victim@people.example', PASSWORD, victim);
    expect(reply.status).toBe(200);
    expect(victim.cookie).not.toBe(attacker.cookie);
    expect(await session(attacker)).toBeNull();
    const made = browser();
    made.cookies.set('gavel-session', 'made-up.c2lnbmVk');
    expect(await session(made)).toBeNull();
    expect((await made.send('GET', '/users/me')).status).toBe(401);
  });

  it('has five guesses in a quarter of an hour, however many are sent at once, and the owner the way by mail', async () => {
    const email = 'guessed@people.example';
    await member(email);
    const guesses = await Promise.all(Array.from({ length: 12 }, (_, i) => signIn(email, `a guess of number ${i}`)));
    const statuses = guesses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(TRIES_MAX.address);
    expect(statuses.filter((status) => status === 429)).toHaveLength(12 - TRIES_MAX.address);
    const locked = await signIn(email);
    expect(locked).toMatchObject({ status: 429, body: { code: 'SignInLocked' } });
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    clock.forward(WINDOW_MS - MINUTE_MS);
    expect((await signIn(email)).status).toBe(429);
    clock.forward(MINUTE_MS + 1);
    expect((await signIn(email)).status).toBe(200);
  });

  it('learns from no answer who has an account', async () => {
    const [known, unknown] = ['known@people.example', 'unknown@people.example'];
    await member(known);
    const alike = async (ask: (email: string) => Promise<{ status: number; text: string }>) => {
      const [one, other] = [await ask(known), await ask(unknown)];
      const bare = ({ status, text }: { status: number; text: string }) => [
        status,
        text.replace(/"requestId":"[^"]*"|in \d+ s/g, ''),
      ];
      expect(bare(one)).toEqual(bare(other));
    };
    await alike((email) => signUp(email, 'eve', 'a password of eve'));
    await alike((email) => browser().post('/account/reset', { email }));
    for (let i = 0; i <= TRIES_MAX.address; i++) await alike((email) => signIn(email, 'not the password'));
    expect(await mailTo(known, 'You have an account already')).toContain('You have an account already');
    expect(to(unknown).map((one) => one.mail.subject)).not.toContain('A new password');
  });
});

it('keeps no address, name or password that a dump would tell, and nothing of somebody who is erased', async () => {
  const email = 'erased@people.example';
  const by = await member(email);
  const { userId } = await session(by);
  const tables = async () => [...(await dumpOf(house.house.postgres))].filter(([name]) => name.startsWith('sign_in.'));
  const before = await tables();
  expect(before.map(([name]) => name)).toContain('sign_in."user"');
  expect(before.find(([name]) => name === 'sign_in."user"')?.[1]).toContain(userId);
  for (const [, text] of before)
    for (const word of ['people.example', 'erased@', PASSWORD, '127.0.0.1', 'undici']) expect(text).not.toContain(word);
  expect((await by.post(`/users/${userId}/erasure`, {})).body).toMatchObject({ outcome: 'accepted' });
  for (const [, text] of await tables()) expect(text).not.toContain(userId);
  expect(await session(by)).toBeNull();
  expect((await signIn(email)).status).toBe(401);
});

/** What a subscription to a person's own news is refused with over a socket with these headers; null where it is not. */
async function newsBy(by: Browser, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const socket = await BareSocket.open(house.http.url, 'graphql-transport-ws', { cookie: by.cookie, ...headers });
  try {
    socket.say({ type: 'connection_init' });
    await eventually('the acknowledgement', () => socket.frames.some((frame) => frame.type === 'connection_ack'));
    socket.subscribe('n', 'subscription { myNews { __typename } }');
    // A refusal comes before the answer to what is said later.
    for (let pongs = 1; pongs <= 3; pongs++) {
      socket.say({ type: 'ping' });
      await eventually('a pong', () => socket.frames.filter((frame) => frame.type === 'pong').length === pongs);
    }
    const refused = socket.frames.find((frame) => frame.type === 'error');
    if (refused === undefined) expect(house.http.api.sockets.size().subscriptions).toBe(1);
    return refused === undefined ? null : refused.payload[0].extensions;
  } finally {
    socket.socket.terminate();
  }
}

let one: Promise<Browser> | null = null;
function shared(): Promise<Browser> {
  one ??= member('shared@people.example');
  return one;
}
