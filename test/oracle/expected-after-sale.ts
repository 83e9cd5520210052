// What Silver should hold of an auction after the hammer. A row is written at every change, and of several about the same
// thing the one of the last revision counts (oracle.sql.ts).
import type { AfterSale } from '../../src/domain/auction/after-sale.state.js';
import type { AuctionEvent } from '../../src/domain/auction/auction.events.js';
import type { EndedAuction } from '../../src/domain/auction/auction.js';
import type { Instant } from '../../src/domain/time.js';
import { type ExpectedRows, row } from './expected-rows.js';

/** When things happened to the latest transaction: no rule asks for it, so the auction itself does not keep it. */
export type AfterSaleTimes = Readonly<{
  soldAt: Instant | null;
  paidAt: Instant | null;
  refundedAt: Instant | null;
  settledAt: Instant | null;
}>;

export const NO_TIMES: AfterSaleTimes = { soldAt: null, paidAt: null, refundedAt: null, settledAt: null };

/** The times after an event. A new transaction begins anew. */
export function timesAfter(times: AfterSaleTimes, event: AuctionEvent): AfterSaleTimes {
  switch (event.type) {
    case 'AuctionSold':
      return { ...NO_TIMES, soldAt: event.closedAt };
    case 'SecondChanceAccepted':
      return { ...NO_TIMES, soldAt: event.acceptedAt };
    case 'PaymentRecorded':
      return { ...times, paidAt: event.paidAt };
    case 'PaymentRefunded':
      return event.paymentStatus === 'refunded' ? { ...times, refundedAt: event.refundedAt } : times;
    case 'TransactionSettled':
      return { ...times, settledAt: event.settledAt };
    case 'PayoutReturned':
      return { ...times, settledAt: null };
    default:
      return times;
  }
}

type Changed = Readonly<{
  auctionId: string;
  revision: number;
  event: AuctionEvent;
  auction: EndedAuction;
  times: AfterSaleTimes;
}>;

/** Writes down what an event after the end, or the end itself, has changed. */
export function addAfterSaleRows(rows: ExpectedRows, changed: Changed): void {
  const { auctionId, revision, event, auction } = changed;
  if (event.type === 'AuctionSold' || event.type === 'SecondChanceAccepted') {
    const via = event.type === 'AuctionSold' ? event.via : 'SecondChance';
    rows.add('sales', row(auctionId, numberOf(auction), via, event.winningBid));
  }
  if ('lapsedTransaction' in event && event.lapsedTransaction !== null) {
    const lapsedAt = event.type === 'AuctionRelisted' ? event.relistedAt : event.acceptedAt;
    rows.add('lapsed', row(auctionId, event.lapsedTransaction, new Date(lapsedAt)));
  }
  if ('afterSale' in auction && isAboutTransaction(event)) addTransaction(rows, changed, auction.afterSale);
  if ('offerNumber' in event) addOffer(rows, changed);
  if (event.type === 'DisputeRecorded') {
    const { reference, transactionNumber, status, amount, recordedAt } = event;
    rows.add('disputes', row(auctionId, revision, reference, transactionNumber, status, amount, new Date(recordedAt)));
    return;
  }
  const moved = 'afterSale' in auction ? auction.afterSale.movements.at(-1) : undefined;
  if (moved === undefined || !('reference' in event)) return;
  const { kind, transactionNumber, reference, amount, at } = moved;
  const channel = 'channel' in event ? event.channel : null;
  const total = 'paymentTotal' in event ? event.paymentTotal : null;
  const reason = 'reason' in event ? event.reason : null;
  rows.add(
    'money_movements',
    row(auctionId, revision, transactionNumber, kind, channel, reference, amount, total, reason, new Date(at)),
  );
}

const numberOf = (auction: EndedAuction): number =>
  'afterSale' in auction ? (auction.afterSale.transaction?.transactionNumber ?? 0) : 0;

const isAboutTransaction = (event: AuctionEvent): boolean =>
  event.type === 'AuctionSold' || event.type === 'SecondChanceAccepted' || 'transactionNumber' in event;

function addTransaction(
  rows: ExpectedRows,
  { auctionId, revision, auction, times }: Changed,
  { transaction }: AfterSale,
): void {
  if (transaction === null) throw new Error('a transaction that is not there has changed');
  const { transactionNumber, buyerId, paymentStatus, paymentDueAt, failedPayments, moneyIn, moneyOut } = transaction;
  const { hammerPrice, buyersPremium, tax, amountDue, platformFee, sellerProceeds } = transaction.money;
  const { sellerId, terms } = auction.listing;
  const money = [hammerPrice, buyersPremium, tax, amountDue, platformFee, sellerProceeds] as const;
  const when = [times.soldAt, times.settledAt, paymentDueAt, times.paidAt, times.refundedAt] as const;
  const moved = [failedPayments, moneyIn, moneyOut] as const;
  const people = [sellerId, buyerId, terms.currency] as const;
  const dates = when.map((at) => (at === null ? null : new Date(at)));
  rows.add(
    'transactions',
    row(auctionId, revision, transactionNumber, ...people, ...money, paymentStatus, ...dates, ...moved),
  );
}

function addOffer(rows: ExpectedRows, { auctionId, event }: Changed): void {
  switch (event.type) {
    case 'SecondChanceOffered': {
      const { offerNumber, bidderId, bidNumber, cause, offeredPrice, offeredAt, expiresAt } = event;
      const times = [new Date(offeredAt), new Date(expiresAt)] as const;
      rows.add('offers', row(auctionId, offerNumber, bidderId, bidNumber, cause, offeredPrice, ...times));
      return;
    }
    case 'SecondChanceAccepted':
      rows.add('answers', row(auctionId, event.offerNumber, 'accepted', new Date(event.acceptedAt)));
      return;
    case 'SecondChanceDeclined':
      rows.add('answers', row(auctionId, event.offerNumber, 'declined', new Date(event.declinedAt)));
      return;
    case 'SecondChanceExpired':
      rows.add('answers', row(auctionId, event.offerNumber, 'expired', new Date(event.expiredAt)));
      return;
  }
}
