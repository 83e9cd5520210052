// What machines are told of lots: previews of links, structured data, feeds, sitemap. What people typed stays text in all of them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { folded } from '../../../src/api/pages/feeds.js';
import { userId } from '../../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../../support/api.js';

const sue = userId(runtime.uuid());
const TITLE = `A clock </title><script>alert(1)</script> & "brass", مزهرية; 100 % ${'Uhr '.repeat(20)}`.trim();
let house: ApiHouse;
let lot: string;
let later: string;

async function list(title: string, durationMs: number): Promise<string> {
  const { status, body } = await house.http.post('/auctions', await tokenFor(sue, 'seller'), {
    item: { title, category: 'Clocks', description: 'First line.\n]]> --> <b>bold</b> \\ ;' },
    terms: { currency: 'EUR', startingPrice: '123456', reservePrice: '777777' },
    durationMs,
  });
  expect(status).toBe(201);
  await house.caughtUp();
  return body.auctionId;
}

beforeAll(async () => {
  house = await ApiHouse.open({ settings: { ...settings, web: true } });
  await house.http.post('/users', await tokenFor(sue, 'seller'), { username: 'sue' });
  later = await list('A vase', 7_200_000);
  lot = await list(TITLE, 3_600_000);
});
afterAll(() => house.close());

const get = (path: string) => house.http.get(path);
const unescaped = (text: string): string =>
  text.replaceAll(
    /&(lt|gt|quot|amp|#39);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? "'",
  );

describe('the page of a sale', () => {
  const sale = async (path: string) => (await get(`/sales/${path}`)).text;

  it('has title, sentence and address in its head once it is published, and is in the sitemap', async () => {
    const olga = await tokenFor(userId(runtime.uuid()), 'operator');
    const day = (n: number) => new Date(runtime.now() + n * 86_400_000).toISOString();
    const terms = { title: TITLE, currency: 'EUR', termsVersion: '1', viewingNotes: 'From <b>Monday</b>.' };
    const { body } = await house.http.post('/sales', olga, { ...terms, opensAt: day(1), closesAt: day(2) });
    const item = { title: 'A clock', category: 'Clocks' };
    await house.http.post(`/sales/${body.saleId}/lots`, olga, { sellerId: sue, item, startingPrice: '1' });
    await house.caughtUp();
    expect(await sale(body.saleId)).toContain('<title>Gavel</title>');
    await house.http.post(`/sales/${body.saleId}/publication`, olga);
    await house.caughtUp();
    const text = await sale(body.saleId);
    const meta = (name: string) => unescaped(new RegExp(`property="${name}" content="([^"]*)"`).exec(text)?.[1] ?? '');
    expect(meta('og:title')).toBe(TITLE);
    expect(meta('og:url')).toBe(`${house.http.url}/sales/${body.saleId}`);
    expect(meta('og:description')).toMatch(/^1 lot, from .*Z on\. From <b>Monday<\/b>\.$/);
    const [, block] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text) ?? [];
    expect(JSON.parse(block ?? '')).toMatchObject({ '@type': 'SaleEvent', name: TITLE, startDate: expect.any(String) });
    expect(text).not.toMatch(/<script>/);
    expect((await get('/sitemap.xml')).text).toContain(`<loc>${house.http.url}/sales/${body.saleId}</loc>`);
    expect((await get('/sales')).text).toContain('<title>Gavel</title>');
  });

  it('of a sale that is not there is the plain page', async () => {
    for (const path of [runtime.uuid(), 'nonsense']) expect(await sale(path)).toContain('<title>Gavel</title>');
  });
});

describe('the page of a lot', () => {
  it('has title, description, price and address in its head, for previews of links', async () => {
    const { text, headers, status } = await get(`/lots/${lot}`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const meta = (name: string) => unescaped(new RegExp(`property="${name}" content="([^"]*)"`).exec(text)?.[1] ?? '');
    expect(meta('og:title')).toBe(TITLE);
    expect(meta('og:url')).toBe(`${house.http.url}/lots/${lot}`);
    expect(meta('og:description')).toContain('First line. ]]> --> <b>bold</b>');
    expect(meta('product:price:amount')).toBe('1234.56');
    expect(unescaped(/<title>([^<]*)<\/title>/.exec(text)?.[1] ?? '')).toBe(`${TITLE} · Gavel`);
    expect(text.match(/<title>/g)).toHaveLength(1);
    expect(text).not.toMatch(/<script>|7777\.77/);
  });

  it('tells schema.org’s Product with an Offer, in a block that nothing typed can end', async () => {
    const { text } = await get(`/lots/${lot}`);
    const blocks = [...text.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)];
    expect(blocks).toHaveLength(1);
    expect(JSON.parse(blocks[0]?.[1] ?? '')).toMatchObject({
      '@type': 'Product',
      name: TITLE,
      offers: { '@type': 'Offer', price: '1234.56', priceCurrency: 'EUR', availability: 'https://schema.org/InStock' },
    });
  });

  it('of a lot that is not there is the plain page', async () => {
    const { text, status } = await get(`/lots/${runtime.uuid()}`);
    expect(status).toBe(200);
    expect(text).toContain('<title>Gavel</title>');
    expect((await get('/lots/nonsense')).text).toContain('<title>Gavel</title>');
  });
});

describe('feeds', () => {
  it('RSS has what closes soon, the earliest close first', async () => {
    const { text, headers } = await get('/closing-soon.rss');
    expect(headers.get('content-type')).toContain('application/rss+xml');
    const items = [...text.matchAll(/<item><title>([^<]*)<\/title><link>([^<]*)<\/link>/g)];
    expect(items.map(([, title = '', link = '']) => [unescaped(title), link])).toEqual([
      [TITLE, `${house.http.url}/lots/${lot}`],
      ['A vase', `${house.http.url}/lots/${later}`],
    ]);
  });

  it('iCalendar has an event for each close, in lines of at most 75 octets', async () => {
    const { text, headers } = await get('/closing-soon.ics');
    expect(headers.get('content-type')).toContain('text/calendar');
    const lines = text.split('\r\n');
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const whole = text.replaceAll('\r\n ', '').split('\r\n');
    expect(whole.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(2);
    expect(whole).toContain(`SUMMARY:${TITLE.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)}`);
    expect(whole.find((line) => line.startsWith('DTEND:'))).toMatch(/^DTEND:\d{8}T\d{6}Z$/);
  });

  it.each([
    ['a'.repeat(75), 1],
    ['a'.repeat(76), 2],
    ['ü'.repeat(37), 1],
    ['ü'.repeat(38), 2],
    ['😀'.repeat(19), 2],
  ])('%s is written in %d lines, and read as it was', (line, count) => {
    const lines = folded(line).split('\r\n');
    expect(lines).toHaveLength(count);
    for (const one of lines) expect(Buffer.byteLength(one)).toBeLessThanOrEqual(75);
    expect(lines.join('\r\n').replaceAll('\r\n ', '')).toBe(line);
  });

  it('the sitemap names every open lot; robots are told where it is, and what to leave alone', async () => {
    const map = (await get('/sitemap.xml')).text;
    for (const id of [lot, later]) expect(map).toContain(`<loc>${house.http.url}/lots/${id}</loc>`);
    const robots = (await get('/robots.txt')).text;
    expect(robots).toContain(`Sitemap: ${house.http.url}/sitemap.xml`);
    expect(robots).toContain('Disallow: /desk');
  });
});
