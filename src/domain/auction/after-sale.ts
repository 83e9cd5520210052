// After the hammer: `decideAfterSale` judges what is asked of an ended auction, `evolveAfterSale` applies what happened.
// The auction itself stays what the hammer made of it, sold or passed; what moves is its `afterSale`.
import type { Facts } from '../actor.js';
import { type Decision, reject } from '../decision.js';
import type { Invoice } from '../fees/charges.js';
import type { UserId } from '../ids.js';
import type { AfterSaleCommand, TransactionCommand } from './after-sale.commands.js';
import type {
  AfterSaleEvent,
  DisputeRecorded,
  SecondChanceAccepted,
  SecondChanceOffered,
  TransactionBalance,
} from './after-sale.events.js';
import type { AfterSale, Dispute, Movement, Transaction } from './after-sale.state.js';
import type { AuctionCommand } from './auction.commands.js';
import type { AuctionEvent, AuctionSold } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { EndedAuction, FinishedAuction, LiveAuction } from './auction.state.js';
import type { Books } from './books.js';
import { issueInvoice } from './invoicing.js';
import {
  declareOverdue,
  mayHandleMoney,
  recordPayment,
  recordPaymentFailure,
  recordPayoutReturn,
  settleTransaction,
} from './payments.js';
import { recordDispute, refundPayment } from './refunds.js';
import { acceptSecondChance, declineSecondChance, expireSecondChance, offerSecondChance } from './second-chance.js';
import { underBidsOf } from './under-bids.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;

const COMMANDS: Readonly<Record<AfterSaleCommand['type'], true>> = {
  IssueInvoice: true,
  RecordPayment: true,
  RecordPaymentFailure: true,
  DeclareOverdue: true,
  RefundPayment: true,
  RecordDispute: true,
  SettleTransaction: true,
  RecordPayoutReturn: true,
  OfferSecondChance: true,
  AcceptSecondChance: true,
  DeclineSecondChance: true,
  ExpireSecondChance: true,
};

/** True for what is asked of an auction after its end. */
export const isAfterSaleCommand = (command: AuctionCommand): command is AfterSaleCommand =>
  Object.hasOwn(COMMANDS, command.type);

/** Judges what is asked of an auction after the hammer. */
export function decideAfterSale(command: AfterSaleCommand, auction: LiveAuction | EndedAuction, facts: Facts): Judged {
  if (auction.status === 'open' || auction.status === 'sealed' || auction.status === 'hall')
    return reject({ reason: 'AuctionNotEnded' });
  switch (command.type) {
    case 'OfferSecondChance':
      return isFinished(auction)
        ? offerSecondChance(command, auction, facts)
        : reject({ reason: 'SecondChanceNotOpen' });
    case 'AcceptSecondChance':
      return isFinished(auction) ? acceptSecondChance(command, auction, facts) : reject({ reason: 'OfferUnknown' });
    case 'DeclineSecondChance':
      return isFinished(auction) ? declineSecondChance(command, auction, facts) : reject({ reason: 'OfferUnknown' });
    case 'ExpireSecondChance':
      return isFinished(auction) ? expireSecondChance(command, auction, facts) : reject({ reason: 'OfferUnknown' });
    default:
      if (!mayHandleMoney(command, facts.actor)) return reject({ reason: 'NotAllowed' });
      return isFinished(auction)
        ? decideTransaction(command, auction, facts)
        : reject({ reason: 'TransactionUnknown' });
  }
}

function decideTransaction(command: TransactionCommand, auction: FinishedAuction, facts: Facts): Judged {
  const { afterSale, listing } = auction;
  const { transaction } = afterSale;
  const { transactionNumber } = command;
  if (transaction === null || transactionNumber < 1 || transactionNumber > transaction.transactionNumber)
    return reject({ reason: 'TransactionUnknown' });
  // Only the latest transaction is alive; the ones before it lapsed when it was made.
  if (transactionNumber !== transaction.transactionNumber)
    return reject({ reason: 'TransactionNotPayable', paymentStatus: 'lapsed' });
  const books: Books = { transaction, afterSale, listing };
  switch (command.type) {
    case 'IssueInvoice':
      return issueInvoice(transaction, listing.terms, facts);
    case 'RecordPayment':
      return recordPayment(command, books, facts);
    case 'RecordPaymentFailure':
      return recordPaymentFailure(command, books, facts);
    case 'DeclareOverdue':
      return declareOverdue(command, books, facts);
    case 'RefundPayment':
      return refundPayment(command, books, facts);
    case 'RecordDispute':
      return recordDispute(command, books, facts);
    case 'SettleTransaction':
      return settleTransaction(command, books, facts);
    case 'RecordPayoutReturn':
      return recordPayoutReturn(command, books, facts);
  }
}

