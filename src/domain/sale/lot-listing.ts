// How a lot of a published sale is listed as an auction: under the sale's terms, with prices and a close of its own.
import type { ListLot } from '../auction/auction.commands.js';
import type { AuctionId, SaleId } from '../ids.js';
import { later } from '../time.js';
import type { Sale } from './sale.state.js';
import { englishTerms, hallTerms } from './sale-terms.js';

/** A hall lot has no close: a clerk ends it. One that no clerk has ended after so long ends by itself, so that nothing stays open for ever. */
export const HALL_LAPSE_MS = 30 * 86_400_000;

/** Null where the sale's catalogue has no such lot. */
export function lotListing(saleId: SaleId, lotId: AuctionId, sale: Sale): ListLot | null {
  if (sale.status === 'undrafted') return null;
  const lot = sale.lots.get(lotId);
  const entry = sale.catalogue.find((listed) => listed.lotId === lotId);
  if (lot === undefined || entry === undefined) return null;
  const { sellerId, lotNumber, details } = lot;
  const { course, registration } = sale.terms;
  const isHall = course.kind === 'hall';
  return {
    type: 'ListLot',
    auctionId: lotId,
    // In a hall everybody bids by paddle.
    lot: { saleId, lotNumber, needsPaddle: isHall || registration !== 'none' },
    sellerId,
    item: details.item,
    terms: isHall ? hallTerms(sale.terms, details) : englishTerms(sale.terms, details),
    opensAt: course.opensAt,
    closesAt: entry.closesAt ?? later(course.opensAt, HALL_LAPSE_MS),
  };
}
