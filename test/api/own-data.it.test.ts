// What somebody is given of what the house has of them: all of their own, opened; nothing of others, and nothing that lets anybody in.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { PASSWORD, SignInHouse } from '../support/sign-in-house.js';

let signing: SignInHouse;
beforeAll(async () => {
  signing = await SignInHouse.open(new ForwardRuntime());
}, 180_000);
afterAll(() => signing.close());

it("is the account, opened, and the rows of every table that are the person's", async () => {
  const [ann, bob] = [await signing.member('ann@people.example'), await signing.member('bob@people.example')];
  const annId = (await signing.session(ann)).userId;
  const bobId = (await signing.session(bob)).userId;
  const made = await ann.post('/account/tokens', { name: 'my till', roles: ['bidder'], days: 3 });
  const listed = await bob.post('/auctions', {
    item: { title: 'A vase', category: 'Vases' },
    terms: { currency: 'EUR', startingPrice: '1000', reservePrice: '7777' },
    durationMs: 3_600_000,
  });
  const { auctionId } = listed.body;
  const bid = await ann.post(`/auctions/${auctionId}/bids`, { amount: '4321', currency: 'EUR' });
  expect([listed.status, bid.status]).toEqual([201, 201]);
  await signing.house.caughtUp();

  const reply = await ann.send('GET', '/users/me/data');
  expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const { userId, account, rows } = reply.body;
  expect(userId).toBe(annId);
  expect(account[0]).toMatchObject({ type: 'UserRegistered', username: 'ann' });
  expect(JSON.stringify(account)).toContain('ann@people.example');
  expect(rows['silver_private.bids']).toMatchObject([{ auction_id: auctionId, maximum: 4321 }]);
  expect(rows['sign_in.api_tokens']).toMatchObject([{ name: 'my till' }]);
  expect(rows['sign_in.session']).toHaveLength(1);
  expect(rows['sign_in."user"']).toHaveLength(1);
  for (const secret of ['bob@people.example', '7777', made.body.token, PASSWORD, 'scrypt', '"token"', '"password"'])
    expect(reply.text).not.toContain(secret);
  const ofBob = await bob.send('GET', '/users/me/data');
  expect(ofBob.body.rows['silver_private.listings']).toMatchObject([{ auction_id: auctionId, reserve_price: 7777 }]);
  expect(ofBob.body.userId).toBe(bobId);
  for (const secret of ['ann@people.example', '4321']) expect(ofBob.text).not.toContain(secret);
  expect((await signing.browser().send('GET', '/users/me/data')).status).toBe(401);
}, 180_000);
