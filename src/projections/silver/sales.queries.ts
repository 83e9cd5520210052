// What is asked of sales: by everybody once they are published, by staff from their drafts on, and by bidders of their paddles.
import type { Pool } from 'pg';
import type { ItemDetails } from '../../domain/auction/item-details.js';
import type { AuctionId, SaleId, UserId } from '../../domain/ids.js';
import type { Currency, Minor } from '../../domain/money.js';
import type { SaleStatus } from '../../domain/sale/sale.commands.js';
import type { Course, Registration, SoftCloseMoves } from '../../domain/sale/sale.events.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from './cursor.js';
import * as sql from './sales.sql.js';
import type { AuctionRow } from './silver.queries.js';
import { AUCTIONS_NAMED } from './silver.sql.js';

type PageRequest = Readonly<{ after: Cursor | null; limit: number }>;

export type SaleRow = Readonly<{
  saleId: SaleId;
  title: string;
  kind: Course['kind'];
  status: SaleStatus;
  currency: Currency;
  registration: Registration;
  biddingLimit: Minor | null;
  termsVersion: string;
  viewingNotes: string;
  opensAt: Instant;
  /** When the first lot closes by the catalogue; null in a hall, as the two behind it. */
  closesAt: Instant | null;
  lotIntervalMs: number | null;
  softCloseMoves: SoftCloseMoves | null;
  lotCount: number;
  publishedAt: Instant | null;
  openedAt: Instant | null;
  closedAt: Instant | null;
  cancelledAt: Instant | null;
  cancelReason: string | null;
}>;

/** A lot as the catalogue has it. Amounts in minor units of `currency`. */
export type LotRow = Readonly<{
  lotId: AuctionId;
  saleId: SaleId;
  lotNumber: string;
  lotOrder: string;
  sellerId: UserId;
  title: string;
  /** How it begins, 200 characters at most. */
  description: string;
  category: string;
  currency: Currency;
  startingPrice: Minor;
  hasReserve: boolean;
  lowEstimate: Minor | null;
  highEstimate: Minor | null;
  details: ItemDetails | null;
  scheduledClosesAt: Instant | null;
}>;

/** A lot with its auction, which is there once the house has listed it. */
export type ListedLotRow = LotRow & Readonly<{ auction: AuctionRow | null }>;

/** Where an auction stands in a sale. */
export type LotPlaceRow = LotRow &
  Readonly<{ saleTitle: string; lotCount: number; previousLotId: AuctionId | null; nextLotId: AuctionId | null }>;

export type PaddleStatus = 'requested' | 'given' | 'refused';
export type PaddleRow = Readonly<{
  saleId: SaleId;
  bidderId: UserId;
  status: PaddleStatus;
  paddle: number | null;
  biddingLimit: Minor | null;
  reason: string | null;
  requestedAt: Instant | null;
  decidedAt: Instant | null;
  decidedBy: UserId | null;
}>;

export type SalesSort = keyof typeof sql.SALES;
/** Null means "any". `drafts`: those that were never published as well. */
export type SalesFilter = Readonly<{ status: SaleStatus | null; drafts: boolean }>;

export class SalesQueries {
  constructor(private readonly pool: Pool) {}

  /** Null for an unknown one. */
  async sale(id: SaleId): Promise<SaleRow | null> {
    return (await this.all<SaleRow>(sql.SALE, [id]))[0] ?? null;
  }

  async sales({ status, drafts }: SalesFilter, { after, limit }: PageRequest, sort: SalesSort): Promise<Page<SaleRow>> {
    const list = `sales-${sort}`;
    const [opensAt, id] = keyIn(list, after, ['time', 'id']);
    const rows = await this.all<SaleRow>(sql.SALES[sort], [status, drafts, opensAt, id, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf(list, [isoTime(row.opensAt), row.saleId]));
  }

  /** The lots of a sale in the order of its catalogue. */
  async lots(saleId: SaleId, { after, limit }: PageRequest): Promise<Page<ListedLotRow>> {
    const [order] = keyIn('lots', after, ['lot']);
    const rows = await this.all<LotRow>(sql.LOTS, [saleId, order, limit + 1]);
    const { rows: shown, next } = pageOf(rows, limit, ({ lotOrder }) => cursorOf('lots', [lotOrder]));
    const auctions = await this.all<AuctionRow>(AUCTIONS_NAMED, [shown.map(({ lotId }) => lotId)]);
    const byId = new Map(auctions.map((auction) => [auction.auctionId, auction]));
    return { rows: shown.map((lot) => ({ ...lot, auction: byId.get(lot.lotId) ?? null })), next };
  }

  /** Of which published sale an auction is a lot; null for a listing by itself. */
  async placeOf(auctionId: AuctionId): Promise<LotPlaceRow | null> {
    return (await this.all<LotPlaceRow>(sql.PLACE_OF, [auctionId]))[0] ?? null;
  }

  /** Where somebody stands in a sale; null for one who never asked. */
  async paddleOf(saleId: SaleId, bidderId: UserId): Promise<PaddleRow | null> {
    return (await this.all<PaddleRow>(sql.PADDLE_OF, [saleId, bidderId]))[0] ?? null;
  }

  /** Who asked to bid in a sale, the earliest first. */
  async paddles(saleId: SaleId, status: PaddleStatus | null, { after, limit }: PageRequest): Promise<Page<PaddleRow>> {
    const [since, bidderId] = keyIn('paddles', after, ['time', 'id']);
    type Row = PaddleRow & Readonly<{ since: Instant }>;
    const rows = await this.all<Row>(sql.PADDLES, [saleId, status, since, bidderId, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('paddles', [isoTime(row.since), row.bidderId]));
  }

  private async all<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<Row>({ text, values: [...values], types: ownTypes });
    return rows;
  }
}
