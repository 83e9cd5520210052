// What a batch comes to after the hammer: new states of transactions, the movements of their money, and offers.
import type { AfterSaleEvent, DisputeRecorded } from '../../domain/auction/after-sale.events.js';
import type { AuctionRelisted } from '../../domain/auction/auction.events.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { copyNullable, copyText } from '../copy-text.js';
import { noteTransactionEvent, type Sale, type TransactionChange, unchangedTransaction } from './transactions.rows.js';

type OfferAnswer = Readonly<{
  auctionId: string;
  offerNumber: number;
  status: 'accepted' | 'declined' | 'expired';
  answeredAt: Instant;
}>;

type DisputeRow = Readonly<{ auctionId: string; event: DisputeRecorded }>;

/** `movements` and `offers` are COPY rows. */
export type AfterSaleBatch = {
  readonly transactions: Map<string, TransactionChange>;
  readonly answers: OfferAnswer[];
  readonly disputes: DisputeRow[];
  movements: string;
  offers: string;
};

export const emptyAfterSale = (): AfterSaleBatch => ({
  transactions: new Map(),
  answers: [],
  disputes: [],
  movements: '',
  offers: '',
});

type Noted = Readonly<{ auctionId: string; revision: number; event: AfterSaleEvent | AuctionRelisted }>;

/** Takes over what an event says; a second chance that was taken is a sale as well. */
export function noteAfterSale(batch: AfterSaleBatch, sales: Sale[], { auctionId, revision, event }: Noted): void {
  switch (event.type) {
    case 'SecondChanceOffered': {
      const { offerNumber, bidderId, bidNumber, cause, offeredPrice, offeredAt, expiresAt } = event;
      const times = `${isoTime(offeredAt)}\t${isoTime(expiresAt)}`;
      batch.offers += `${auctionId}\t${offerNumber}\t${bidderId}\t${bidNumber}\t${cause}\t${offeredPrice}\tpending\t${times}\n`;
      return;
    }
    case 'SecondChanceAccepted': {
      const { offerNumber, lapsedTransaction, acceptedAt } = event;
      sales.push({ auctionId, sold: event });
      if (lapsedTransaction !== null) noteLapse(changeOf(batch, auctionId, lapsedTransaction), acceptedAt);
      batch.answers.push({ auctionId, offerNumber, status: 'accepted', answeredAt: acceptedAt });
      return;
    }
    case 'AuctionRelisted':
      if (event.lapsedTransaction !== null)
        noteLapse(changeOf(batch, auctionId, event.lapsedTransaction), event.relistedAt);
      return;
    case 'SecondChanceDeclined':
      batch.answers.push({
        auctionId,
        offerNumber: event.offerNumber,
        status: 'declined',
        answeredAt: event.declinedAt,
      });
      return;
    case 'SecondChanceExpired':
      batch.answers.push({ auctionId, offerNumber: event.offerNumber, status: 'expired', answeredAt: event.expiredAt });
      return;
    default:
      noteTransactionEvent(changeOf(batch, auctionId, event.transactionNumber), event);
      batch.movements += movementRow(auctionId, revision, event);
      if (event.type === 'DisputeRecorded') batch.disputes.push({ auctionId, event });
  }
}

/** A sale that was never paid makes room for another one, or for the item's being up again. */
function noteLapse(change: TransactionChange, at: Instant): void {
  change.paymentStatus = 'lapsed';
  change.lapsedAt = at;
}

function changeOf({ transactions }: AfterSaleBatch, auctionId: string, transactionNumber: number): TransactionChange {
  const key = `${auctionId}-${transactionNumber}`;
  let change = transactions.get(key);
  if (change === undefined) {
    change = unchangedTransaction(auctionId, transactionNumber);
    transactions.set(key, change);
  }
  return change;
}

export const COPY_MOVEMENTS = `
COPY money_movements (auction_id, revision, transaction_number, kind, channel, reference, amount, payment_total, reason,
  moved_at) FROM STDIN`;

type TransactionEvent = Exclude<AfterSaleEvent, { type: `SecondChance${string}` }>;
type Movement = Readonly<{
  kind: string;
  channel: string | null;
  reference: string;
  amount: bigint;
  paymentTotal?: bigint;
  reason: string | null;
  at: Instant;
}>;

function movementRow(auctionId: string, revision: number, event: TransactionEvent): string {
  const movement = movementIn(event);
  if (movement === null) return '';
  const { kind, channel, reference, amount, paymentTotal, reason, at } = movement;
  return (
    `${auctionId}\t${revision}\t${event.transactionNumber}\t${kind}\t${copyNullable(channel)}\t${copyText(reference)}\t` +
    `${amount}\t${paymentTotal ?? '\\N'}\t${copyNullable(reason)}\t${isoTime(at)}\n`
  );
}

function movementIn(event: TransactionEvent): Movement | null {
  switch (event.type) {
    case 'PaymentRecorded':
      return { ...event, kind: 'payment', reason: null, at: event.paidAt };
    case 'PaymentFailed':
      return { ...event, kind: 'failure', amount: 0n, at: event.failedAt };
    case 'PaymentRefunded':
      return { ...event, kind: 'refund', channel: null, at: event.refundedAt };
    case 'TransactionSettled':
      return { ...event, kind: 'payout', channel: null, amount: event.payout, reason: null, at: event.settledAt };
    case 'PayoutReturned':
      return { ...event, kind: 'payout-return', channel: null, reason: null, at: event.returnedAt };
    case 'InvoiceIssued':
    case 'PaymentOverdue':
    case 'DisputeRecorded':
      return null;
  }
}

/** One row a dispute: its end takes over the row of its opening. */
export const RECORD_DISPUTE = `
INSERT INTO disputes (auction_id, reference, transaction_number, status, amount, told_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (auction_id, reference) DO UPDATE SET status = excluded.status, ended_at = excluded.ended_at`;

export function disputeValues({ auctionId, event }: DisputeRow): readonly (string | number | bigint | null)[] {
  const { reference, transactionNumber, status, amount, recordedAt } = event;
  const at = isoTime(recordedAt);
  return [auctionId, reference, transactionNumber, status, amount, at, status === 'open' ? null : at];
}

export const COPY_OFFERS = `
COPY second_chance_offers (auction_id, offer_number, bidder_id, bid_number, cause, offered_price, status, offered_at,
  expires_at) FROM STDIN`;

export const ANSWER_OFFERS = `
UPDATE second_chance_offers o SET status = a.status, answered_at = a.answered_at
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[]) AS a(auction_id, offer_number, status, answered_at)
WHERE o.auction_id = a.auction_id AND o.offer_number = a.offer_number AND o.status = 'pending'`;

/** In the order of the statement's parameters. */
export const ANSWER_COLUMNS: readonly ((answer: OfferAnswer) => string | number)[] = [
  ({ auctionId }) => auctionId,
  ({ offerNumber }) => offerNumber,
  ({ status }) => status,
  ({ answeredAt }) => isoTime(answeredAt),
];
