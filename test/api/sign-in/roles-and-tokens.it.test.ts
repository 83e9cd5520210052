// Roles given and taken with a record of it, the second factor that staff need, and tokens for programs.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '../../../src/domain/actor.js';
import { userId } from '../../../src/domain/ids.js';
import { recordRole } from '../../../src/sign-in/roles.js';
import { type ApiHouse, tokenFor } from '../../support/api.js';
import { codeOf } from '../../support/authenticator.js';
import type { Browser } from '../../support/browser.js';
import { ForwardRuntime } from '../../support/forward.runtime.js';
import { PASSWORD, SignInHouse } from '../../support/sign-in-house.js';

const DAY_MS = 86_400_000;
const clock = new ForwardRuntime();
let signing: SignInHouse;
let house: ApiHouse;

beforeAll(async () => {
  signing = await SignInHouse.open(clock);
  ({ house } = signing);
}, 180_000);
afterAll(() => signing.close());

const idOf = async (by: Browser): Promise<string> => (await signing.session(by)).userId;

/** Gives a role as the house's own command does. */
const give = async (id: string, role: Role): Promise<boolean> =>
  recordRole(house.house.pool, userId(id), { role, isGiven: true, by: null, reason: 'hired', at: clock.now() });

/** Sets up a second factor; what is signed in by then ends, and a sign-in asks for a code. */
async function withSecondFactor(by: Browser, email: string) {
  const { body } = await by.post('/account/second-factor/setup', { password: PASSWORD });
  expect(body.backupCodes.length).toBeGreaterThan(5);
  const confirmed = await by.post('/account/second-factor/confirmation', { code: codeOf(body.secret) });
  expect(confirmed).toMatchObject({ status: 200, body: { status: 'on' } });
  expect(await signing.session(by)).toBeNull();
  by.cookies.clear();
  expect((await signing.signIn(email, PASSWORD, by)).body).toEqual({ status: 'code-needed' });
  expect(await signing.session(by)).toBeNull();
  return body as { secret: string; backupCodes: string[] };
}

/** An admin with a second factor, signed in. */
async function admin(email: string): Promise<Browser> {
  const by = await signing.member(email);
  await give(await idOf(by), 'admin');
  const { secret } = await withSecondFactor(by, email);
  expect((await by.post('/account/second-factor', { code: codeOf(secret) })).status).toBe(200);
  return by;
}

describe('the second factor', () => {
  it('is needed before a role of the staff counts, and then asked for at each sign-in', async () => {
    const email = 'olga@people.example';
    const by = await signing.member(email);
    const other = signing.browser();
    await signing.signIn(email, PASSWORD, other);
    const id = await idOf(by);
    expect(await give(id, 'operator')).toBe(true);
    expect(await give(id, 'operator')).toBe(false);
    expect(await signing.session(by)).toMatchObject({ roles: ['bidder', 'seller'], waiting: ['operator'] });
    expect((await by.send('GET', '/retraction-requests')).status).toBe(403);

    const wrongPassword = await by.post('/account/second-factor/setup', { password: 'not the password' });
    expect(wrongPassword).toMatchObject({ status: 409, body: { code: 'SecondFactorRefused' } });
    const { secret, backupCodes } = await withSecondFactor(by, email);
    // Signed in by the password alone: it must not become staff's.
    expect(await signing.session(other)).toBeNull();

    const wrong = codeOf(secret, Date.now() + DAY_MS);
    expect(await by.post('/account/second-factor', { code: wrong })).toMatchObject({ status: 401 });
    const right = await by.post('/account/second-factor', { code: codeOf(secret) });
    expect(right).toMatchObject({ status: 200, body: { roles: ['bidder', 'seller', 'operator'], waiting: [] } });
    expect((await by.send('GET', '/retraction-requests')).status).toBe(200);

    const [code = ''] = backupCodes;
    for (const status of [200, 401]) {
      const later = signing.browser();
      await signing.signIn(email, PASSWORD, later);
      expect((await later.post('/account/second-factor', { code })).status).toBe(status);
    }
  }, 180_000);

  it('is not guessed: after five wrong codes the sign-in is over', async () => {
    const email = 'guess@people.example';
    const by = await signing.member(email);
    const { secret } = await withSecondFactor(by, email);
    const wrong = codeOf(secret, Date.now() + DAY_MS);
    for (let i = 0; i < 5; i++) expect((await by.post('/account/second-factor', { code: wrong })).status).toBe(401);
    expect((await by.post('/account/second-factor', { code: codeOf(secret) })).status).toBe(401);
    expect((await signing.browser().post('/account/second-factor', { code: codeOf(secret) })).status).toBe(401);
  }, 180_000);
});

