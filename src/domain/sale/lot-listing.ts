// How a lot of a published sale is listed as an auction: under the sale's terms, with prices and a close of its own.
import type { ListLot } from '../auction/auction.commands.js';
import type { AuctionId, SaleId } from '../ids.js';
import type { Sale } from './sale.state.js';
import { englishTerms } from './sale-terms.js';

/** Null where the sale's catalogue has no such lot, or lots there are not listed by the house. */
export function lotListing(saleId: SaleId, lotId: AuctionId, sale: Sale): ListLot | null {
  if (sale.status === 'undrafted') return null;
  const lot = sale.lots.get(lotId);
  const closesAt = sale.catalogue.find((entry) => entry.lotId === lotId)?.closesAt ?? null;
  if (lot === undefined || closesAt === null) return null;
  const { sellerId, lotNumber, details } = lot;
  return {
    type: 'ListLot',
    auctionId: lotId,
    lot: { saleId, lotNumber, needsPaddle: sale.terms.registration !== 'none' },
    sellerId,
    item: details.item,
    terms: englishTerms(sale.terms, details),
    opensAt: sale.terms.course.opensAt,
    closesAt,
  };
}
