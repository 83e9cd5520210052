// From Silver's rows to what goes out: amounts as text, times as ISO 8601, and nothing that a view does not name.
import type { ItemDetails } from '../../domain/auction/item-details.js';
import type { Minor } from '../../domain/money.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { aboutAlert } from '../../notify/alerts/alert-kinds.js';
import type { AlertRow } from '../../notify/alerts/alerts.queries.js';
import type { Decrypted } from '../../personal-data/personal-data.js';
import type {
  AuctionRow,
  BidRow,
  OfferRow,
  OwnBidRow,
  OwnUserRow,
  RetractionRequestRow,
  TransactionRow,
  UserRow,
} from '../../projections/silver/silver.queries.js';
import type { RunRow } from '../../scheduler/runs/runs.queries.js';
import type { OwnOfferView } from '../schemas/after-sale.schema.js';
import type {
  AuctionView,
  BidView,
  OwnBidView,
  OwnUserView,
  RetractionRequestView,
  TransactionView,
  UserView,
} from '../schemas/views.schema.js';

const amountOrNull = (amount: Minor | null): string | null => amount?.toString() ?? null;
const timeOrNull = (at: Instant | null): string | null => (at === null ? null : isoTime(at));

export const auctionView = (row: AuctionRow): AuctionView => ({
  auctionId: row.auctionId,
  sellerId: row.sellerId,
  title: row.title,
  description: row.description,
  category: row.category,
  photos: row.photos,
  details: row.details,
  format: row.format,
  currency: row.currency,
  status: row.status,
  startingPrice: row.startingPrice.toString(),
  currentPrice: row.currentPrice.toString(),
  minimumNextBid: row.minimumNextBid.toString(),
  leaderId: row.leaderId,
  leadingBid: row.leadingBid,
  bidCount: row.bidCount,
  hasReserve: row.hasReserve,
  reserveMet: row.reserveMet,
  buyNowPrice: amountOrNull(row.buyNowPrice),
  listedAt: isoTime(row.listedAt),
  opensAt: isoTime(row.opensAt),
  closesAt: isoTime(row.closesAt),
  scheduledClosesAt: isoTime(row.scheduledClosesAt),
  extensions: row.extensions,
  closedAt: timeOrNull(row.closedAt),
  endReason: row.endReason,
  relistOf: row.relistOf,
  relistedAs: row.relistedAs,
  calling: row.calling,
  retraction: row.retraction,
  revision: Number(row.revision),
});

/** As `silver.sql.ts` cuts the descriptions of a page. */
const DESCRIPTION_SHOWN_MAX = 200;

/** An auction among others: how its description begins. Of a row that Silver has cut nothing more is cut. */
export const auctionInList = (row: AuctionRow): AuctionView => ({
  ...auctionView(row),
  description: beginningOf(row.description),
  details: detailsInList(row.details),
});

/** The details of an item among others: how each text begins. */
export const detailsInList = (details: ItemDetails | null): ItemDetails | null =>
  details === null
    ? null
    : {
        ...details,
        conditionReport: details.conditionReport && beginningOf(details.conditionReport),
        provenance: details.provenance && beginningOf(details.provenance),
        shippingNotes: details.shippingNotes && beginningOf(details.shippingNotes),
      };

function beginningOf(text: string): string {
  if (text.length <= DESCRIPTION_SHOWN_MAX) return text;
  const characters = [...text];
  if (characters.length <= DESCRIPTION_SHOWN_MAX) return text;
  return `${characters.slice(0, DESCRIPTION_SHOWN_MAX - 1).join('')}…`;
}

export const bidView = (row: BidRow): BidView => ({
  auctionId: row.auctionId,
  bidNumber: row.bidNumber,
  bidderId: row.bidderId,
  bidAmount: amountOrNull(row.bidAmount),
  currency: row.currency,
  bidType: row.bidType,
  placedAt: isoTime(row.placedAt),
  isWinning: row.isWinning,
  isReplaced: row.isReplaced,
  isRetracted: row.isRetracted,
  retractedAt: timeOrNull(row.retractedAt),
  retractionReason: row.retractionReason,
  isVoided: row.isVoided,
  voidedAt: timeOrNull(row.voidedAt),
});

export const ownBidView = (row: OwnBidRow): OwnBidView => ({
  ...bidView(row),
  maximum: row.maximum.toString(),
  voidReason: row.voidReason,
  retractionRequest: row.retractionRequest,
  title: row.title,
  status: row.status,
  currentPrice: row.currentPrice.toString(),
  closesAt: isoTime(row.closesAt),
});

