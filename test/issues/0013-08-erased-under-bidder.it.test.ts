// Issue 13, 8: Eve bids 50.00, Ann 90.00; Eve erases her account; Ann's bid goes, and Eve, erased, wins. A person is tied to
// every bid that counts in an open auction, because it may win again.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type UserId, userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';

let house: ApiHouse;
let sue: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  [, sue] = await registered('seller');
});
afterAll(() => house.close());

async function registered(role: 'bidder' | 'seller'): Promise<readonly [UserId, string]> {
  const id = userId(runtime.uuid());
  const token = await tokenFor(id, role);
  expect((await house.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
  return [id, token];
}

async function listed(terms: object = {}): Promise<string> {
  const { body } = await house.http.post('/auctions', sue, {
    item: { title: 'A clock', category: 'Antiques' },
    terms: { currency: 'USD', startingPrice: '1000', ...terms },
    durationMs: 86_400_000,
  });
  return body.auctionId;
}

const bid = async (auctionId: string, token: string, amount: string) =>
  expect((await house.http.post(`/auctions/${auctionId}/bids`, token, { amount, currency: 'USD' })).status).toBe(201);
const erase = (id: UserId, token: string) => house.http.post(`/users/${id}/erasure`, token, {});

const tiedOnce = { status: 409, body: { reason: 'UserHasTies', selling: 0, bidding: 1, unpaid: 0 } };

it('an under-bidder of an open auction cannot be erased', async () => {
  const [eve, asEve] = await registered('bidder');
  const [, asAnn] = await registered('bidder');
  const auctionId = await listed();
  await bid(auctionId, asEve, '5000');
  await bid(auctionId, asAnn, '9000');
  expect(await erase(eve, asEve)).toMatchObject(tiedOnce);
});

it('two bids in one auction are one tie, and bids in two auctions are two', async () => {
  const [eve, asEve] = await registered('bidder');
  const [one, other] = [await listed(), await listed({ format: 'vickrey' })];
  await bid(one, asEve, '5000');
  await bid(one, asEve, '6000');
  expect(await erase(eve, asEve)).toMatchObject(tiedOnce);
  await bid(other, asEve, '5000');
  expect(await erase(eve, asEve)).toMatchObject({ status: 409, body: { bidding: 2 } });
});

it('whoever has no bid that counts in an open auction can be', async () => {
  const [eve, asEve] = await registered('bidder');
  const auctionId = await listed({ buyNowPrice: '20000' });
  await bid(auctionId, asEve, '5000');
  expect(await erase(eve, asEve)).toMatchObject(tiedOnce);
  const admin = await tokenFor(userId(runtime.uuid()), 'admin');
  expect((await house.http.post(`/auctions/${auctionId}/withdrawal`, admin, { reason: 'broken' })).status).toBe(200);
  expect((await erase(eve, asEve)).status).toBe(200);
});
