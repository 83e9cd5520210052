// What staff ask of sales, and bidders of theirs.
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { bareBody, reasonBody } from '../schemas/commands.schema.js';
import { lotBody, lotNumberBody, paddleBody, saleBody } from '../schemas/sales.schema.js';
import { command } from './description.js';
import { lotIdFor, saleIdFor, saleTermsOf } from './selling.js';

const byStaff = { access: STAFF, accepted: ACCEPTED.sale } as const;
const ofLots = { access: STAFF, accepted: ACCEPTED.lot } as const;

export const SALE_COMMANDS = [
  command('DraftSale', {
    route: 'POST /sales',
    summary: 'Draft a sale.',
    description:
      'Increments, soft close, retraction, tax rate and payment term are the house’s unless given; fees always are.',
    ...byStaff,
    body: saleBody,
    acceptedStatus: 201,
    command: (fields, { commandId, caller, house }) => ({
      saleId: saleIdFor(commandId, caller.userId),
      terms: saleTermsOf(fields, house),
    }),
  }),
  command('ReviseSale', {
    route: 'PUT /sales/:saleId',
    summary: 'Give a sale other terms, until it is published.',
    description: 'What is left out is the house’s again. The currency stays.',
    ...byStaff,
    body: saleBody,
    command: ({ saleId, ...fields }, { house }) => ({ saleId, terms: saleTermsOf(fields, house) }),
  }),
  command('AddLot', {
    route: 'POST /sales/:saleId/lots',
    summary: 'Put a lot into a sale, until it is published.',
    ...ofLots,
    body: lotBody,
    acceptedStatus: 201,
    command: ({ saleId, lotId, lotNumber, sellerId, ...details }, { commandId }) => ({
      saleId,
      lotId: lotId ?? lotIdFor(saleId, commandId),
      lotNumber,
      sellerId,
      details,
    }),
  }),
  command('RenumberLot', {
    route: 'PUT /sales/:saleId/lots/:lotId/number',
    summary: 'Give a lot another number, until the sale is published.',
    ...ofLots,
    body: lotNumberBody,
    command: (fields) => fields,
  }),
  command('WithdrawLot', {
    route: 'POST /sales/:saleId/lots/:lotId/withdrawal',
    summary: 'Take a lot out of a sale, until it is published.',
    description: 'After that, cancel or withdraw its auction.',
    ...ofLots,
    body: reasonBody,
    input: 'LotReasonInput',
    command: (fields) => fields,
  }),
  command('PublishSale', {
    route: 'POST /sales/:saleId/publication',
    summary: 'Publish a sale: its catalogue is fixed, and its lots are listed as auctions.',
    description:
      'Bidding opens when the sale begins. In a hall a clerk then calls the lots, and commissions are taken until then.',
    ...byStaff,
    body: bareBody,
    input: 'SaleInput',
    command: (fields) => fields,
  }),
  command('CloseSale', {
    route: 'POST /sales/:saleId/closing',
    summary: 'Note that a sale in a hall is over.',
    ...byStaff,
    body: bareBody,
    input: 'SaleInput',
    command: (fields) => fields,
  }),
  command('CancelSale', {
    route: 'POST /sales/:saleId/cancellation',
    summary: 'Cancel a sale, until bidding begins.',
    ...byStaff,
    body: reasonBody,
    input: 'SaleReasonInput',
    command: (fields) => fields,
  }),
  command('RequestPaddle', {
    route: 'POST /sales/:saleId/paddles',
    summary: 'Ask for a paddle, the number under which you bid in a sale.',
    description: 'You get it at once, up to a limit, or when staff decide: the sale says which.',
    access: ['bidder'],
    body: bareBody,
    input: 'SaleInput',
    accepted: ACCEPTED.paddle,
    acceptedStatus: 201,
    command: (fields, { caller }) => ({ ...fields, bidderId: caller.userId }),
  }),
  command('GivePaddle', {
    route: 'PUT /sales/:saleId/paddles/:bidderId',
    summary: 'Give a bidder a paddle, asked for or not, or another limit.',
    access: STAFF,
    body: paddleBody,
    accepted: ACCEPTED.paddle,
    command: (fields) => fields,
  }),
  command('RefusePaddle', {
    route: 'POST /sales/:saleId/paddles/:bidderId/refusal',
    summary: 'Refuse a bidder a paddle, or take it back. Bids that were placed stand; the bidder is told the reason.',
    access: STAFF,
    body: reasonBody,
    input: 'PaddleReasonInput',
    accepted: ACCEPTED.paddle,
    command: (fields) => fields,
  }),
];
