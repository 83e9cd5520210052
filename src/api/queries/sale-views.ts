// Sales as people are shown them: amounts as decimal text, times in ISO 8601.
import { type Instant, isoTime } from '../../domain/time.js';
import type { ListedLotRow, LotPlaceRow, PaddleRow, SaleRow } from '../../projections/silver/sales.queries.js';
import { auctionInList, detailsInList } from './views.js';

const amount = (minor: bigint | null): string | null => minor?.toString() ?? null;
const time = (at: Instant | null): string | null => (at === null ? null : isoTime(at));

export const saleView = (row: SaleRow) => ({
  ...row,
  biddingLimit: amount(row.biddingLimit),
  opensAt: isoTime(row.opensAt),
  closesAt: time(row.closesAt),
  publishedAt: time(row.publishedAt),
  openedAt: time(row.openedAt),
  closedAt: time(row.closedAt),
  cancelledAt: time(row.cancelledAt),
});
export type SaleView = ReturnType<typeof saleView>;

export const saleLotView = ({ lotOrder: _, auction, ...row }: ListedLotRow) => ({
  ...row,
  startingPrice: `${row.startingPrice}`,
  lowEstimate: amount(row.lowEstimate),
  highEstimate: amount(row.highEstimate),
  details: detailsInList(row.details),
  scheduledClosesAt: time(row.scheduledClosesAt),
  auction: auction === null ? null : auctionInList(auction),
});
export type SaleLotView = ReturnType<typeof saleLotView>;

export const lotPlaceView = ({ saleId, saleTitle, lotCount, lotNumber, ...row }: LotPlaceRow) => ({
  ...{ saleId, saleTitle, lotCount, lotNumber },
  lowEstimate: amount(row.lowEstimate),
  highEstimate: amount(row.highEstimate),
  previousLotId: row.previousLotId,
  nextLotId: row.nextLotId,
});
export type LotPlaceView = ReturnType<typeof lotPlaceView>;

export const paddleView = (row: PaddleRow) => ({
  ...row,
  biddingLimit: amount(row.biddingLimit),
  requestedAt: time(row.requestedAt),
  decidedAt: time(row.decidedAt),
});
export type PaddleView = ReturnType<typeof paddleView>;
