// Money back to the buyer: all of it or a part, by the house or because a dispute is lost (docs/adr/0118).
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { Minor } from '../money.js';
import { idOf } from '../permissions.js';
import type { RecordDispute, RefundPayment } from './after-sale.commands.js';
import type { PaymentRefunded, RefundReason } from './after-sale.events.js';
import type { Dispute } from './after-sale.state.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import {
  type Books,
  balance,
  MOVEMENTS_MAX,
  paidIn,
  referenceObjection,
  referenceProblem,
  refundable,
} from './books.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;
type Back = Readonly<{ reference: string; reason: RefundReason; amount: Minor }>;

/**
 * Gives the buyer the amount back, or all that is left where none is named; never more than was paid. After the settlement the house no
 * longer holds all of it: then the seller returns the payout first, and until that is on record a refund is refused.
 */
export function refundPayment(command: RefundPayment, books: Books, facts: Facts): Judged {
  const { transaction, afterSale } = books;
  const { transactionNumber, paymentStatus } = transaction;
  const used = referenceObjection(afterSale, { ...command, kind: 'refund', transactionNumber });
  if (used !== null) return reject(used);
  if (paymentStatus !== 'paid') return reject({ reason: 'TransactionNotRefundable', paymentStatus });
  const left = refundable(books);
  const amount = command.amount ?? left;
  const problem = amountProblem(amount, left);
  if (problem !== null) return reject(problem);
  if (amount < left && afterSale.movements.length >= MOVEMENTS_MAX) return reject({ reason: 'TooManyAttempts' });
  return accept<AuctionEvent>(refunded(books, { ...command, amount }, facts));
}

/**
 * Notes a dispute, or how it ended. What is told twice is refused as `AlreadyRecorded`, and so is its opening when it comes after its
 * end. A dispute that is lost gives the buyer the disputed amount back, at once or when the seller has returned the payout.
 */
export function recordDispute(command: RecordDispute, books: Books, facts: Facts): Judged {
  const objection = disputeObjection(command, books);
  if (objection !== null) return reject(objection);
  const { reference, amount, status } = command;
  const { transactionNumber, buyerId, paymentStatus, moneyIn, moneyOut } = books.transaction;
  const recorded: AuctionEvent = {
    type: 'DisputeRecorded',
    transactionNumber,
    buyerId,
    reference,
    status,
    amount,
    currency: books.listing.terms.currency,
    recordedBy: idOf(facts.actor),
    recordedAt: facts.at,
    ...balance(paymentStatus, moneyIn, moneyOut),
  };
  if (status !== 'lost' || paymentStatus !== 'paid') return accept<AuctionEvent>(recorded);
  return accept<AuctionEvent>(recorded, refunded(books, { reference, amount, reason: 'Chargeback' }, facts));
}

function disputeObjection({ reference, amount, status }: RecordDispute, books: Books): AuctionRejection | null {
  const problem = referenceProblem(reference);
  if (problem !== null) return problem;
  const { transaction, afterSale } = books;
  const { transactionNumber, paymentStatus } = transaction;
  const known = afterSale.disputes.find((dispute) => dispute.reference === reference);
  if (known !== undefined) {
    if (known.transactionNumber !== transactionNumber || known.amount !== amount) return { reason: 'ReferenceUsed' };
    if (known.status === status || status === 'open') return { reason: 'AlreadyRecorded', recordedAt: known.at };
    return known.status === 'open' ? null : { reason: 'ReferenceUsed' };
  }
  if (afterSale.movements.some((moved) => moved.reference === reference)) return { reason: 'ReferenceUsed' };
  if (paymentStatus !== 'paid' && paymentStatus !== 'settled')
    return { reason: 'TransactionNotRefundable', paymentStatus };
  if (afterSale.disputes.length >= MOVEMENTS_MAX) return { reason: 'TooManyAttempts' };
  return amountProblem(amount, refundable(books));
}

function amountProblem(amount: Minor, left: Minor): AuctionRejection | null {
  if (amount > left) return { reason: 'RefundTooLarge', refundable: left };
  return amount > 0n ? null : { reason: 'InvalidPayment', field: 'amount', problem: 'must be more than nothing' };
}

/** What lost disputes give back now that the house holds the money again. Those that are open still wait. */
export function reversals(books: Books, disputes: readonly Dispute[], facts: Facts): readonly PaymentRefunded[] {
  const lost = disputes.filter(({ status }) => status === 'lost');
  return lost.map(({ reference, amount }, place) => {
    const before = lost.slice(0, place).reduce((sum, one) => sum + one.amount, 0n);
    return refunded(books, { reference, amount, reason: 'Chargeback' }, facts, before);
  });
}

/** The event of a refund, behind others of this decision that came to `before`. */
function refunded(
  books: Books,
  { reference, reason, amount }: Back,
  { at, actor }: Facts,
  before = 0n,
): PaymentRefunded {
  const { transactionNumber, buyerId, moneyIn, moneyOut } = books.transaction;
  const out = before + amount;
  return {
    type: 'PaymentRefunded',
    transactionNumber,
    buyerId,
    reference,
    reason,
    amount,
    currency: books.listing.terms.currency,
    refundedBy: idOf(actor),
    refundedAt: at,
    ...balance(paidIn(books) === out ? 'refunded' : 'paid', moneyIn, moneyOut + out),
  };
}
