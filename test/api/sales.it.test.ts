// Sales over GraphQL, as staff, a bidder and a passer-by see them, from the draft to the catalogue with its auctions.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const id = () => userId(runtime.uuid());
const [olga, sue, ann, bob] = [id(), id(), id(), id()] as const;
const day = (n: number) => new Date(runtime.now() + n * 86_400_000).toISOString();

let house: ApiHouse;
let as: Record<'olga' | 'sue' | 'ann' | 'bob', string>;
let saleId: string;
let lots: string[];

/** The root field's answer, or the code of the first error. */
async function ask(query: string, token?: string, variables: object = {}): Promise<any> {
  const { body } = await house.http.send('POST', '/graphql', {
    body: { query, variables },
    ...(token !== undefined && { token }),
  });
  if (body.errors !== undefined) return body.errors[0].extensions?.code ?? body.errors[0].message;
  return Object.values(body.data)[0];
}

const SALE = 'saleId title kind status registration biddingLimit lotCount closesAt lotIntervalMs publishedAt';
const LOTS = `rows { lotId lotNumber title lowEstimate highEstimate hasReserve scheduledClosesAt auction { status currentPrice closesAt } } next`;
const sale = (token?: string) => ask(`{ sale(id: "${saleId}") { ${SALE} } }`, token);
const catalogue = (token?: string, page = '') => ask(`{ saleLots(saleId: "${saleId}"${page}) { ${LOTS} } }`, token);
const titles = async (args: string, token?: string) =>
  (await ask(`{ sales(${args}) { rows { title } } }`, token)).rows.map(({ title }: { title: string }) => title);

async function draft(title: string, opens: number, terms: object = {}): Promise<string> {
  const input = { title, currency: 'EUR', termsVersion: '1', opensAt: day(opens), closesAt: day(opens + 7), ...terms };
  const query =
    'mutation($input: DraftSaleInput!) { draftSale(input: $input) { ... on SaleAccepted { saleId } ... on Refusal { message } } }';
  return (await ask(query, as.olga, { input })).saleId;
}

async function add(lotNumber: string | null, title: string, reservePrice: string | null = null): Promise<string> {
  const item = { title, description: 'x'.repeat(300), category: 'Clocks' };
  const prices = { startingPrice: '1000', reservePrice, lowEstimate: '2000', highEstimate: '3000' };
  const query =
    'mutation($input: AddLotInput!) { addLot(input: $input) { ... on LotAccepted { lotId } ... on Refusal { message } } }';
  return (await ask(query, as.olga, { input: { saleId, lotNumber, sellerId: sue, item, ...prices } })).lotId;
}

beforeAll(async () => {
  house = await ApiHouse.open();
  as = {
    olga: await tokenFor(olga, 'operator'),
    sue: await tokenFor(sue, 'seller'),
    ann: await tokenFor(ann, 'bidder'),
    bob: await tokenFor(bob, 'bidder'),
  };
  for (const token of Object.values(as))
    await ask('mutation { registerUser(input: { username: "somebody" }) { __typename } }', token);
  saleId = await draft('Clocks', 1, { registration: 'APPROVAL' });
  await draft('Watches', 2, { registration: 'NONE' });
  lots = [await add('2', 'Second'), await add('10', 'Tenth', '5000'), await add('2A', 'In between')];
  await house.caughtUp();
});
afterAll(() => house.close());

it('shows a draft to staff alone', async () => {
  const shown = { saleId, title: 'Clocks', kind: 'TIMED', status: 'DRAFTED', registration: 'APPROVAL', lotCount: 3 };
  expect(await sale(as.olga)).toMatchObject(shown);
  expect((await catalogue(as.olga)).rows).toHaveLength(3);
  for (const token of [as.ann, as.sue, undefined]) {
    expect(await sale(token)).toBeNull();
    expect(await catalogue(token)).toEqual({ rows: [], next: null });
    expect(await titles('limit: 10', token)).toEqual([]);
  }
  expect(await titles('limit: 10', as.olga)).toEqual(['Clocks', 'Watches']);
  expect(await titles('limit: 10, sort: OPENING_LATEST, status: DRAFTED', as.olga)).toEqual(['Watches', 'Clocks']);
  expect(await ask(`{ lotPlace(auctionId: "${lots[0]}") { lotNumber } }`, as.olga)).toBeNull();
});

