// Issue 13, part 10: one payment reference settled two sales. A reference counts once in the house and channel; where one
// payment is for several sales, each request says how large the payment is.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenLasting } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const id = () => userId(runtime.uuid());
const [sue, ann] = [id(), id()] as const;
let house: ApiHouse;
let as: Record<'sue' | 'ann' | 'olga', string>;

beforeAll(async () => {
  house = await ApiHouse.open({});
  as = {
    sue: await tokenLasting(3_600, sue, 'seller'),
    ann: await tokenLasting(3_600, ann, 'bidder'),
    olga: await tokenLasting(3_600, id(), 'operator'),
  };
  for (const [username, token] of Object.entries({ sue: as.sue, ann: as.ann }))
    expect((await house.http.send('POST', '/users', { body: { username }, token })).status).toBe(201);
});
afterAll(() => house.close());

/** As many auctions as asked for, each sold to Ann at 10.00, for which 11.50 are due. */
async function sold(count: number): Promise<readonly string[]> {
  const auctionIds = Array.from({ length: count }, () => runtime.uuid());
  const closesAt = new Date(Date.now() + 1_500).toISOString();
  await Promise.all(
    auctionIds.map(async (auctionId) => {
      const item = { title: 'A clock', category: 'Clocks' };
      const terms = { currency: 'USD', startingPrice: '1000', softClose: null };
      const body = { auctionId, item, terms, closesAt };
      expect((await house.http.send('POST', '/auctions', { body, token: as.sue })).status).toBe(201);
      const bid = { amount: '1000', currency: 'USD' };
      expect((await house.http.send('POST', `/auctions/${auctionId}/bids`, { body: bid, token: as.ann })).status).toBe(
        201,
      );
    }),
  );
  for (const auctionId of auctionIds)
    await eventually(
      'the hammer',
      async () => (await house.http.send('GET', `/auctions/${auctionId}`)).body.status === 'sold',
      30_000,
    );
  return auctionIds;
}

async function pay(auctionId: string, reference: string, more: object = {}): Promise<any> {
  const body = { channel: 'online', reference, amount: '1150', currency: 'USD', ...more };
  const path = `/auctions/${auctionId}/transactions/1/payments`;
  return (await house.http.send('POST', path, { body, token: as.olga })).body;
}

it('counts a reference for one sale, and tells staff in one sentence for which', async () => {
  const [first = '', second = ''] = await sold(2);
  expect((await pay(first, 'bank-77')).outcome).toBe('accepted');
  const refused = await pay(second, 'bank-77');
  expect(refused).toMatchObject({
    outcome: 'rejected',
    reason: 'PaymentUsed',
    usedFor: { auctionId: first, transactionNumber: 1 },
  });
  expect(refused.message).toContain(first);
  expect((await pay(second, 'bank-77', { channel: 'point-of-sale' })).outcome).toBe('accepted');
});

it('divides one payment among sales as long as their requests say how large it is', async () => {
  const [first = '', second = '', third = ''] = await sold(3);
  const whole = { paymentTotal: '2300' };
  expect(await pay(first, 'bank-78', { paymentTotal: '1149' })).toMatchObject({
    reason: 'InvalidPayment',
    field: 'paymentTotal',
  });
  expect((await pay(first, 'bank-78', whole)).outcome).toBe('accepted');
  expect(await pay(second, 'bank-78', { paymentTotal: '2301' })).toMatchObject({ reason: 'PaymentUsed' });
  expect(await pay(second, 'bank-78')).toMatchObject({ reason: 'PaymentUsed' });
  expect((await pay(second, 'bank-78', whole)).outcome).toBe('accepted');
  expect(await pay(third, 'bank-78', whole)).toMatchObject({
    reason: 'PaymentUsed',
    paymentTotal: '2300',
    counted: '2300',
  });
  expect(await pay(first, 'bank-78', whole)).toMatchObject({ reason: 'AlreadyRecorded' });
});

it('lets one of many win that come at once', async () => {
  const auctionIds = await sold(8);
  const answers = await Promise.all(auctionIds.map((auctionId) => pay(auctionId, 'bank-79')));
  expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  expect(answers.filter(({ reason }) => reason === 'PaymentUsed')).toHaveLength(7);
});
