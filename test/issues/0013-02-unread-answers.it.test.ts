// Clients that ask for much and read nothing: what waits for them is bounded, and everybody else is served.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, noQueries, runtime, settings, TestApi, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { UnreadConnection } from '../support/unread.js';

const MIB = 1_048_576;
const AUCTIONS = 200;
const CONNECTIONS = 20;
const REQUESTS = 100;
const sue = userId(runtime.uuid());

let house: ApiHouse;
beforeAll(async () => {
  house = await ApiHouse.open();
  const { http } = house;
  const token = await tokenFor(sue, 'seller');
  await http.post('/users', token, { username: 'sue' });
  const listing = {
    item: { title: 'A clock', description: 'It ticks. '.repeat(950), category: 'Antiques' },
    terms: { currency: 'USD', startingPrice: '1000' },
    durationMs: 86_400_000,
  };
  const listed = Array.from({ length: AUCTIONS }, () => http.post('/auctions', token, listing));
  for (const { status } of await Promise.all(listed)) expect(status).toBe(201);
  await house.caughtUp();
});
afterAll(() => house.close());

describe('twenty connections that ask for pages and read none', () => {
  it.each(['/auctions?limit=200', '/docs/openapi.json', '/metrics'])('%s', async (path) => {
    const before = process.memoryUsage().rss;
    const connections = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => UnreadConnection.open(house.http.url)),
    );
    for (const connection of connections) connection.ask(path, REQUESTS);
    let peak = 0;
    let slowest = 0;
    for (let i = 0; i < 40; i++) {
      const asked = performance.now();
      expect((await house.http.get('/health/live')).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - asked);
      peak = Math.max(peak, process.memoryUsage().rss);
      await runtime.sleep(50);
    }
    process.stdout.write(
      `${path}: memory ${Math.round(before / MIB)} → ${Math.round(peak / MIB)} MB, slowest /health/live ${Math.round(slowest)} ms\n`,
    );
    for (const connection of connections) connection.destroy();
    expect(peak - before).toBeLessThan(300 * MIB);
    // Whoever reads is served again.
    await eventually('the page to be served again', async () => (await house.http.get(path)).status === 200);
  });
});

it('a list shows how descriptions begin, over REST and GraphQL; one auction shows its own whole', async () => {
  const { http } = house;
  const whole = 'It ticks. '.repeat(950);
  const cut = `${whole.slice(0, 199)}…`;
  const page = await http.get('/auctions?limit=200');
  expect(page.body.rows).toHaveLength(AUCTIONS);
  for (const { description } of page.body.rows) expect(description).toBe(cut);
  const [{ auctionId }] = page.body.rows;
  expect((await http.get(`/auctions/${auctionId}`)).body.description).toBe(whole);
  const query = `{ auctions(limit: 1) { rows { description } } auction(id: "${auctionId}") { description } }`;
  const { body } = await http.send('POST', '/graphql', { body: { query } });
  expect(body.data).toEqual({ auctions: { rows: [{ description: cut }] }, auction: { description: whole } });
});

it('a description of two hundred characters is shown whole in a list, and one of a character more is cut', async () => {
  const { http } = house;
  const token = await tokenFor(sue, 'seller');
  const category = 'Short';
  for (const length of [200, 201]) {
    const item = { title: `of ${length}`, description: '🕰'.repeat(length), category };
    const terms = { currency: 'USD', startingPrice: '1000' };
    await http.post('/auctions', token, { item, terms, durationMs: 86_400_000 });
  }
  await house.caughtUp();
  const { body } = await http.get(`/auctions?category=${category}`);
  const shown = Object.fromEntries(
    body.rows.map(({ title, description }: Record<string, string>) => [title, description]),
  );
  expect(shown).toEqual({ 'of 200': '🕰'.repeat(200), 'of 201': `${'🕰'.repeat(199)}…` });
});

it('a page full of text ends early, and the next begins behind it', async () => {
  const { http } = house;
  const token = await tokenFor(sue, 'seller');
  const category = '話'.repeat(100);
  const listed = Array.from({ length: 200 }, () => {
    const item = { title: '題'.repeat(200), description: '説'.repeat(300), category };
    return http.post('/auctions', token, {
      item,
      terms: { currency: 'JPY', startingPrice: '1' },
      durationMs: 86_400_000,
    });
  });
  for (const { status } of await Promise.all(listed)) expect(status).toBe(201);
  await house.caughtUp();
  const seen: string[] = [];
  let cursor = '';
  do {
    const path = `/auctions?limit=200&category=${encodeURIComponent(category)}${cursor}`;
    const { body, text } = await http.get(path);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(262_144 + 10_000);
    expect(body.rows.length).toBeGreaterThan(0);
    seen.push(...body.rows.map(({ auctionId }: { auctionId: string }) => auctionId));
    cursor = body.next === null ? '' : `&cursor=${body.next}`;
  } while (cursor !== '');
  expect(new Set(seen).size).toBe(200);
  expect(seen).toHaveLength(200);
  const fields = 'rows { title category description }';
  const roots = Array.from({ length: 10 }, (_, i) => `r${i}: auctions(limit: 200, filter: $f) { ${fields} }`).join(' ');
  const query = `query ($f: AuctionFilter) { ${roots} }`;
  const asked = { body: { query, variables: { f: { category } } } };
  const tooLarge = await http.send('POST', '/graphql', asked);
  expect([tooLarge.status, tooLarge.body.errors[0].extensions.code]).toEqual([400, 'AnswerTooLarge']);
});

const withFlight = (flight: Partial<typeof settings.flight>, parts: Parameters<typeof TestApi.start>[0] = {}) =>
  TestApi.start({ settings: { ...settings, flight: { ...settings.flight, ...flight } }, ...parts });

