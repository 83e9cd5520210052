// The commands of an auction. Who asks, when the command arrived and whether the bidder is active come beside it, as `Facts`.
import type { AuctionId, UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { AfterSaleCommand } from './after-sale.commands.js';
import type { Item, LotOfSale, RetractionReason } from './auction.events.js';
import type { TalkCommand } from './talk.commands.js';
import type { Terms } from './terms.js';

/** Puts an item up. A null `opensAt` opens it at once. */
export type ListAuction = Readonly<{
  type: 'ListAuction';
  auctionId: AuctionId;
  sellerId: UserId;
  item: Item;
  terms: Terms;
  opensAt: Instant | null;
  closesAt: Instant;
}>;

/**
 * `amount` is the bidder's secret maximum; in a sealed auction the bid itself, which replaces an earlier one of the same
 * bidder; on a hall lot a commission until the lot is opened, then a call. Channels other than `online` are an operator's, for a hall.
 */
export type PlaceBid = Readonly<{
  type: 'PlaceBid';
  auctionId: AuctionId;
  bidderId: UserId;
  amount: Minor;
  currency: Currency;
  channel: 'online' | 'absentee' | 'floor' | 'phone';
}>;

export type BuyNow = Readonly<{ type: 'BuyNow'; auctionId: AuctionId; bidderId: UserId }>;

/** By its bidder alone, where the auction's policy is `ebay`. */
export type RetractBid = Readonly<{
  type: 'RetractBid';
  auctionId: AuctionId;
  bidderId: UserId;
  bidNumber: number;
  reason: RetractionReason;
}>;

/** The bidder asks staff to let a bid be taken back. Not offered where the auction's policy is `never`. */
export type RequestRetraction = Readonly<{
  type: 'RequestRetraction';
  auctionId: AuctionId;
  bidderId: UserId;
  bidNumber: number;
  reason: RetractionReason;
}>;

export type GrantRetraction = Readonly<{ type: 'GrantRetraction'; auctionId: AuctionId; bidNumber: number }>;
/** The reason is told to the bidder. */
export type RefuseRetraction = Readonly<{
  type: 'RefuseRetraction';
  auctionId: AuctionId;
  bidNumber: number;
  reason: string;
}>;

/** The first of two people of the staff asks for a bid to be taken out of the contest. The bid counts on. */
export type ProposeVoiding = Readonly<{
  type: 'ProposeVoiding';
  auctionId: AuctionId;
  bidNumber: number;
  reason: string;
}>;

/**
 * Takes a bid out of the contest, and the bidder is told the reason. Of staff the second person, whose `reason` is null: it is that
 * of the proposal. The house does it by itself for somebody suspended or erased, with a reason of its own.
 */
export type VoidBid = Readonly<{ type: 'VoidBid'; auctionId: AuctionId; bidNumber: number; reason: string | null }>;

export type CancelAuction = Readonly<{ type: 'CancelAuction'; auctionId: AuctionId; reason: string }>;
export type WithdrawAuction = Readonly<{ type: 'WithdrawAuction'; auctionId: AuctionId; reason: string }>;

/** Sent by the house when a close falls due; refused as `NotDue` if the close has moved since. */
export type CloseAuction = Readonly<{ type: 'CloseAuction'; auctionId: AuctionId; closesAt: Instant }>;

/** Sent by the house after an outage that covered an auction's close: the close moves to `recoveredAt` + `windowMs`. */
export type DeferClosing = Readonly<{
  type: 'DeferClosing';
  auctionId: AuctionId;
  closesAt: Instant;
  recoveredAt: Instant;
  windowMs: number;
}>;

/** Sent by the house when an auction that was listed for later begins to take bids. It takes them without this, too. */
export type AnnounceOpening = Readonly<{ type: 'AnnounceOpening'; auctionId: AuctionId; opensAt: Instant }>;

/**
 * Puts the item of a passed auction up again, as a new auction under the id `relistedAs`. Null terms are those it had,
 * a null `opensAt` opens it at once.
 */
export type RelistAuction = Readonly<{
  type: 'RelistAuction';
  auctionId: AuctionId;
  sellerId: UserId;
  relistedAs: AuctionId;
  terms: Terms | null;
  opensAt: Instant | null;
  closesAt: Instant;
}>;

/** Sent by the house after a passed auction has recorded that it is relisted: the new auction's own listing. */
export type ListRelistedAuction = Readonly<{
  type: 'ListRelistedAuction';
  auctionId: AuctionId;
  relistOf: AuctionId;
  relistings: number;
  sellerId: UserId;
  item: Item;
  terms: Terms;
  opensAt: Instant;
  closesAt: Instant;
}>;

/** Sent by the house once a sale is published: each of its lots is listed as the sale has recorded it. */
export type ListLot = Readonly<{
  type: 'ListLot';
  auctionId: AuctionId;
  lot: LotOfSale;
  sellerId: UserId;
  item: Item;
  terms: Terms;
  opensAt: Instant;
  closesAt: Instant;
}>;

/**
 * Sent by the house when a lot in front closes later, and the sale moves those behind as well: the close goes from `closesAt` to
 * `movedTo`.
 */
export type MoveLotClosing = Readonly<{
  type: 'MoveLotClosing';
  auctionId: AuctionId;
  closesAt: Instant;
  movedTo: Instant;
}>;

/** A clerk opens a hall lot at this asking price; null is the starting price. Commissions are taken no longer. */
export type OpenLot = Readonly<{ type: 'OpenLot'; auctionId: AuctionId; askingPrice: Minor | null }>;
/** A clerk asks for this much, in minor units of the lot's currency. */
export type AskPrice = Readonly<{ type: 'AskPrice'; auctionId: AuctionId; askingPrice: Minor }>;
/** A clerk takes a bid from the floor or the telephone, or leaves a commission (`absentee`), for whoever has this paddle in the sale. */
export type TakeBid = Readonly<{
  type: 'TakeBid';
  auctionId: AuctionId;
  paddle: number;
  amount: Minor;
  currency: Currency;
  channel: 'absentee' | 'floor' | 'phone';
}>;
/** Last chance to bid. `leadingBid`, here and below, is the number of the bid that the clerk sees leading: refused if another one leads. */
export type GiveFairWarning = Readonly<{ type: 'GiveFairWarning'; auctionId: AuctionId; leadingBid: number }>;
export type Hammer = Readonly<{ type: 'Hammer'; auctionId: AuctionId; leadingBid: number }>;
/** A null `leadingBid`: nobody has bid. */
export type PassLot = Readonly<{ type: 'PassLot'; auctionId: AuctionId; leadingBid: number | null }>;
export type UndoCall = Readonly<{ type: 'UndoCall'; auctionId: AuctionId; leadingBid: number }>;

export type HallCommand = OpenLot | AskPrice | TakeBid | GiveFairWarning | Hammer | PassLot | UndoCall;

export type AuctionCommand =
  | HallCommand
  | ListAuction
  | ListLot
  | MoveLotClosing
  | PlaceBid
  | BuyNow
  | RetractBid
  | RequestRetraction
  | GrantRetraction
  | RefuseRetraction
  | ProposeVoiding
  | VoidBid
  | CancelAuction
  | WithdrawAuction
  | CloseAuction
  | DeferClosing
  | AnnounceOpening
  | RelistAuction
  | ListRelistedAuction
  | AfterSaleCommand
  | TalkCommand;
