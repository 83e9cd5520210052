// What an auction is, phase by phase. A phase holds only what can still matter in it: a closed auction has no bids left
// to judge by, so none can be placed, retracted or counted again. Plain data throughout, so that snapshots can hold it.
import type { UserId } from '../ids.js';
import type { Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { AuctionPassed, AuctionSold } from './auction.events.js';
import type { BidHistory } from './bid-history.js';
import type { Contest } from './proxy-bidding.js';
import type { Terms } from './terms.js';

/** The auction before its first event. */
export type UnlistedAuction = Readonly<{ status: 'unlisted' }>;

/** What was settled at the listing and never changes. The item's texts matter to no rule and are not kept. */
export type Listing = Readonly<{
  sellerId: UserId;
  terms: Terms;
  opensAt: Instant;
  /** The close as planned; `closesAt` is where soft close and outages have moved it. */
  scheduledClosesAt: Instant;
  listedAt: Instant;
}>;

/** What every auction has from its listing on. After the end it is what stood then. */
type Standings = Contest &
  Readonly<{
    listing: Listing;
    closesAt: Instant;
    /** Soft-close extensions so far, and what they add up to. An outage counts in neither. */
    extensions: number;
    extendedMs: number;
    /** The number of the last bid placed, which counts retracted bids too. */
    bidsPlaced: number;
    /** Bids that count: placed and not retracted. */
    bidCount: number;
    minimumNextBid: Minor;
    /** True also where there is no reserve. */
    reserveMet: boolean;
  }>;

/** Listed and not ended. Whether it takes bids yet, or still, is judged by the time of each command. */
export type OpenAuction = Standings & Readonly<{ status: 'open'; history: BidHistory }>;

/** What an auction came to, once and for all. */
export type Ending =
  | Readonly<{ status: 'sold'; sale: AuctionSold }>
  | Readonly<{ status: 'passed'; reason: AuctionPassed['reason']; closedAt: Instant }>
  | Readonly<{ status: 'cancelled'; reason: string; cancelledAt: Instant }>
  | Readonly<{ status: 'withdrawn'; reason: string; withdrawnAt: Instant }>;

export type EndedAuction = Standings & Ending;
export type Auction = UnlistedAuction | OpenAuction | EndedAuction;
