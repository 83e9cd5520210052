// Sales and their lots, as far as the house acts on them by itself. A bid touches none of these rows; a close that moves does.
import type { ClientBase } from 'pg';
import { type AuctionId, isRelistingId } from '../../domain/ids.js';
import type { SaleStatus } from '../../domain/sale/sale.commands.js';
import type { SaleEvent, SaleTerms } from '../../domain/sale/sale.events.js';
import { isSaleEvent } from '../../domain/sale/sale.events.js';
import { type Instant, isoTime } from '../../domain/time.js';
import type { RecordedEvent } from '../../feed/feed.js';
import { arrayOf } from '../copy-text.js';

const SET_TERMS = `
INSERT INTO sales (sale_id, kind, opens_at, lot_interval, moves_lots_behind, status)
SELECT sale_id, kind, opens_at, lot_interval_ms * interval '1 ms', moves_lots_behind, 'drafted'
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::integer[], $5::boolean[])
  AS s(sale_id, kind, opens_at, lot_interval_ms, moves_lots_behind)
ON CONFLICT (sale_id) DO UPDATE SET kind = excluded.kind, opens_at = excluded.opens_at,
  lot_interval = excluded.lot_interval, moves_lots_behind = excluded.moves_lots_behind`;

const SET_STATUS = `
UPDATE sales SET status = s.status FROM unnest($1::uuid[], $2::text[]) AS s(sale_id, status)
WHERE sales.sale_id = s.sale_id`;

const PLACE = `
INSERT INTO lots (lot_id, sale_id, place)
SELECT lot_id, sale_id, place FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS l(lot_id, sale_id, place)
ON CONFLICT (lot_id) DO UPDATE SET place = excluded.place`;

const LIST = `
INSERT INTO lots (lot_id, sale_id, closes_at)
SELECT lot_id, sale_id, closes_at FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS l(lot_id, sale_id, closes_at)
ON CONFLICT (lot_id) DO UPDATE SET closes_at = excluded.closes_at`;

const MOVE = `
UPDATE lots SET closes_at = l.closes_at FROM unnest($1::uuid[], $2::timestamptz[]) AS l(lot_id, closes_at)
WHERE lots.lot_id = l.lot_id`;

const END = 'UPDATE lots SET is_over = true WHERE lot_id = ANY ($1::uuid[])';

/** The last word of a batch on each sale and lot. */
export type SalesBatch = Readonly<{
  terms: Map<string, SaleTerms>;
  status: Map<string, SaleStatus>;
  places: { lotId: string; saleId: string; place: number }[];
  listed: Map<string, Readonly<{ saleId: string; closesAt: Instant }>>;
  moved: Map<string, Instant>;
  over: Set<string>;
}>;

export const noSales = (): SalesBatch => ({
  terms: new Map(),
  status: new Map(),
  places: [],
  listed: new Map(),
  moved: new Map(),
  over: new Set(),
});

export const isEmptyOfSales = ({ terms, status, places, listed, moved, over }: SalesBatch): boolean =>
  terms.size + status.size + places.length + listed.size + moved.size + over.size === 0;

/** Notes what an event says of a sale or a lot. Nothing is asked about auctions whose id no lot can have. */
export function noteSale(batch: SalesBatch, { streamId, event }: RecordedEvent): void {
  if (isSaleEvent(event)) {
    noteCourse(batch, streamId.slice('sale-'.length), event);
    return;
  }
  switch (event.type) {
    case 'AuctionListed':
    case 'ClosingExtended':
    case 'AuctionSold':
    case 'AuctionPassed':
    case 'AuctionCancelled':
    case 'AuctionWithdrawn': {
      const lotId = streamId.slice('auction-'.length);
      if (isRelistingId(lotId as AuctionId)) noteLot(batch, lotId, event);
    }
  }
}

type OfLot = Extract<
  RecordedEvent['event'],
  { type: 'AuctionListed' | 'ClosingExtended' | `Auction${'Sold' | 'Passed' | 'Cancelled' | 'Withdrawn'}` }
>;

function noteLot({ listed, moved, over }: SalesBatch, lotId: string, event: OfLot): void {
  if (event.type === 'ClosingExtended') moved.set(lotId, event.closesAt);
  else if (event.type !== 'AuctionListed') over.add(lotId);
  else if (event.lot !== null) listed.set(lotId, { saleId: event.lot.saleId, closesAt: event.closesAt });
}

function noteCourse({ terms, status, places }: SalesBatch, saleId: string, event: SaleEvent): void {
  switch (event.type) {
    case 'SaleDrafted':
    case 'SaleRevised':
      terms.set(saleId, event.terms);
      return;
    case 'SalePublished':
      places.push(...event.lots.map(({ lotId }, place) => ({ lotId, saleId, place })));
      status.set(saleId, 'published');
      return;
    case 'SaleOpened':
      status.set(saleId, 'open');
      return;
    case 'SaleClosed':
      status.set(saleId, 'closed');
      return;
    case 'SaleCancelled':
      status.set(saleId, 'cancelled');
      return;
  }
}

/** Writes it down, in the order in which one stream can say these things. */
export async function writeSales(client: ClientBase, batch: SalesBatch): Promise<void> {
  const { terms, status, places, listed, moved, over } = batch;
  if (terms.size > 0) await client.query(SET_TERMS, termsColumns(terms));
  if (status.size > 0) await client.query(SET_STATUS, [arrayOf([...status.keys()]), arrayOf([...status.values()])]);
  if (places.length > 0)
    await client.query(PLACE, [
      arrayOf(places.map(({ lotId }) => lotId)),
      arrayOf(places.map(({ saleId }) => saleId)),
      arrayOf(places.map(({ place }) => place)),
    ]);
  if (listed.size > 0)
    await client.query(LIST, [
      arrayOf([...listed.keys()]),
      arrayOf([...listed.values()].map(({ saleId }) => saleId)),
      arrayOf([...listed.values()].map(({ closesAt }) => isoTime(closesAt))),
    ]);
  if (moved.size > 0) await client.query(MOVE, [arrayOf([...moved.keys()]), arrayOf([...moved.values()].map(isoTime))]);
  if (over.size > 0) await client.query(END, [arrayOf([...over])]);
}

function termsColumns(terms: ReadonlyMap<string, SaleTerms>): unknown[] {
  const courses = [...terms.values()].map(({ course }) => course);
  return [
    [...terms.keys()],
    courses.map(({ kind }) => kind),
    courses.map(({ opensAt }) => isoTime(opensAt)),
    courses.map((course) => (course.kind === 'timed' ? course.lotIntervalMs : null)),
    courses.map((course) => course.kind === 'timed' && course.softCloseMoves === 'lots-behind'),
  ];
}
