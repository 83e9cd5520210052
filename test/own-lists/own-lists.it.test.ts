// Watch lists and saved searches over GraphQL, on a house of its own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { SOON_MS, writeClosingSoon } from '../../src/notify/mail/closing-soon.js';
import { SEARCHES_MAX, WATCHED_MAX } from '../../src/own-lists/own-lists.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const id = () => userId(runtime.uuid());
const [sue, ann, bob] = [id(), id(), id()] as const;
const HOSTILE = '<b>clocks</b> & "coins"';
let house: ApiHouse;
let as: Record<'sue' | 'ann' | 'bob', string>;

async function ask(token: string | null, query: string, variables: object = {}): Promise<any> {
  const send = { body: { query, variables }, ...(token !== null && { token }) };
  return (await house.http.send('POST', '/graphql', send)).body;
}
const codeOf = (body: any): string => body.errors?.[0]?.extensions?.code;

async function list(title: string, category: string): Promise<string> {
  const { body } = await house.http.post('/auctions', as.sue, {
    item: { title, category },
    terms: { currency: 'EUR', startingPrice: '10000' },
    durationMs: 2 * SOON_MS,
  });
  await house.caughtUp();
  return body.auctionId;
}

const watch = (token: string | null, auctionId: string) =>
  ask(token, 'mutation($id: ID!) { watchLot(auctionId: $id) }', { id: auctionId });
const unwatch = (token: string, auctionId: string) =>
  ask(token, 'mutation($id: ID!) { unwatchLot(auctionId: $id) }', { id: auctionId });
const watched = async (token: string): Promise<readonly string[]> =>
  (await ask(token, '{ myWatchList { auctionId } }')).data.myWatchList.map((lot: any) => lot.auctionId);
const rowsOf = async (who: string, table: string): Promise<number> =>
  (await house.house.pool.query(`SELECT FROM own_lists.${table} WHERE user_id = $1`, [who])).rowCount ?? 0;

const SEARCH = 'searchId name status category text sort';
const save = (token: string, input: object) =>
  ask(token, `mutation($input: SaveSearchInput!) { saveSearch(input: $input) { ${SEARCH} } }`, { input });

beforeAll(async () => {
  house = await ApiHouse.open();
  as = {
    sue: await tokenFor(sue, 'seller'),
    ann: await tokenFor(ann, 'bidder'),
    bob: await tokenFor(bob, 'bidder'),
  };
  for (const name of ['sue', 'ann', 'bob'] as const)
    expect((await house.http.post('/users', as[name], { username: name })).status).toBe(201);
});
afterAll(() => house.close());

describe('a watch list', () => {
  it('has what its person put on it, the latest first, and is nobody else’s', async () => {
    const [clock, coin] = [await list('A clock', 'Clocks'), await list('A coin', 'Coins')];
    expect(await watch(as.ann, clock)).toEqual({ data: { watchLot: true } });
    expect(await watch(as.ann, coin)).toEqual({ data: { watchLot: true } });
    expect(await watch(as.ann, clock)).toEqual({ data: { watchLot: true } });
    expect(await watched(as.ann)).toEqual([coin, clock]);
    expect(await watched(as.bob)).toEqual([]);
    expect(await unwatch(as.bob, coin)).toEqual({ data: { unwatchLot: false } });
    expect(await unwatch(as.ann, coin)).toEqual({ data: { unwatchLot: true } });
    expect(await watched(as.ann)).toEqual([clock]);
  });

  it('takes no lot that is not there, none of somebody without a name, and so many and no more', async () => {
    expect(codeOf(await watch(as.bob, runtime.uuid()))).toBe('AuctionUnknown');
    expect(codeOf(await watch(null, runtime.uuid()))).toBe('TokenMissing');
    const lot = await list('One more clock', 'Clocks');
    const fill = `INSERT INTO own_lists.watched_lots (user_id, auction_id, watched_at)
      SELECT $1, gen_random_uuid(), now() FROM generate_series(1, $2)`;
    await house.house.pool.query(fill, [bob, WATCHED_MAX - 1]);
    expect(await watch(as.bob, lot)).toEqual({ data: { watchLot: true } });
    const another = await list('A clock too many', 'Clocks');
    expect(codeOf(await watch(as.bob, another))).toBe('TooManyWatched');
    expect(await watch(as.bob, lot)).toEqual({ data: { watchLot: true } });
  });

  it('is told of once, to who wants mail, when the close is an hour away', async () => {
    const lot = await list('A clock that closes', 'Clocks');
    const { closesAt } = (await house.http.get(`/auctions/${lot}`)).body;
    const soon = instant(Date.parse(closesAt) - SOON_MS);
    await watch(as.ann, lot);
    await watch(as.bob, lot);
    await house.house.pool.query(
      'INSERT INTO ops.mail_readers (user_id, data_version, verified_version, wanted) VALUES ($1, 1, 1, true), ($2, 1, NULL, true)',
      [ann, bob],
    );
    const lettersOf = async () =>
      (
        await house.house.pool.query(
          "SELECT user_id FROM ops.outbox WHERE content ->> 'kind' = 'ClosingSoon' AND content ->> 'subjectId' = $1",
          [lot],
        )
      ).rows;
    await writeClosingSoon(house.house.pool, instant(soon - 1));
    expect(await lettersOf()).toEqual([]);
    await writeClosingSoon(house.house.pool, soon);
    expect(await lettersOf()).toEqual([{ user_id: ann }]);
    expect(await writeClosingSoon(house.house.pool, soon)).toBe(0);
    expect(await lettersOf()).toHaveLength(1);
  });
});

