// Arbitrary bodies, addresses, queries and headers on every route: never a 5xx, never a stack, always a typed answer.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import type { Reply } from '../support/request.js';

const ann = userId(runtime.uuid());
const RUNS = 250;
/** A loaded machine takes some milliseconds a request. */
const WITHIN_MS = 60_000;

let house: ApiHouse;
let token: string;
let auction: string;
let routes: readonly (readonly [method: string, path: string])[];
beforeAll(async () => {
  house = await ApiHouse.open();
  token = await tokenFor(ann, 'bidder', 'seller', 'analyst', 'operator', 'admin');
  await house.http.post('/users', token, { username: 'ann' });
  const listed = await house.http.post('/auctions', token, {
    item: { title: 't', category: 'c' },
    terms: { currency: 'USD', startingPrice: '1' },
    durationMs: 86_400_000,
  });
  auction = listed.body.auctionId;
  await house.caughtUp();
  const { paths } = (await house.http.get('/docs/openapi.json')).body;
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => [method.toUpperCase(), path] as const),
  );
});
afterAll(() => house.close());

function holds({ status, text, body }: Reply): void {
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(/node_modules|\n\s+at |\.ts:\d|\.js:\d/);
  if (status >= 400 && body?.outcome === undefined)
    expect(body).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
      requestId: expect.any(String),
    });
}

const id = fc.oneof(
  fc.constant('known'),
  fc.uuid({ version: 7 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('%00', '%ff', '..', '%2e%2e', '%', 'me', '1', '-1', '9999999999'),
);
const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '1',
      '1000',
      'USD',
      'TypingError',
      'x',
      auctionLike(),
      null,
      0,
      1,
      -1,
      1.5,
      1e15,
      2 ** 53,
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 6 }) },
);
const FIELDS = [
  'commandId',
  'amount',
  'currency',
  'reason',
  'rating',
  'username',
  'name',
  'email',
  'address',
  'item',
  'terms',
  'opensAt',
  'closesAt',
  'durationMs',
  'auctionId',
  '__proto__',
  'constructor',
  'toString',
];
const terms = fc.record(
  Object.fromEntries(
    ['format', 'currency', 'startingPrice', 'reservePrice', 'buyNowPrice', 'increments', 'softClose', 'fees'].map(
      (f) => [f, value],
    ),
  ),
  { requiredKeys: [] },
);
const item = fc.record({ title: value, description: value, category: value }, { requiredKeys: [] });
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .dictionary(fc.constantFrom(...FIELDS), fc.oneof(value, terms, item), { maxKeys: 6 })
      .map((o) => JSON.stringify(o)),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

function auctionLike(): string {
  return '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10';
}

/** A path with its parameters filled in. An id that is known is known as what the parameter names. */
function addressOf(path: string, ids: readonly string[]): string {
  let next = 0;
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    const id = ids[next++] ?? 'x';
    return id === 'known' ? (name === 'auctionId' ? auction : ann) : carried(id);
  });
}

/** What `fetch` carries as it is; anything else is escaped. */
const carried = (part: string): string => (/^[\w.%-]*$/.test(part) ? part : encodeURIComponent(part.toWellFormed()));

describe('every route', () => {
  it(
    'answers arbitrary bodies with a typed answer',
    async () => {
      const posts = routes.filter(([method]) => method !== 'GET');
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.array(id, { minLength: 2, maxLength: 2 }), body, async (pick, ids, text) => {
          const [method = '', path = ''] = posts[pick % posts.length] ?? [];
          holds(await house.http.send(method, addressOf(path, ids), { token, body: text }));
        }),
        { numRuns: RUNS },
      );
    },
    WITHIN_MS,
  );

  it(
    'answers bodies that are nearly right with a typed answer',
    async () => {
      const near = fc.record({
        item: fc.record({ title: value, category: value }),
        terms: fc.record({
          currency: fc.constantFrom('USD', 'JPY'),
          startingPrice: value,
          increments: fc.option(value, { nil: undefined }),
        }),
        durationMs: fc.oneof(fc.integer(), fc.constant(86_400_000)),
        opensAt: fc.oneof(
          value,
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
      });
      await fc.assert(
        fc.asyncProperty(near, async (listing) => {
          holds(await house.http.post('/auctions', token, listing));
        }),
        { numRuns: RUNS },
      );
      const bid = fc.record({ amount: value, currency: value, commandId: fc.option(value, { nil: undefined }) });
      await fc.assert(
        fc.asyncProperty(bid, async (one) => {
          holds(await house.http.post(`/auctions/${auction}/bids`, token, one));
        }),
        { numRuns: RUNS },
      );
    },
    WITHIN_MS,
  );

  it(
    'answers arbitrary questions with a typed answer',
    async () => {
      const gets = routes.filter(([method, path]) => method === 'GET' && path !== '/metrics');
      const name = fc.oneof(
        fc.constantFrom(
          'limit',
          'cursor',
          'status',
          'category',
          'sellerId',
          'text',
          'closesBefore',
          'side',
          '__proto__',
          'a[b]',
        ),
        fc.string({ maxLength: 10 }),
      );
      const query = fc.array(fc.tuple(name, fc.oneof(id, fc.string({ unit: 'binary', maxLength: 100 }))), {
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(fc.nat(), id, query, async (pick, one, pairs) => {
          const [, path = ''] = gets[pick % gets.length] ?? [];
          const search = pairs.map(([k, v]) => `${encodeURIComponent(k.toWellFormed())}=${carried(v)}`).join('&');
          holds(await house.http.get(`${addressOf(path, [one])}?${search}`, token));
        }),
        { numRuns: RUNS },
      );
    },
    WITHIN_MS,
  );

  it(
    'answers arbitrary headers with a typed answer',
    async () => {
      const text = fc.string({
        unit: fc
          .integer({ min: 0x20, max: 0xff })
          .filter((c) => c !== 0x7f)
          .map((c) => String.fromCharCode(c)),
        maxLength: 200,
      });
      const names = [
        'authorization',
        'content-type',
        'idempotency-key',
        'x-correlation-id',
        'accept',
        'x-request-id',
        'x-forwarded-for',
        'if-none-match',
        'range',
        'cookie',
      ];
      const headers = fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 4 });
      await fc.assert(
        fc.asyncProperty(headers, async (some) => {
          holds(
            await house.http.send('POST', `/auctions/${auction}/bids`, {
              token,
              headers: some,
              body: { amount: '1', currency: 'USD' },
            }),
          );
          holds(await house.http.send('GET', '/auctions', { headers: some }));
        }),
        { numRuns: RUNS },
      );
    },
    WITHIN_MS,
  );

  it('leaves a house that still works, and logged no failure', async () => {
    expect((await house.http.get('/auctions?limit=200')).status).toBe(200);
    expect(house.http.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(house.house.consumers.silver.status().parkedStreams).toBe(0);
  });
});
