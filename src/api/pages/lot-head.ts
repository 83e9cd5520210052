// What links to a lot show elsewhere: title, description and price in the head of its page, for machines that run no scripts
// (Open Graph, ogp.me), and as schema.org's Product with an Offer. The data block is no script: browsers do not run it, and the
// policy of the page lets it be (HTML, 4.12.1, and Content Security Policy, 4.2.3, look at scripts that would run).
import { CURRENCY_DIGITS } from '../../domain/money.js';
import { isoTime } from '../../domain/time.js';
import type { AuctionRow } from '../../projections/silver/silver.queries.js';
import { inMarkup } from './markup.js';

const DESCRIPTION_SHOWN_MAX = 200;

/** Whole units with all their decimals, as "1250.00". */
export function decimalOf(minor: bigint, currency: AuctionRow['currency']): string {
  const places = CURRENCY_DIGITS[currency];
  const text = minor.toString().padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** One line, at most 200 characters. */
export function beginningOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= DESCRIPTION_SHOWN_MAX
    ? line
    : `${characters.slice(0, DESCRIPTION_SHOWN_MAX - 1).join('')}…`;
}

const AVAILABILITY: Readonly<Record<AuctionRow['status'], string>> = {
  upcoming: 'PreOrder',
  open: 'InStock',
  sold: 'SoldOut',
  passed: 'Discontinued',
  cancelled: 'Discontinued',
  withdrawn: 'Discontinued',
};

/** `url` is where the page stands. A sealed auction's price is its starting price: nothing secret is in a row. */
export function lotHead(row: AuctionRow, url: string): string {
  const { title, description, category, currency, status } = row;
  const price = decimalOf(row.currentPrice, currency);
  const about = beginningOf(description) || `${category}. ${price} ${currency}.`;
  const photoAt = (photoId: string, width: number): string => `${new URL(url).origin}/photos/${photoId}/${width}.jpg`;
  const [first] = row.photos;
  const properties = [
    ['og:type', 'product'],
    ['og:site_name', 'Gavel'],
    ['og:title', title],
    ['og:description', about],
    ['og:url', url],
    ...(first === undefined ? [] : [['og:image', photoAt(first, 960)] as const, ['og:image:alt', title] as const]),
    ['product:price:amount', price],
    ['product:price:currency', currency],
  ] as const;
  const product = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: title,
    description,
    category,
    url,
    ...(first !== undefined && { image: row.photos.map((photoId) => photoAt(photoId, 1_600)) }),
    offers: {
      '@type': 'Offer',
      price,
      priceCurrency: currency,
      availability: `https://schema.org/${AVAILABILITY[status]}`,
      availabilityStarts: isoTime(row.opensAt),
      availabilityEnds: isoTime(row.closedAt ?? row.closesAt),
      url,
    },
  };
  return [
    `<title>${inMarkup(title)} · Gavel</title>`,
    `<meta name="description" content="${inMarkup(about)}">`,
    `<link rel="canonical" href="${inMarkup(url)}">`,
    ...properties.map(([name, content]) => `<meta property="${name}" content="${inMarkup(content)}">`),
    `<script type="application/ld+json">${inDataBlock(product)}</script>`,
  ].join('\n');
}

/** JSON that cannot end its element, whatever people typed. */
export const inDataBlock = (value: object): string =>
  JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
