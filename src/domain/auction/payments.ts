// The money of a transaction: in from the buyer, out to the seller, and back again. Who records it are staff, among them
// the machines of tills and payment services: a buyer's word is no money.
import type { Actor, Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { AMOUNT_MAX } from '../money.js';
import { idOf, isHouse, isStaff } from '../permissions.js';
import type {
  DeclareOverdue,
  RecordPayment,
  RecordPaymentFailure,
  RecordPayoutReturn,
  SettleTransaction,
  TransactionCommand,
} from './after-sale.commands.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import {
  type Books,
  balance,
  disputesAwaited,
  MOVEMENTS_MAX,
  paidIn,
  payoutOf,
  referenceObjection,
  sumOf,
} from './books.js';
import { reversals } from './refunds.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

const WRONG_TOTAL = {
  field: 'paymentTotal',
  problem: `must be the whole payment: at least its part for this sale, and at most ${AMOUNT_MAX}`,
};

/** Money is handled by staff. The house itself may find that a payment is overdue, and settles what a payout run of staff says. */
export const mayHandleMoney = ({ type }: TransactionCommand, actor: Actor): boolean =>
  isStaff(actor) || ((type === 'DeclareOverdue' || type === 'SettleTransaction') && isHouse(actor));

/**
 * Records a payment in full. That no other sale of the house counts it is seen to before this (docs/adr/0052). The same payment again (reference, transaction and amount) is refused as `AlreadyRecorded`, any
 * other use of its reference as `ReferenceUsed`; part of the amount due, or more than it, as `PaymentAmountWrong`. An overdue
 * transaction may still be paid, unless the item is being offered to somebody else.
 */
export function recordPayment(command: RecordPayment, books: Books, { at, actor }: Facts): Judged {
  const { channel, reference, amount, currency } = command;
  const paymentTotal = command.paymentTotal ?? amount;
  const { transaction, afterSale, listing } = books;
  const { transactionNumber, buyerId, money } = transaction;
  const used = referenceObjection(afterSale, { kind: 'payment', transactionNumber, reference, amount });
  if (used !== null) return reject(used);
  const objection = payableObjection(books);
  if (objection !== null) return reject(objection);
  if (currency !== listing.terms.currency)
    return reject({ reason: 'CurrencyMismatch', currency: listing.terms.currency });
  if (amount !== money.amountDue) return reject({ reason: 'PaymentAmountWrong', amountDue: money.amountDue });
  if (paymentTotal < amount || paymentTotal > AMOUNT_MAX) return reject({ reason: 'InvalidPayment', ...WRONG_TOTAL });
  return accept<AuctionEvent>({
    type: 'PaymentRecorded',
    transactionNumber,
    buyerId,
    channel,
    reference,
    amount,
    paymentTotal,
    currency,
    recordedBy: idOf(actor),
    paidAt: at,
    ...balance('paid', transaction.moneyIn + amount, transaction.moneyOut),
  });
}

/** Records that a payment came to nothing. It moves no money and leaves the invoice as it was. */
export function recordPaymentFailure(command: RecordPaymentFailure, books: Books, { at, actor }: Facts): Judged {
  const { channel, reference, reason } = command;
  const { transaction, afterSale } = books;
  const { transactionNumber, failedPayments, paymentStatus, moneyIn, moneyOut } = transaction;
  const used = referenceObjection(afterSale, { kind: 'failure', transactionNumber, reference, amount: 0n });
  if (used !== null) return reject(used);
  const objection = payableObjection(books);
  if (objection !== null) return reject(objection);
  if (afterSale.movements.length >= MOVEMENTS_MAX) return reject({ reason: 'TooManyAttempts' });
  return accept<AuctionEvent>({
    type: 'PaymentFailed',
    transactionNumber,
    channel,
    reference,
    reason,
    failedPayments: failedPayments + 1,
    recordedBy: idOf(actor),
    failedAt: at,
    ...balance(paymentStatus, moneyIn, moneyOut),
  });
}

