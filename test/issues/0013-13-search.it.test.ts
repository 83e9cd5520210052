// What searches find, in lists and in subscriptions alike: canonical equivalence, case, accents where they were typed.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { Watcher } from '../support/watcher.js';

const [sue, ann] = [userId(runtime.uuid()), userId(runtime.uuid())];
let house: ApiHouse;
let as: Record<'sue' | 'ann', string>;
const listed = new Map<string, string>();

async function list(title: string, category: string, description = ''): Promise<void> {
  const reply = await house.http.post('/auctions', as.sue, {
    item: { title, category, description },
    terms: { currency: 'USD', startingPrice: '1000' },
    durationMs: 86_400_000,
  });
  expect(reply.status).toBe(201);
  listed.set(title, reply.body.auctionId);
}

beforeAll(async () => {
  house = await ApiHouse.open();
  as = { sue: await tokenFor(sue, 'seller'), ann: await tokenFor(ann, 'bidder') };
  for (const name of ['sue', 'ann'] as const) await house.http.post('/users', as[name], { username: name });
  await list('Painting by Müller', 'Möbel, "alt" {1}\\x');
  await list('Etching by Muller', 'mobel');
  await list('ΒΟΡΡΑΣ', 'Clocks');
  await list('A lamp', 'clocks', 'It has a large Straße on it. 👩‍🚀');
  await list('x'.repeat(200), 'Long', 'y'.repeat(20_000));
  await house.caughtUp();
});
afterAll(() => house.close());

const titles = async (query: Record<string, string>): Promise<string[]> => {
  const reply = await house.http.get(`/auctions?${new URLSearchParams(query)}`);
  expect(reply.status).toBe(200);
  return reply.body.rows.map(({ title }: { title: string }) => title).sort();
};

const FOUND: readonly (readonly [Record<string, string>, readonly string[]])[] = [
  [{ text: 'M\u00fcller' }, ['Painting by Müller']],
  [{ text: 'Mu\u0308ller' }, ['Painting by Müller']],
  [{ text: 'MULLER' }, ['Etching by Muller', 'Painting by Müller']],
  [{ text: 'βορρας' }, ['ΒΟΡΡΑΣ']],
  [{ text: 'βορρασ' }, ['ΒΟΡΡΑΣ']],
  [{ text: 'strasse LARGE' }, ['A lamp']],
  [{ text: '🚀' }, ['A lamp']],
  [{ text: 'y'.repeat(200) }, ['x'.repeat(200)]],
  [{ text: 'mull' }, []],
  [{ category: 'CLOCKS' }, ['A lamp', 'ΒΟΡΡΑΣ']],
  [{ category: 'mobel' }, ['Etching by Muller']],
  [{ category: 'mo\u0308bel, "ALT" {1}\\X' }, ['Painting by Müller']],
  [{ category: 'mobel, "ALT" {1}\\X' }, ['Painting by Müller']],
  [{ category: 'clocks', text: 'lamp', status: 'OPEN' }, ['A lamp']],
];

it.each(FOUND)('a list with %j', async (query, found) => expect(await titles(query)).toEqual(found));

describe('subscriptions', () => {
  it('find the same', async () => {
    const watcher = Watcher.connect(house.http.url, as.ann);
    try {
      const document = 'subscription($f: AuctionFilter){auctionsUpdated(filter: $f){auctionId title}}';
      const filtered = FOUND.map(([f]) => watcher.watch(document, { f }));
      const all = watcher.watch(document, {});
      await eventually('the subscriptions', () => house.http.api.sockets.size().subscriptions === FOUND.length + 1);
      for (const auctionId of listed.values()) {
        const bid = { amount: '100000', currency: 'USD' };
        expect((await house.http.post(`/auctions/${auctionId}/bids`, as.ann, bid)).body.outcome).toBe('accepted');
      }
      for (const auctionId of listed.values())
        await all.until(auctionId, ({ auctionsUpdated }) => auctionsUpdated.auctionId === auctionId);
      const told = filtered.map(({ data }) => new Set(data.map(({ auctionsUpdated }) => auctionsUpdated.title)));
      expect(told.map((some) => [...some].sort())).toEqual(FOUND.map(([, found]) => found));
    } finally {
      await watcher.close();
    }
  });
});
