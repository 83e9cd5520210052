// A sale as a row, and what becomes of it.
import type { AfterSaleEvent, PaymentStatus, SecondChanceAccepted } from '../../domain/auction/after-sale.events.js';
import type { AuctionSold } from '../../domain/auction/auction.events.js';
import type { UserId } from '../../domain/ids.js';
import type { Minor } from '../../domain/money.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { linesAsText } from './listed-fees.js';

/** The seller is not in the event but in the listing, so the rows go through an INSERT that looks it up. */
export const INSERT_TRANSACTIONS = `
INSERT INTO transactions (auction_id, transaction_number, seller_id, buyer_id, via, winning_bid, currency, final_price,
  buyers_premium, tax, amount_due, platform_fee, seller_proceeds, lines, tax_positions, sold_at)
SELECT t.auction_id, t.transaction_number, l.seller_id, t.buyer_id, t.via, t.winning_bid, t.currency, t.final_price,
  t.buyers_premium, t.tax, t.amount_due, t.platform_fee, t.seller_proceeds, t.lines, t.tax_positions, t.sold_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
  $9::bigint[], $10::bigint[], $11::bigint[], $12::timestamptz[], $13::integer[], $14::text[], $15::text[])
  AS t(auction_id, buyer_id, via, winning_bid, currency, final_price, buyers_premium, tax, amount_due, platform_fee,
    seller_proceeds, sold_at, transaction_number, lines, tax_positions)
JOIN listings l USING (auction_id)`;

export type Sale = Readonly<{ auctionId: string; sold: AuctionSold | SecondChanceAccepted }>;

type Column = (sale: Sale) => string | number | bigint | UserId;

/** In the order of the statement's parameters. */
export const SALE_COLUMNS: readonly Column[] = [
  ({ auctionId }) => auctionId,
  ({ sold }) => sold.buyerId,
  ({ sold }) => (sold.type === 'AuctionSold' ? sold.via : 'SecondChance'),
  ({ sold }) => sold.winningBid,
  ({ sold }) => sold.currency,
  ({ sold }) => sold.hammerPrice,
  ({ sold }) => sold.buyersPremium,
  ({ sold }) => sold.tax,
  ({ sold }) => sold.amountDue,
  ({ sold }) => sold.platformFee,
  ({ sold }) => sold.sellerProceeds,
  ({ sold }) => isoTime(sold.type === 'AuctionSold' ? sold.closedAt : sold.acceptedAt),
  ({ sold }) => (sold.type === 'AuctionSold' ? 1 : sold.transactionNumber),
  ({ sold }) => linesAsText(sold.lines),
  ({ sold }) => JSON.stringify(sold.taxPositions),
];

/** One transaction's changes in a batch; null is "as it was". */
export type TransactionChange = {
  readonly auctionId: string;
  readonly transactionNumber: number;
  paymentStatus: PaymentStatus | null;
  paymentDueAt: Instant | null;
  paidAt: Instant | null;
  refundedAt: Instant | null;
  lapsedAt: Instant | null;
  completedAt: Instant | null;
  failedPayments: number | null;
  moneyIn: Minor | null;
  moneyOut: Minor | null;
};

export const unchangedTransaction = (auctionId: string, transactionNumber: number): TransactionChange => ({
  auctionId,
  transactionNumber,
  paymentStatus: null,
  paymentDueAt: null,
  paidAt: null,
  refundedAt: null,
  lapsedAt: null,
  completedAt: null,
  failedPayments: null,
  moneyIn: null,
  moneyOut: null,
});

type TransactionEvent = Exclude<AfterSaleEvent, { type: `SecondChance${string}` }>;

/** Takes over the state after an event. */
export function noteTransactionEvent(change: TransactionChange, event: TransactionEvent): void {
  if (event.type === 'InvoiceIssued') {
    change.paymentStatus = 'due';
    change.paymentDueAt = event.paymentDueAt;
    return;
  }
  change.paymentStatus = event.paymentStatus;
  change.moneyIn = event.moneyIn;
  change.moneyOut = event.moneyOut;
  if (event.type === 'PaymentRecorded') change.paidAt = event.paidAt;
  else if (event.type === 'PaymentRefunded' && event.paymentStatus === 'refunded') change.refundedAt = event.refundedAt;
  else if (event.type === 'TransactionSettled') change.completedAt = event.settledAt;
  else if (event.type === 'PaymentFailed') change.failedPayments = event.failedPayments;
}

export const UPDATE_TRANSACTIONS = `
UPDATE transactions t SET
  payment_status = c.payment_status,
  payment_due_at = COALESCE(c.payment_due_at, t.payment_due_at),
  paid_at = COALESCE(c.paid_at, t.paid_at),
  refunded_at = COALESCE(c.refunded_at, t.refunded_at),
  lapsed_at = COALESCE(c.lapsed_at, t.lapsed_at),
  completed_at = CASE c.payment_status WHEN 'settled' THEN COALESCE(c.completed_at, t.completed_at) END,
  failed_payments = COALESCE(c.failed_payments, t.failed_payments),
  money_in = COALESCE(c.money_in, t.money_in),
  money_out = COALESCE(c.money_out, t.money_out)
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
  $7::timestamptz[], $8::timestamptz[], $9::integer[], $10::bigint[], $11::bigint[])
  AS c(auction_id, transaction_number, payment_status, payment_due_at, paid_at, refunded_at, lapsed_at, completed_at,
    failed_payments, money_in, money_out)
WHERE t.auction_id = c.auction_id AND t.transaction_number = c.transaction_number`;

const timeOrNull = (at: Instant | null): string | null => (at === null ? null : isoTime(at));

/** In the order of the statement's parameters. */
export const TRANSACTION_COLUMNS: readonly ((change: TransactionChange) => string | number | bigint | null)[] = [
  ({ auctionId }) => auctionId,
  ({ transactionNumber }) => transactionNumber,
  ({ paymentStatus }) => paymentStatus,
  ({ paymentDueAt }) => timeOrNull(paymentDueAt),
  ({ paidAt }) => timeOrNull(paidAt),
  ({ refundedAt }) => timeOrNull(refundedAt),
  ({ lapsedAt }) => timeOrNull(lapsedAt),
  ({ completedAt }) => timeOrNull(completedAt),
  ({ failedPayments }) => failedPayments,
  ({ moneyIn }) => moneyIn,
  ({ moneyOut }) => moneyOut,
];
