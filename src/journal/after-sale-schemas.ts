// The stored shape of what happens after the hammer, and of the reasons for which something is refused there.
import { z } from 'zod';
import { DISPUTE_STATUSES } from '../domain/auction/after-sale.events.js';
import { CREDIT_REASONS, DOCUMENT_KINDS } from '../domain/documents/document.events.js';
import {
  at,
  auction,
  count,
  currency,
  document,
  feeLines,
  minor,
  money,
  taxScheme,
  taxTreatment,
  text,
  user,
} from './stored-values.js';

const PAYMENT_STATUSES = ['uninvoiced', 'due', 'overdue', 'paid', 'settled', 'refunded', 'lapsed'] as const;
const paymentStatus = z.enum(PAYMENT_STATUSES);
const channel = z.enum(['online', 'point-of-sale']);

/** Every event about a transaction's money ends in what stands after it. */
const balance = { paymentStatus, moneyIn: minor, moneyOut: minor, held: minor };
const transactionNumber = count;
const offerNumber = count;
const somebody = user.nullable();

/** One schema an event type, for the version that is written today. */
export const AFTER_SALE_SCHEMAS = {
  InvoiceIssued: z.strictObject({
    type: z.literal('InvoiceIssued'),
    transactionNumber,
    buyerId: user,
    currency,
    hammerPrice: minor,
    premiumSlices: z.array(z.strictObject({ part: minor, rateBp: count })).readonly(),
    buyersPremium: minor,
    tax: minor,
    taxScheme,
    lines: feeLines,
    schedule: text,
    scheduleVersion: count,
    amountDue: minor,
    paymentDueAt: at,
    issuedAt: at,
  }),
  PaymentRecorded: z.strictObject({
    type: z.literal('PaymentRecorded'),
    transactionNumber,
    buyerId: user,
    channel,
    reference: text,
    amount: minor,
    paymentTotal: minor,
    currency,
    recordedBy: somebody,
    paidAt: at,
    ...balance,
  }),
  PaymentFailed: z.strictObject({
    type: z.literal('PaymentFailed'),
    transactionNumber,
    channel,
    reference: text,
    reason: z.enum(['Declined', 'Abandoned', 'TechnicalError']),
    failedPayments: count,
    recordedBy: somebody,
    failedAt: at,
    ...balance,
  }),
  PaymentOverdue: z.strictObject({
    type: z.literal('PaymentOverdue'),
    transactionNumber,
    cause: z.enum(['TermOver', 'Declared']),
    declaredBy: somebody,
    overdueAt: at,
    ...balance,
  }),
  PaymentRefunded: z.strictObject({
    type: z.literal('PaymentRefunded'),
    transactionNumber,
    buyerId: user,
    reference: text,
    reason: z.enum(['Returned', 'Chargeback', 'SaleCancelled']),
    amount: minor,
    currency,
    refundedBy: somebody,
    refundedAt: at,
    ...balance,
  }),
  DisputeRecorded: z.strictObject({
    type: z.literal('DisputeRecorded'),
    transactionNumber,
    buyerId: user,
    reference: text,
    status: z.enum(DISPUTE_STATUSES),
    amount: minor,
    currency,
    recordedBy: somebody,
    recordedAt: at,
    ...balance,
  }),
  TransactionSettled: z.strictObject({
    type: z.literal('TransactionSettled'),
    transactionNumber,
    sellerId: user,
    reference: text,
    hammerPrice: minor,
    platformFee: minor,
    payout: minor,
    currency,
    settledBy: somebody,
    settledAt: at,
    ...balance,
  }),
  PayoutReturned: z.strictObject({
    type: z.literal('PayoutReturned'),
    transactionNumber,
    sellerId: user,
    reference: text,
    amount: minor,
    currency,
    recordedBy: somebody,
    returnedAt: at,
    ...balance,
  }),
  SecondChanceOffered: z.strictObject({
    type: z.literal('SecondChanceOffered'),
    offerNumber,
    cause: z.enum(['WinnerDidNotPay', 'ReserveNotMet']),
    bidderId: user,
    bidNumber: count,
    offeredPrice: minor,
    currency,
    offeredBy: somebody,
    expiresAt: at,
    offeredAt: at,
  }),
  SecondChanceAccepted: z.strictObject({
    type: z.literal('SecondChanceAccepted'),
    offerNumber,
    transactionNumber,
    buyerId: user,
    winningBid: count,
    currency,
    ...money,
    lapsedTransaction: transactionNumber.nullable(),
    acceptedAt: at,
  }),
  SecondChanceDeclined: z.strictObject({
    type: z.literal('SecondChanceDeclined'),
    offerNumber,
    bidderId: user,
    declinedAt: at,
  }),
  SecondChanceExpired: z.strictObject({
    type: z.literal('SecondChanceExpired'),
    offerNumber,
    bidderId: user,
    expiredAt: at,
  }),
  PaymentClaimed: z.strictObject({
    type: z.literal('PaymentClaimed'),
    auctionId: auction,
    transactionNumber,
    channel,
    reference: text,
    amount: minor,
    currency,
    paymentTotal: minor,
    counted: minor,
    claimedAt: at,
  }),
  PaymentReleased: z.strictObject({
    type: z.literal('PaymentReleased'),
    auctionId: auction,
    transactionNumber,
    amount: minor,
    counted: minor,
    releasedAt: at,
  }),
};