export const retractionRequestView = (row: RetractionRequestRow): RetractionRequestView => ({
  auctionId: row.auctionId,
  bidNumber: row.bidNumber,
  bidderId: row.bidderId,
  reason: row.reason,
  status: row.status,
  requestedAt: isoTime(row.requestedAt),
  answeredAt: timeOrNull(row.answeredAt),
  answeredBy: row.answeredBy,
  answerReason: row.answerReason,
  closesAt: isoTime(row.closesAt),
});

/** A run of the house; what it did as names and values, for a schema that lists them. */
export const runView = ({ coversFrom, coversTo, startedAt, endedAt, counts, ...row }: RunRow) => ({
  ...row,
  coversFrom: isoTime(coversFrom),
  coversTo: isoTime(coversTo),
  startedAt: isoTime(startedAt),
  endedAt: timeOrNull(endedAt),
  counts: Object.entries(counts).map(([name, value]) => ({ name, value: value === null ? null : String(value) })),
});
export type RunView = ReturnType<typeof runView>;

/** An alert, with what it means and what to do. */
export const alertView = ({ changedAt: _, ...row }: AlertRow) => ({
  ...row,
  ...aboutAlert(row.kind),
  raisedAt: isoTime(row.raisedAt),
  lastSeenAt: isoTime(row.lastSeenAt),
  toldAt: timeOrNull(row.toldAt),
  escalatedAt: timeOrNull(row.escalatedAt),
  acknowledgedAt: timeOrNull(row.acknowledgedAt),
  clearedAt: timeOrNull(row.clearedAt),
  silencedUntil: timeOrNull(row.silencedUntil),
});
export type AlertView = ReturnType<typeof alertView>;

/** `username` is opened by the caller: null for somebody who was erased. */
export const userView = (row: UserRow, username: string | null): UserView => ({
  userId: row.userId,
  username,
  rating: row.rating,
  isVerified: row.isVerified,
  status: row.status,
  registeredAt: isoTime(row.registeredAt),
});

/** `opened` is null for an account that never gave personal data. Damaged data is a fault, and the caller's to raise. */
export const ownUserView = (
  row: OwnUserRow,
  username: string | null,
  opened: Exclude<Decrypted, { status: 'damaged' }> | null,
): OwnUserView => ({
  ...userView(row, username),
  personalData: opened?.status === 'open' ? opened.data : null,
  personalDataStatus:
    row.status === 'erased' ? 'erased' : opened === null ? 'none' : opened.status === 'open' ? 'present' : 'erased',
  revision: Number(row.revision),
});

/** An offer as its bidder may see it: the price is that bidder's own last bid. For nobody else's eyes. */
export const ownOfferView = (row: OfferRow): OwnOfferView => ({
  auctionId: row.auctionId,
  offerNumber: row.offerNumber,
  sellerId: row.sellerId,
  title: row.title,
  cause: row.cause,
  status: row.status,
  currency: row.currency,
  offeredPrice: row.offeredPrice.toString(),
  offeredAt: isoTime(row.offeredAt),
  expiresAt: isoTime(row.expiresAt),
  answeredAt: timeOrNull(row.answeredAt),
});

export const transactionView = (row: TransactionRow): TransactionView => ({
  transactionId: row.txnId,
  auctionId: row.auctionId,
  transactionNumber: row.transactionNumber,
  sellerId: row.sellerId,
  buyerId: row.buyerId,
  via: row.via,
  currency: row.currency,
  finalPrice: row.finalPrice.toString(),
  buyersPremium: row.buyersPremium.toString(),
  tax: row.tax.toString(),
  amountDue: row.amountDue.toString(),
  platformFee: row.platformFee.toString(),
  sellerProceeds: row.sellerProceeds.toString(),
  paymentStatus: row.paymentStatus,
  paymentDueAt: timeOrNull(row.paymentDueAt),
  paidAt: timeOrNull(row.paidAt),
  refundedAt: timeOrNull(row.refundedAt),
  refundedAmount: row.refundedAmount.toString(),
  disputeStatus: row.disputeStatus,
  failedPayments: row.failedPayments,
  isCompleted: row.isCompleted,
  soldAt: isoTime(row.soldAt),
  completedAt: timeOrNull(row.completedAt),
});
