// What resolvers take, checked by the schemas that REST bodies are checked with. GraphQL has seen to the shape already.
import { z } from 'zod';
import { requestInvalidBy } from '../http/schema.pipe.js';
import {
  failedPaymentBody,
  paymentBody,
  referenceBody,
  refundBody,
  secondChanceBody,
} from '../schemas/after-sale.schema.js';
import {
  bareBody,
  listAuctionBody,
  personalDataBody,
  placeBidBody,
  ratingBody,
  reasonBody,
  registerUserBody,
  relistAuctionBody,
  retractionBody,
  suspensionBody,
} from '../schemas/commands.schema.js';
import { readWith } from '../schemas/problems.js';
import { idIn, pageIn, pageRows } from '../schemas/values.schema.js';
import { auctionsQuery, ownTransactionsQuery, retractionRequestsQuery } from '../schemas/views.schema.js';

const ofAuction = { auctionId: idIn.auction };
const ofBid = { ...ofAuction, bidNumber: z.int().positive('must be the number of a bid') };
const ofTransaction = { ...ofAuction, transactionNumber: z.int().positive('must be the number of a transaction') };
const ofUser = { userId: idIn.user };

export const inputs = {
  listAuction: listAuctionBody,
  relistAuction: relistAuctionBody.safeExtend(ofAuction),
  placeBid: placeBidBody.extend(ofAuction),
  buyNow: bareBody.unwrap().extend(ofAuction),
  retractBid: retractionBody.extend(ofBid),
  bid: bareBody.unwrap().extend(ofBid),
  bidReason: reasonBody.extend(ofBid),
  auctionReason: reasonBody.extend(ofAuction),
  transaction: bareBody.unwrap().extend(ofTransaction),
  transactionReference: referenceBody.extend(ofTransaction),
  payment: paymentBody.extend(ofTransaction),
  failedPayment: failedPaymentBody.extend(ofTransaction),
  refund: refundBody.extend(ofTransaction),
  secondChance: secondChanceBody.extend(ofAuction),
  secondChanceAnswer: bareBody
    .unwrap()
    .extend({ ...ofAuction, offerNumber: z.int().positive('must be the number of an offer') }),
  registerUser: registerUserBody,
  personalData: personalDataBody,
  account: bareBody.unwrap().extend(ofUser),
  accountReason: reasonBody.extend(ofUser),
  suspension: suspensionBody.extend(ofUser),
  rateUser: ratingBody.extend(ofUser),
} as const;

/** Pages ask for rows by number; REST has them as text. */
const page = { ...pageIn, limit: pageRows.default(50) };
export const auctionsArgs = auctionsQuery.extend(page);
export const pageArgs = z.strictObject(page);
export const retractionRequestsArgs = retractionRequestsQuery.extend(page);
export const ownTransactionsArgs = ownTransactionsQuery.extend(page);
export const auctionFilter = auctionsQuery.omit({ limit: true, cursor: true });
export { idIn };

/** The value as the schema reads it; throws a `RequestInvalid` that names the fields. A null on top counts as absent. */
export function read<Out>(schema: z.ZodType<Out>, given: object): Out {
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const result = readWith(schema, present);
  if (result.success) return result.data;
  throw requestInvalidBy(result.error, 'input');
}

/** An id in an argument of its own. */
export const readId = <Id>(schema: z.ZodType<Id>, id: unknown): Id =>
  read(z.object({ id: schema }), { id: id ?? '' }).id;
