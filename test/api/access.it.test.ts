// Who may use which route: every role on every route, and every way in which a token can be wrong.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import type { CommandEnvelope } from '../../src/bus/command-bus.js';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { userStream } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import { NO_TIES } from '../../src/domain/user/user.commands.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { key, runtime, scriptedBus, secret, settings, TestApi, tokenFor } from '../support/api.js';

const ann = userId(runtime.uuid());
const auction = runtime.uuid();
const lot = runtime.uuid();
const submitted: CommandEnvelope[] = [];
const bus = scriptedBus((envelope) => {
  submitted.push(envelope);
  return Promise.resolve({ status: 'accepted', streamId: userStream(ann), revision: 0, events: [], repeated: false });
});

const ROLES: readonly Role[] = ['bidder', 'seller', 'analyst', 'operator', 'admin'];
const everybody = 'everybody';
const anyone = 'anyone';
type Allowed = typeof everybody | typeof anyone | readonly Role[];
const staff = ['operator', 'admin'] as const;
const reason = { reason: 'r' };
const paidBy = { channel: 'point-of-sale', reference: 'till-1' };
const payment = { ...paidBy, amount: '1', currency: 'USD' };
const sale = {
  kind: 'hall',
  title: 't',
  currency: 'USD',
  termsVersion: '1',
  opensAt: '2030-01-01T00:00:00Z',
};
const saleLot = {
  lotNumber: '1',
  sellerId: ann,
  item: { title: 't', category: 'c' },
  startingPrice: '1',
};
const listing = {
  item: { title: 't', category: 'c' },
  terms: { currency: 'USD', startingPrice: '1' },
  durationMs: 1,
};

const said = { text: 't' };