/**
 * Notes that a payment has not come in its time. The house does so at the instant the invoice names, and is refused as
 * `NotDue` before; staff may as soon as they know that none will come.
 */
export function declareOverdue({ dueAt }: DeclareOverdue, { transaction }: Books, { at, actor }: Facts): Judged {
  const { transactionNumber, paymentStatus, paymentDueAt, moneyIn, moneyOut } = transaction;
  if (paymentStatus !== 'due' || paymentDueAt === null)
    return reject({ reason: 'TransactionNotPayable', paymentStatus });
  if (!isStaff(actor) && (dueAt !== paymentDueAt || at < paymentDueAt))
    return reject({ reason: 'NotDue', closesAt: paymentDueAt });
  return accept<AuctionEvent>({
    type: 'PaymentOverdue',
    transactionNumber,
    cause: at < paymentDueAt ? 'Declared' : 'TermOver',
    declaredBy: idOf(actor),
    overdueAt: at,
    ...balance('overdue', moneyIn, moneyOut),
  });
}

/**
 * Pays the seller out, once the buyer has paid: the hammer price less what the seller pays the house, in the proportion that the buyer
 * has not had back. That, the premium and the taxes stay. Nothing is paid out while the payment is disputed.
 */
export function settleTransaction({ reference }: SettleTransaction, books: Books, { at, actor }: Facts): Judged {
  const { transaction, afterSale, listing } = books;
  const { transactionNumber, paymentStatus, moneyIn, moneyOut, money } = transaction;
  const { hammerPrice, platformFee } = money;
  const used = referenceObjection(afterSale, { kind: 'payout', transactionNumber, reference, amount: null });
  if (used !== null) return reject(used);
  if (paymentStatus !== 'paid') return reject({ reason: 'TransactionNotSettleable', paymentStatus });
  if (disputesAwaited(books).length > 0) return reject({ reason: 'PaymentDisputed' });
  const payout = payoutOf(money, paidIn(books));
  return accept<AuctionEvent>({
    type: 'TransactionSettled',
    transactionNumber,
    sellerId: listing.sellerId,
    reference,
    hammerPrice,
    platformFee,
    payout,
    currency: listing.terms.currency,
    settledBy: idOf(actor),
    settledAt: at,
    ...balance('settled', moneyIn, moneyOut + payout),
  });
}

/** Records that the seller gave the payout back: the transaction is as it was when the buyer had paid. What was lost in disputes goes back to the buyer now. */
export function recordPayoutReturn({ reference }: RecordPayoutReturn, books: Books, facts: Facts): Judged {
  const { transaction, afterSale, listing } = books;
  const { transactionNumber, paymentStatus, moneyIn, moneyOut } = transaction;
  const used = referenceObjection(afterSale, { kind: 'payout-return', transactionNumber, reference, amount: null });
  if (used !== null) return reject(used);
  if (paymentStatus !== 'settled') return reject({ reason: 'PayoutNotMade', paymentStatus });
  if (afterSale.movements.length >= MOVEMENTS_MAX) return reject({ reason: 'TooManyAttempts' });
  const amount = sumOf(books, 'payout') - sumOf(books, 'payout-return');
  const returned: AuctionEvent = {
    type: 'PayoutReturned',
    transactionNumber,
    sellerId: listing.sellerId,
    reference,
    amount,
    currency: listing.terms.currency,
    recordedBy: idOf(facts.actor),
    returnedAt: facts.at,
    ...balance('paid', moneyIn + amount, moneyOut),
  };
  const held = { ...books, transaction: { ...transaction, moneyIn: moneyIn + amount } };
  return accept<AuctionEvent>(returned, ...reversals(held, disputesAwaited(books), facts));
}

function payableObjection({ transaction, afterSale }: Books): AuctionRejection | null {
  const { paymentStatus } = transaction;
  if (paymentStatus !== 'due' && paymentStatus !== 'overdue') return { reason: 'TransactionNotPayable', paymentStatus };
  return afterSale.offer === null ? null : { reason: 'OfferPending', expiresAt: afterSale.offer.expiresAt };
}
