// What may be asked of a sale, and why it is refused.
import type { AuctionId, SaleId, UserId } from '../ids.js';
import type { Minor } from '../money.js';
import type { Instant } from '../time.js';
import type { LotDetails, SaleTerms } from './sale.events.js';

export type DraftSale = Readonly<{ type: 'DraftSale'; saleId: SaleId; terms: SaleTerms }>;
/** Other terms for a sale that is not published. Its currency stays, because its lots have their prices in it. */
export type ReviseSale = Readonly<{ type: 'ReviseSale'; saleId: SaleId; terms: SaleTerms }>;
/** Puts a lot into the catalogue. A null number is the next whole one. */
export type AddLot = Readonly<{
  type: 'AddLot';
  saleId: SaleId;
  lotId: AuctionId;
  lotNumber: string | null;
  sellerId: UserId;
  details: LotDetails;
}>;
export type RenumberLot = Readonly<{ type: 'RenumberLot'; saleId: SaleId; lotId: AuctionId; lotNumber: string }>;
export type WithdrawLot = Readonly<{ type: 'WithdrawLot'; saleId: SaleId; lotId: AuctionId; reason: string }>;
/** Fixes the catalogue; the house then lists its lots. */
export type PublishSale = Readonly<{ type: 'PublishSale'; saleId: SaleId }>;
/** Sent by the house when bidding begins. */
export type OpenSale = Readonly<{ type: 'OpenSale'; saleId: SaleId }>;
/** Sent by the house when the last lot of a timed sale has ended; staff close a sale in a hall. */
export type CloseSale = Readonly<{ type: 'CloseSale'; saleId: SaleId }>;
/** Not once bidding has begun. The house then cancels the lots. */
export type CancelSale = Readonly<{ type: 'CancelSale'; saleId: SaleId; reason: string }>;
export type RequestPaddle = Readonly<{ type: 'RequestPaddle'; saleId: SaleId; bidderId: UserId }>;
/** Also to somebody who has a paddle: with another limit, or none. */
export type GivePaddle = Readonly<{
  type: 'GivePaddle';
  saleId: SaleId;
  bidderId: UserId;
  biddingLimit: Minor | null;
}>;
/** Also to somebody who has a paddle: it is taken back. Bids that were placed stand. */
export type RefusePaddle = Readonly<{ type: 'RefusePaddle'; saleId: SaleId; bidderId: UserId; reason: string }>;

export type SaleCommand =
  | DraftSale
  | ReviseSale
  | AddLot
  | RenumberLot
  | WithdrawLot
  | PublishSale
  | OpenSale
  | CloseSale
  | CancelSale
  | RequestPaddle
  | GivePaddle
  | RefusePaddle;

export type SaleStatus = 'drafted' | 'published' | 'open' | 'closed' | 'cancelled';

/** The closed list of reasons for which a sale refuses a command. */
export type SaleRejection =
  | Readonly<{ reason: 'SaleUnknown' | 'SaleAlreadyDrafted' }>
  | Readonly<{ reason: 'InvalidSale'; field: string; problem: string }>
  /** The catalogue changes in a draft only; paddles are for a sale that is published or open; and so on. */
  | Readonly<{ reason: 'SaleNotInState'; status: SaleStatus }>
  | Readonly<{ reason: 'SaleNotDue'; opensAt: Instant }>
  | Readonly<{ reason: 'SaleHasBegun'; opensAt: Instant }>
  | Readonly<{ reason: 'SaleHasNoLots' | 'LotUnknown' | 'LotAlreadyAdded' }>
  | Readonly<{ reason: 'LotNumberTaken'; lotNumber: string }>
  | Readonly<{ reason: 'SaleFull'; lotsMax: number }>
  | Readonly<{ reason: 'PaddleAlreadyRequested' | 'PaddleAlreadyGiven' | 'PaddleRefusedBefore' | 'PaddleUnknown' }>
  | Readonly<{ reason: 'TooManyPaddles'; paddlesMax: number }>
  | Readonly<{ reason: 'BidderUnknown' | 'BidderSuspended' | 'SellerUnknown' | 'SellerSuspended' }>
  | Readonly<{ reason: 'NotAllowed' }>;