/** True for an auction that ran to its end, with or without a sale. */
export const isFinished = (auction: EndedAuction): auction is FinishedAuction =>
  auction.status === 'sold' || auction.status === 'passed';

/** What a sale at the hammer leaves to be done. The invoice is an event of its own, so there is none yet. */
export const afterSold = (auction: LiveAuction, sale: AuctionSold): AfterSale => ({
  ...NOTHING_DONE,
  transaction: newTransaction(1, sale.buyerId, sale),
  underBids: underBidsOf(auction, sale.buyerId),
});

/** What an auction leaves that passed: its bids, for second chances. */
export const afterPassed = (auction: LiveAuction): AfterSale => ({
  ...NOTHING_DONE,
  underBids: underBidsOf(auction, null),
});

/** What is left once the item is up again: an unpaid sale has lapsed. Throws where the money says otherwise. */
export function afterRelisting(afterSale: AfterSale, lapsedTransaction: number | null): AfterSale {
  const { transaction, offer } = afterSale;
  const unpaid = transaction?.paymentStatus === 'overdue' ? transaction : null;
  if (offer !== null || lapsedTransaction !== (unpaid?.transactionNumber ?? null))
    throw corrupt(`AuctionRelisted with transaction ${lapsedTransaction} lapsed`);
  return unpaid === null ? afterSale : { ...afterSale, transaction: { ...unpaid, paymentStatus: 'lapsed' } };
}

const NOTHING_DONE: AfterSale = {
  transaction: null,
  underBids: [],
  offered: [],
  offer: null,
  movements: [],
  disputes: [],
};

const newTransaction = (transactionNumber: number, buyerId: UserId, money: Invoice): Transaction => ({
  transactionNumber,
  buyerId,
  money: {
    hammerPrice: money.hammerPrice,
    buyersPremium: money.buyersPremium,
    tax: money.tax,
    amountDue: money.amountDue,
    platformFee: money.platformFee,
    sellerProceeds: money.sellerProceeds,
    lines: money.lines,
  },
  paymentStatus: 'uninvoiced',
  paymentDueAt: null,
  failedPayments: 0,
  moneyIn: 0n,
  moneyOut: 0n,
});

