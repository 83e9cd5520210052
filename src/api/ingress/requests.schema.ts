// What producers of their own write to Kafka: the web site, tills, devices. Published as JSON Schema under docs/schemas
// (test/api/message-schemas.test.ts keeps them equal). A new shape gets a new version, and the old one is read for as long as
// messages of it may come.
import { z } from 'zod';
import type { InboundTopic } from '../../bus/ingress.js';
import { failedPaymentBody, paymentBody, refundBody } from '../schemas/after-sale.schema.js';
import { listAuctionBody, registerUserBody, suspensionBody } from '../schemas/commands.schema.js';
import { amountIn, currency, idIn, judgedText } from '../schemas/values.schema.js';

const { auction: auctionId, user: userId } = idIn;
const onBehalfOf = userId
  .optional()
  .meta({ description: 'Whom the house bids for; the token’s own person unless given.' });

const placeBid = z.strictObject({
  type: z.literal('PlaceBid'),
  auctionId,
  amount: amountIn,
  currency,
  channel: z.enum(['online', 'absentee', 'floor', 'phone']).default('online').meta({
    description: 'Channels other than online are an operator’s, for a hall.',
  }),
  bidderId: onBehalfOf,
});
const buyNow = z.strictObject({ type: z.literal('BuyNow'), auctionId });
const retractBid = z.strictObject({
  type: z.literal('RetractBid'),
  auctionId,
  bidNumber: z.int().positive(),
  reason: z.enum(['TypingError', 'DescriptionChanged']),
});

const ofBid = { auctionId, bidNumber: z.int().positive() };
const requestRetraction = z
  .strictObject({ ...retractBid.shape, type: z.literal('RequestRetraction') })
  .meta({ description: 'Asks staff to let the bid be taken back.' });
const grantRetraction = z.strictObject({ type: z.literal('GrantRetraction'), ...ofBid });
const refuseRetraction = z.strictObject({ type: z.literal('RefuseRetraction'), ...ofBid, reason: judgedText });
const voidBid = z
  .strictObject({ type: z.literal('VoidBid'), ...ofBid, reason: judgedText })
  .meta({ description: 'Takes somebody’s bid out of the contest; the bidder is told the reason.' });

const { commandId: _, auctionId: __, ...listing } = listAuctionBody.shape;
const listAuction = z
  .strictObject({ type: z.literal('ListAuction'), auctionId, ...listing })
  .refine(({ closesAt, durationMs }) => (closesAt === undefined) !== (durationMs === undefined), {
    error: 'must have either closesAt or durationMs',
    path: ['closesAt'],
  });
const cancelAuction = z.strictObject({ type: z.literal('CancelAuction'), auctionId, reason: judgedText });
const withdrawAuction = z.strictObject({ type: z.literal('WithdrawAuction'), auctionId, reason: judgedText });

const registerUser = z
  .strictObject({ type: z.literal('RegisterUser'), username: registerUserBody.shape.username })
  .meta({
    description: 'Name, e-mail and address are taken by the API alone, which encrypts them before they are kept.',
  });
const verifyUser = z.strictObject({ type: z.literal('VerifyUser'), userId });
const rateUser = z.strictObject({ type: z.literal('RateUser'), userId, rating: z.int() });
const { voidBids } = suspensionBody.shape;
const suspendUser = z.strictObject({ type: z.literal('SuspendUser'), userId, reason: judgedText, voidBids });
const reinstateUser = z.strictObject({ type: z.literal('ReinstateUser'), userId, reason: judgedText });

const ofTransaction = {
  auctionId,
  transactionNumber: z.int().positive().meta({ description: 'Of the sale in its auction: the first is number 1.' }),
};
/** A message names its command outside of the request. */
const named = { commandId: true } as const;
/** A till writes for itself; payment services may write here as well. */
const channel = paymentBody.shape.channel.default('point-of-sale');
const recordPayment = z
  .strictObject({ type: z.literal('RecordPayment'), ...ofTransaction, ...paymentBody.omit(named).shape, channel })
  .meta({ description: 'A payment that has come in: exactly the amount due.' });
const recordPaymentFailure = z.strictObject({
  type: z.literal('RecordPaymentFailure'),
  ...ofTransaction,
  ...failedPaymentBody.omit(named).shape,
  channel,
});
const refundPayment = z
  .strictObject({ type: z.literal('RefundPayment'), ...ofTransaction, ...refundBody.omit(named).shape })
  .meta({ description: 'The whole invoice is given back.' });

const REQUESTS = {
  bids: z.discriminatedUnion('type', [
    placeBid,
    buyNow,
    retractBid,
    requestRetraction,
    grantRetraction,
    refuseRetraction,
    voidBid,
  ]),
  items: z.discriminatedUnion('type', [listAuction, cancelAuction, withdrawAuction]),
  users: z.discriminatedUnion('type', [registerUser, verifyUser, rateUser, suspendUser, reinstateUser]),
  txn: z.discriminatedUnion('type', [recordPayment, recordPaymentFailure, refundPayment]),
};

const CORRELATION_ID = /^[\w.:-]{1,64}$/;

const messageOf = <Request extends z.ZodType>(request: Request, id: string, description: string) =>
  z
    .strictObject({
      v: z.literal(1),
      commandId: idIn.command.meta({
        description:
          'The name you give this command: a fresh UUID of version 7. Sent again under it, it is not done again.',
      }),
      token: z
        .string()
        .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)
        .max(4_096)
        .meta({ description: 'A JSON Web Token, as the API takes it: its person is who asks.' }),
      correlationId: z.string().regex(CORRELATION_ID).optional(),
      request,
    })
    .meta({ id, description });

/** One schema an inbound topic. The key of a message is the id of its auction, or of its user. */
export const MESSAGE_SCHEMAS = {
  bids: messageOf(REQUESTS.bids, 'BidsMessage', 'auction.bids, keyed by auction id.'),
  items: messageOf(REQUESTS.items, 'ItemsMessage', 'auction.items, keyed by auction id.'),
  users: messageOf(REQUESTS.users, 'UsersMessage', 'auction.users, keyed by user id.'),
  txn: messageOf(REQUESTS.txn, 'TxnMessage', 'auction.txn, keyed by auction id.'),
} satisfies Record<InboundTopic, z.ZodType>;

export type IngressMessage = z.output<(typeof MESSAGE_SCHEMAS)[keyof typeof MESSAGE_SCHEMAS]>;
export type IngressRequest = IngressMessage['request'];
