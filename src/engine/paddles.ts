// Who may bid in the sales whose lots are bid on here, by a feed of the sales' events: at most a second old. Auctions that are no lots
// never ask.
import type { PaddleStatus } from '../domain/actor.js';
import type { SaleId, UserId } from '../domain/ids.js';
import { saleStream } from '../domain/messages.js';
import type { SaleEvent } from '../domain/sale/sale.events.js';
import { type Journal, type JournalEntry, NO_STREAM, type Revision, StreamCorrupt } from '../journal/journal.js';
import { RecentMap } from '../runtime/recent-map.js';

const PAGE_EVENTS = 4_096;
const STREAM = 'sale-';
/** One has at most 20,000 paddles: some megabytes. */
const SALES_MAX = 50;

const NONE: PaddleStatus = { status: 'none' };

/** `isStale` once an event of the sale went by meanwhile. */
type Loading = { done: Promise<void>; isStale: boolean };
type KnownSale = { paddles: Map<UserId, PaddleStatus>; holders: Map<number, UserId>; revision: Revision };

export class Paddles {
  private readonly known = new RecentMap<SaleId, KnownSale>(SALES_MAX);
  /** Sales whose stream is being read right now. */
  private readonly loading = new Map<SaleId, Loading>();

  constructor(private readonly journal: Pick<Journal, 'readStream'>) {}

  /** The bidder's paddle in a sale that `prepare` has loaded; null for any other sale. */
  of(saleId: SaleId, bidderId: UserId): PaddleStatus | null {
    const sale = this.known.get(saleId);
    return sale === undefined ? null : (sale.paddles.get(bidderId) ?? NONE);
  }

  /** Who was given the paddle of this number, in a sale that `prepare` has loaded. A number is never given to another. */
  holderOf(saleId: SaleId, paddle: number): UserId | undefined {
    return this.known.get(saleId)?.holders.get(paddle);
  }

  /** Loads a sale where it is missing. Rejects with `StreamCorrupt` where its stream cannot be read. */
  async prepare(saleId: SaleId): Promise<void> {
    if (!this.known.has(saleId)) await (this.loading.get(saleId) ?? this.startLoading(saleId)).done;
  }

  /** Takes in recorded events, in the journal's order. Sales that are not in memory, and news that is none, are passed over. */
  take(entries: readonly JournalEntry[]): void {
    for (const entry of entries) if (entry.streamId.startsWith(STREAM)) this.advance(entry);
  }

  private advance(entry: JournalEntry): void {
    const saleId = entry.streamId.slice(STREAM.length) as SaleId;
    const loading = this.loading.get(saleId);
    if (loading !== undefined) loading.isStale = true;
    const sale = this.known.get(saleId);
    if (sale === undefined || entry.revision <= sale.revision) return;
    // A gap or a damaged event: the next bid loads the stream, and meets the trouble itself.
    if (entry.revision !== sale.revision + 1 || entry.kind !== 'event') this.known.delete(saleId);
    else follow(sale, entry.event as SaleEvent, entry.revision);
  }

  private startLoading(saleId: SaleId): Loading {
    const loading: Loading = { isStale: false, done: Promise.resolve() };
    this.loading.set(saleId, loading);
    loading.done = this.load(saleId, loading).finally(() => this.loading.delete(saleId));
    return loading;
  }

  private async load(saleId: SaleId, loading: Loading): Promise<void> {
    let sale: KnownSale;
    do {
      // An event that goes by while the stream is read may be missing from what was read: then it is read again.
      loading.isStale = false;
      sale = await this.fold(saleId);
    } while (loading.isStale);
    this.known.set(saleId, sale);
  }

  private async fold(saleId: SaleId): Promise<KnownSale> {
    const sale: KnownSale = { paddles: new Map(), holders: new Map(), revision: NO_STREAM };
    let page: readonly JournalEntry[];
    do {
      page = await this.journal.readStream(saleStream(saleId), sale.revision + 1, PAGE_EVENTS);
      for (const entry of page) {
        if (entry.kind !== 'event') throw new StreamCorrupt(entry.streamId, entry.revision, entry.problem);
        follow(sale, entry.event as SaleEvent, entry.revision);
      }
    } while (page.length === PAGE_EVENTS);
    return sale;
  }
}

function follow(sale: KnownSale, event: SaleEvent, revision: Revision): void {
  sale.revision = revision;
  switch (event.type) {
    case 'PaddleRequested':
      sale.paddles.set(event.bidderId, { status: 'requested' });
      return;
    case 'PaddleRefused':
      sale.paddles.set(event.bidderId, { status: 'refused' });
      return;
    case 'PaddleGiven':
      sale.paddles.set(event.bidderId, { status: 'given', biddingLimit: event.biddingLimit });
      sale.holders.set(event.paddle, event.bidderId);
      return;
  }
}