const ROUTES: readonly (readonly [string, Allowed, object?])[] = [
  ['POST /users', anyone, { username: 'ann' }],
  ['PUT /users/me/personal-data', anyone, {}],
  ['POST /users/me/email-verification', anyone],
  ['PUT /users/me/mail', anyone, { wanted: true }],
  ['PUT /users/me/tax-position', anyone, {}],
  ['PUT /users/me/bank-account', anyone, {}],
  ['POST /payout-runs', staff],
  [`POST /payout-runs/${auction}/approval`, staff],
  [`POST /payout-runs/${auction}/discarding`, staff],
  [`GET /payout-runs/${auction}/bank-file`, staff],
  [`POST /users/${ann}/tax-number`, staff, { statement: 1, accepted: true }],
  [`POST /users/${ann}/erasure`, anyone],
  [`POST /users/${ann}/verification`, staff],
  [`POST /users/${ann}/suspension`, staff, reason],
  [`POST /users/${ann}/reinstatement`, staff, reason],
  [`POST /users/${ann}/rating`, staff, { rating: 1 }],
  ['POST /auctions', ['seller'], listing],
  [`POST /auctions/${auction}/bids`, ['bidder'], { amount: '1', currency: 'USD' }],
  [`POST /auctions/${auction}/buy-now`, ['bidder']],
  [`POST /auctions/${auction}/bids/1/retraction`, ['bidder'], { reason: 'TypingError' }],
  [`POST /auctions/${auction}/bids/1/retraction-request`, ['bidder'], { reason: 'TypingError' }],
  [`POST /auctions/${auction}/bids/1/retraction-request/grant`, staff],
  [`POST /auctions/${auction}/bids/1/retraction-request/refusal`, staff, reason],
  [`POST /auctions/${auction}/bids/1/voiding-proposal`, staff, reason],
  [`POST /auctions/${auction}/bids/1/voiding`, staff],
  [`POST /auctions/${auction}/hall/opening`, staff, {}],
  [`PUT /auctions/${auction}/hall/asking-price`, staff, { askingPrice: '1' }],
  [`POST /auctions/${auction}/hall/bids`, staff, { paddle: 1, amount: '1', currency: 'USD', channel: 'floor' }],
  [`POST /auctions/${auction}/hall/fair-warning`, staff, { leadingBid: 1 }],
  [`POST /auctions/${auction}/hall/hammer`, staff, { leadingBid: 1 }],
  [`POST /auctions/${auction}/hall/pass`, staff, {}],
  [`POST /auctions/${auction}/hall/undo`, staff, { leadingBid: 1 }],
  ['POST /sales', staff, sale],
  [`PUT /sales/${auction}`, staff, sale],
  [`POST /sales/${auction}/lots`, staff, saleLot],
  [`PUT /sales/${auction}/lots/${lot}/number`, staff, { lotNumber: '2' }],
  [`POST /sales/${auction}/lots/${lot}/withdrawal`, staff, reason],
  [`POST /sales/${auction}/publication`, staff],
  [`POST /sales/${auction}/closing`, staff],
  [`POST /sales/${auction}/cancellation`, staff, reason],
  [`POST /sales/${auction}/paddles`, ['bidder']],
  [`PUT /sales/${auction}/paddles/${ann}`, staff, {}],
  [`POST /sales/${auction}/paddles/${ann}/refusal`, staff, reason],
  [`PUT /fraud/cases/${auction}/assignee`, staff, {}],
  [`POST /fraud/cases/${auction}/notes`, staff, { note: 'n' }],
  [`POST /fraud/cases/${auction}/dismissal`, staff, reason],
  [`POST /fraud/cases/${auction}/confirmation`, staff, reason],
  ['GET /fraud/cases', staff],
  [`GET /fraud/cases/${auction}`, staff],
  ['GET /fraud/review', staff],
  ['GET /voiding-proposals', staff],
  [`POST /auctions/${auction}/relisting`, ['seller'], { durationMs: 1 }],
  [`POST /auctions/${auction}/cancellation`, ['seller', ...staff], reason],
  [`POST /auctions/${auction}/withdrawal`, ['admin'], reason],
  [`POST /auctions/${auction}/transactions/1/invoice`, staff],
  [`POST /auctions/${auction}/transactions/1/payments`, staff, payment],
  [`POST /auctions/${auction}/transactions/1/failed-payments`, staff, { ...paidBy, reason: 'Declined' }],
  [`POST /auctions/${auction}/transactions/1/overdue`, staff],
  [`POST /auctions/${auction}/transactions/1/refund`, staff, { reference: 'r', reason: 'Returned' }],
  [`POST /auctions/${auction}/transactions/1/settlement`, staff, { reference: 'r' }],
  [`POST /auctions/${auction}/transactions/1/disputes`, staff, { reference: 'd', amount: '1', status: 'open' }],
  [`POST /auctions/${auction}/transactions/1/payout-return`, staff, { reference: 'r' }],
  [`POST /auctions/${auction}/second-chances`, ['seller', ...staff], { bidderId: ann, durationMs: 60_000 }],
  [`POST /auctions/${auction}/second-chances/1/acceptance`, ['bidder']],
  [`POST /auctions/${auction}/second-chances/1/refusal`, ['bidder']],
  [`POST /auctions/${auction}/questions`, anyone, said],
  [`POST /auctions/${auction}/questions/1/answer`, ['seller'], said],
  [`POST /auctions/${auction}/questions/1/hiding`, staff, reason],
  [`POST /auctions/${auction}/transactions/1/feedback`, anyone, { ...said, rating: 'positive' }],
  [`POST /auctions/${auction}/transactions/1/feedback/buyer/reply`, anyone, said],
  [`POST /auctions/${auction}/transactions/1/feedback/buyer/hiding`, staff, reason],
  [`GET /commands/${runtime.uuid()}`, anyone],
  ['GET /auctions', everybody],
  [`GET /auctions/${auction}`, everybody],
  [`GET /auctions/${auction}/bids`, everybody],
  [`GET /users/${ann}`, everybody],
  ['GET /users/me', anyone],
  ['GET /users/me/bids', anyone],
  ['GET /users/me/transactions', anyone],
  ['GET /users/me/second-chances', anyone],
  ['GET /transactions', ['analyst', ...staff]],
  [`POST /auctions/${auction}/checkout`, anyone],
  [`GET /payout-runs/${auction}/statements/${ann}`, anyone],
  [`GET /payout-runs/${auction}/statements/${ann}/pdf`, anyone],
  [`GET /invoices/${auction}`, anyone],
  [`GET /invoices/${auction}/pdf`, anyone],
  ['GET /retraction-requests', staff],
  ['GET /health/live', everybody],
  ['GET /health/ready', everybody],
  ['GET /metrics', everybody],
];

let http: TestApi;
beforeAll(async () => {
  // Whose account it is, is for the rules to judge; here nobody is bound by anything, or erased.
  const erasure = { tiesOf: () => Promise.resolve(NO_TIES), carryOut: () => Promise.resolve() };
  http = await TestApi.start({ bus, erasure });
});
afterAll(() => http.close());

const send = (route: string, body: object | undefined, token?: string) => {
  const [method = '', path = ''] = route.split(' ');
  return http.send(method, path, { ...(body && { body }), ...(token !== undefined && { token }) });
};