describe('requests under way', () => {
  const held = () => {
    const releases: (() => void)[] = [];
    const auctions = () =>
      new Promise<Awaited<ReturnType<typeof noQueries.auctions>>>((resolve) => {
        releases.push(() => resolve({ rows: [], next: null }));
      });
    return { queries: { ...noQueries, auctions }, releases };
  };

  it.each([
    ['one connection', { perConnectionMax: 4 }],
    ['one address', { perClientMax: 4 }],
  ])('on %s: the last that is taken, the first that is not, and the first that cuts', async (_, flight) => {
    const { queries, releases } = held();
    const http = await withFlight(flight, { queries });
    const [asking, cut] = [await UnreadConnection.open(http.url), await UnreadConnection.open(http.url)];
    asking.read();
    asking.ask('/auctions', 5);
    await eventually('four of them to reach the queries', () => releases.length === 4);
    for (const release of releases) release();
    await eventually('all answers', () => asking.statuses().length === 5);
    expect(asking.statuses()).toEqual([200, 200, 200, 200, 429]);
    expect(asking.text()).toContain('"code":"TooMuchAtOnce"');
    // What has left counts no more.
    releases.length = 0;
    asking.ask('/auctions', 4);
    await eventually('four more', () => releases.length === 4);
    for (const release of releases) release();
    await eventually('all answers', () => asking.statuses().length === 9);
    expect(asking.statuses().slice(5)).toEqual([200, 200, 200, 200]);
    cut.ask('/auctions', 9);
    cut.read();
    await eventually('the connection to be cut', () => cut.isClosed);
    expect(cut.statuses()).toEqual([]);
    expect((await http.get('/health/live')).status).toBe(200);
    asking.destroy();
    await http.close();
  });
});

describe('bytes that wait to be read', () => {
  it.each([
    ['one connection', 'unsentPerConnectionMax', 429],
    ['one address', 'unsentPerClientMax', 429],
    ['all', 'unsentMax', 503],
  ] as const)('by %s: as many as may be, and one more', async (_, name, status) => {
    const probe = await withFlight({});
    const bytes = Buffer.byteLength((await probe.get('/docs/openapi.json')).text);
    await probe.close();
    const [enough, short] = [await withFlight({ [name]: bytes }), await withFlight({ [name]: bytes - 1 })];
    for (let i = 0; i < 3; i++) expect((await enough.get('/docs/openapi.json')).status).toBe(200);
    const reply = await short.get('/docs/openapi.json');
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, '1']);
    // Small answers, as those of commands, are sent all the same.
    expect((await short.get('/auctions')).status).toBe(200);
    await Promise.all([enough.close(), short.close()]);
  });

  it('cut their connection when nothing is read for too long, and no other', async () => {
    const http = await withFlight({
      unreadMaxMs: 300,
      unsentPerConnectionMax: 64 * MIB,
      unsentPerClientMax: 64 * MIB,
    });
    const [silent, reading] = [await UnreadConnection.open(http.url), await UnreadConnection.open(http.url)];
    reading.read();
    for (const connection of [silent, reading]) connection.ask('/docs/openapi.json', 60);
    await eventually('the silent one to be cut', () => http.api.held().connections === 1);
    await eventually('the other to have it all', () => reading.statuses().length === 60);
    expect(reading.isClosed).toBe(false);
    await eventually('nothing to be held', () => http.api.held().unsentBytes === 0 && http.api.held().clients === 0);
    for (const connection of [silent, reading]) connection.destroy();
    await http.close();
  });
});

it('readiness and metrics are found out once for all who ask within a second', async () => {
  let [asked, collected] = [0, 0];
  const ready = async () => {
    asked += 1;
    return { journal: { ready: true, detail: 'up' } };
  };
  const metrics = {
    requestAnswered: () => undefined,
    watchSockets: () => undefined,
    contentType: 'text/plain',
    text: async () => {
      collected += 1;
      return 'gavel 1';
    },
  };
  const http = await TestApi.start({ ready, metrics });
  const until = runtime.monotonicMs() + 1_000;
  const paths = ['/health/ready', '/metrics'].flatMap((path) => Array<string>(20).fill(path));
  const replies = await Promise.all(paths.map((path) => http.get(path)));
  expect(replies.map(({ status }) => status)).toEqual(paths.map(() => 200));
  if (runtime.monotonicMs() < until) expect([asked, collected]).toEqual([1, 1]);
  await eventually('it to be asked again', async () => {
    await http.get('/health/ready');
    return asked > 1;
  });
  await http.close();
});

describe('a body that arrives slowly', () => {
  const slow = () =>
    TestApi.start({ settings: { ...settings, limits: { ...settings.limits, requestTimeoutMs: 1_000 } } });
  const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n';

  it('is cut at the time of the setting with a 408, and one that is whole by then is answered', async () => {
    const http = await slow();
    const [cut, whole] = [await UnreadConnection.open(http.url), await UnreadConnection.open(http.url)];
    const since = performance.now();
    for (const connection of [cut, whole]) {
      connection.read();
      connection.write(`${head}{"query":`);
    }
    whole.write('"{ __typename }"}');
    await eventually('the whole one to be answered', () => whole.statuses().length === 1);
    await eventually('the slow one to be cut', () => cut.isClosed);
    process.stdout.write(`cut after ${Math.round(performance.now() - since)} ms of 1000\n`);
    expect([whole.statuses(), cut.statuses()]).toEqual([[200], [408]]);
    expect(cut.text()).toContain('"code":"RequestTooSlow"');
    whole.destroy();
    await http.close();
  });
});
