// The facts of an auction's stream, `auction-<id>`. Each says what happened and what stands after it, so that no
// consumer repeats a rule. Shapes here are today's; how they are stored and lifted is the journal codec's business.
import type { UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { Terms } from './terms.js';

/** The thing sold, as the seller describes it. */
export type Item = Readonly<{ title: string; description: string; category: string }>;

/** Where a bid came from, or what it turned out to be (FIELD-NOTES and DESIGN, Domain). */
export type BidType = 'manual' | 'proxy' | 'snipe' | 'buy-now' | 'absentee' | 'floor' | 'phone';

/** What stands after an event that may have moved the price. `leaderId` and `leadingBid` are null while nobody leads. */
export type Standing = Readonly<{
  currentPrice: Minor;
  leaderId: UserId | null;
  leadingBid: number | null;
  /** Bids that count now: placed and not retracted. */
  bidCount: number;
  minimumNextBid: Minor;
  reserveMet: boolean;
}>;

export type AuctionListed = Readonly<{
  type: 'AuctionListed';
  sellerId: UserId;
  item: Item;
  terms: Terms;
  opensAt: Instant;
  closesAt: Instant;
  listedAt: Instant;
}>;

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

export type ClosingExtended = Readonly<{
  type: 'ClosingExtended';
  cause: 'SoftClose' | 'Outage';
  previousClosesAt: Instant;
  closesAt: Instant;
  /** Soft-close extensions so far, this one included; an outage does not count. */
  extensions: number;
  /** The bid that moved the close; null for an outage. */
  bidNumber: number | null;
  extendedAt: Instant;
}>;

export type RetractionReason = 'TypingError' | 'DescriptionChanged';

export type BidRetracted = Readonly<{
  type: 'BidRetracted';
  bidNumber: number;
  bidderId: UserId;
  reason: RetractionReason;
  retractedAt: Instant;
}> &
  Standing;

export type AuctionSold = Readonly<{
  type: 'AuctionSold';
  via: 'Hammer' | 'BuyNow';
  buyerId: UserId;
  winningBid: number;
  currency: Currency;
  hammerPrice: Minor;
  buyersPremium: Minor;
  tax: Minor;
  /** hammer + premium + tax: the buyer's invoice. */
  amountDue: Minor;
  platformFee: Minor;
  /** hammer - platform fee: the seller's payout. */
  sellerProceeds: Minor;
  closedAt: Instant;
}>;

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

export type AuctionEvent =
  | AuctionListed
  | BidPlaced
  | ClosingExtended
  | BidRetracted
  | AuctionSold
  | AuctionPassed
  | AuctionCancelled
  | AuctionWithdrawn;