describe('a role', () => {
  it('is known of every route there is', async () => {
    const { paths } = (await http.get('/docs/openapi.json')).body;
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const inTable = ROUTES.map(([route]) =>
      route
        .replace(`/commands/${route.split('/').at(-1)}`, '/commands/{commandId}')
        .replace(`/cases/${auction}`, '/cases/{caseId}')
        .replace(`/sales/${auction}`, '/sales/{saleId}')
        .replace(`/paddles/${ann}`, '/paddles/{bidderId}')
        .replace(`/payout-runs/${auction}`, '/payout-runs/{payoutRunId}')
        .replace(`/invoices/${auction}`, '/invoices/{documentId}')
        .replace(lot, '{lotId}')
        .replace(auction, '{auctionId}')
        .replace(ann, '{userId}')
        .replace('/bids/1/', '/bids/{bidNumber}/')
        .replace('/transactions/1/', '/transactions/{transactionNumber}/')
        .replace('/second-chances/1/', '/second-chances/{offerNumber}/')
        .replace('/questions/1/', '/questions/{questionNumber}/')
        .replace('/feedback/buyer/', '/feedback/{side}/'),
    );
    expect([...inTable].sort()).toEqual(documented.sort());
  });

  it.each(ROUTES.map(([route, allowed, body]) => [route, allowed, body] as const))(
    'opens %s to %s',
    async (route, allowed, body) => {
      const anonymous = await send(route, body);
      if (allowed === everybody) expect([200, 404]).toContain(anonymous.status);
      else {
        expect(anonymous).toMatchObject({ status: 401, body: { code: 'TokenMissing' } });
        expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
      }
      for (const role of ROLES) {
        const { status, body: answer } = await send(route, body, await tokenFor(ann, role));
        const isAllowed = allowed === everybody || allowed === anyone || allowed.includes(role);
        if (isAllowed) expect([200, 201, 404]).toContain(status);
        else expect([status, answer.code]).toEqual([403, 'RoleMissing']);
      }
      const none = await send(route, body, await tokenFor(ann));
      if (allowed === everybody || allowed === anyone) expect([200, 201, 404]).toContain(none.status);
      else expect(none.status).toBe(403);
    },
  );

  it('acts as the subject of the token, whatever the body says', async () => {
    submitted.length = 0;
    const token = await tokenFor(ann, 'bidder', 'seller');
    await http.post(`/auctions/${auction}/bids`, token, { amount: '1', currency: 'USD' });
    await http.post('/auctions', token, listing);
    expect(submitted.map(({ actor }) => actor)).toEqual([
      { kind: 'user', userId: ann, roles: ['bidder', 'seller'] },
      { kind: 'user', userId: ann, roles: ['bidder', 'seller'] },
    ]);
    expect(submitted.map(({ command }) => ('bidderId' in command ? command.bidderId : null))).toEqual([ann, null]);
    const forged = { amount: '1', currency: 'USD', bidderId: runtime.uuid() };
    expect((await http.post(`/auctions/${auction}/bids`, token, forged)).status).toBe(400);
    expect(submitted).toHaveLength(2);
  });
});

