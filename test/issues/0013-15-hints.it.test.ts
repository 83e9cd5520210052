// A list that finds nothing because of case or a near miss says what exists, and so does one that is asked for what it lacks.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';

const sue = userId(runtime.uuid());
let house: ApiHouse;
let token: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  token = await tokenFor(sue, 'seller');
});
afterAll(() => house.close());

const get = (query: string) => house.http.get(`/auctions?${query}`);
const hint = async (query: string) => (await get(query)).body.hint;

it('says that nothing has been listed', async () => {
  expect(await hint('category=Clocks')).toBe('There is no category "Clocks". Nothing has been listed yet.');
  expect(await get('')).toMatchObject({ status: 200, body: { rows: [], next: null } });
  expect(await hint('')).toBeUndefined();
});

describe('with auctions', () => {
  beforeAll(async () => {
    await house.http.post('/users', token, { username: 'sue' });
    for (const category of ['Clocks', 'CLOCKS', 'Coins', 'Möbel']) {
      const item = { title: 'A thing', category };
      const terms = { currency: 'USD', startingPrice: '1000' };
      await house.http.post('/auctions', token, { item, terms, durationMs: 86_400_000 });
    }
    await house.caughtUp();
  });

  it.each([
    ['category=Clok', /^There is no category "Clok"\. Did you mean "(Clocks|CLOCKS)"\?$/],
    ['category=coin', /^There is no category "coin"\. Did you mean "Coins"\?$/],
    ['category=Watches', /^There is no category "Watches"\. There are "(Clocks|CLOCKS)", "Coins", "Möbel"\.$/],
    [
      'category=coins&status=sold',
      /^There are auctions in the category "Coins", but none that fits the other filters\.$/,
    ],
    ['text=thin', /^No auction here has the word "thin"\. Words are found whole, in any case/],
    ['text=a+thin', /^No auction here has all of the words "a", "thin"\./],
  ])('%s', async (query, sentence) => {
    const reply = await get(query);
    expect(reply).toMatchObject({ status: 200, body: { rows: [], next: null } });
    expect(reply.body.hint).toMatch(sentence);
  });
  it.each(['category=clocks', 'category=COINS&status=Open', 'text=THING', 'status=sold', 'sellerId='.concat(sue)])(
    'has no hint for %s',
    async (query) => expect(await hint(query)).toBeUndefined(),
  );
  it('has none behind the first page', async () => {
    const { body } = await get('category=clocks&limit=1');
    expect(await hint(`category=none&cursor=${body.next}`)).toBeUndefined();
  });
  it('says the same in GraphQL', async () => {
    const query = '{auctions(filter: {category: "Clok"}){rows{auctionId} hint}}';
    const { body } = await house.http.post('/graphql', token, { query });
    expect(body.data.auctions).toMatchObject({ rows: [], hint: expect.stringMatching(/^There is no category "Clok"/) });
  });
});

describe('a parameter', () => {
  const problem = async (path: string) => (await house.http.get(path, token)).body;
  it('that does not exist is refused with those that do', async () => {
    expect(await problem('/auctions?order=price&Status=open')).toMatchObject({
      code: 'RequestInvalid',
      message:
        'query has no parameter "order", "Status"; there are limit, cursor, status, category, sellerId, text, closesBefore, sort',
    });
    expect((await problem(`/auctions/${sue}/bids?page=2`)).message).toBe(
      'query has no parameter "page"; there are limit, cursor',
    );
    expect((await problem('/users/me/transactions?role=buyer')).message).toBe(
      'query has no parameter "role"; there are limit, cursor, side',
    );
  });
  it('of a few words is taken in any case, and refused with the words', async () => {
    expect((await get('status=OPEN')).status).toBe(200);
    expect((await house.http.get('/users/me/transactions?side=Buyer', token)).status).toBe(200);
    expect((await problem('/auctions?status=closed')).message).toBe(
      'status must be one of upcoming, open, sold, passed, cancelled, withdrawn',
    );
    expect((await problem('/users/me/transactions?side=me')).message).toBe('side must be one of buyer, seller, both');
  });
  it('that looks for no word is refused', async () =>
    expect((await problem('/auctions?text=!!!')).message).toBe('text must have a word to look for'));
});
