// The lots of published sales as they are to be listed, from the sales' own streams. A published catalogue stands, so the sale that was
// asked for last is kept.
import type { ListLot } from '../domain/auction/auction.commands.js';
import type { AuctionId, SaleId } from '../domain/ids.js';
import { saleStream } from '../domain/messages.js';
import { lotListing } from '../domain/sale/lot-listing.js';
import { isSaleEvent } from '../domain/sale/sale.events.js';
import { evolve, type Sale, undrafted } from '../domain/sale/sale.js';
import { type Journal, StreamCorrupt } from '../journal/journal.js';

const PAGE_EVENTS = 4_096;

export class PublishedSales {
  private kept: Readonly<{ saleId: SaleId; sale: Promise<Sale> }> | null = null;

  constructor(private readonly journal: Pick<Journal, 'readStream'>) {}

  /** How the house lists a lot of this published sale. Rejects with `StreamCorrupt` where the sale has no such lot. */
  async listingOf(saleId: SaleId, lotId: AuctionId): Promise<ListLot> {
    if (this.kept?.saleId !== saleId) {
      const sale = this.read(saleId);
      this.kept = { saleId, sale };
      // What could not be read is read again for the next lot.
      sale.catch(() => {
        this.kept = null;
      });
    }
    const listing = lotListing(saleId, lotId, await this.kept.sale);
    if (listing === null) throw new StreamCorrupt(saleStream(saleId), 0, `its catalogue has no lot ${lotId}`);
    return listing;
  }

  /** The sale as it was published; nothing behind that moves a lot. */
  private async read(saleId: SaleId): Promise<Sale> {
    const streamId = saleStream(saleId);
    let sale: Sale = undrafted;
    let from = 0;
    for (;;) {
      const page = await this.journal.readStream(streamId, from, PAGE_EVENTS);
      for (const entry of page) {
        const { revision } = entry;
        if (entry.kind !== 'event') throw new StreamCorrupt(streamId, revision, entry.problem);
        if (!isSaleEvent(entry.event)) throw new StreamCorrupt(streamId, revision, 'this is not of a sale');
        sale = evolve(sale, entry.event);
        if (entry.event.type === 'SalePublished') return sale;
      }
      if (page.length < PAGE_EVENTS) throw new StreamCorrupt(streamId, from, 'the sale is not published');
      from += page.length;
    }
  }
}
