// What Silver should hold, from the journal alone: each stream is folded by the domain's own `evolve`, and the state that
// comes out is written down as rows. It shares no code with the projection that it checks.
import { isAfterSaleEvent } from '../../src/domain/auction/after-sale.events.js';
import type { AuctionEvent, AuctionListed } from '../../src/domain/auction/auction.events.js';
import {
  type Auction,
  type EndedAuction,
  evolve,
  isLive,
  type LiveAuction,
  standingOf,
  unlisted,
} from '../../src/domain/auction/auction.js';
import { isFraudCaseEvent } from '../../src/domain/fraud/fraud-case.events.js';
import type { DomainEvent, StreamId } from '../../src/domain/messages.js';
import { isPaymentEvent } from '../../src/domain/payment/payment.events.js';
import type { RefusalEvent } from '../../src/domain/refusal.events.js';
import { type HallEvent, isHallEvent } from '../../src/domain/sale/hall-result.events.js';
import { evolve as evolveHall, type HallLot, unrecorded } from '../../src/domain/sale/hall-result.js';
import { isSaleEvent } from '../../src/domain/sale/sale.events.js';
import { searchForms, searchWords } from '../../src/domain/text.js';
import type { UserEvent } from '../../src/domain/user/user.events.js';
import { evolve as evolveUser, type User, unregistered } from '../../src/domain/user/user.js';
import type { Journal, RecordedEvent } from '../../src/journal/journal.js';
import { textArray } from '../../src/projections/copy-text.js';
import { type AfterSaleTimes, addAfterSaleRows, NO_TIMES, timesAfter } from './expected-after-sale.js';
import { ExpectedPapers, isPaperEvent } from './expected-papers.js';
import { type ExpectedRows, row } from './expected-rows.js';
import { ExpectedSales } from './expected-sales.js';
import { addTakenOutRows } from './expected-taken-out.js';

type ListedAuction = LiveAuction | EndedAuction;
type Followed = { auction: Auction; revision: number; times: AfterSaleTimes };
type HallEntry = Readonly<{ revision: number; occurredAt: number; event: HallEvent }>;
type FollowedUser = { user: User; revision: number; registeredAt: number; voidsBids: boolean };

const PAGE_EVENTS = 4_096;
/** Ended auctions kept in memory, because something may happen to them yet. The rest are read again when it does. */
const ENDED_MAX = 20_000;

/** A stream whose events do not follow on each other. */
export class Unfoldable extends Error {}

export class ExpectedSilver {
  /** Open auctions. An ended one becomes a row at once, so memory is that of open auctions, some ended ones, and users. */
  private readonly open = new Map<string, Followed>();
  /** Those that ended last, the earliest first. */
  private readonly ended = new Map<string, Followed>();
  private readonly users = new Map<string, FollowedUser>();
  /** Lots that were corrected may be corrected again; what is known of any other is that it has one event. */
  private readonly halls = new Map<string, HallLot>();
  private readonly sales = new ExpectedSales();
  private readonly papers: ExpectedPapers;
  private readonly broken = new Set<StreamId>();

  constructor(
    private readonly rows: ExpectedRows,
    private readonly journal: Pick<Journal, 'readStream'>,
  ) {
    this.papers = new ExpectedPapers(rows);
  }

  /** To be awaited before `take`, where it gives something to wait for: an auction that ended long ago is read again. */
  prepare({ streamId, revision, event }: RecordedEvent): Promise<void> | null {
    if (!(isAfterSaleEvent(event) || event.type === 'AuctionRelisted') || this.broken.has(streamId)) return null;
    const auctionId = streamId.slice('auction-'.length);
    return this.ended.has(auctionId) ? null : this.readAgain(auctionId, streamId, revision - 1);
  }

  /** Takes the next event of its stream. Throws `Unfoldable` once for a stream that breaks, and ignores it from there on. */
  take({ streamId, revision, event, occurredAt }: RecordedEvent): void {
    if (this.broken.has(streamId)) return;
    const id = streamId.slice(streamId.indexOf('-') + 1);
    // Their rows are no folds: what is told is what is shown.
    if (isFraudCaseEvent(event) || event.type === 'OperationBegun') return;
    try {
      this.papers.take(id, revision, event);
      if (isPaperEvent(event)) return;
      if (isSaleEvent(event)) this.sales.take(id, revision, event);
      else if (isAuctionEvent(event)) this.takeAuction(id, revision, event);
      else if (isUserEvent(event)) this.takeUser(id, revision, event);
      else if (isHallEvent(event)) this.takeHallResult(id, { revision, occurredAt, event });
      else if (!isPaymentEvent(event) && event.type !== 'RunFailed') this.takeRefusal(id, revision, event);
    } catch (error) {
      this.broken.add(streamId);
      throw new Unfoldable(error instanceof Error ? error.message : String(error));
    }
  }

