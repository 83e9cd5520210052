// Issue 13, 15: a list of auctions had one order. `sort` names others, each with cursors of its own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';

type Row = Readonly<{ auctionId: string; listedAt: string; closesAt: string }>;
type Key = (row: Row) => string;

const MINUTE_MS = 60_000;
const sue = userId(runtime.uuid());
let house: ApiHouse;
let token: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  token = await tokenFor(sue, 'seller');
  await house.http.post('/users', token, { username: 'sue' });
  for (const minutes of [50, 10, 30, 20, 40, 30]) await list(minutes);
  await house.caughtUp();
});
afterAll(() => house.close());

async function list(minutes: number): Promise<string> {
  const item = { title: 'A clock', category: 'Clocks' };
  const terms = { currency: 'USD', startingPrice: '1000' };
  const reply = await house.http.post('/auctions', token, { item, terms, durationMs: minutes * MINUTE_MS });
  expect(reply.status).toBe(201);
  return reply.body.auctionId;
}

const get = (query: string) => house.http.get(`/auctions?${query}`);
const graphql = async (args: string) =>
  (await house.http.send('POST', '/graphql', { body: { query: `{auctions(${args}){rows{auctionId} next}}` } })).body;
const idsOf = (rows: readonly Row[]): string[] => rows.map(({ auctionId }) => auctionId);

const byClose: Key = ({ closesAt, auctionId }) => `${closesAt} ${auctionId}`;
const byListing: Key = ({ listedAt, auctionId }) => `${listedAt} ${auctionId}`;
const sorted = (rows: readonly Row[], key: Key, sign: 1 | -1): string[] =>
  idsOf([...rows].sort((a, b) => (key(a) < key(b) ? -sign : sign)));

describe.each([
  ['closing-soonest', 'CLOSING_SOONEST', byClose, 1],
  ['closing-latest', 'CLOSING_LATEST', byClose, -1],
  ['newest', 'NEWEST', byListing, -1],
] as const)('sort=%s', (sort, word, key, sign) => {
  it('gives every auction once, in its order, over REST and GraphQL', async () => {
    const { rows } = (await get('limit=200')).body;
    const expected = sorted(rows, key, sign);
    expect(idsOf((await get(`sort=${sort}`)).body.rows)).toEqual(expected);
    expect(idsOf((await get(`sort=${sort.toUpperCase()}&status=open`)).body.rows)).toEqual(expected);
    expect(idsOf((await graphql(`sort: ${word}`)).data.auctions.rows)).toEqual(expected);
  });

  it('goes on behind a page, whatever is listed meanwhile', async () => {
    const before = sorted((await get('limit=200')).body.rows, key, sign);
    const first = (await get(`sort=${sort}&limit=2`)).body;
    for (const minutes of [1, 35, 100]) await list(minutes);
    await house.caughtUp();
    const seen = idsOf(first.rows);
    for (let next = first.next; next !== null; ) {
      const page = (await get(`sort=${sort}&limit=2&cursor=${next}`)).body;
      seen.push(...idsOf(page.rows));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => before.includes(id))).toEqual(before);
  });

  it('takes no cursor of another order', async () => {
    const { next } = (await graphql(`sort: ${word}, limit: 1`)).data.auctions;
    for (const other of ['closing-soonest', 'closing-latest', 'newest'])
      expect((await get(`sort=${other}&cursor=${next}`)).status).toBe(other === sort ? 200 : 400);
  });
});

it('is by the earliest close unless it is said', async () => {
  const expected = idsOf((await get('sort=closing-soonest')).body.rows);
  expect(idsOf((await get('')).body.rows)).toEqual(expected);
  for (const args of ['limit: 50', 'sort: null'])
    expect(idsOf((await graphql(args)).data.auctions.rows)).toEqual(expected);
});

it('refuses any other order with those that there are', async () => {
  for (const word of ['price', ''])
    expect(await get(`sort=${word}`)).toMatchObject({
      status: 400,
      body: { message: 'sort must be one of closing-soonest, closing-latest, newest' },
    });
  const words = expect.stringContaining('It has CLOSING_SOONEST, CLOSING_LATEST, NEWEST.');
  for (const word of ['PRICE', '"newest"', '1'])
    expect((await graphql(`sort: ${word}`)).errors).toEqual([expect.objectContaining({ message: words })]);
  const query = 'query($s: AuctionSort){auctions(sort: $s){next}}';
  const reply = await house.http.send('POST', '/graphql', { body: { query, variables: { s: 'PRICE' } } });
  expect(reply.body.errors).toEqual([expect.objectContaining({ message: words })]);
});