describe('a saved search', () => {
  it('is kept under its name, finds what it finds now, and goes when it is removed', async () => {
    const { data } = await save(as.ann, { name: HOSTILE, filter: { category: 'stamps', status: 'OPEN' } });
    expect(data.saveSearch).toMatchObject({
      name: HOSTILE,
      status: 'OPEN',
      category: 'stamps',
      text: null,
      sort: 'CLOSING_SOONEST',
    });
    const { searchId } = data.saveSearch;
    expect((await ask(as.ann, `{ mySavedSearches { ${SEARCH} } }`)).data.mySavedSearches).toEqual([data.saveSearch]);
    const run = 'query($id: ID!) { savedSearch(searchId: $id) { rows { auctionId } } }';
    expect((await ask(as.ann, run, { id: searchId })).data.savedSearch.rows).toEqual([]);
    const stamp = await list('A stamp', 'Stamps');
    expect((await ask(as.ann, run, { id: searchId })).data.savedSearch.rows).toEqual([{ auctionId: stamp }]);
    expect(codeOf(await ask(as.bob, run, { id: searchId }))).toBe('SearchUnknown');
    const remove = 'mutation($id: ID!) { removeSavedSearch(searchId: $id) }';
    expect((await ask(as.bob, remove, { id: searchId })).data).toEqual({ removeSavedSearch: false });
    expect((await ask(as.ann, remove, { id: searchId })).data).toEqual({ removeSavedSearch: true });
    expect((await ask(as.ann, '{ mySavedSearches { name } }')).data.mySavedSearches).toEqual([]);
  });

  it('is refused without a name, under one that is taken, with a time, and beyond as many as there may be', async () => {
    expect(codeOf(await save(as.bob, { name: ' ', filter: {} }))).toBe('RequestInvalid');
    expect(codeOf(await save(as.bob, { name: 'a time', filter: { closesBefore: '2030-01-01T00:00:00Z' } }))).toBe(
      'RequestInvalid',
    );
    expect((await save(as.bob, { name: 'coins', filter: { text: 'coins' } })).data.saveSearch.name).toBe('coins');
    expect(codeOf(await save(as.bob, { name: 'coins', filter: {} }))).toBe('SearchNameTaken');
    const fill = `INSERT INTO own_lists.saved_searches (search_id, user_id, name, filter, saved_at)
      SELECT gen_random_uuid(), $1, n::text, '{}', now() FROM generate_series(1, $2) n`;
    await house.house.pool.query(fill, [bob, SEARCHES_MAX - 2]);
    expect((await save(as.bob, { name: 'the last', filter: {} })).data.saveSearch.name).toBe('the last');
    expect(codeOf(await save(as.bob, { name: 'one too many', filter: {} }))).toBe('TooManySearches');
  });
});

it('goes with the person, and nothing comes back under a token that is still good', async () => {
  const lot = await list('A clock that stays', 'Clocks');
  expect((await house.http.post(`/users/${bob}/erasure`, as.bob)).status).toBe(200);
  await eventually('the lists to be gone', async () => (await rowsOf(bob, 'watched_lots')) === 0);
  expect(await rowsOf(bob, 'saved_searches')).toBe(0);
  await house.caughtUp();
  expect(codeOf(await watch(as.bob, lot))).toBe('AuctionUnknown');
  await save(as.bob, { name: 'again', filter: {} });
  expect([await rowsOf(bob, 'watched_lots'), await rowsOf(bob, 'saved_searches')]).toEqual([0, 0]);
});
