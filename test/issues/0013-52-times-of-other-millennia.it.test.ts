// Issue 13, the second hostile pass: `GET /auctions?closesBefore=0001-01-01T00:00:00+14:00` was answered 500. In UTC that is
// in the year 0, which PostgreSQL does not know. A time is judged by its instant, not by the year that is written.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';

let house: ApiHouse;
let token: string;
beforeAll(async () => {
  house = await ApiHouse.open();
  token = await tokenFor(userId(runtime.uuid()), 'seller');
});
afterAll(() => house.close());

const OUTSIDE = [
  '0000-01-01T00:00:00Z',
  '0000-12-31T23:59:59.999Z',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
];
const INSIDE = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '0000-12-31T23:59:00-00:01'];

const filtered = (at: string): string => `{auctions(filter:{closesBefore:"${at}"}){rows{auctionId}}}`;
const listing = (at: string): object => ({
  item: { title: 'A clock', category: 'Clocks' },
  terms: { currency: 'USD', startingPrice: '1000' },
  opensAt: at,
  closesAt: at,
});

describe.each(OUTSIDE)('the time %s', (at) => {
  it('is refused by name in a query', async () => {
    const { status, body } = await house.http.get(`/auctions?closesBefore=${encodeURIComponent(at)}`);
    expect([status, body.details]).toEqual([
      400,
      [{ field: 'closesBefore', problem: expect.stringContaining('year') }],
    ]);
  });
  it('is refused by name in a listing', async () => {
    const { status, body } = await house.http.post('/auctions', token, listing(at));
    expect([status, body.details?.length]).toEqual([400, 2]);
  });
  it('is refused in GraphQL', async () => {
    const { status, body } = await house.http.send('POST', '/graphql', { body: { query: filtered(at) } });
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'RequestInvalid']);
  });
});

it.each(INSIDE)('the time %s is taken', async (at) => {
  expect((await house.http.get(`/auctions?closesBefore=${encodeURIComponent(at)}`)).status).toBe(200);
  const { status } = await house.http.send('POST', '/graphql', { body: { query: filtered(at) } });
  expect(status).toBe(200);
});
