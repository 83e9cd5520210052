// The fact of a hall sale's lot, in a stream of its own, `hall-<id>`: what became of it, as the house's own files tell it.
import type { Item } from '../auction/auction.events.js';
import type { UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';

export type HallOutcome = 'sold' | 'passed' | 'withdrawn';
/** What a published price is: the hammer price, or what the buyer paid with the premium on top. */
export type PriceKind = 'hammer' | 'with-premium';

/** A lot of a hall sale and what became of it. No bids are invented for it. */
export type HallResult = Readonly<{
  /** The sale's name or number in the house. */
  sale: string;
  lotNumber: string;
  item: Item;
  currency: Currency;
  lowEstimate: Minor | null;
  highEstimate: Minor | null;
  /** Secret, as any reserve. */
  reservePrice: Minor | null;
  outcome: HallOutcome;
  /** Of a sold lot, and of no other. */
  price: Minor | null;
  priceKind: PriceKind | null;
  /** The buyer's account, where the house knows it. */
  buyerId: UserId | null;
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

/** True for what a hall lot's own stream records. */
export const isHallEvent = (event: Readonly<{ type: string }>): event is HallResultRecorded =>
  event.type === 'HallResultRecorded';
