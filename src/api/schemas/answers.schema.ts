// What commands are answered with.
import { z } from 'zod';
import { REFUSALS } from '../commands/refusals.js';
import { lotAccepted, paddleAccepted, type SaleAnswer, saleAccepted } from './sales.schema.js';
import { amount, currency, time, uuid } from './values.schema.js';

const answered = {
  commandId: uuid,
  repeated: z
    .boolean()
    .meta({ description: 'True if this command had been answered before; this is that answer again.' }),
};
const accepted = { outcome: z.literal('accepted'), ...answered };
const ofAuction = {
  ...accepted,
  auctionId: uuid,
  revision: z.int().meta({ description: "The auction's revision after this; reads show it once they have caught up." }),
};

export const auctionAccepted = z.object(ofAuction).meta({ id: 'AuctionCommandAccepted' });

export const listingAccepted = z
  .object({ ...ofAuction, opensAt: time, closesAt: time })
  .meta({ id: 'ListingAccepted' });

export const relistingAccepted = z
  .object({
    ...ofAuction,
    relistedAs: uuid.meta({
      description: 'The new auction. It is listed within moments; ask for it until it is there.',
    }),
    opensAt: time,
    closesAt: time,
  })
  .meta({ id: 'RelistingAccepted' });

const standingAlone = {
  bidNumber: z.int(),
  currentPrice: amount,
  bidCount: z.int(),
  leading: z.boolean().meta({ description: 'True if you lead now.' }),
  minimumNextBid: amount,
  reserveMet: z.boolean(),
};
const standing = { currency: currency.optional(), ...standingAlone };

export const bidAccepted = z
  .object({
    ...ofAuction,
    ...standing,
    newClosesAt: time.nullable().meta({ description: 'The new close, if this bid moved it; null if it did not.' }),
  })
  .meta({ id: 'BidAccepted' });

const sealedStanding = {
  bidNumber: z.int(),
  bidCount: z.int().meta({ description: 'How many bid. Who leads is not known before the close.' }),
};

export const sealedBidAccepted = z
  .object({
    ...ofAuction,
    ...sealedStanding,
    replaces: z
      .int()
      .nullable()
      .meta({ description: 'Your bid that this one took the place of; null for a first one.' }),
  })
  .meta({ id: 'SealedBidAccepted' });

export const retractionAccepted = z
  .object({
    ...ofAuction,
    ...standingAlone,
    newClosesAt: time.nullable().meta({ description: 'The new close, if this moved it; null if it did not.' }),
  })
  .meta({ id: 'RetractionAccepted' });

export const sealedRetractionAccepted = z
  .object({ ...ofAuction, ...sealedStanding })
  .meta({ id: 'SealedRetractionAccepted' });

export const purchaseAccepted = z
  .object({
    ...ofAuction,
    ...standing,
    sale: z.object({
      currency,
      hammerPrice: amount,
      buyersPremium: amount,
      tax: amount,
      amountDue: amount,
      soldAt: time,
    }),
  })
  .meta({ id: 'PurchaseAccepted' });

export const userAccepted = z.object({ ...accepted, userId: uuid, revision: z.int() }).meta({ id: 'AccountAccepted' });

export const payoutRunAccepted = z
  .object({ ...accepted, payoutRunId: uuid, revision: z.int() })
  .meta({ id: 'PayoutRunCommandAccepted' });

export const fraudCaseAccepted = z
  .object({ ...accepted, caseId: uuid, revision: z.int() })
  .meta({ id: 'FraudCaseCommandAccepted' });

const reasons = Object.keys(REFUSALS);

