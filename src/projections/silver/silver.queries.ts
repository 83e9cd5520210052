// What is asked of Silver. Public rows come from the `silver` views; what only its owner may see is asked by owner.
import type { Pool } from 'pg';
import type { DisputeStatus, PaymentStatus, SecondChanceOffered } from '../../domain/auction/after-sale.events.js';
import type { BidType, RetractionReason } from '../../domain/auction/auction.events.js';
import type { ItemDetails } from '../../domain/auction/item-details.js';
import type { RetractionPolicy, Terms } from '../../domain/auction/terms.js';
import type { FeeSchedule } from '../../domain/fees/schedule.js';
import type { AuctionId, UserId } from '../../domain/ids.js';
import type { Currency, Minor } from '../../domain/money.js';
import { askedForm, askedWords } from '../../domain/text.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { NO_TIES, type Ties } from '../../domain/user/user.commands.js';
import type { EncryptedPersonalData, EncryptedUsername } from '../../domain/user/user.events.js';
import { ownTypes } from '../pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from './cursor.js';
import { feesFromText } from './listed-fees.js';
import * as sql from './silver.sql.js';

/** `upcoming` from the listing to the opening, `open` from there to the record of the end. */
export type AuctionStatus = 'upcoming' | 'open' | 'sold' | 'passed' | 'cancelled' | 'withdrawn';

/** An auction as everybody may see it. Amounts in minor units of `currency`; `revision` is the version for watchers. */
export type AuctionRow = Readonly<{
  auctionId: AuctionId;
  sellerId: UserId;
  title: string;
  description: string;
  category: string;
  /** Ids; the first one is shown first. */
  photos: readonly string[];
  /** What its catalogue says beside the description; null for nothing. */
  details: ItemDetails | null;
  format: Terms['format'];
  currency: Currency;
  status: AuctionStatus;
  startingPrice: Minor;
  currentPrice: Minor;
  minimumNextBid: Minor;
  leaderId: UserId | null;
  leadingBid: number | null;
  bidCount: number;
  hasReserve: boolean;
  reserveMet: boolean;
  buyNowPrice: Minor | null;
  listedAt: Instant;
  opensAt: Instant;
  closesAt: Instant;
  scheduledClosesAt: Instant;
  extensions: number;
  closedAt: Instant | null;
  endReason: string | null;
  /** The passed auction whose item this is, and the one in which the item of this passed one is up again. */
  relistOf: AuctionId | null;
  relistedAs: AuctionId | null;
  retraction: RetractionPolicy;
  /** Of a hall lot: whether a clerk has opened it, and whether the hammer is about to fall. Null in other formats. */
  calling: Calling | null;
  revision: bigint;
}>;

export type Calling = 'waiting' | 'called' | 'fair-warning';

/** The schedule that an auction was listed under. */
export type ListedFees = Readonly<{ currency: Currency; fees: FeeSchedule }>;

export type AuctionName = Pick<AuctionRow, 'auctionId' | 'title'>;

/**
 * Null means "any". `text` is words that title or description must contain. Case and form are no matter, accents where none
 * were typed (domain/text.ts); so with `category`. `closesBefore` is exclusive.
 */
export type AuctionFilter = Readonly<{
  status: AuctionStatus | null;
  category: string | null;
  /** The folded names that `category` stands for, where a tree of categories says more than its own. */
  within?: readonly string[];
  sellerId: UserId | null;
  text: string | null;
  closesBefore: Instant | null;
}>;

/** The order of auctions: by closing time, or by listing time. */
export type AuctionSort = keyof typeof sql.AUCTIONS;

/** A bid as everybody may see it. `bidAmount` is the visible price after it; of sealed bids only the winning one has one. */
export type BidRow = Readonly<{
  bidId: string;
  auctionId: AuctionId;
  bidNumber: number;
  bidderId: UserId;
  bidAmount: Minor | null;
  currency: Currency;
  bidType: BidType;
  placedAt: Instant;
  isWinning: boolean;
  isReplaced: boolean;
  isRetracted: boolean;
  retractedAt: Instant | null;
  retractionReason: RetractionReason | null;
  isVoided: boolean;
  voidedAt: Instant | null;
}>;

/** A bid as its own bidder sees it, with the auction's state. Of a sealed bid `maximum` is its amount. */
export type OwnBidRow = BidRow &
  Readonly<{
    maximum: Minor;
    /** What the bidder was told when the bid was voided. */
    voidReason: string | null;
    /** What became of the bidder's request to take it back; null for one that was never made. */
    retractionRequest: RequestStatus | null;
    title: string;
    status: AuctionStatus;
    currentPrice: Minor;
    closesAt: Instant;
  }>;

