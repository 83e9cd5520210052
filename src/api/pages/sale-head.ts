// What links to a sale show elsewhere: title and a sentence in the head of its page, and schema.org's SaleEvent.
import { isoTime } from '../../domain/time.js';
import type { SaleRow } from '../../projections/silver/sales.queries.js';
import { beginningOf, inDataBlock } from './lot-head.js';
import { inMarkup } from './markup.js';

/** `url` is where the page stands. */
export function saleHead(row: SaleRow, url: string): string {
  const { title, viewingNotes, lotCount, opensAt, closedAt, cancelledAt } = row;
  const about = beginningOf(
    `${lotCount} ${lotCount === 1 ? 'lot' : 'lots'}, from ${isoTime(opensAt)} on. ${viewingNotes}`,
  );
  const event = {
    '@context': 'https://schema.org',
    '@type': 'SaleEvent',
    name: title,
    description: about,
    url,
    startDate: isoTime(opensAt),
    ...(closedAt !== null && { endDate: isoTime(closedAt) }),
    eventStatus: `https://schema.org/${cancelledAt === null ? 'EventScheduled' : 'EventCancelled'}`,
    eventAttendanceMode: `https://schema.org/${row.kind === 'hall' ? 'Offline' : 'Online'}EventAttendanceMode`,
    location: row.kind === 'hall' ? { '@type': 'Place', name: title } : { '@type': 'VirtualLocation', url },
  };
  const properties = [
    ['og:type', 'website'],
    ['og:site_name', 'Gavel'],
    ['og:title', title],
    ['og:description', about],
    ['og:url', url],
  ] as const;
  return [
    `<title>${inMarkup(title)} · Gavel</title>`,
    `<meta name="description" content="${inMarkup(about)}">`,
    `<link rel="canonical" href="${inMarkup(url)}">`,
    ...properties.map(([name, content]) => `<meta property="${name}" content="${inMarkup(content)}">`),
    `<script type="application/ld+json">${inDataBlock(event)}</script>`,
  ].join('\n');
}