  /** Writes down what stands at the end. */
  finish(): void {
    for (const [auctionId, { auction, revision }] of this.open)
      if (auction.status !== 'unlisted') this.writeStanding(auctionId, revision, auction);
    for (const [userId, { user, revision, registeredAt, voidsBids }] of this.users) {
      if (user.status === 'unregistered') continue;
      const { status, isVerified, rating } = user;
      const username = user.status === 'erased' ? null : user.username;
      const erasedAt = user.status === 'erased' ? new Date(user.erasedAt) : null;
      const times = [new Date(registeredAt), erasedAt] as const;
      this.rows.add('users', row(userId, revision, username, status, isVerified, rating, ...times, voidsBids));
    }
    this.sales.finish(this.rows);
    this.papers.finish();
  }

  private takeAuction(auctionId: string, revision: number, event: AuctionEvent): void {
    if ((event.type === 'AuctionListed') !== (revision === 0)) throw new Error(`${event.type} at revision ${revision}`);
    const before = this.open.get(auctionId) ?? this.ended.get(auctionId);
    const auction = evolve(before?.auction ?? unlisted, event);
    const times = timesAfter(before?.times ?? NO_TIMES, event);
    if (auction.status === 'unlisted') throw new Error(`${event.type} leaves the auction unlisted`);
    if (event.type === 'AuctionListed') this.writeListing(auctionId, auction, event);
    if (event.type === 'BidPlaced') {
      const { bidNumber, bidderId, bidType, maximum, placedAt } = event;
      const price = standingOf(auction).currentPrice;
      this.rows.add('bids', row(auctionId, bidNumber, revision, bidderId, bidType, price, maximum, new Date(placedAt)));
    }
    if (event.type === 'SealedBidPlaced') {
      const { bidNumber, bidderId, bidType, amount, placedAt, replaces } = event;
      this.rows.add('bids', row(auctionId, bidNumber, revision, bidderId, bidType, null, amount, new Date(placedAt)));
      if (replaces !== null) this.rows.add('replacements', row(auctionId, replaces, bidNumber));
    }
    addTakenOutRows(this.rows, { auctionId, revision, event, auction });
    if (isLive(auction)) {
      this.open.set(auctionId, { auction, revision, times });
      return;
    }
    this.open.delete(auctionId);
    this.keepEnded(auctionId, { auction, revision, times });
    this.writeStanding(auctionId, revision, auction);
    addAfterSaleRows(this.rows, { auctionId, revision, event, auction, times });
  }

  private keepEnded(auctionId: string, followed: Followed): void {
    this.ended.delete(auctionId);
    this.ended.set(auctionId, followed);
    if (this.ended.size <= ENDED_MAX) return;
    for (const [first] of this.ended) {
      this.ended.delete(first);
      return;
    }
  }

  /** An auction as it was at a revision; one that cannot be read so far is left to `take`, which will say so. */
  private async readAgain(auctionId: string, streamId: StreamId, upTo: number): Promise<void> {
    let followed: Followed = { auction: unlisted, revision: -1, times: NO_TIMES };
    while (followed.revision < upTo) {
      const page = await this.journal.readStream(
        streamId,
        followed.revision + 1,
        Math.min(PAGE_EVENTS, upTo - followed.revision),
      );
      if (page.length === 0) return;
      for (const entry of page) {
        if (entry.kind !== 'event') return;
        const event = entry.event as AuctionEvent;
        const times = timesAfter(followed.times, event);
        followed = { auction: evolve(followed.auction, event), revision: entry.revision, times };
      }
    }
    this.keepEnded(auctionId, followed);
  }

  private writeListing(auctionId: string, { listing }: ListedAuction, { item, relistOf }: AuctionListed) {
    const { sellerId, terms, opensAt, scheduledClosesAt, listedAt } = listing;
    const { format, currency, startingPrice, reservePrice } = terms;
    const buyNowPrice = terms.format === 'english' ? terms.buyNowPrice : null;
    const texts = [item.title, item.description, item.category, format, currency] as const;
    const times = [new Date(opensAt), new Date(scheduledClosesAt), new Date(listedAt)] as const;
    const words = textArray(searchWords(`${item.title}\n${item.description}`));
    const told = item.details === undefined ? null : JSON.stringify(item.details);
    const found = [textArray(item.photos ?? []), told, words, textArray(searchForms(item.category))] as const;
    const prices = [startingPrice, reservePrice, buyNowPrice] as const;
    this.rows.add(
      'listings',
      row(auctionId, sellerId, ...texts, ...prices, ...times, relistOf, terms.retraction, ...found),
    );
  }