/** `lapsed`: the auction ended, or the bid counted no longer, before anybody answered. */
export type RequestStatus = 'pending' | 'granted' | 'refused' | 'lapsed';

/** A bidder's request to take a bid back, as staff see it. `answerReason` was told to the bidder. */
export type RetractionRequestRow = Readonly<{
  auctionId: AuctionId;
  bidNumber: number;
  bidderId: UserId;
  reason: RetractionReason;
  status: RequestStatus;
  requestedAt: Instant;
  answeredAt: Instant | null;
  answeredBy: UserId | null;
  answerReason: string | null;
  closesAt: Instant;
}>;

/** `lapsed`: the auction ended, or the bid counted no longer, before another of the staff confirmed. */
export type ProposalStatus = 'pending' | 'confirmed' | 'lapsed';

/** That a bid be voided, as staff see it. */
export type VoidingProposalRow = Readonly<{
  auctionId: AuctionId;
  bidNumber: number;
  bidderId: UserId;
  reason: string;
  status: ProposalStatus;
  proposedBy: UserId;
  proposedAt: Instant;
  confirmedBy: UserId | null;
  confirmedAt: Instant | null;
  closesAt: Instant;
}>;

/** A bid that counts in an open auction although the house voids its bidder's bids. */
export type BidToVoidRow = Readonly<{
  auctionId: AuctionId;
  bidNumber: number;
  status: 'suspended' | 'erased';
  closesAt: Instant;
}>;

/** An open auction that somebody bids in or sells, and whether that person leads it. */
export type ConcernRow = Readonly<{ auctionId: AuctionId; revision: bigint; leads: boolean; sells: boolean }>;

export type UserRow = Readonly<{
  userId: UserId;
  /** To be opened for everybody with the person's key, as long as there is one. */
  encryptedUsername: EncryptedUsername | null;
  rating: number;
  isVerified: boolean;
  status: 'active' | 'suspended' | 'erased';
  registeredAt: Instant;
}>;

/** A user's own row: personal data still encrypted, for a caller that holds the key. */
export type OwnUserRow = UserRow & Readonly<{ personalData: EncryptedPersonalData | null; revision: bigint }>;

export type TransactionRow = Readonly<{
  txnId: AuctionId;
  auctionId: AuctionId;
  sellerId: UserId;
  buyerId: UserId;
  via: 'Hammer' | 'BuyNow' | 'SecondChance';
  finalPrice: Minor;
  buyersPremium: Minor;
  tax: Minor;
  amountDue: Minor;
  platformFee: Minor;
  sellerProceeds: Minor;
  currency: Currency;
  isCompleted: boolean;
  soldAt: Instant;
  completedAt: Instant | null;
  transactionNumber: number;
  paymentStatus: PaymentStatus;
  paymentDueAt: Instant | null;
  paidAt: Instant | null;
  refundedAt: Instant | null;
  refundedAmount: Minor;
  disputeStatus: DisputeStatus | null;
  failedPayments: number;
}>;

/** A second chance as its own bidder sees it. */
export type OfferRow = Readonly<{
  auctionId: AuctionId;
  offerNumber: number;
  sellerId: UserId;
  title: string;
  cause: SecondChanceOffered['cause'];
  status: 'pending' | 'accepted' | 'declined' | 'expired';
  currency: Currency;
  offeredPrice: Minor;
  offeredAt: Instant;
  expiresAt: Instant;
  answeredAt: Instant | null;
}>;

export type PageRequest = Readonly<{ after: Cursor | null; limit: number }>;

/** A consumer's committed progress; `position` is null before its first event. */
export type ConsumerRow = Readonly<{
  consumer: string;
  slice: number;
  position: string | null;
  updatedAt: Instant;
  parkedStreams: number;
}>;

/** The folded names that a filter takes in; null for any. */
const formsOf = ({ category, within }: Pick<AuctionFilter, 'category' | 'within'>): readonly string[] | null =>
  category === null ? null : (within ?? [askedForm(category)]);

export class SilverQueries {
  constructor(private readonly pool: Pool) {}

  /** One auction; null for an unknown one, and for one listed a moment ago that Silver has yet to hear of. */
  auction(auctionId: AuctionId): Promise<AuctionRow | null> {
    return this.first('silver-auction', sql.AUCTION, [auctionId]);
  }