describe('a token', () => {
  const nowS = () => Math.floor(runtime.now() / 1_000);
  const claims = () =>
    new SignJWT({ roles: ['operator'] })
      .setSubject(ann)
      .setExpirationTime(nowS() + 60)
      .setProtectedHeader({ alg: 'HS256' });
  const refused = async (token: string, message: RegExp | string = '') => {
    const reply = await http.get('/transactions', token);
    expect(reply).toMatchObject({ status: 401, body: { code: 'TokenInvalid' } });
    expect(reply.body.message).toMatch(message);
    expect(reply.headers.get('www-authenticate')).toContain('invalid_token');
  };

  it('is taken when all is right', async () => {
    expect((await http.get('/transactions', await claims().sign(secret))).status).toBe(200);
  });

  it('is refused with another key, without a signature, and when it was changed', async () => {
    await refused(await claims().sign(new Uint8Array(32)), 'not valid here');
    const [head = '', body = '', signature = ''] = (await claims().sign(secret)).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    await refused(`${none}.${body}.${signature}`);
    await refused(`${none}.${body}.`, 'Bearer');
    const admin = Buffer.from(Buffer.from(body, 'base64url').toString().replace('operator', 'adminxxx')).toString(
      'base64url',
    );
    await refused(`${head}.${admin}.${signature}`);
  });

  it('is refused without a subject, with one that is no user, and without an end', async () => {
    const base = () => new SignJWT({ roles: [] }).setProtectedHeader({ alg: 'HS256' });
    await refused(
      await base()
        .setExpirationTime(nowS() + 60)
        .sign(secret),
      '"sub"',
    );
    await refused(
      await base()
        .setSubject('ann')
        .setExpirationTime(nowS() + 60)
        .sign(secret),
      /"sub".*UUID/,
    );
    await refused(
      await base()
        .setSubject(`${ann}0`)
        .setExpirationTime(nowS() + 60)
        .sign(secret),
      /"sub".*UUID/,
    );
    await refused(await base().setSubject(ann).sign(secret), '"exp"');
    await refused(
      await claims()
        .setNotBefore(nowS() + 600)
        .sign(secret),
      '"nbf"',
    );
  });

  it.each(['', 'Bearer', 'Bearer x', 'Basic dTpw', 'Bearer a.b.c d', `Bearer ${'a'.repeat(5_000)}.b.c`])(
    'is refused as the header %j',
    async (authorization) => {
      const { status } = await http.send('GET', '/transactions', { headers: { authorization } });
      expect(status).toBe(401);
    },
  );

  it('is refused on public routes too when it is wrong: its sender believes to be somebody', async () => {
    expect((await http.get('/auctions', 'a.b.c')).status).toBe(401);
  });

  it('gives no roles that we do not know', async () => {
    const token = await new SignJWT({ roles: ['root', 'ADMIN'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(ann)
      .setExpirationTime(nowS() + 60)
      .sign(secret);
    expect((await http.get('/transactions', token)).status).toBe(403);
    expect((await http.get('/users/me/bids', token)).status).toBe(200);
  });
});

describe('a token that was checked before', () => {
  it('is refused once it has expired, five seconds of grace for others’ clocks apart', async () => {
    const clock = new ManualRuntime(instant(Date.UTC(2026, 0, 1, 12)));
    const own = await TestApi.start({ runtime: clock });
    const token = await signDevelopmentToken(
      { key, issuer: null, audience: null },
      { userId: ann, roles: ['analyst'], lifetimeS: 60, now: clock.now() },
    );
    const status = async () => (await own.get('/transactions', token)).status;
    expect(await status()).toBe(200);
    clock.advanceBy(64_999);
    expect(await status()).toBe(200);
    clock.advanceBy(1);
    expect(await status()).toBe(401);
    await own.close();
  });
});

describe('an issuer and an audience', () => {
  it('are demanded when they are set', async () => {
    const tokens = { ...settings.tokens, issuer: 'https://id.example', audience: 'gavel' };
    const own = await TestApi.start({ settings: { ...settings, tokens } });
    const sign = (issuer: string | null, audience: string | null) =>
      signDevelopmentToken(
        { key, issuer, audience },
        { userId: ann, roles: ['analyst'], lifetimeS: 60, now: runtime.now() },
      );
    const status = async (token: string) => (await own.get('/transactions', token)).status;
    expect(await status(await sign('https://id.example', 'gavel'))).toBe(200);
    expect(await status(await sign('https://id.example', 'other'))).toBe(401);
    expect(await status(await sign('https://evil.example', 'gavel'))).toBe(401);
    expect(await status(await sign(null, null))).toBe(401);
    await own.close();
  });
});

describe('public keys of an identity provider', () => {
  it('check tokens; a secret signed with the public key as if it were one does not pass', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' };
    const provider = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`);
    const tokens = { ...settings.tokens, key: { kind: 'jwks', url } } as const;
    const own = await TestApi.start({ settings: { ...settings, tokens } });
    const sign = (alg: string, by: KeyObject | Uint8Array) =>
      new SignJWT({ roles: ['analyst'] })
        .setProtectedHeader({ alg, kid: 'k1' })
        .setSubject(ann)
        .setExpirationTime(Math.floor(runtime.now() / 1_000) + 60)
        .sign(by);
    expect((await own.get('/transactions', await sign('EdDSA', privateKey))).status).toBe(200);
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    expect((await own.get('/transactions', await sign('HS256', new Uint8Array(spki)))).status).toBe(401);
    await own.close();
    await new Promise((resolve) => provider.close(resolve));
    const lost = await TestApi.start({ settings: { ...settings, tokens } });
    expect(await lost.get('/transactions', await sign('EdDSA', privateKey))).toMatchObject({
      status: 503,
      body: { code: 'KeysUnavailable' },
    });
    await lost.close();
  });
});