/** Applies a fact from after the hammer; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function evolveAfterSale(auction: LiveAuction | EndedAuction, event: AfterSaleEvent): EndedAuction {
  if (auction.status === 'open' || auction.status === 'sealed' || auction.status === 'hall' || !isFinished(auction))
    throw corrupt(`${event.type} on an auction that is ${auction.status}`);
  return { ...auction, afterSale: next(auction.afterSale, event) };
}

function next(afterSale: AfterSale, event: AfterSaleEvent): AfterSale {
  switch (event.type) {
    case 'SecondChanceOffered':
      return withOffer(afterSale, event);
    case 'SecondChanceAccepted':
      return withSecondBuyer(afterSale, event);
    case 'SecondChanceDeclined':
    case 'SecondChanceExpired':
      if (afterSale.offer?.offerNumber !== event.offerNumber) throw corrupt(`${event.type} of no pending offer`);
      return { ...afterSale, offer: null };
    default:
      return withTransaction(afterSale, event);
  }
}

function withOffer(
  afterSale: AfterSale,
  { offerNumber, bidderId, bidNumber, expiresAt }: SecondChanceOffered,
): AfterSale {
  const bid = afterSale.underBids.find((under) => under.bidNumber === bidNumber);
  if (bid?.bidderId !== bidderId || afterSale.offer !== null || offerNumber !== afterSale.offered.length + 1)
    throw corrupt(`offer ${offerNumber} for bid ${bidNumber} of ${bidderId}`);
  return { ...afterSale, offered: [...afterSale.offered, bidderId], offer: { offerNumber, bid, expiresAt } };
}

function withSecondBuyer(afterSale: AfterSale, event: SecondChanceAccepted): AfterSale {
  const { offer, transaction } = afterSale;
  const before = transaction?.transactionNumber ?? 0;
  if (offer?.offerNumber !== event.offerNumber || offer.bid.bidderId !== event.buyerId)
    throw corrupt(`offer ${event.offerNumber} is taken and does not stand`);
  if (event.transactionNumber !== before + 1 || (transaction !== null && transaction.moneyIn !== 0n))
    throw corrupt(`transaction ${event.transactionNumber} after ${before}`);
  const taken = newTransaction(event.transactionNumber, event.buyerId, event);
  return { ...afterSale, transaction: taken, offer: null };
}

type TransactionEvent = Exclude<AfterSaleEvent, { type: `SecondChance${string}` }>;

function withTransaction(afterSale: AfterSale, event: TransactionEvent): AfterSale {
  const { transaction } = afterSale;
  if (transaction?.transactionNumber !== event.transactionNumber)
    throw corrupt(`${event.type} of transaction ${event.transactionNumber}`);
  if (event.type === 'InvoiceIssued') {
    if (event.amountDue !== transaction.money.amountDue) throw corrupt('an invoice over another amount than is due');
    return { ...afterSale, transaction: { ...transaction, paymentStatus: 'due', paymentDueAt: event.paymentDueAt } };
  }
  const moved = movementOf(event);
  const stood: Transaction = {
    ...transaction,
    ...balance(transaction, event, moved),
    failedPayments: transaction.failedPayments + (event.type === 'PaymentFailed' ? 1 : 0),
  };
  return {
    ...afterSale,
    transaction: stood,
    movements: moved === null ? afterSale.movements : [...afterSale.movements, moved],
    disputes: event.type === 'DisputeRecorded' ? withDispute(afterSale.disputes, event) : afterSale.disputes,
  };
}

function withDispute(disputes: readonly Dispute[], event: DisputeRecorded): readonly Dispute[] {
  const { reference, transactionNumber, amount, status, recordedAt: at } = event;
  const known = disputes.find((dispute) => dispute.reference === reference);
  if (known !== undefined && (known.status !== 'open' || known.amount !== amount))
    throw corrupt(`dispute ${reference} is told anew`);
  return [...disputes.filter((dispute) => dispute !== known), { reference, transactionNumber, amount, status, at }];
}

// Events carry the state after them; here it is compared with the change that they tell of. We do not clamp money.
function balance(
  { transactionNumber, moneyIn: inBefore, moneyOut: outBefore }: Transaction,
  { paymentStatus, moneyIn, moneyOut, held }: TransactionBalance,
  moved: Movement | null,
) {
  const into = moved?.kind === 'payment' || moved?.kind === 'payout-return' ? moved.amount : 0n;
  const out = moved?.kind === 'refund' || moved?.kind === 'payout' ? moved.amount : 0n;
  const addsUp = moneyIn === inBefore + into && moneyOut === outBefore + out && held === moneyIn - moneyOut;
  if (!addsUp || held < 0n || paymentStatus === 'lapsed')
    throw corrupt(`the money of transaction ${transactionNumber} does not add up`);
  return { paymentStatus, moneyIn, moneyOut };
}

function movementOf(event: Exclude<TransactionEvent, { type: 'InvoiceIssued' }>): Movement | null {
  const { transactionNumber } = event;
  switch (event.type) {
    case 'PaymentRecorded':
      return { kind: 'payment', transactionNumber, reference: event.reference, amount: event.amount, at: event.paidAt };
    case 'PaymentFailed':
      return { kind: 'failure', transactionNumber, reference: event.reference, amount: 0n, at: event.failedAt };
    case 'PaymentRefunded':
      return {
        kind: 'refund',
        transactionNumber,
        reference: event.reference,
        amount: event.amount,
        at: event.refundedAt,
      };
    case 'TransactionSettled':
      return {
        kind: 'payout',
        transactionNumber,
        reference: event.reference,
        amount: event.payout,
        at: event.settledAt,
      };
    case 'PayoutReturned':
      return {
        kind: 'payout-return',
        transactionNumber,
        reference: event.reference,
        amount: event.amount,
        at: event.returnedAt,
      };
    case 'PaymentOverdue':
    case 'DisputeRecorded':
      return null;
  }
}

const corrupt = (what: string): Error => new Error(`broken invariant: ${what}`);