  /** Auctions, those that close first unless asked otherwise. Refuses a cursor of another list or order with a `CursorInvalid`. */
  async auctions(
    filter: AuctionFilter,
    { after, limit }: PageRequest,
    sort: AuctionSort = 'closing-soonest',
  ): Promise<Page<AuctionRow>> {
    const { status, sellerId, text, closesBefore } = filter;
    const list = `auctions-${sort}`;
    const [time, auctionId] = keyIn(list, after, ['time', 'id']);
    const forms = formsOf(filter);
    const words = text === null ? null : askedWords(text);
    const values = [status, forms, sellerId, words, nullableTime(closesBefore), time, auctionId, limit + 1];
    const rows = await this.all<AuctionRow>(sql.AUCTIONS[sort], values);
    return pageOf(rows, limit, (row) =>
      cursorOf(list, [isoTime(sort === 'newest' ? row.listedAt : row.closesAt), row.auctionId]),
    );
  }

  /** Those of these auctions that Silver has, in no order. */
  auctionsOf(auctionIds: readonly AuctionId[]): Promise<readonly AuctionRow[]> {
    return this.all(sql.AUCTIONS_NAMED, [auctionIds]);
  }

  /** Auctions whose ids lie between these two, both included, in the order of ids; at most `limit`. */
  auctionNames(from: AuctionId, to: AuctionId, limit: number): Promise<readonly AuctionName[]> {
    return this.all(sql.AUCTION_NAMES, [from, to, limit]);
  }

  /** Categories as sellers spelled them, in the order of the alphabet, at most `limit`. */
  async categories(limit: number): Promise<readonly string[]> {
    const rows = await this.all<Readonly<{ category: string }>>(sql.CATEGORIES, [limit]);
    return rows.map(({ category }) => category);
  }

  /** What an auction's sale costs, as it was listed; null for an unknown auction. */
  async listedFees(auctionId: AuctionId): Promise<ListedFees | null> {
    const row = await this.first<{ currency: Currency; fees: string }>('silver-fees', sql.LISTED_FEES, [auctionId]);
    return row === null ? null : { currency: row.currency, fees: feesFromText(row.fees) };
  }

