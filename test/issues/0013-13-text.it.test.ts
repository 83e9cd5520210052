// One policy for texts at every door: what hides or reorders is refused, what looks the same is kept the same.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Tokens } from '../../src/api/auth/tokens.js';
import { MessageIngress } from '../../src/api/ingress/ingress.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId } from '../../src/domain/ids.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';

const id = () => userId(runtime.uuid());
const [sue, olga] = [id(), id()];
let house: ApiHouse;
let as: Record<'sue' | 'olga', string>;

beforeAll(async () => {
  house = await ApiHouse.open();
  as = { sue: await tokenFor(sue, 'seller', 'bidder'), olga: await tokenFor(olga, 'operator', 'admin') };
  await house.http.post('/users', as.sue, { username: 'sue' });
});
afterAll(() => house.close());

const HIDDEN = ['\u200b\u200b\u200b', '\u202evatsuG', '\u3164', 'two\u2028lines', 'a\u0000b', 'a\ufffeb', '\x1b[2J'];
const listing = (item: object) => ({
  item: { title: 'A clock', category: 'Clocks', ...item },
  terms: { currency: 'USD', startingPrice: '1000' },
  durationMs: 86_400_000,
});
const graphql = (query: string, token: string, variables: object) =>
  house.http.post('/graphql', token, { query, variables });

describe.each(HIDDEN)('%j', (hidden) => {
  it('is no username, over REST, GraphQL and Kafka', async () => {
    const token = await tokenFor(id(), 'bidder');
    expect(await house.http.post('/users', token, { username: hidden })).toMatchObject({
      status: 400,
      body: { code: 'RequestInvalid', details: [{ field: 'username' }] },
    });
    const query = 'mutation($i: RegisterUserInput!){registerUser(input: $i){__typename}}';
    expect((await graphql(query, token, { i: { username: hidden } })).body.errors[0].message).toMatch(/^username must/);
    const ingress = new MessageIngress(new Tokens(settings.tokens, runtime), DEFAULT_HOUSE, new MemoryKeyStore());
    const message = { v: 1, commandId: runtime.uuid(), token, request: { type: 'RegisterUser', username: hidden } };
    expect(await ingress.admit('users', message)).toMatchObject({ admitted: false, reason: 'Malformed' });
  });
  it.each(['title', 'category'])('is no %s', async (field) => {
    const reply = await house.http.post('/auctions', as.sue, listing({ [field]: hidden }));
    expect(reply).toMatchObject({ status: 422, body: { reason: 'InvalidTerms', field: `item.${field}` } });
  });
  it('is in no reason, no address and no search', async () => {
    const suspended = await house.http.post(`/users/${sue}/suspension`, as.olga, { reason: hidden });
    expect(suspended).toMatchObject({ status: 422, body: { reason: 'InvalidUser', field: 'reason' } });
    const personal = { token: as.sue, body: { address: hidden } };
    expect(await house.http.send('PUT', '/users/me/personal-data', personal)).toMatchObject({ status: 400 });
    for (const field of ['text', 'category'])
      expect(await house.http.get(`/auctions?${field}=${encodeURIComponent(hidden)}`)).toMatchObject({ status: 400 });
  });
});

describe('what needs its joiners', () => {
  it.each(['👩‍🚀 helmet', 'کتاب‌ها', 'राष्‍ट्र', '🏴󠁧󠁢󠁳󠁣󠁴󠁿 kilt'])('is taken and kept: %s', async (title) => {
    const reply = await house.http.post('/auctions', as.sue, listing({ title, description: title }));
    expect(reply.status).toBe(201);
    await house.caughtUp();
    const { body } = await house.http.get(`/auctions/${reply.body.auctionId}`);
    expect(body).toMatchObject({ title, description: title });
  });
});

it('keeps one form of what looks the same, and takes either for a repeat', async () => {
  const commandId = runtime.uuid();
  const [composed, decomposed] = ['M\u00fcller', 'Mu\u0308ller'];
  const first = await house.http.post('/auctions', as.sue, { commandId, ...listing({ title: decomposed }) });
  expect(first).toMatchObject({ status: 201, body: { repeated: false } });
  const again = await house.http.post('/auctions', as.sue, { commandId, ...listing({ title: composed }) });
  expect(again).toMatchObject({ status: 201, body: { repeated: true } });
  await house.caughtUp();
  expect((await house.http.get(`/auctions/${first.body.auctionId}`)).body.title).toBe(composed);
  const token = await tokenFor(id(), 'bidder');
  await house.http.post('/users', token, { username: decomposed, name: decomposed });
  await house.caughtUp();
  expect((await house.http.get('/users/me', token)).body).toMatchObject({
    username: composed,
    personalData: { name: composed },
  });
});
