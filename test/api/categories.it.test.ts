// A house's tree of categories: what listings call theirs is looked up in it, so that a search takes in what is below.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';

const sue = userId(runtime.uuid());
const categories = [
  { slug: 'jewelry', name: 'Jewelry', parent: null, synonyms: ['Schmuck', 'Jewellery'] },
  { slug: 'watches', name: 'Watches', parent: 'jewelry', synonyms: ['Armbanduhren'] },
  { slug: 'furniture', name: 'Furniture', parent: null, synonyms: ['Möbel'] },
];
let house: ApiHouse;

beforeAll(async () => {
  house = await ApiHouse.open({ settings: { ...settings, house: { ...DEFAULT_HOUSE, categories } } });
  await house.http.post('/users', await tokenFor(sue, 'seller'), { username: 'sue' });
  for (const category of ['armbanduhren', 'JEWELLERY', 'mobel', 'Teapots'])
    expect(
      (
        await house.http.post('/auctions', await tokenFor(sue, 'seller'), {
          item: { title: `Of ${category}`, category },
          terms: { currency: 'EUR', startingPrice: '1000' },
          durationMs: 3_600_000,
        })
      ).status,
    ).toBe(201);
  await house.caughtUp();
});
afterAll(() => house.close());

const ask = async (query: string) => (await house.http.send('POST', '/graphql', { body: { query } })).body.data;
const inGraphQL = async (category: string): Promise<string[]> =>
  (await ask(`{ auctions(filter: { category: "${category}" }) { rows { title } } }`)).auctions.rows
    .map(({ title }: { title: string }) => title)
    .sort();
const inRest = async (category: string): Promise<string[]> =>
  (await house.http.send('GET', `/auctions?category=${encodeURIComponent(category)}`)).body.rows
    .map(({ title }: { title: string }) => title)
    .sort();

it('is told to everybody, each category behind the one above it', async () => {
  expect((await ask('{ categories { slug name parent synonyms } }')).categories).toEqual(categories);
});

it.each([
  ['jewelry', ['Of JEWELLERY', 'Of armbanduhren']],
  ['SCHMUCK', ['Of JEWELLERY', 'Of armbanduhren']],
  ['Watches', ['Of armbanduhren']],
  ['Möbel', ['Of mobel']],
  ['furniture', ['Of mobel']],
  ['Teapots', ['Of Teapots']],
  ['Chairs', []],
])('takes %s for what sellers have called otherwise, with all that is below', async (category, titles) => {
  expect(await inGraphQL(category)).toEqual(titles);
  expect(await inRest(category)).toEqual(titles);
});

it('says of a category without lots that it is one', async () => {
  const query = '{ auctions(filter: { category: "mobel", text: "oak" }) { hint } }';
  expect((await ask(query)).auctions.hint).toBe(
    'Nothing in the category "Furniture", or below it, fits what was asked for.',
  );
});
