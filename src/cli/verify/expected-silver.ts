// What Silver should hold, from the journal alone: each stream is folded by the domain's own `evolve`, and the state that
// comes out is written down as rows. It shares no code with the projection that it checks.
import type { AuctionEvent } from '../../domain/auction/auction.events.js';
import {
  type Auction,
  type EndedAuction,
  evolve,
  type LiveAuction,
  standingOf,
  unlisted,
} from '../../domain/auction/auction.js';
import { isSealed } from '../../domain/auction/terms.js';
import type { DomainEvent, StreamId } from '../../domain/messages.js';
import type { RefusalEvent } from '../../domain/refusal.events.js';
import type { UserEvent } from '../../domain/user/user.events.js';
import { evolve as evolveUser, type User, unregistered } from '../../domain/user/user.js';
import type { RecordedEvent } from '../../journal/journal.js';
import { type ExpectedRows, row } from './expected-rows.js';

type ListedAuction = LiveAuction | EndedAuction;
type Followed = { auction: Auction; revision: number };
type FollowedUser = { user: User; revision: number; registeredAt: number };

/** A stream whose events do not follow on each other. */
export class Unfoldable extends Error {}

export class ExpectedSilver {
  /** Auctions that may still change; an ended one becomes a row at once, so memory is that of open auctions and users. */
  private readonly open = new Map<string, Followed>();
  private readonly users = new Map<string, FollowedUser>();
  private readonly broken = new Set<StreamId>();

  constructor(private readonly rows: ExpectedRows) {}

  /** Takes the next event of its stream. Throws `Unfoldable` once for a stream that breaks, and ignores it from there on. */
  take({ streamId, revision, event }: RecordedEvent): void {
    if (this.broken.has(streamId)) return;
    const id = streamId.slice(streamId.indexOf('-') + 1);
    try {
      if (isAuctionEvent(event)) this.takeAuction(id, revision, event);
      else if (isUserEvent(event)) this.takeUser(id, revision, event);
      else this.takeRefusal(id, revision, event);
    } catch (error) {
      this.broken.add(streamId);
      throw new Unfoldable(error instanceof Error ? error.message : String(error));
    }
  }

  /** Writes down what stands at the end. */
  finish(): void {
    for (const [auctionId, { auction, revision }] of this.open)
      if (auction.status !== 'unlisted') this.writeStanding(auctionId, revision, auction);
    for (const [userId, { user, revision, registeredAt }] of this.users) {
      if (user.status === 'unregistered') continue;
      const { username, status, isVerified, rating } = user;
      this.rows.add('users', row(userId, revision, username, status, isVerified, rating, new Date(registeredAt)));
    }
  }

  private takeAuction(auctionId: string, revision: number, event: AuctionEvent): void {
    if ((event.type === 'AuctionListed') !== (revision === 0)) throw new Error(`${event.type} at revision ${revision}`);
    const before = this.open.get(auctionId)?.auction ?? unlisted;
    const auction = evolve(before, event);
    if (auction.status === 'unlisted') throw new Error(`${event.type} leaves the auction unlisted`);
    if (event.type === 'AuctionListed') this.writeListing(auctionId, auction, event.item);
    if (event.type === 'BidPlaced') {
      const { bidNumber, bidderId, bidType, maximum, placedAt } = event;
      const price = standingOf(auction).currentPrice;
      this.rows.add('bids', row(auctionId, bidNumber, revision, bidderId, bidType, price, maximum, new Date(placedAt)));
    }
    if (event.type === 'BidRetracted') {
      const { bidNumber, retractedAt, reason } = event;
      const price = standingOf(auction).currentPrice;
      this.rows.add('retractions', row(auctionId, bidNumber, revision, new Date(retractedAt), reason, price));
    }
    if (auction.status === 'open' || auction.status === 'sealed') {
      this.open.set(auctionId, { auction, revision });
      return;
    }
    this.open.delete(auctionId);
    this.writeStanding(auctionId, revision, auction);
    if (auction.status === 'sold') this.writeSale(auctionId, auction);
  }

  private writeListing(
    auctionId: string,
    { listing }: ListedAuction,
    item: { title: string; description: string; category: string },
  ) {
    const { sellerId, terms, opensAt, scheduledClosesAt, listedAt } = listing;
    const { format, currency, startingPrice, reservePrice } = terms;
    const buyNowPrice = isSealed(terms) ? null : terms.buyNowPrice;
    const texts = [item.title, item.description, item.category, format, currency] as const;
    const times = [new Date(opensAt), new Date(scheduledClosesAt), new Date(listedAt)] as const;
    this.rows.add('listings', row(auctionId, sellerId, ...texts, startingPrice, reservePrice, buyNowPrice, ...times));
  }

  private writeStanding(auctionId: string, revision: number, auction: ListedAuction): void {
    const { currentPrice, minimumNextBid, leaderId, leadingBid, bidCount, reserveMet } = standingOf(auction);
    const { closedAt, reason } = endOf(auction);
    const times = [new Date(auction.closesAt), closedAt === null ? null : new Date(closedAt)] as const;
    const status = auction.status === 'sealed' ? 'open' : auction.status;
    const extensions = auction.status === 'sealed' ? 0 : auction.extensions;
    const standing = [leadingBid, bidCount, extensions, reserveMet, leaderId] as const;
    this.rows.add(
      'standings',
      row(auctionId, revision, currentPrice, minimumNextBid, ...times, ...standing, status, reason),
    );
  }

  private writeSale(auctionId: string, { sale, listing }: Extract<EndedAuction, { status: 'sold' }>): void {
    const { buyerId, via, winningBid, currency, closedAt } = sale;
    const { hammerPrice, buyersPremium, tax, amountDue, platformFee, sellerProceeds } = sale;
    const money = [hammerPrice, buyersPremium, tax, amountDue, platformFee, sellerProceeds] as const;
    this.rows.add(
      'transactions',
      row(auctionId, listing.sellerId, buyerId, via, winningBid, currency, ...money, new Date(closedAt)),
    );
  }

  private takeUser(userId: string, revision: number, event: UserEvent): void {
    const before = this.users.get(userId);
    const user = evolveUser(before?.user ?? unregistered, event);
    if ('personalData' in event) this.rows.add('personal_data', row(userId, revision, event.personalData));
    const registeredAt = event.type === 'UserRegistered' ? event.registeredAt : (before?.registeredAt ?? 0);
    this.users.set(userId, { user, revision, registeredAt });
  }

  private takeRefusal(auctionId: string, revision: number, event: RefusalEvent): void {
    if (event.type === 'CommandRejected') return;
    if (event.type === 'BidFloodRejected') {
      const { bidderId, count, firstAt, lastAt } = event;
      const unjudged = [null, null, null, null] as const;
      this.rows.add(
        'refused_bids',
        row(auctionId, revision, bidderId, 'Flood', count, ...unjudged, new Date(firstAt), new Date(lastAt)),
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

const isUserEvent = (event: DomainEvent): event is UserEvent =>
  event.type.startsWith('User') || event.type === 'PersonalDataChanged';
const isAuctionEvent = (event: DomainEvent): event is AuctionEvent =>
  !isUserEvent(event) && !event.type.endsWith('Rejected');
