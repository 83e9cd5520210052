// Identifiers are taken in either case and answered in lower case (RFC 9562, section 4), at every door.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Tokens } from '../../src/api/auth/tokens.js';
import { MessageIngress } from '../../src/api/ingress/ingress.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId, uuidIn } from '../../src/domain/ids.js';
import { userNamed } from '../../src/house/development.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Watcher } from '../support/watcher.js';

const id = () => userId(runtime.uuid());
const [sue, ann] = [id(), id()];
const upper = (text: string): string => text.toUpperCase();
let house: ApiHouse;
let as: Record<'sue' | 'ann', string>;
let auctionId: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  as = {
    sue: await tokenFor(upper(sue) as typeof sue, 'seller'),
    ann: await tokenFor(upper(ann) as typeof ann, 'bidder'),
  };
  for (const name of ['sue', 'ann'] as const) await house.http.post('/users', as[name], { username: name });
  auctionId = runtime.uuid();
  const listed = await house.http.post('/auctions', as.sue, {
    auctionId: upper(auctionId),
    item: { title: 'A clock', category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000' },
    durationMs: 86_400_000,
  });
  expect(listed).toMatchObject({ status: 201, body: { auctionId } });
  await house.caughtUp();
});
afterAll(() => house.close());

it('in paths, bodies, headers and filters, and in the subjects of tokens', async () => {
  const commandId = runtime.uuid();
  const bid = { amount: '1000', currency: 'USD' };
  const headers = { 'idempotency-key': upper(commandId) };
  const path = `/auctions/${upper(auctionId)}/bids`;
  const first = await house.http.send('POST', path, { token: as.ann, body: bid, headers });
  expect(first).toMatchObject({ status: 201, body: { commandId, auctionId, repeated: false } });
  const again = await house.http.post(path, as.ann, { ...bid, commandId: upper(commandId) });
  expect(again.body).toMatchObject({ commandId, repeated: true });
  expect((await house.http.get(`/commands/${upper(commandId)}`, as.ann)).body).toMatchObject({ commandId });
  await house.caughtUp();
  expect((await house.http.get(`/auctions/${upper(auctionId)}`)).body).toMatchObject({ auctionId, leaderId: ann });
  const ofSue = await house.http.get(`/auctions?sellerId=${upper(sue)}`);
  expect(ofSue.body.rows.map((row: { auctionId: string }) => row.auctionId)).toEqual([auctionId]);
  expect((await house.http.get(`/users/${upper(ann)}`, as.sue)).body).toMatchObject({ userId: ann });
  expect((await house.http.get('/users/me', as.ann)).body).toMatchObject({ userId: ann });
});

it('in GraphQL, and in the variables of subscriptions', async () => {
  const query = '{a: auction(id: "ID"){auctionId} b: auctions(filter: {sellerId: "SELLER"}){rows{auctionId}}}';
  const document = query.replace('ID', upper(auctionId)).replace('SELLER', upper(sue));
  const { body } = await house.http.post('/graphql', as.ann, { query: document });
  expect(body).toEqual({ data: { a: { auctionId }, b: { rows: [{ auctionId }] } } });
  const watcher = Watcher.connect(house.http.url, as.ann);
  try {
    const one = watcher.watch('subscription($id: ID!){auctionUpdated(id: $id){auctionId}}', { id: upper(auctionId) });
    expect(await one.until('the auction', () => true)).toEqual({ auctionUpdated: { auctionId } });
  } finally {
    await watcher.close();
  }
});

it('in messages of Kafka', async () => {
  const ingress = new MessageIngress(new Tokens(settings.tokens, runtime), DEFAULT_HOUSE, new MemoryKeyStore());
  const commandId = runtime.uuid();
  const request = { type: 'PlaceBid', auctionId: upper(auctionId), amount: '1000', currency: 'USD' };
  const admitted = await ingress.admit('bids', { v: 1, commandId: upper(commandId), token: as.ann, request });
  expect(admitted).toMatchObject({ admitted: true, envelope: { commandId, command: { auctionId, bidderId: ann } } });
});

it('on the command line', () => {
  expect(userNamed(upper(ann))).toBe(ann);
  expect(uuidIn(upper(ann))).toBe(ann);
  expect(uuidIn(`${ann}x`)).toBeNull();
});
