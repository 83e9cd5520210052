// The facts of an auction's stream, `auction-<id>`. Each carries what happened and the state after it, so that no
// consumer repeats a rule. Shapes here are today's; how they are stored and lifted is the journal codec's business.
import type { Invoice } from '../fees/charges.js';
import type { Positions } from '../fees/tax-position.js';
import type { AuctionId, SaleId, UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';
import { type AfterSaleEvent, isAfterSaleEvent } from './after-sale.events.js';
import type { ItemDetails } from './item-details.js';
import { isTalkEvent, type TalkEvent } from './talk.events.js';
import type { Terms } from './terms.js';

/** The thing sold, as the seller describes it. */
export type Item = Readonly<{
  title: string;
  description: string;
  category: string;
  /** Ids of photos, the first one before all others. Absent for none. */
  photos?: readonly string[] | undefined;
  /** Absent where nothing is said. */
  details?: ItemDetails | undefined;
}>;

/** Where a bid came from, or what it turned out to be. */
export type BidType = 'manual' | 'proxy' | 'snipe' | 'buy-now' | 'absentee' | 'floor' | 'phone';

/** The state after an event that may have moved the price. `leaderId` and `leadingBid` are null while nobody leads. */
export type Standing = Readonly<{
  currentPrice: Minor;
  leaderId: UserId | null;
  leadingBid: number | null;
  /** Bids that count now: placed, and neither retracted nor voided. */
  bidCount: number;
  minimumNextBid: Minor;
  reserveMet: boolean;
}>;

/** A lot's place in its sale. `needsPaddle`: whoever bids must have a paddle in the sale. */
export type LotOfSale = Readonly<{ saleId: SaleId; lotNumber: string; needsPaddle: boolean }>;

export type AuctionListed = Readonly<{
  type: 'AuctionListed';
  sellerId: UserId;
  item: Item;
  terms: Terms;
  opensAt: Instant;
  closesAt: Instant;
  listedAt: Instant;
  /** The passed auction whose item this is; null for an item that is put up for the first time. */
  relistOf: AuctionId | null;
  /** How many auctions the item has passed in before. */
  relistings: number;
  /** Null for what is listed by itself, a lot that is relisted included. */
  lot: LotOfSale | null;
}>;

/**
 * Tells watchers that an auction which was listed for later takes bids now. `opensAt` decides which bids are in time; a bid may
 * come before this event, whose `openedAt` is the time of the announcement.
 */
export type AuctionOpened = Readonly<{ type: 'AuctionOpened'; opensAt: Instant; openedAt: Instant }>;

export type BidPlaced = Readonly<{
  type: 'BidPlaced';
  /** 1 for an auction's first accepted bid, then one more each; never reused, not even after a retraction. */
  bidNumber: number;
  bidderId: UserId;
  bidType: BidType;
  /** Secret until the bidder is outbid, and after that the bidder's own business still. */
  maximum: Minor;
  currency: Currency;
  placedAt: Instant;
  /** The revision of the bidder's own stream that the bid was judged by. */
  userRevision: number;
}> &
  Standing;

/**
 * A bid in a sealed auction, or a commission left for a hall lot (`absentee`). It says nothing of price or leader, because nobody may know before the close. `amount` is
 * secret like a maximum, and stays the bidder's own business after the close; only the hammer price becomes known.
 */
export type SealedBidPlaced = Readonly<{
  type: 'SealedBidPlaced';
  /** Counted as in every auction: replaced and retracted bids keep theirs. */
  bidNumber: number;
  bidderId: UserId;
  bidType: Exclude<BidType, 'proxy' | 'buy-now'>;
  amount: Minor;
  currency: Currency;
  placedAt: Instant;
  userRevision: number;
  /** The bidder's own bid that this one takes the place of; null for a first one. */
  replaces: number | null;
  /** Live bids after this one, which is bidders: each has one. */
  bidCount: number;
}>;

/** A live bid in a sealed auction, taken back. */
export type SealedBidRetracted = Readonly<{
  type: 'SealedBidRetracted';
  bidNumber: number;
  bidderId: UserId;
  reason: RetractionReason;
  grantedBy: UserId | null;
  retractedAt: Instant;
  bidCount: number;
}>;

/** A live bid in a sealed auction, voided by staff or the house. */
export type SealedBidVoided = Readonly<{
  type: 'SealedBidVoided';
  bidNumber: number;
  bidderId: UserId;
  reason: string;
  voidedBy: UserId | null;
  voidedAt: Instant;
  bidCount: number;
}>;

export type ClosingExtended = Readonly<{
  type: 'ClosingExtended';
  /** `Sale`: a lot in front closes later, and the sale moves those behind as well. */
  cause: 'SoftClose' | 'Outage' | 'Sale';
  previousClosesAt: Instant;
  closesAt: Instant;
  /** Soft-close extensions so far, this one included; an outage does not count, nor does a lot in front. */
  extensions: number;
  /** The bid whose placing, retraction or voiding moved the close; null where no bid did. */
  bidNumber: number | null;
  extendedAt: Instant;
}>;

export type RetractionReason = 'TypingError' | 'DescriptionChanged';

/** A bidder asks for a bid to be taken back. The bid counts until staff grant that. */
export type RetractionRequested = Readonly<{
  type: 'RetractionRequested';
  bidNumber: number;
  bidderId: UserId;
  reason: RetractionReason;
  requestedAt: Instant;
}>;

/** Staff refuse such a request. `reason` is told to the bidder. */
export type RetractionRefused = Readonly<{
  type: 'RetractionRefused';
  bidNumber: number;
  bidderId: UserId;
  reason: string;
  refusedBy: UserId | null;
  refusedAt: Instant;
}>;

export type BidRetracted = Readonly<{
  type: 'BidRetracted';
  bidNumber: number;
  bidderId: UserId;
  reason: RetractionReason;
  /** Who of the staff granted it; null where the bidder needed nobody. */
  grantedBy: UserId | null;
  retractedAt: Instant;
}> &
  Standing;

/** One of the staff proposes to take a bid out of the contest. It counts until another confirms. `reason` is for the bidder then. */
export type VoidingProposed = Readonly<{
  type: 'VoidingProposed';
  bidNumber: number;
  bidderId: UserId;
  reason: string;
  proposedBy: UserId;
  proposedAt: Instant;
}>;

/** A bid that staff, or the house (null), took out of the contest. `reason` is told to the bidder alone. */
export type BidVoided = Readonly<{
  type: 'BidVoided';
  bidNumber: number;
  bidderId: UserId;
  reason: string;
  voidedBy: UserId | null;
  voidedAt: Instant;
}> &
  Standing;

/** A clerk has opened a hall lot. `minimumNextBid` is the asking price. */
export type LotOpened = Readonly<{ type: 'LotOpened'; openedBy: UserId | null; openedAt: Instant }> & Standing;

/** A clerk asks another price, which is `minimumNextBid`. */
export type PriceAsked = Readonly<{ type: 'PriceAsked'; askedBy: UserId | null; askedAt: Instant }> & Standing;

/** A clerk has taken the last call back, or the commission's answer to it: it was typed wrongly. */
export type CallUndone = Readonly<{
  type: 'CallUndone';
  bidNumber: number;
  bidderId: UserId;
  undoneBy: UserId | null;
  undoneAt: Instant;
}> &
  Standing;

/** The hammer is about to fall for this bid. It holds until another bid leads or another price is asked. */
export type FairWarningGiven = Readonly<{
  type: 'FairWarningGiven';
  leadingBid: number;
  minimumNextBid: Minor;
  givenBy: UserId | null;
  givenAt: Instant;
}>;

export type AuctionSold = Readonly<{
  type: 'AuctionSold';
  via: 'Hammer' | 'BuyNow';
  buyerId: UserId;
  winningBid: number;
  currency: Currency;
  /** Where both sides were for tax when it was sold. What they state later changes nothing here. */
  taxPositions: Positions;
  closedAt: Instant;
}> &
  Invoice;

export type AuctionPassed = Readonly<{
  type: 'AuctionPassed';
  reason: 'NoBids' | 'ReserveNotMet';
  closedAt: Instant;
}>;

export type AuctionCancelled = Readonly<{
  type: 'AuctionCancelled';
  reason: string;
  cancelledBy: UserId | null;
  cancelledAt: Instant;
}>;

export type AuctionWithdrawn = Readonly<{
  type: 'AuctionWithdrawn';
  reason: string;
  withdrawnBy: UserId | null;
  withdrawnAt: Instant;
}>;

/** A passed auction's item is put up again. It has everything that the new auction is listed with, before that exists. */
export type AuctionRelisted = Readonly<{
  type: 'AuctionRelisted';
  relistedAs: AuctionId;
  terms: Terms;
  opensAt: Instant;
  closesAt: Instant;
  relistings: number;
  /** The sale that was never paid and cannot be paid any more; null where there was none, or it was refunded. */
  lapsedTransaction: number | null;
  relistedAt: Instant;
}>;

export type AuctionEvent =
  | AuctionListed
  | BidPlaced
  | ClosingExtended
  | BidRetracted
  | BidVoided
  | RetractionRequested
  | RetractionRefused
  | VoidingProposed
  | AuctionSold
  | AuctionPassed
  | AuctionCancelled
  | AuctionWithdrawn
  | AuctionOpened
  | SealedBidPlaced
  | SealedBidRetracted
  | SealedBidVoided
  | AuctionRelisted
  | LotOpened
  | PriceAsked
  | FairWarningGiven
  | CallUndone
  | AfterSaleEvent
  | TalkEvent;

const EVENTS: Readonly<Record<Exclude<AuctionEvent, AfterSaleEvent | TalkEvent>['type'], true>> = {
  AuctionListed: true,
  BidPlaced: true,
  ClosingExtended: true,
  BidRetracted: true,
  BidVoided: true,
  RetractionRequested: true,
  RetractionRefused: true,
  VoidingProposed: true,
  AuctionSold: true,
  AuctionPassed: true,
  AuctionCancelled: true,
  AuctionWithdrawn: true,
  AuctionOpened: true,
  SealedBidPlaced: true,
  SealedBidRetracted: true,
  SealedBidVoided: true,
  AuctionRelisted: true,
  LotOpened: true,
  PriceAsked: true,
  FairWarningGiven: true,
  CallUndone: true,
};

/** Whether the event is one of an auction's stream, after the sale or before. */
export const isAuctionEvent = (event: Readonly<{ type: string }>): event is AuctionEvent =>
  Object.hasOwn(EVENTS, event.type) || isAfterSaleEvent(event) || isTalkEvent(event);