  private writeStanding(auctionId: string, revision: number, auction: ListedAuction): void {
    const { currentPrice, minimumNextBid, leaderId, leadingBid, bidCount, reserveMet } = standingOf(auction);
    const { closedAt, reason } = endOf(auction);
    const times = [new Date(auction.closesAt), closedAt === null ? null : new Date(closedAt)] as const;
    const status = isLive(auction) ? 'open' : auction.status;
    const relistedAs = auction.status === 'passed' || auction.status === 'sold' ? auction.relistedAs : null;
    const extensions = 'extensions' in auction ? auction.extensions : 0;
    const standing = [leadingBid, bidCount, extensions, reserveMet, leaderId] as const;
    this.rows.add(
      'standings',
      row(auctionId, revision, currentPrice, minimumNextBid, ...times, ...standing, status, reason, relistedAs),
    );
  }

  private takeUser(userId: string, revision: number, event: UserEvent): void {
    const before = this.users.get(userId);
    const user = evolveUser(before?.user ?? unregistered, event);
    if (event.type === 'UserErased') this.rows.add('personal_data', row(userId, revision, null));
    if ('personalData' in event) this.rows.add('personal_data', row(userId, revision, event.personalData));
    const registeredAt = event.type === 'UserRegistered' ? event.registeredAt : (before?.registeredAt ?? 0);
    const voidsBids = voidsBidsAfter(before?.voidsBids ?? false, event);
    this.users.set(userId, { user, revision, registeredAt, voidsBids });
  }

  private takeHallResult(id: string, { revision, occurredAt, event }: HallEntry): void {
    if (event.type === 'HallBidRecorded') {
      const { bidNumber, bidType, bidderId, bidderKey, paddle, price, maximum, placedAt } = event;
      const who = [bidderId, bidderKey, paddle] as const;
      const at = placedAt === null ? null : new Date(placedAt);
      this.rows.add('hall_bids', row(id, revision, bidNumber, bidType, ...who, price, maximum, at));
      return;
    }
    const before = this.halls.get(id) ?? (revision === 0 ? unrecorded : null);
    if (before === null && !event.corrects) throw new Error(`a first result at revision ${revision}`);
    if (before !== null) evolveHall(before, event);
    if (event.corrects) this.halls.set(id, { status: 'recorded' });
    const { venue, sale, lotNumber, item, currency, startingPrice, reservePrice, outcome, price, priceKind } = event;
    const texts = [venue, sale, lotNumber, item.title, item.description, item.category, currency] as const;
    const prices = [
      event.lowEstimate,
      event.highEstimate,
      startingPrice,
      reservePrice,
      outcome,
      price,
      priceKind,
    ] as const;
    const people = [event.buyerId, event.buyerKey, event.paddle, event.sellerId] as const;
    const times = [new Date(event.heldAt), new Date(occurredAt)] as const;
    const source = [event.source.file, event.source.line] as const;
    this.rows.add('hall_results', row(id, revision, ...texts, ...prices, ...people, ...times, ...source));
  }

  private takeRefusal(auctionId: string, revision: number, event: RefusalEvent): void {
    // Of what was refused to an account, or about a sale or hall lot, there are no rows.
    if (event.type === 'CommandRejected' || /^(user|sale|hall|case)-/.test(auctionId)) return;
    if (event.type === 'FloodRejected') {
      const { actorId, count, firstAt, lastAt } = event;
      const unjudged = [null, null, null, null] as const;
      this.rows.add(
        'refused_bids',
        row(auctionId, revision, actorId, 'Flood', count, ...unjudged, new Date(firstAt), new Date(lastAt)),
      );
      return;
    }
    const { bidderId, amount, currency, rejection, judgedAtRevision, rejectedAt } = event;
    const minimum = 'minimumNextBid' in rejection ? rejection.minimumNextBid : null;
    const judged = [amount, currency, minimum, judgedAtRevision] as const;
    const at = new Date(rejectedAt);
    this.rows.add('refused_bids', row(auctionId, revision, bidderId, rejection.reason, 1, ...judged, at, at));
  }
}

function endOf(auction: ListedAuction): { closedAt: number | null; reason: string | null } {
  switch (auction.status) {
    case 'open':
    case 'sealed':
    case 'hall':
      return { closedAt: null, reason: null };
    case 'sold':
      return { closedAt: auction.sale.closedAt, reason: null };
    case 'passed':
      return { closedAt: auction.closedAt, reason: auction.reason };
    case 'cancelled':
      return { closedAt: auction.cancelledAt, reason: auction.reason };
    case 'withdrawn':
      return { closedAt: auction.withdrawnAt, reason: auction.reason };
  }
}

function voidsBidsAfter(before: boolean, event: UserEvent): boolean {
  if (event.type === 'UserSuspended') return event.voidBids;
  return event.type === 'UserErased' || (event.type !== 'UserReinstated' && before);
}

const isUserEvent = (event: DomainEvent): event is UserEvent =>
  event.type.startsWith('User') || event.type === 'PersonalDataChanged';
const isAuctionEvent = (event: DomainEvent): event is AuctionEvent =>
  !isUserEvent(event) && !isPaymentEvent(event) && !isHallEvent(event) && !event.type.endsWith('Rejected');
