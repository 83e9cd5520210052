// Whether the events of each stream follow on each other: every stream is folded by the domain's own `evolve`, which throws
// where they do not.
import type { AuctionEvent } from '../domain/auction/auction.events.js';
import { type Auction, evolve as evolveAuction, unlisted } from '../domain/auction/auction.js';
import type { DocumentIssued } from '../domain/documents/document.events.js';
import { evolve as evolveSeries, type Series, unnumbered } from '../domain/documents/series.js';
import type { FraudCaseEvent } from '../domain/fraud/fraud-case.events.js';
import { evolve as evolveCase, type FraudCase, unopened } from '../domain/fraud/fraud-case.js';
import type { StreamId } from '../domain/messages.js';
import type { PayoutRunEvent } from '../domain/payout/payout-run.events.js';
import { evolve as evolvePayouts, type PayoutRun, unprepared } from '../domain/payout/payout-run.js';
import type { HallEvent } from '../domain/sale/hall-result.events.js';
import { evolve as evolveHall, type HallLot, unrecorded } from '../domain/sale/hall-result.js';
import type { SaleEvent } from '../domain/sale/sale.events.js';
import { evolve as evolveSale, type Sale, undrafted } from '../domain/sale/sale.js';
import type { UserEvent } from '../domain/user/user.events.js';
import { evolve as evolveUser, type User, unregistered } from '../domain/user/user.js';
import type { Journal, JournalEntry, RecordedEvent } from '../journal/journal.js';

const PAGE_EVENTS = 4_096;
/** Ended auctions kept in memory, because something may happen to them yet. The rest are read again when it does. */
const ENDED_MAX = 20_000;

export class StreamFold {
  /** Memory is that of open auctions, the auctions that ended last, users, sales, hall lots, fraud cases, series of documents, and payout runs. */
  private readonly open = new Map<StreamId, Auction>();
  private readonly ended = new Map<StreamId, Auction>();
  private readonly users = new Map<StreamId, User>();
  private readonly sales = new Map<StreamId, Sale>();
  private readonly lots = new Map<StreamId, HallLot>();
  private readonly cases = new Map<StreamId, FraudCase>();
  private readonly series = new Map<StreamId, Series>();
  private readonly payouts = new Map<StreamId, PayoutRun>();
  private readonly broken = new Set<StreamId>();

  constructor(
    private readonly journal: Pick<Journal, 'readStream'>,
    /** Told once of a stream that breaks; what follows in the stream is passed over. */
    private readonly report: (entry: JournalEntry, problem: string) => void,
  ) {}

  /** Takes the next entry. Where it gives something to wait for, an auction that ended long ago is read again. */
  take(entry: JournalEntry): Promise<void> | null {
    const { streamId } = entry;
    if (this.broken.has(streamId)) return null;
    // It has been reported; nothing behind it can be folded.
    if (entry.kind === 'unreadable') this.broken.add(streamId);
    else if (this.isForgotten(entry)) return this.readAgain(entry).then(() => this.fold(entry));
    else this.fold(entry);
    return null;
  }

  private fold(entry: RecordedEvent): void {
    const { streamId, event } = entry;
    try {
      if (streamId.startsWith('auction-')) this.keep(streamId, this.next(entry, event as AuctionEvent));
      else if (streamId.startsWith('user-'))
        this.users.set(streamId, evolveUser(this.users.get(streamId) ?? unregistered, event as UserEvent));
      else if (streamId.startsWith('sale-'))
        this.sales.set(streamId, evolveSale(this.sales.get(streamId) ?? undrafted, event as SaleEvent));
      else if (streamId.startsWith('hall-'))
        this.lots.set(streamId, evolveHall(this.lots.get(streamId) ?? unrecorded, event as HallEvent));
      else if (streamId.startsWith('case-'))
        this.cases.set(streamId, evolveCase(this.cases.get(streamId) ?? unopened, event as FraudCaseEvent));
      else if (streamId.startsWith('payout-'))
        this.payouts.set(streamId, evolvePayouts(this.payouts.get(streamId) ?? unprepared, event as PayoutRunEvent));
      else if (streamId.startsWith('series-'))
        this.series.set(streamId, evolveSeries(this.series.get(streamId) ?? unnumbered, event as DocumentIssued));
    } catch (error) {
      this.broken.add(streamId);
      const reason = error instanceof Error ? error.message : String(error);
      this.report(entry, `does not follow on what is before it: ${reason}`);
    }
  }

  private next({ streamId, revision }: RecordedEvent, event: AuctionEvent): Auction {
    if ((event.type === 'AuctionListed') !== (revision === 0)) throw new Error(`${event.type} at revision ${revision}`);
    return evolveAuction(this.open.get(streamId) ?? this.ended.get(streamId) ?? unlisted, event);
  }

  private keep(streamId: StreamId, auction: Auction): void {
    if (auction.status === 'open' || auction.status === 'sealed' || auction.status === 'hall') {
      this.open.set(streamId, auction);
      return;
    }
    this.open.delete(streamId);
    this.ended.delete(streamId);
    this.ended.set(streamId, auction);
    const [first] = this.ended.keys();
    if (this.ended.size > ENDED_MAX && first !== undefined) this.ended.delete(first);
  }

  private isForgotten({ streamId, revision }: RecordedEvent): boolean {
    return revision > 0 && streamId.startsWith('auction-') && !this.open.has(streamId) && !this.ended.has(streamId);
  }

  /** Folds an auction up to what is before this event. */
  private async readAgain({ streamId, revision }: RecordedEvent): Promise<void> {
    let auction: Auction = unlisted;
    for (let from = 0; from < revision; ) {
      const page = await this.journal.readStream(streamId, from, Math.min(PAGE_EVENTS, revision - from));
      if (page.length === 0) return;
      for (const entry of page) {
        if (entry.kind !== 'event') return;
        auction = evolveAuction(auction, entry.event as AuctionEvent);
      }
      from += page.length;
    }
    this.keep(streamId, auction);
  }
}