it('shows a published sale to everybody, its lots in the order of the catalogue, each with its auction', async () => {
  await ask(`mutation { publishSale(input: { saleId: "${saleId}" }) { __typename } }`, as.olga);
  await eventually('the lots to be listed', async () => {
    const { rows } = await catalogue();
    return rows.length === 3 && rows.every(({ auction }: { auction: unknown }) => auction !== null);
  });
  expect(await sale()).toMatchObject({ status: 'PUBLISHED', lotIntervalMs: 20_000, publishedAt: expect.any(String) });
  expect(await titles('status: PUBLISHED')).toEqual(['Clocks']);
  const { rows } = await catalogue();
  expect(rows.map(({ lotNumber, title }: any) => `${lotNumber} ${title}`)).toEqual([
    '2 Second',
    '2A In between',
    '10 Tenth',
  ]);
  expect(rows[2]).toMatchObject({
    lotId: lots[1],
    lowEstimate: '2000',
    highEstimate: '3000',
    hasReserve: true,
    auction: { status: 'UPCOMING', currentPrice: '1000', closesAt: rows[2].scheduledClosesAt },
  });
  expect(Date.parse(rows[1].scheduledClosesAt) - Date.parse(rows[0].scheduledClosesAt)).toBe(20_000);
});

it('goes on behind the lot that a page ended with', async () => {
  const first = await catalogue(undefined, ', limit: 2');
  expect(first.rows.map(({ lotNumber }: any) => lotNumber)).toEqual(['2', '2A']);
  const second = await catalogue(undefined, `, limit: 2, cursor: "${first.next}"`);
  expect([second.rows.map(({ lotNumber }: any) => lotNumber), second.next]).toEqual([['10'], null]);
  expect(await catalogue(undefined, ', cursor: "abc"')).toBe('CursorInvalid');
});

it('tells of an auction where it stands in its sale', async () => {
  const place = (lot: string | undefined) =>
    ask(`{ lotPlace(auctionId: "${lot}") { saleTitle lotNumber lotCount previousLotId nextLotId } }`);
  const [second, tenth, between] = lots;
  const clocks = { saleTitle: 'Clocks', lotCount: 3 };
  expect(await place(between)).toEqual({ ...clocks, lotNumber: '2A', previousLotId: second, nextLotId: tenth });
  expect(await place(second)).toMatchObject({ previousLotId: null, nextLotId: between });
  expect(await place(tenth)).toMatchObject({ previousLotId: between, nextLotId: null });
  expect(await place(runtime.uuid())).toBeNull();
});

it('tells bidders of their own paddles, and staff of all', async () => {
  const mine = (token: string) => ask(`{ myPaddle(saleId: "${saleId}") { status paddle biddingLimit reason } }`, token);
  const all = (args: string, token = as.olga) =>
    ask(`{ paddles(saleId: "${saleId}"${args}) { rows { bidderId status paddle decidedBy } next } }`, token);
  const decide = (field: string, type: string, input: object) =>
    ask(`mutation($input: ${type}!) { ${field}(input: $input) { __typename } }`, as.olga, { input });
  expect(await mine(as.ann)).toBeNull();
  for (const token of [as.ann, as.bob])
    await ask(`mutation { requestPaddle(input: { saleId: "${saleId}" }) { __typename } }`, token);
  await house.caughtUp();
  expect(await mine(as.ann)).toEqual({ status: 'REQUESTED', paddle: null, biddingLimit: null, reason: null });
  expect((await all(', status: REQUESTED')).rows.map(({ bidderId }: any) => bidderId)).toEqual([ann, bob]);
  await decide('givePaddle', 'GivePaddleInput', { saleId, bidderId: bob, biddingLimit: '50000' });
  await decide('refusePaddle', 'PaddleReasonInput', { saleId, bidderId: ann, reason: 'unpaid' });
  await house.caughtUp();
  expect(await mine(as.bob)).toEqual({ status: 'GIVEN', paddle: 1, biddingLimit: '50000', reason: null });
  expect(await mine(as.ann)).toEqual({ status: 'REFUSED', paddle: null, biddingLimit: null, reason: 'unpaid' });
  const first = await all(', limit: 1');
  expect(first.rows).toEqual([{ bidderId: ann, status: 'REFUSED', paddle: null, decidedBy: olga }]);
  expect((await all(`, limit: 1, cursor: "${first.next}"`)).rows).toMatchObject([{ bidderId: bob, paddle: 1 }]);
  expect(await all('', as.bob)).toBe('RoleMissing');
});
