// What a sale is to its rules. Texts matter to none and are not kept, but the terms are: the lots are listed from them.
import type { AuctionId, UserId } from '../ids.js';
import type { Minor } from '../money.js';
import type { LayeredMap } from './layered-map.js';
import type { SaleStatus } from './sale.commands.js';
import type { CatalogueEntry, LotDetails, SaleTerms } from './sale.events.js';

/** A lot in the catalogue. */
export type Lot = Readonly<{ lotId: AuctionId; lotNumber: string; sellerId: UserId; details: LotDetails }>;

/** Where somebody stands in a sale. A paddle that was taken back keeps its number. */
export type Paddle = Readonly<{
  status: 'requested' | 'given' | 'refused';
  paddle: number | null;
  biddingLimit: Minor | null;
}>;

export type UndraftedSale = Readonly<{ status: 'undrafted' }>;
export type DraftedSale = Readonly<{
  status: SaleStatus;
  terms: SaleTerms;
  lots: ReadonlyMap<AuctionId, Lot>;
  /** By number, for those that are in the catalogue now. */
  numbers: ReadonlyMap<string, AuctionId>;
  /** The catalogue as it was published; empty before. */
  catalogue: readonly CatalogueEntry[];
  paddles: LayeredMap<UserId, Paddle>;
  /** The highest paddle number given so far. */
  paddlesGiven: number;
}>;
export type Sale = UndraftedSale | DraftedSale;
