// What closes soon, for machines: RSS 2.0 (rssboard.org), iCalendar (RFC 5545), a sitemap (sitemaps.org), and what robots are
// to leave alone. Each is made once a minute at most, whoever asks.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Instant, isoTime, later } from '../../domain/time.js';
import type { SaleRow } from '../../projections/silver/sales.queries.js';
import type { AuctionRow } from '../../projections/silver/silver.queries.js';
import type { ApiDeps } from '../api.deps.js';
import { beginningOf, decimalOf } from './lot-head.js';
import { inMarkup } from './markup.js';

const SOON = 50;
const PAGE = 200;
/** A sitemap may name 50,000 addresses; what closes last is found by then. */
const MAPPED_MAX = 5_000;
const KEPT_MS = 60_000;
const EVENT_MS = 60_000;

type Parts = Pick<ApiDeps, 'queries' | 'sales' | 'runtime'>;
/** Makes a text of open lots and published sales; `base` is the house's address. */
type Made = (lots: readonly AuctionRow[], base: string, now: Instant, sales: readonly SaleRow[]) => string;

/** Makes the routes. To be called before the instance listens. */
export function serveFeeds(instance: FastifyInstance, parts: Parts): void {
  const serve = (url: string, type: string, lotsMax: number, make: Made): void => {
    const kept = keptFor(parts, () => Promise.all([openLots(parts, lotsMax), publishedSales(parts)]));
    instance.route({
      method: 'GET',
      url,
      config: { access: 'public' },
      handler: async (request, reply) => {
        const [lots, sales] = await kept();
        reply.header('cache-control', `public, max-age=${KEPT_MS / 1_000}`).type(type);
        return reply.send(make(lots, baseOf(request), parts.runtime.now(), sales));
      },
    });
  };
  serve('/closing-soon.rss', 'application/rss+xml; charset=utf-8', SOON, rss);
  serve('/closing-soon.ics', 'text/calendar; charset=utf-8', SOON, calendar);
  serve('/sitemap.xml', 'application/xml; charset=utf-8', MAPPED_MAX, sitemap);
  instance.route({
    method: 'GET',
    url: '/robots.txt',
    config: { access: 'public' },
    handler: async (request, reply) => reply.type('text/plain; charset=utf-8').send(robots(baseOf(request))),
  });
}

/** Where the house is for whoever asked: proxies in front tell it, as far as they are believed (GAVEL_HTTP_PROXIES). */
export const baseOf = ({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string =>
  `${protocol}://${host}`;

/** Asks again when what it has is a minute old; who asks meanwhile waits for the same answer. */
function keptFor<Answer>({ runtime }: Pick<Parts, 'runtime'>, ask: () => Promise<Answer>): () => Promise<Answer> {
  let kept: Readonly<{ answer: Promise<Answer>; untilMs: number }> | null = null;
  return () => {
    const nowMs = runtime.monotonicMs();
    if (kept === null || kept.untilMs <= nowMs) {
      const answer = ask();
      kept = { answer, untilMs: nowMs + KEPT_MS };
      answer.catch(() => {
        kept = null;
      });
    }
    return kept.answer;
  };
}

/** Open lots, those that close first, at most `max`. */
async function openLots({ queries }: Parts, max: number): Promise<readonly AuctionRow[]> {
  const filter = { status: 'open', category: null, sellerId: null, text: null, closesBefore: null } as const;
  const lots: AuctionRow[] = [];
  let after: Parameters<typeof queries.auctions>[1]['after'] = null;
  do {
    const { rows, next } = await queries.auctions(filter, { after, limit: Math.min(PAGE, max - lots.length) });
    lots.push(...rows);
    after = next;
  } while (after !== null && lots.length < max);
  return lots;
}

/** The latest. */
async function publishedSales({ sales }: Parts): Promise<readonly SaleRow[]> {
  return (await sales.sales({ status: null, drafts: false }, { after: null, limit: PAGE }, 'opening-latest')).rows;
}

const addressOf = (base: string, { auctionId }: AuctionRow): string => `${base}/lots/${auctionId}`;
const priceOf = ({ currentPrice, currency }: AuctionRow): string => `${decimalOf(currentPrice, currency)} ${currency}`;

const rss: Made = (lots, base, now) =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>',
    '<title>Closing soon at Gavel</title>',
    `<link>${inMarkup(base)}/</link>`,
    `<atom:link href="${inMarkup(base)}/closing-soon.rss" rel="self" type="application/rss+xml"/>`,
    '<description>Open lots, the earliest close first.</description>',
    `<lastBuildDate>${new Date(now).toUTCString()}</lastBuildDate>`,
    ...lots.map((lot) =>
      [
        '<item>',
        `<title>${inMarkup(lot.title)}</title>`,
        `<link>${inMarkup(addressOf(base, lot))}</link>`,
        `<guid isPermaLink="false">${lot.auctionId}</guid>`,
        `<pubDate>${new Date(lot.listedAt).toUTCString()}</pubDate>`,
        `<category>${inMarkup(lot.category)}</category>`,
        `<description>${inMarkup(`${priceOf(lot)}, closes ${isoTime(lot.closesAt)}. ${beginningOf(lot.description)}`)}</description>`,
        '</item>',
      ].join(''),
    ),
    '</channel></rss>',
    '',
  ].join('\n');

const calendar: Made = (lots, base, now) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Gavel//Closing soon//EN',
    'METHOD:PUBLISH',
    'X-WR-CALNAME:Closing soon at Gavel',
    ...lots.flatMap((lot) => [
      'BEGIN:VEVENT',
      `UID:${lot.auctionId}@gavel`,
      `DTSTAMP:${stamp(now)}`,
      `SEQUENCE:${lot.extensions}`,
      `DTSTART:${stamp(later(lot.closesAt, -EVENT_MS))}`,
      `DTEND:${stamp(lot.closesAt)}`,
      `SUMMARY:${inCalendar(lot.title)}`,
      `DESCRIPTION:${inCalendar(`${priceOf(lot)}. ${beginningOf(lot.description)}`)}`,
      `URL:${addressOf(base, lot)}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');

/** As 20260131T120000Z. */
const stamp = (at: Instant): string => isoTime(at).replaceAll(/[-:]|\.\d+/g, '');

/** RFC 5545, 3.3.11. */
const inCalendar = (text: string): string =>
  text
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll(/\r?\n/g, '\\n')
    .replaceAll(/\p{Cc}/gu, '');

const LINE_BYTES = 75;

/** Lines of at most 75 octets (RFC 5545, 3.1), never cut within a character. */
export function folded(line: string): string {
  const lines: string[] = [];
  let [open, bytes] = ['', 0];
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > LINE_BYTES) {
      lines.push(open);
      // A line that goes on begins with a space, which counts.
      [open, bytes] = [' ', 1];
    }
    open += character;
    bytes += size;
  }
  return [...lines, open].join('\r\n');
}

const sitemap: Made = (lots, base, _now, sales) =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...['/', '/sales', '/search', ...sales.map(({ saleId }) => `/sales/${saleId}`)].map(
      (path) => `<url><loc>${inMarkup(base + path)}</loc></url>`,
    ),
    ...lots.map((lot) => `<url><loc>${inMarkup(addressOf(base, lot))}</loc></url>`),
    '</urlset>',
    '',
  ].join('\n');

const robots = (base: string): string =>
  [
    'User-agent: *',
    ...['/desk', '/figures', '/mine', '/notices', '/sell', '/sign-in', '/graphql', '/development/'].map(
      (path) => `Disallow: ${path}`,
    ),
    `Sitemap: ${base}/sitemap.xml`,
    '',
  ].join('\n');