const documentItem = z.strictObject({
  auctionId: auction,
  transactionNumber,
  title: text,
  taxScheme,
  taxTreatment,
  lines: feeLines,
});

export const DOCUMENT_SCHEMAS = {
  DocumentIssued: z.strictObject({
    type: z.literal('DocumentIssued'),
    documentId: document,
    kind: z.enum(DOCUMENT_KINDS),
    year: count,
    number: count,
    buyerId: user,
    currency,
    items: z.array(documentItem).readonly(),
    corrects: document.nullable(),
    reason: z.enum(CREDIT_REASONS).nullable(),
    refund: text.nullable(),
    dueAt: at.nullable(),
    net: minor,
    tax: minor,
    total: minor,
    issuedAt: at,
  }),
};

export const DOCUMENT_REJECTIONS = [
  z.strictObject({ reason: z.literal('DocumentAlreadyIssued') }),
  z.strictObject({ reason: z.literal('InvalidDocument'), field: text, problem: text }),
] as const;

/** Reasons that say everything by their name. */
const REASONS = [
  'AuctionNotEnded',
  'TransactionUnknown',
  'InvoiceAlreadyIssued',
  'ReferenceUsed',
  'TooManyAttempts',
  'PaymentDisputed',
  'SecondChanceNotOpen',
  'NotAnUnderBidder',
  'AlreadyOffered',
  'OfferUnknown',
  'OfferOfAnother',
  'OfferNotPending',
] as const;

/** A schema a reason, or a group of them. */
export const AFTER_SALE_REJECTIONS = [
  z.strictObject({ reason: z.enum(REASONS) }),
  z.strictObject({
    reason: z.enum(['TransactionNotPayable', 'TransactionNotRefundable', 'TransactionNotSettleable', 'PayoutNotMade']),
    paymentStatus,
  }),
  z.strictObject({ reason: z.literal('PaymentAmountWrong'), amountDue: minor }),
  z.strictObject({ reason: z.literal('RefundTooLarge'), refundable: minor }),
  z.strictObject({ reason: z.literal('AlreadyRecorded'), recordedAt: at }),
  z.strictObject({
    reason: z.literal('PaymentUsed'),
    usedFor: z.strictObject({ auctionId: auction, transactionNumber }).readonly(),
    counted: minor,
    paymentTotal: minor,
    currency,
  }),
  z.strictObject({ reason: z.literal('InvalidPayment'), field: text, problem: text }),
  z.strictObject({ reason: z.literal('InvalidOffer'), field: text, problem: text }),
  z.strictObject({ reason: z.literal('OfferPending'), expiresAt: at }),
  z.strictObject({ reason: z.literal('SecondChanceOver'), until: at }),
  z.strictObject({ reason: z.literal('OfferExpired'), expiresAt: at }),
] as const;
