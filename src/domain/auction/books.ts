// The books of one transaction: what has moved, what is left of it, and whether a reference is free.
import type { Invoice } from '../fees/charges.js';
import type { Minor } from '../money.js';
import { type TextLimits, textProblem } from '../text.js';
import type { TransactionBalance } from './after-sale.events.js';
import type { AfterSale, Dispute, Movement, MovementKind, Transaction } from './after-sale.state.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { Listing } from './auction.state.js';

/** What a transaction's money is judged by: how far it has come, what has moved, and the listing it goes back to. */
export type Books = Readonly<{ transaction: Transaction; afterSale: AfterSale; listing: Listing }>;

/** References are machines' names for payments; the longest in common use have some sixty characters. */
const REFERENCE_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 100, lines: 'one' };

/**
 * Failed payments, part refunds and returned payouts of one auction are kept up to this many movements, and as many disputes, so that no
 * state grows without end.
 */
export const MOVEMENTS_MAX = 100;

/** What the movements of one kind of this transaction add up to. */
export const sumOf = ({ transaction, afterSale }: Books, kind: MovementKind): Minor =>
  afterSale.movements
    .filter((moved) => moved.kind === kind && moved.transactionNumber === transaction.transactionNumber)
    .reduce((sum, { amount }) => sum + amount, 0n);

/** What the buyer has paid and not had back, wherever it is. */
export const paidIn = (books: Books): Minor => sumOf(books, 'payment') - sumOf(books, 'refund');

/**
 * What the seller gets of a sale of which the buyer has had a part back: the proceeds in the proportion that is left, rounded down. So a
 * refund takes back premium, hammer price, seller's fees and taxes alike.
 */
export const payoutOf = ({ sellerProceeds, amountDue }: Invoice, left: Minor): Minor =>
  (sellerProceeds * left) / amountDue;

/** Disputes of this transaction that are open, or lost while the seller still has the money. */
export const disputesAwaited = ({ transaction, afterSale }: Books): readonly Dispute[] =>
  afterSale.disputes.filter(
    ({ transactionNumber, status, reference }) =>
      transactionNumber === transaction.transactionNumber &&
      status !== 'won' &&
      !afterSale.movements.some((moved) => moved.reference === reference),
  );

/** What may still be given back: what is disputed is set apart. */
export const refundable = (books: Books): Minor =>
  disputesAwaited(books).reduce((left, { amount }) => left - amount, paidIn(books));

/** A movement that is asked for; `amount` null where it follows from the books. */
type Asked = Omit<Movement, 'at' | 'amount'> & Readonly<{ amount: Minor | null }>;

/** One reference, one movement of money or one dispute. */
export function referenceObjection({ movements, disputes }: AfterSale, asked: Asked): AuctionRejection | null {
  const problem = referenceProblem(asked.reference);
  if (problem !== null) return problem;
  const known = movements.find(({ reference }) => reference === asked.reference);
  if (known === undefined)
    return disputes.some(({ reference }) => reference === asked.reference) ? { reason: 'ReferenceUsed' } : null;
  return isSame(known, asked) ? { reason: 'AlreadyRecorded', recordedAt: known.at } : { reason: 'ReferenceUsed' };
}

/** Null for a reference as it should be. */
export function referenceProblem(reference: string): AuctionRejection | null {
  const problem = textProblem(reference, REFERENCE_LIMITS);
  return problem === null ? null : { reason: 'InvalidPayment', field: 'reference', problem };
}

const isSame = (known: Movement, { kind, transactionNumber, amount }: Asked): boolean =>
  known.kind === kind && known.transactionNumber === transactionNumber && (amount === null || known.amount === amount);

/** What an event tells of the money after it. */
export const balance = (
  paymentStatus: Transaction['paymentStatus'],
  moneyIn: Minor,
  moneyOut: Minor,
): TransactionBalance => ({ paymentStatus, moneyIn, moneyOut, held: moneyIn - moneyOut });
