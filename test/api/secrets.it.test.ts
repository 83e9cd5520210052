// What only its owner may see is looked for everywhere else: in every answer to everybody else, in the metrics, in the log.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';

const [ann, bob, sue] = [userId(runtime.uuid()), userId(runtime.uuid()), userId(runtime.uuid())];
// Numbers and words that occur nowhere by chance.
const SECRETS = {
  maximum: '7771234567',
  raised: '7779876543',
  refused: '1',
  reserve: '8881234567',
  name: 'Annabella Quux',
  email: 'quux@secret.example',
  address: '77 Hidden Lane',
};
const SEARCHED = Object.entries(SECRETS).filter(([name]) => name !== 'refused');

let house: ApiHouse;
let auction: string;
let commands: string[];
let annToken: string;
beforeAll(async () => {
  house = await ApiHouse.open();
  const { http } = house;
  annToken = await tokenFor(ann, 'bidder');
  const [bobToken, sueToken] = [await tokenFor(bob, 'bidder'), await tokenFor(sue, 'seller')];
  const { name, email, address } = SECRETS;
  await http.post('/users', annToken, { username: 'ann', name, email, address });
  await http.post('/users', bobToken, { username: 'bob' });
  await http.post('/users', sueToken, { username: 'sue' });
  const terms = { currency: 'USD', startingPrice: '1000', reservePrice: SECRETS.reserve };
  const item = { title: 'A vase', category: 'Vases' };
  auction = (await http.post('/auctions', sueToken, { item, terms, durationMs: 86_400_000 })).body.auctionId;
  const bid = (token: string, amount: string) =>
    http.post(`/auctions/${auction}/bids`, token, { amount, currency: 'USD' });
  const replies = [
    await bid(annToken, SECRETS.maximum),
    await bid(bobToken, '2000'),
    await bid(annToken, SECRETS.raised),
    await bid(annToken, SECRETS.maximum),
    await bid(annToken, SECRETS.refused),
  ];
  expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 409, 409]);
  // The answers to the bidder's own bids do not repeat a maximum either: they may pass through others' logs.
  for (const { text } of replies) for (const [, secret] of SEARCHED) expect(text).not.toContain(secret);
  commands = replies.map(({ body }) => body.commandId);
  await house.caughtUp();
});
afterAll(() => house.close());

it('nobody else sees it, whatever the role and the route', async () => {
  const { http } = house;
  const roles: readonly Role[] = ['bidder', 'seller', 'analyst', 'operator', 'admin'];
  const paths = [
    '/auctions',
    `/auctions/${auction}`,
    `/auctions/${auction}/bids`,
    `/users/${ann}`,
    '/users/me',
    '/users/me/bids',
    '/users/me/transactions',
    '/transactions',
    ...commands.map((id) => `/commands/${id}`),
    `/auctions?text=${encodeURIComponent(SECRETS.name)}`,
    '/metrics',
    '/health/ready',
    '/docs/openapi.json',
  ];
  const tokens = [undefined, await tokenFor(bob, ...roles), await tokenFor(sue, ...roles)];
  for (const path of paths)
    for (const token of tokens) {
      const { text, headers } = await http.get(path, token);
      const seen = text + JSON.stringify([...headers]);
      for (const [what, secret] of SEARCHED) expect([path, what, seen.includes(secret)]).toEqual([path, what, false]);
    }
});

it('its owner does', async () => {
  const { http } = house;
  const me = await http.get('/users/me', annToken);
  for (const secret of [SECRETS.name, SECRETS.email, SECRETS.address]) expect(me.text).toContain(secret);
  const bids = await http.get('/users/me/bids', annToken);
  expect(bids.body.rows.map((row: { maximum: string }) => row.maximum)).toEqual([SECRETS.raised, SECRETS.maximum]);
  expect((await http.get(`/commands/${commands[0]}`, annToken)).status).toBe(200);
});

it('the log has none of it, and no token', () => {
  const text = JSON.stringify(house.http.log.lines);
  expect(house.http.log.lines.length).toBeGreaterThan(20);
  for (const [what, secret] of SEARCHED) expect([what, text.includes(secret)]).toEqual([what, false]);
  expect(text).not.toContain(annToken);
  expect(text).not.toMatch(/bearer/i);
});

it('the database has no person in plain text', async () => {
  const { rows } = await house.house.pool.query(
    "SELECT string_agg(payload, ' ') AS text FROM (SELECT journal_events::text AS payload FROM journal.events journal_events) all_events",
  );
  for (const secret of [SECRETS.name, SECRETS.email, SECRETS.address]) expect(rows[0].text).not.toContain(secret);
  expect(rows[0].text).toContain(SECRETS.maximum);
});
