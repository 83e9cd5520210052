// The facts of a sale that files tell of, in a stream of its own, `hall-<id>`: what became of a hall's lot or of a past online
// auction, and behind that its bids, as far as the file has them.
import type { Item } from '../auction/auction.events.js';
import type { BidderKey, UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';

export type HallOutcome = 'sold' | 'passed' | 'withdrawn';
/** What a published price is: the hammer price, or what the buyer paid with the premium on top. */
export type PriceKind = 'hammer' | 'with-premium';

/** Where it was sold: in a room, or in an online auction of another time or house. */
export type Venue = 'hall' | 'online';

/** A lot of a hall sale, or a past online auction, and what became of it. No bids are invented for it. */
export type HallResult = Readonly<{
  venue: Venue;
  /** The sale's name or number in the house. */
  sale: string;
  lotNumber: string;
  item: Item;
  currency: Currency;
  lowEstimate: Minor | null;
  highEstimate: Minor | null;
  /** Of an online auction. */
  startingPrice: Minor | null;
  /** Secret, as any reserve. */
  reservePrice: Minor | null;
  outcome: HallOutcome;
  /** Of a sold lot, and of no other. */
  price: Minor | null;
  priceKind: PriceKind | null;
  /** The buyer's account, where the house knows it. */
  buyerId: UserId | null;
  /** Of an online auction: the buyer, where the file names a bidder of its own. */
  buyerKey: BidderKey | null;
  /** The number under which the buyer bid in the hall. */
  paddle: string | null;
  sellerId: UserId | null;
  /** When the hammer fell; 00:00 UTC of the sale's day where only the day is known. */
  heldAt: Instant;
}>;

/** Where a result was read. Line 1 is the file's first. */
export type SourceLine = Readonly<{ file: string; line: number }>;

/** `corrects`: this result takes the place of the one recorded before. */
export type HallResultRecorded = HallResult &
  Readonly<{ type: 'HallResultRecorded'; corrects: boolean; source: SourceLine }>;

/**
 * A bid that the file tells of: left with the house before the sale (commission), or placed in the online auction. Who bid is an
 * account, a key, a paddle number of this sale, or not told.
 */
export type HallBid = Readonly<{
  bidType: 'commission' | 'online';
  bidderId: UserId | null;
  bidderKey: BidderKey | null;
  paddle: string | null;
  /** What everybody saw; never of a commission bid. */
  price: Minor | null;
  /** Secret, as any maximum. */
  maximum: Minor | null;
  placedAt: Instant | null;
}>;

/** A bid of the result before it in the stream. A correction of the result takes the place of its bids, too. */
export type HallBidRecorded = HallBid & Readonly<{ type: 'HallBidRecorded'; bidNumber: number; currency: Currency }>;

export type HallEvent = HallResultRecorded | HallBidRecorded;

/** True for what a hall lot's own stream records. */
export const isHallEvent = (event: Readonly<{ type: string }>): event is HallEvent =>
  event.type === 'HallResultRecorded' || event.type === 'HallBidRecorded';
