// The rows of sales, their lots and their paddles, from the state that the domain's `evolve` comes to.
import type { UserId } from '../../src/domain/ids.js';
import type { SaleEvent } from '../../src/domain/sale/sale.events.js';
import { evolve, type Sale, undrafted } from '../../src/domain/sale/sale.js';
import { type ExpectedRows, row } from './expected-rows.js';

type Followed = Readonly<{ sale: Sale; revision: number; bidders: ReadonlySet<UserId> }>;

export class ExpectedSales {
  private readonly sales = new Map<string, Followed>();

  take(saleId: string, revision: number, event: SaleEvent): void {
    const before = this.sales.get(saleId) ?? { sale: undrafted, bidders: new Set() };
    const bidders = 'bidderId' in event ? new Set([...before.bidders, event.bidderId]) : before.bidders;
    this.sales.set(saleId, { sale: evolve(before.sale, event), revision, bidders });
  }

  /** Writes down what stands at the end. */
  finish(rows: ExpectedRows): void {
    for (const [saleId, followed] of this.sales) addRows(rows, saleId, followed);
  }
}

function addRows(rows: ExpectedRows, saleId: string, { sale, revision, bidders }: Followed): void {
  if (sale.status === 'undrafted') return;
  const { title, course, currency, registration, biddingLimit } = sale.terms;
  const terms = [title, course.kind, currency, registration, biddingLimit] as const;
  const times = [new Date(course.opensAt), course.kind === 'timed' ? new Date(course.closesAt) : null] as const;
  rows.add('catalogue_sales', row(saleId, revision, sale.status, ...terms, ...times));
  const closes = new Map(sale.catalogue.map((entry) => [entry.lotId, entry.closesAt]));
  for (const { lotId, lotNumber, sellerId, details } of sale.lots.values()) {
    const { item, startingPrice, reservePrice, lowEstimate, highEstimate } = details;
    const close = closes.get(lotId) ?? null;
    const prices = [startingPrice, reservePrice, lowEstimate, highEstimate] as const;
    const told = item.details === undefined ? null : JSON.stringify(item.details);
    const closesAt = close === null ? null : new Date(close);
    rows.add('sale_lots', row(lotId, saleId, lotNumber, sellerId, item.title, ...prices, told, closesAt));
  }
  for (const bidderId of bidders) {
    const known = sale.paddles.get(bidderId);
    if (known !== undefined) rows.add('paddles', row(saleId, bidderId, known.status, known.paddle, known.biddingLimit));
  }
}
