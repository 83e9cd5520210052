// Issue 13, 7: a bidder shields a low bid with a huge one and takes that back with 0.4 s left; or bids high and retracts to
// read a maximum or a reserve. Retraction is a policy of the listing, and what changes price or leader late moves the close.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '../../src/domain/actor.js';
import { type UserId, userId } from '../../src/domain/ids.js';
import { later } from '../../src/domain/time.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

type Person = Readonly<{ id: UserId; token: string }>;

let house: ApiHouse;
let sue: Person;
let ann: Person;
let bob: Person;
let cat: Person;
let olga: Person;

beforeAll(async () => {
  house = await ApiHouse.open();
  [sue, ann, bob, cat, olga] = [
    await registered('seller'),
    await registered('bidder'),
    await registered('bidder'),
    await registered('bidder'),
    await registered('operator'),
  ];
});
afterAll(() => house.close());

async function registered(...roles: Role[]): Promise<Person> {
  const id = userId(runtime.uuid());
  const token = await tokenFor(id, ...roles);
  expect((await house.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
  return { id, token };
}

async function listed(terms: object, durationMs = 4_000): Promise<string> {
  const { body } = await house.http.post('/auctions', sue.token, {
    item: { title: 'A clock', category: 'Antiques' },
    terms: { currency: 'USD', startingPrice: '1000', softClose: { windowMs: 4_000 }, ...terms },
    durationMs,
  });
  return body.auctionId;
}

const bid = async (auctionId: string, { token }: Person, amount: string) => {
  const reply = await house.http.post(`/auctions/${auctionId}/bids`, token, { amount, currency: 'USD' });
  expect([reply.status, reply.body.reason]).toEqual([201, undefined]);
  return reply.body;
};
const ask = (
  auctionId: string,
  bidNumber: number,
  what: string,
  { token }: Person,
  body: object = { reason: 'TypingError' },
) => house.http.post(`/auctions/${auctionId}/bids/${bidNumber}/${what}`, token, body);
const shown = async (auctionId: string) => {
  await house.caughtUp();
  return (await house.http.get(`/auctions/${auctionId}`)).body;
};

it('the house lists auctions under `by-request` unless the seller says otherwise', async () => {
  const [own, ebay, never] = [
    await listed({}),
    await listed({ retraction: 'ebay' }),
    await listed({ retraction: 'never' }),
  ];
  expect((await shown(own)).retraction).toBe('by-request');
  expect((await shown(ebay)).retraction).toBe('ebay');
  expect((await shown(never)).retraction).toBe('never');
  const wrong = await house.http.post('/auctions', sue.token, {
    item: { title: 'A clock', category: 'Antiques' },
    terms: { currency: 'USD', startingPrice: '1000', retraction: 'always' },
    durationMs: 1,
  });
  expect(wrong).toMatchObject({ status: 400, body: { details: [{ field: 'terms.retraction' }] } });
});

describe('who shields a low bid with a huge one', () => {
  const shield = async (terms: object) => {
    const auctionId = await listed(terms, 60_000);
    await bid(auctionId, ann, '2000');
    await bid(auctionId, bob, '500000');
    await bid(auctionId, cat, '3000');
    return auctionId;
  };

  it('gives the others a window to answer in, where bids may be taken back at all', async () => {
    const auctionId = await shield({ retraction: 'ebay', softClose: { windowMs: 120_000 } });
    const before = await shown(auctionId);
    const taken = await ask(auctionId, 2, 'retraction', bob);
    expect(taken).toMatchObject({ status: 200, body: { currentPrice: '2050', newClosesAt: expect.any(String) } });
    const after = await shown(auctionId);
    expect(Date.parse(after.closesAt)).toBeGreaterThan(Date.parse(before.closesAt));
    expect(after).toMatchObject({ closesAt: taken.body.newClosesAt, extensions: before.extensions + 1 });
  });

  it('has to ask staff under the house’s own policy, and does not get out under `never`', async () => {
    const [own, never] = [await shield({}), await shield({ retraction: 'never' })];
    expect(await ask(own, 2, 'retraction', bob)).toMatchObject({
      status: 409,
      body: { reason: 'RetractionByRequest' },
    });
    for (const what of ['retraction', 'retraction-request'])
      expect(await ask(never, 2, what, bob)).toMatchObject({ status: 409, body: { reason: 'RetractionNotOffered' } });
    expect(await shown(own)).toMatchObject({ leaderId: bob.id, currentPrice: '3100' });
  });
});

it('a maximum can be read once by retracting, and not eleven times', async () => {
  const auctionId = await listed({ retraction: 'ebay' }, 86_400_000);
  await bid(auctionId, ann, '50000');
  await bid(auctionId, bob, '10000000');
  expect((await ask(auctionId, 2, 'retraction', bob)).status).toBe(200);
  await bid(auctionId, bob, '9000000');
  expect(await ask(auctionId, 3, 'retraction', bob)).toMatchObject({
    status: 409,
    body: { reason: 'RetractedBefore' },
  });
});

describe('a request', () => {
  const requests = async (who: Person, query = '') => house.http.get(`/retraction-requests${query}`, who.token);
  const find = (rows: readonly any[], auctionId: string) => rows.find((row) => row.auctionId === auctionId);

  it('waits for staff, who see it and grant it', async () => {
    const auctionId = await listed({}, 86_400_000);
    await bid(auctionId, ann, '2000');
    await bid(auctionId, bob, '5000');
    expect(await ask(auctionId, 2, 'retraction-request', ann)).toMatchObject({ body: { reason: 'BidOfAnother' } });
    expect((await ask(auctionId, 2, 'retraction-request', bob)).status).toBe(200);
    expect(await ask(auctionId, 2, 'retraction-request', bob)).toMatchObject({
      body: { reason: 'RetractionAlreadyRequested' },
    });
    expect(await shown(auctionId)).toMatchObject({ leaderId: bob.id });
    const { body } = await requests(olga, '?status=pending&limit=200');
    expect(find(body.rows, auctionId)).toMatchObject({
      bidNumber: 2,
      bidderId: bob.id,
      reason: 'TypingError',
      status: 'pending',
    });
    expect((await requests(bob)).status).toBe(403);
    const own = async () => (await house.http.get('/users/me/bids', bob.token)).body.rows[0];
    expect(await own()).toMatchObject({ auctionId, retractionRequest: 'pending', isRetracted: false });

    expect((await ask(auctionId, 2, 'retraction-request/grant', bob, {})).status).toBe(403);
    const granted = await ask(auctionId, 2, 'retraction-request/grant', olga, {});
    expect(granted).toMatchObject({ status: 200, body: { currentPrice: '1000', bidCount: 1 } });
    expect(await shown(auctionId)).toMatchObject({ leaderId: ann.id });
    expect(await own()).toMatchObject({ retractionRequest: 'granted', isRetracted: true });
    expect(find((await requests(olga, '?status=pending&limit=200')).body.rows, auctionId)).toBeUndefined();
    expect(find((await requests(olga, '?status=granted&limit=200')).body.rows, auctionId)).toMatchObject({
      answeredBy: olga.id,
    });
  });

  it('is refused with a reason, and lapses when its bid is voided', async () => {
    const auctionId = await listed({}, 86_400_000);
    await bid(auctionId, ann, '2000');
    await bid(auctionId, ann, '5000');
    for (const number of [1, 2]) expect((await ask(auctionId, number, 'retraction-request', ann)).status).toBe(200);
    const refusal = await ask(auctionId, 1, 'retraction-request/refusal', olga, { reason: 'the bid was meant' });
    expect(refusal.status).toBe(200);
    expect((await ask(auctionId, 2, 'voiding-proposal', olga, { reason: 'a test' })).status).toBe(200);
    expect((await ask(auctionId, 2, 'voiding', await registered('operator'), {})).status).toBe(200);
    await house.caughtUp();
    const { rows } = (await requests(olga, '?limit=200')).body;
    expect(rows.filter((row: any) => row.auctionId === auctionId)).toMatchObject([
      { bidNumber: 1, status: 'refused', answerReason: 'the bid was meant' },
      { bidNumber: 2, status: 'lapsed', answeredAt: null },
    ]);
    const one = await requests(olga, '?limit=1');
    const two = await requests(olga, `?limit=1&cursor=${one.body.next}`);
    expect(one.body.rows[0]).not.toEqual(two.body.rows[0]);
  });

  it('over GraphQL is the same', async () => {
    const auctionId = await listed({ format: 'vickrey', softClose: null }, 86_400_000);
    await bid(auctionId, ann, '5000');
    const graphql = async (query: string, { token }: Person, input?: object) => {
      const { body } = await house.http.send('POST', '/graphql', { token, body: { query, variables: { input } } });
      expect(body.errors).toBeUndefined();
      return Object.values(body.data)[0] as any;
    };
    const asked = 'mutation($input: RetractBidInput!) { requestRetraction(input: $input) { __typename } }';
    expect(await graphql(asked, ann, { auctionId, bidNumber: 1, reason: 'TypingError' })).toEqual({
      __typename: 'AuctionCommandAccepted',
    });
    await house.caughtUp();
    const list = '{ retractionRequests(status: PENDING, limit: 200) { rows { auctionId bidNumber status } } }';
    expect(find((await graphql(list, olga)).rows, auctionId)).toEqual({ auctionId, bidNumber: 1, status: 'PENDING' });
    const grant =
      'mutation($input: BidInput!) { grantRetraction(input: $input) { __typename ... on SealedRetractionAccepted { bidCount } } }';
    expect(await graphql(grant, olga, { auctionId, bidNumber: 1 })).toEqual({
      __typename: 'SealedRetractionAccepted',
      bidCount: 0,
    });
  });
});

it('a retraction with 0.4 s left leaves a whole window', async () => {
  // A little ahead, so that no token is from this clock's future.
  const clock = new ManualRuntime(later(runtime.now(), 60_000));
  const other = await ApiHouse.open({ runtime: clock });
  try {
    const people = await Promise.all(
      (['seller', 'bidder', 'bidder', 'bidder'] as const).map(async (role) => {
        const id = userId(runtime.uuid());
        const token = await tokenFor(id, role);
        expect((await other.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
        return token;
      }),
    );
    const [seller, ...bidders] = people as [string, ...string[]];
    const listing = await other.http.post('/auctions', seller, {
      item: { title: 'A clock', category: 'Antiques' },
      terms: { currency: 'USD', startingPrice: '1000', retraction: 'ebay', softClose: { windowMs: 4_000 } },
      durationMs: 60_000,
    });
    const { auctionId, closesAt } = listing.body;
    for (const [i, amount] of ['2000', '500000', '3000'].entries())
      await other.http.post(`/auctions/${auctionId}/bids`, bidders[i] ?? '', { amount, currency: 'USD' });
    clock.advanceTo((Date.parse(closesAt) - 400) as never);
    const path = `/auctions/${auctionId}/bids/2/retraction`;
    const { body } = await other.http.post(path, bidders[1] ?? '', { reason: 'TypingError' });
    expect(body).toMatchObject({
      currentPrice: '2050',
      newClosesAt: new Date(Date.parse(closesAt) + 3_600).toISOString(),
    });
    const answer = await other.http.post(`/auctions/${auctionId}/bids`, bidders[0] ?? '', {
      amount: '4000',
      currency: 'USD',
    });
    expect(answer).toMatchObject({ status: 201, body: { leading: true } });
    await eventually('the bid', async () => (await other.http.get(`/auctions/${auctionId}`)).body.bidCount === 3);
  } finally {
    await other.close();
  }
});
