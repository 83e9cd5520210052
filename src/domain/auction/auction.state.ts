// What an auction is, phase by phase. A phase holds only what can still matter in it: a closed auction has no bids left
// to judge by, so none can be placed, retracted or counted again. Snapshots hold all of it.
import type { AuctionId, UserId } from '../ids.js';
import type { Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { AfterSale } from './after-sale.state.js';
import type { AuctionPassed, AuctionSold, LotOfSale } from './auction.events.js';
import type { Bid, BidHistory } from './bid-history.js';
import type { Contest } from './proxy-bidding.js';
import type { Retractions } from './retractions.js';
import type { SealedBids } from './sealed-bids.js';
import type { Talk } from './talk.state.js';
import type { EnglishTerms, HallTerms, SealedTerms, Terms } from './terms.js';

/** The auction before its first event. */
export type UnlistedAuction = Readonly<{ status: 'unlisted' }>;

/** What was settled at the listing. The item's texts matter to no rule and are not kept. */
export type Listing<Of extends Terms = Terms> = Readonly<{
  sellerId: UserId;
  terms: Of;
  opensAt: Instant;
  /** True once the opening is on record, which it is from the listing on where the auction opened at once. */
  isOpeningKnown: boolean;
  /** The close as planned; `closesAt` is where soft close and outages have moved it. */
  scheduledClosesAt: Instant;
  listedAt: Instant;
  /** How many auctions the item has passed in before. */
  relistings: number;
  /** The sale that it is a lot of; null for an auction by itself. */
  lot: LotOfSale | null;
}>;

/** What every auction has from its listing on. After the end it is what stood then. */
type Standings<Of extends Terms> = Contest &
  Readonly<{
    listing: Listing<Of>;
    closesAt: Instant;
    /** Soft-close extensions so far, and what they add up to. An outage counts in neither. */
    extensions: number;
    extendedMs: number;
    /** The number of the last bid placed, which counts bids too that no longer count. */
    bidsPlaced: number;
    /** Bids that count: placed, and neither retracted nor voided. */
    bidCount: number;
    minimumNextBid: Minor;
    /** True also where there is no reserve. */
    reserveMet: boolean;
    talk: Talk;
  }>;

/** Listed and not ended. Whether it takes bids yet, or still, is judged by the time of each command. */
export type OpenAuction = Standings<EnglishTerms> &
  Readonly<{ status: 'open'; history: BidHistory; retractions: Retractions }>;

/**
 * A sealed auction, listed and not ended. It has no price and no leader: they come to be at the close. Of each bidder it
 * keeps the live bid alone.
 */
export type SealedAuction = Readonly<{
  status: 'sealed';
  listing: Listing<SealedTerms>;
  closesAt: Instant;
  bidsPlaced: number;
  /** Live bids, one a bidder. */
  bidCount: number;
  bids: SealedBids;
  retractions: Retractions;
  talk: Talk;
}>;

/** A bid that was called in a hall; its `maximum` is the price that it made. */
export type HallCall = Bid & Readonly<{ /** Whether the house bid it for a commission. */ isCommission: boolean }>;

/**
 * A lot of a sale in a hall, listed and not ended. A clerk opens and ends it; `closesAt` is when it lapses if none ever does. It keeps
 * the commissions, secret maxima, and the calls that count, the last of which leads.
 */
export type HallAuction = Readonly<{
  status: 'hall';
  listing: Listing<HallTerms>;
  closesAt: Instant;
  bidsPlaced: number;
  /** Commissions and calls that count. */
  bidCount: number;
  commissions: SealedBids;
  /** The revision of its bidder's stream that each commission was judged by. */
  commissionRevisions: Readonly<Record<UserId, number>>;
  calls: readonly HallCall[];
  /** Whether the clerk has opened the lot. */
  isCalled: boolean;
  askingPrice: Minor;
  retractions: Retractions;
  talk: Talk;
}>;

/** Any auction that has not ended. */
export type LiveAuction = OpenAuction | SealedAuction | HallAuction;

/** What an auction came to, once and for all; only `afterSale` goes on from there. */
export type Ending =
  | Readonly<{
      status: 'sold';
      sale: AuctionSold;
      afterSale: AfterSale;
      /** The auction in which the item is up again, because the sale came to nothing; else null. */
      relistedAs: AuctionId | null;
    }>
  | Readonly<{
      status: 'passed';
      reason: AuctionPassed['reason'];
      closedAt: Instant;
      afterSale: AfterSale;
      /** The auction in which the item is up again; null unless it was relisted. */
      relistedAs: AuctionId | null;
    }>
  | Readonly<{ status: 'cancelled'; reason: string; cancelledAt: Instant }>
  | Readonly<{ status: 'withdrawn'; reason: string; withdrawnAt: Instant }>;

/** Of a sealed auction that was sold, winner and price; of one that was not, as if nobody had bid. */
export type EndedAuction = Standings<Terms> & Ending;
/** An auction that ran to its end; payments and second chances may follow. */
export type FinishedAuction = Extract<EndedAuction, { status: 'sold' | 'passed' }>;
export type Auction = UnlistedAuction | LiveAuction | EndedAuction;

/** True for an auction that is listed and has not ended. */
export const isLive = (auction: Auction): auction is LiveAuction =>
  auction.status === 'open' || auction.status === 'sealed' || auction.status === 'hall';
