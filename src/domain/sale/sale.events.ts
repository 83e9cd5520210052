// The facts of a sale's stream, `sale-<id>`: its terms, its catalogue, who may bid in it, and its course. The bidding on a lot is in
// the lot's own stream: a lot is an auction, and its id here is that auction's (docs/adr/0090).

import type { Item } from '../auction/auction.events.js';
import type { IncrementTable, RetractionPolicy, SoftClose } from '../auction/terms.js';
import type { FeeSchedule } from '../fees/schedule.js';
import type { AuctionId, UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';

/**
 * A timed sale: bidding opens for all lots at once, and they close one after the other. `closesAt` is the first lot's close;
 * each lot behind closes `lotIntervalMs` after the one before it. A soft close moves its own lot (`lot`), or those behind it by
 * as much as it takes to keep the interval (`lots-behind`).
 */
export type TimedCourse = Readonly<{
  kind: 'timed';
  opensAt: Instant;
  closesAt: Instant;
  lotIntervalMs: number;
  softClose: SoftClose | null;
  softCloseMoves: SoftCloseMoves;
}>;
/** A sale in a hall, held from `opensAt` on. A clerk calls its lots one after the other. */
export type HallCourse = Readonly<{ kind: 'hall'; opensAt: Instant }>;
export const SOFT_CLOSE_MOVES = ['lot', 'lots-behind'] as const;
export type SoftCloseMoves = (typeof SOFT_CLOSE_MOVES)[number];
export type Course = TimedCourse | HallCourse;

/**
 * How bidders get a paddle. `none`: bids need none. `open`: whoever asks. `limit`: whoever asks, for bids up to the sale's `biddingLimit`; staff may
 * raise it for a person. `approval`: staff decide on each.
 */
export const REGISTRATIONS = ['none', 'open', 'limit', 'approval'] as const;
export type Registration = (typeof REGISTRATIONS)[number];

/** What every lot of a sale is sold under. A sale keeps its copy. */
export type SaleTerms = Readonly<{
  title: string;
  currency: Currency;
  /** The house's name for the conditions of sale that bidders agree to. */
  termsVersion: string;
  /** When and where the lots can be seen. */
  viewingNotes: string;
  increments: IncrementTable;
  retraction: RetractionPolicy;
  fees: FeeSchedule;
  course: Course;
  registration: Registration;
  /** The most that a bid may be, where registration is by `limit`; else null. */
  biddingLimit: Minor | null;
}>;

/** A lot as it is consigned. The estimate is what the house expects; both ends or neither. */
export type LotDetails = Readonly<{
  item: Item;
  startingPrice: Minor;
  /** Secret, as any reserve. */
  reservePrice: Minor | null;
  lowEstimate: Minor | null;
  highEstimate: Minor | null;
}>;

/** A lot's place in a published catalogue. `closesAt` is null in a hall. */
export type CatalogueEntry = Readonly<{ lotId: AuctionId; lotNumber: string; closesAt: Instant | null }>;

export type SaleDrafted = Readonly<{
  type: 'SaleDrafted';
  terms: SaleTerms;
  draftedBy: UserId | null;
  draftedAt: Instant;
}>;
export type SaleRevised = Readonly<{
  type: 'SaleRevised';
  terms: SaleTerms;
  revisedBy: UserId | null;
  revisedAt: Instant;
}>;
export type LotAdded = Readonly<{
  type: 'LotAdded';
  lotId: AuctionId;
  lotNumber: string;
  sellerId: UserId;
  details: LotDetails;
  addedAt: Instant;
}>;
export type LotRenumbered = Readonly<{
  type: 'LotRenumbered';
  lotId: AuctionId;
  previousNumber: string;
  lotNumber: string;
  renumberedAt: Instant;
}>;
/** A lot that is taken out before the catalogue is published. After that its auction is withdrawn. */
export type LotWithdrawn = Readonly<{
  type: 'LotWithdrawn';
  lotId: AuctionId;
  lotNumber: string;
  reason: string;
  withdrawnAt: Instant;
}>;
/** `lots` are in the order of their numbers, in which they come up. */
export type SalePublished = Readonly<{
  type: 'SalePublished';
  lots: readonly CatalogueEntry[];
  publishedBy: UserId | null;
  publishedAt: Instant;
}>;
/** Tells watchers that bidding has begun; bids are judged by each lot's own opening. */
export type SaleOpened = Readonly<{ type: 'SaleOpened'; opensAt: Instant; openedAt: Instant }>;
/** All lots have come to their end. */
export type SaleClosed = Readonly<{ type: 'SaleClosed'; closedBy: UserId | null; closedAt: Instant }>;
export type SaleCancelled = Readonly<{
  type: 'SaleCancelled';
  reason: string;
  cancelledBy: UserId | null;
  cancelledAt: Instant;
}>;

/** Somebody asks for a paddle, and staff are to decide. */
export type PaddleRequested = Readonly<{ type: 'PaddleRequested'; bidderId: UserId; requestedAt: Instant }>;
/** Somebody may bid, under this number; given again, with another limit, it keeps its number. A null limit is none. */
export type PaddleGiven = Readonly<{
  type: 'PaddleGiven';
  bidderId: UserId;
  paddle: number;
  /** The bidder's own business. */
  biddingLimit: Minor | null;
  givenBy: UserId | null;
  givenAt: Instant;
}>;
/** Somebody may not bid, or no longer. `reason` is told to the bidder alone. */
export type PaddleRefused = Readonly<{
  type: 'PaddleRefused';
  bidderId: UserId;
  reason: string;
  refusedBy: UserId | null;
  refusedAt: Instant;
}>;

export type SaleEvent =
  | SaleDrafted
  | SaleRevised
  | LotAdded
  | LotRenumbered
  | LotWithdrawn
  | SalePublished
  | SaleOpened
  | SaleClosed
  | SaleCancelled
  | PaddleRequested
  | PaddleGiven
  | PaddleRefused;

const TYPES: ReadonlySet<string> = new Set<SaleEvent['type']>([
  'SaleDrafted',
  'SaleRevised',
  'LotAdded',
  'LotRenumbered',
  'LotWithdrawn',
  'SalePublished',
  'SaleOpened',
  'SaleClosed',
  'SaleCancelled',
  'PaddleRequested',
  'PaddleGiven',
  'PaddleRefused',
]);

/** True for what a sale's own stream records. */
export const isSaleEvent = (event: Readonly<{ type: string }>): event is SaleEvent => TYPES.has(event.type);
