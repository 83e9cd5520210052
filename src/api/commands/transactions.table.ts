// What the house records about the money of a sale. A buyer's word is no money, so all of it is for staff, among them the
// machines of tills and payment services.
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import {
  disputeBody,
  failedPaymentBody,
  paymentBody,
  referenceBody,
  refundBody,
} from '../schemas/after-sale.schema.js';
import { bareBody } from '../schemas/commands.schema.js';
import { command } from './description.js';

const byStaff = { access: STAFF, accepted: ACCEPTED.auction } as const;
/** A till writes for itself; payment services may write here as well. */
const fromTills = { channel: paymentBody.fields.channel.default('point-of-sale') };

export const TRANSACTION_COMMANDS = [
  command('IssueInvoice', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/invoice',
    summary: 'Invoice a sale that has no invoice.',
    description: 'Sales have one from the hammer on; this is for those made before invoices were recorded.',
    ...byStaff,
    body: bareBody,
    input: 'TransactionInput',
    command: (fields) => fields,
  }),
  command('RecordPayment', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/payments',
    summary: 'Record a payment, from a payment service or a till.',
    description:
      'In full or not at all. A reference counts once in the house and channel; one payment for several sales names its paymentTotal with each.',
    ...byStaff,
    acceptedStatus: 201,
    body: paymentBody,
    command: (fields) => fields,
    message: { takes: { ...paymentBody.fields, ...fromTills }, command: (fields) => fields },
  }),
  command('RecordPaymentFailure', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/failed-payments',
    summary: 'Record that a payment came to nothing.',
    ...byStaff,
    acceptedStatus: 201,
    body: failedPaymentBody,
    command: (fields) => fields,
    message: { takes: { ...failedPaymentBody.fields, ...fromTills }, command: (fields) => fields },
  }),
  command('DeclareOverdue', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/overdue',
    summary: 'Note that no payment will come.',
    description: 'The house notes it by itself when the time to pay is over.',
    ...byStaff,
    body: bareBody,
    input: 'TransactionInput',
    command: (fields) => ({ ...fields, dueAt: null }),
  }),
  command('RefundPayment', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/refund',
    summary: 'Give the buyer the payment back, or a part of it.',
    description:
      'Never more than is left of it. The seller is paid out less in the same proportion; after a settlement the seller returns the payout first.',
    ...byStaff,
    body: refundBody,
    command: (fields) => fields,
    message: {},
  }),
  command('RecordDispute', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/disputes',
    summary: 'Record that a payment is disputed, or how that ended.',
    description: 'While it is open the seller is not paid out. When it is lost, the buyer has the amount back.',
    ...byStaff,
    acceptedStatus: 201,
    body: disputeBody,
    command: (fields) => fields,
  }),
  command('SettleTransaction', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/settlement',
    summary: 'Record that the seller was paid out.',
    ...byStaff,
    body: referenceBody,
    input: 'TransactionReferenceInput',
    command: (fields) => fields,
  }),
  command('RecordPayoutReturn', {
    route: 'POST /auctions/:auctionId/transactions/:transactionNumber/payout-return',
    summary: 'Record that the seller gave the payout back.',
    ...byStaff,
    body: referenceBody,
    input: 'TransactionReferenceInput',
    command: (fields) => fields,
  }),
];