describe('roles', () => {
  it('are given and taken by admins, with a record that nobody can change', async () => {
    const by = await admin('ada@people.example');
    const ann = await signing.member('ann@people.example');
    const [ada, id] = [await idOf(by), await idOf(ann)];
    const change = (who: Browser, of: string, body: object) => who.post(`/users/${of}/roles`, body);
    const given = { role: 'analyst', isGiven: true, reason: 'reads the books' };
    expect((await change(ann, id, given)).status).toBe(403);
    expect(await change(by, ada, given)).toMatchObject({ status: 409, body: { code: 'OwnRoles' } });
    expect(await change(by, id, given)).toMatchObject({
      status: 200,
      body: { roles: ['bidder', 'seller', 'analyst'] },
    });
    expect(await change(by, id, given)).toMatchObject({ status: 409, body: { code: 'RoleUnchanged' } });
    // At once, not when it is looked up again.
    expect((await ann.send('GET', '/transactions')).status).toBe(200);
    await change(by, id, { role: 'bidder', isGiven: false, reason: 'did not pay' });
    expect((await signing.session(ann)).roles).toEqual(['seller', 'analyst']);
    const { body } = await by.send('GET', `/users/${id}/roles`);
    expect(body.changes).toMatchObject([
      { role: 'analyst', isGiven: true, by: ada, reason: 'reads the books' },
      { role: 'bidder', isGiven: false, by: ada, reason: 'did not pay' },
    ]);
    for (const statement of ['DELETE FROM sign_in.role_changes', "UPDATE sign_in.role_changes SET reason = ''"])
      await expect(house.house.pool.query(statement)).rejects.toThrow('never changed');
  }, 180_000);
});

describe('a token for a program', () => {
  it('acts as its maker with the roles it was made for, is listed, and ends when it is revoked', async () => {
    const by = await signing.member('maker@people.example');
    const id = await idOf(by);
    const make = (body: object) => by.post('/account/tokens', { name: 'bot', roles: ['bidder'], days: 30, ...body });
    expect((await make({ roles: ['admin'] })).status).toBe(403);
    expect((await make({ days: 367 })).status).toBe(400);
    const { body } = await make({ days: 366 });
    expect(body.token).toMatch(/^gavel_[\w-]{43}$/);
    const asBot = (method: string, path: string, sent?: object) =>
      house.http.send(method, path, { token: body.token, ...(sent && { body: sent }) });
    expect((await asBot('GET', '/users/me')).body.userId).toBe(id);
    expect((await asBot('POST', '/graphql', { query: '{ me { userId } }' })).body.data.me.userId).toBe(id);
    expect((await asBot('POST', '/auctions', {})).status).toBe(403);
    expect(await asBot('POST', '/account/tokens', { name: 'b', roles: [], days: 1 })).toMatchObject({ status: 401 });
    const list = (await by.send('GET', '/account/tokens')).body.tokens;
    expect(list).toMatchObject([{ name: 'bot', roles: ['bidder'], usedAt: expect.any(Number) }]);
    expect(JSON.stringify(list)).not.toContain(body.token);

    const eve = await signing.member('eve@people.example');
    expect((await eve.post(`/account/tokens/${body.tokenId}/revocation`, {})).status).toBe(404);
    expect((await by.post(`/account/tokens/${body.tokenId}/revocation`, {})).status).toBe(200);
    expect(await asBot('GET', '/users/me')).toMatchObject({ status: 401, body: { code: 'TokenInvalid' } });
  }, 180_000);

  it('is over on its day, and says nothing to who has a dump', async () => {
    const by = await signing.member('short@people.example');
    const { body } = await by.post('/account/tokens', { name: 'short', roles: [], days: 1 });
    const asBot = () => house.http.get('/users/me', body.token);
    expect((await asBot()).status).toBe(200);
    const { rows } = await house.house.pool.query('SELECT t::text AS line FROM sign_in.api_tokens t');
    expect(rows.map(({ line }) => line).join()).not.toContain(body.token);
    clock.forward(DAY_MS);
    expect((await asBot()).status).toBe(401);
    clock.forward(-DAY_MS);
  }, 180_000);

  it('leaves tokens of an identity provider as they were', async () => {
    const id = await idOf(await signing.member('both@people.example'));
    expect((await house.http.get('/users/me', await tokenFor(userId(id), 'bidder'))).status).toBe(200);
  });
});