export const rejected = z
  .object({
    outcome: z.literal('rejected'),
    ...answered,
    reason: z.enum(reasons).meta({ description: 'Why the rules refuse it.' }),
    message: z.string(),
    judgedAtRevision: z
      .int()
      .meta({ description: 'The revision it was judged at; -1 is an auction or account that is not there.' }),
    minimumNextBid: amount.optional(),
    limit: amount.optional(),
    currency: currency.optional(),
    status: z.string().optional(),
    saleStatus: z.string().optional(),
    opensAt: time.optional(),
    closesAt: time.optional(),
    retractableUntil: time.optional(),
    relistedAs: uuid.optional(),
    relistableUntil: time.optional(),
    relistingsMax: z.int().optional(),
    requestsMax: z.int().optional(),
    paymentStatus: z.string().optional(),
    amountDue: amount.optional(),
    refundable: amount.optional(),
    recordedAt: time.optional(),
    usedFor: z
      .object({ auctionId: uuid, transactionNumber: z.int() })
      .optional()
      .meta({ description: 'A sale that counts the payment.' }),
    counted: amount.optional().meta({ description: 'What other sales count of the payment.' }),
    paymentTotal: amount.optional().meta({ description: 'How large the payment is said to be.' }),
    lotNumber: z.string().optional(),
    lotsMax: z.int().optional(),
    paddlesMax: z.int().optional(),
    expiresAt: time.optional(),
    until: time.optional(),
    selling: z.int().optional().meta({ description: 'The person’s open auctions and second chances on offer.' }),
    bidding: z.int().optional().meta({
      description: 'Open auctions in which a bid of the person counts, led or not, and second chances on offer.',
    }),
    unpaid: z
      .int()
      .optional()
      .meta({ description: 'Sales of the person, as buyer or seller, that are not settled, refunded or lapsed.' }),
    field: z.string().optional(),
    problem: z.string().optional(),
  })
  .meta({ id: 'Rejected', description: 'Judged and refused; a repeat gets the same answer.' });

export const refused = z
  .object({
    outcome: z.literal('refused'),
    commandId: uuid,
    reason: z.enum(['CommandIdReused', 'CommandTooOld', 'CommandFromTheFuture']),
    message: z.string(),
  })
  .meta({ id: 'Refused', description: 'Not judged: the command id cannot be used for this.' });

export const notNow = z
  .object({ outcome: z.enum(['busy', 'throttled']), commandId: uuid, message: z.string(), retryAfterMs: z.int() })
  .meta({ id: 'NotNow', description: 'Nothing was taken. Send the same command again after a while.' });

export const pending = z.object({ outcome: z.literal('pending'), commandId: uuid, message: z.string() }).meta({
  id: 'Pending',
  description: 'Taken, and not judged in time. GET the address in Location, or send the same command again.',
});

export const faulted = z
  .object({
    outcome: z.literal('fault'),
    commandId: uuid,
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
  })
  .meta({ id: 'Fault', description: 'Something is broken here. The same command may be sent again.' });

/** Everything `GET /commands/{id}` may find. */
export const anyAnswer = z
  .union([
    purchaseAccepted,
    bidAccepted,
    sealedBidAccepted,
    retractionAccepted,
    sealedRetractionAccepted,
    relistingAccepted,
    listingAccepted,
    auctionAccepted,
    lotAccepted,
    paddleAccepted,
    saleAccepted,
    userAccepted,
    fraudCaseAccepted,
    payoutRunAccepted,
    rejected,
  ])
  .meta({ id: 'CommandAnswer' });

export const errorBody = z
  .object({
    code: z.string(),
    message: z.string(),
    requestId: uuid,
    details: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
  })
  .meta({ id: 'Error', description: 'The request got no further than the edge.' });

export type Accepted =
  | z.output<typeof auctionAccepted>
  | z.output<typeof listingAccepted>
  | z.output<typeof relistingAccepted>
  | z.output<typeof bidAccepted>
  | z.output<typeof sealedBidAccepted>
  | z.output<typeof sealedRetractionAccepted>
  | z.output<typeof retractionAccepted>
  | z.output<typeof purchaseAccepted>
  | SaleAnswer
  | z.output<typeof userAccepted>
  | z.output<typeof fraudCaseAccepted>
  | z.output<typeof payoutRunAccepted>;
export type CommandAnswer =
  | Accepted
  | z.output<typeof rejected>
  | z.output<typeof refused>
  | z.output<typeof notNow>
  | z.output<typeof pending>
  | z.output<typeof faulted>;