  /** An auction's bids, the latest first. */
  async bids(auctionId: AuctionId, { after, limit }: PageRequest): Promise<Page<BidRow>> {
    const [bidNumber] = keyIn('bids', after, ['number']);
    const rows = await this.all<BidRow>(sql.BIDS, [auctionId, bidNumber, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('bids', [`${row.bidNumber}`]));
  }

  /** A bidder's own bids with their maxima, the latest first. For nobody else's eyes. */
  async ownBids(bidderId: UserId, { after, limit }: PageRequest): Promise<Page<OwnBidRow>> {
    const [placedAt, auctionId, bidNumber] = keyIn('own-bids', after, ['time', 'id', 'number']);
    const rows = await this.all<OwnBidRow>(sql.OWN_BIDS, [bidderId, placedAt, auctionId, bidNumber, limit + 1]);
    return pageOf(rows, limit, (row) =>
      cursorOf('own-bids', [isoTime(row.placedAt), row.auctionId, `${row.bidNumber}`]),
    );
  }

  /** The open auctions that a user bids in or sells: at most `limit`, those that close first. */
  concerns(userId: UserId, limit: number): Promise<readonly ConcernRow[]> {
    return this.all<ConcernRow>(sql.CONCERNS, [userId, limit]);
  }

  /** An account as everybody may see it; null for an unknown one. */
  user(userId: UserId): Promise<UserRow | null> {
    return this.first('silver-user', sql.USER, [userId]);
  }

  /** Accounts of one status or all, those that registered last first. For staff. */
  async users(status: UserRow['status'] | null, { after, limit }: PageRequest): Promise<Page<UserRow>> {
    const [registeredAt, userId] = keyIn('users', after, ['time', 'id']);
    const rows = await this.all<UserRow>(sql.USERS, [status, registeredAt, userId, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('users', [isoTime(row.registeredAt), row.userId]));
  }

  /** An account with its encrypted personal data. For nobody else's eyes. */
  ownUser(userId: UserId): Promise<OwnUserRow | null> {
    return this.first('silver-own-user', sql.OWN_USER, [userId]);
  }

  /** What binds a user to others now. */
  async tiesOf(userId: UserId): Promise<Ties> {
    const ties = await this.first<Ties>('silver-ties', sql.TIES, [userId]);
    return ties ?? NO_TIES;
  }

  /** The latest sale of an auction; null while it is not sold. */
  transaction(auctionId: AuctionId): Promise<TransactionRow | null> {
    return this.first('silver-transaction', sql.TRANSACTION, [auctionId]);
  }

  /** What a user bought (`buyer`), sold (`seller`) or both, the latest first. */
  async transactionsOf(
    userId: UserId,
    side: 'buyer' | 'seller' | 'both',
    { after, limit }: PageRequest,
  ): Promise<Page<TransactionRow>> {
    const [soldAt, auctionId] = keyIn('transactions', after, ['time', 'id']);
    const buyer = side === 'seller' ? null : userId;
    const seller = side === 'buyer' ? null : userId;
    const rows = await this.all<TransactionRow>(sql.TRANSACTIONS_OF, [buyer, seller, soldAt, auctionId, limit + 1]);
    return transactionPage(rows, limit);
  }

  /** Requests to take a bid back, those of one status or all, the earliest first. For staff. */
  async retractionRequests(
    status: RequestStatus | null,
    { after, limit }: PageRequest,
  ): Promise<Page<RetractionRequestRow>> {
    const [requestedAt, auctionId, bidNumber] = keyIn('requests', after, ['time', 'id', 'number']);
    const values = [status, requestedAt, auctionId, bidNumber, limit + 1];
    const rows = await this.all<RetractionRequestRow>(sql.RETRACTION_REQUESTS, values);
    return pageOf(rows, limit, (row) =>
      cursorOf('requests', [isoTime(row.requestedAt), row.auctionId, `${row.bidNumber}`]),
    );
  }

  /** Bids that one of the staff would void, of one status or all, the earliest first. For staff. */
  async voidingProposals(
    status: ProposalStatus | null,
    { after, limit }: PageRequest,
  ): Promise<Page<VoidingProposalRow>> {
    const [proposedAt, auctionId, bidNumber] = keyIn('proposals', after, ['time', 'id', 'number']);
    const values = [status, proposedAt, auctionId, bidNumber, limit + 1];
    const rows = await this.all<VoidingProposalRow>(sql.VOIDING_PROPOSALS, values);
    return pageOf(rows, limit, (row) =>
      cursorOf('proposals', [isoTime(row.proposedAt), row.auctionId, `${row.bidNumber}`]),
    );
  }

  /** Bids that the house is to void, those of the next close first. */
  bidsToVoid(limit: number): Promise<readonly BidToVoidRow[]> {
    return this.all<BidToVoidRow>(sql.BIDS_TO_VOID, [limit]);
  }

  /** Second chances offered to a bidder, the latest first. For nobody else's eyes: the prices are that bidder's own bids. */
  async offersTo(bidderId: UserId, { after, limit }: PageRequest): Promise<Page<OfferRow>> {
    const [offeredAt, auctionId] = keyIn('offers', after, ['time', 'id']);
    const rows = await this.all<OfferRow>(sql.OFFERS_TO, [bidderId, offeredAt, auctionId, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('offers', [isoTime(row.offeredAt), row.auctionId]));
  }

  /** All sales, the latest first; for operators and analysts. */
  async transactions({ after, limit }: PageRequest): Promise<Page<TransactionRow>> {
    const [soldAt, auctionId] = keyIn('transactions', after, ['time', 'id']);
    return transactionPage(await this.all<TransactionRow>(sql.TRANSACTIONS, [soldAt, auctionId, limit + 1]), limit);
  }

  /** Which of these accounts there are, erased ones included. */
  async usersAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.all<{ userId: string }>(sql.USERS_AMONG, [ids]);
    return new Set(rows.map(({ userId }) => userId));
  }

  /** Every consumer's checkpoint and how many of its streams are parked. */
  consumers(): Promise<readonly ConsumerRow[]> {
    return this.all<ConsumerRow>(sql.CONSUMERS, []);
  }

  private async first<Row extends object>(name: string, text: string, values: readonly unknown[]): Promise<Row | null> {
    const { rows } = await this.pool.query<Row>({ name, text, values: [...values], types: ownTypes });
    return rows[0] ?? null;
  }

  private async all<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<Row>({ text, values: [...values], types: ownTypes });
    return rows;
  }
}

const transactionPage = (rows: readonly TransactionRow[], limit: number): Page<TransactionRow> =>
  pageOf(rows, limit, (row) => cursorOf('transactions', [isoTime(row.soldAt), row.auctionId]));

const nullableTime = (at: Instant | null): string | null => (at === null ? null : isoTime(at));
