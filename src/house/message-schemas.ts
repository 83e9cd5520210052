// The messages of the topics as JSON Schema: published under docs/schemas (test/api/message-schemas.test.ts keeps the two
// equal), and served by the house under /docs/schemas.
import { z } from 'zod';
import { MESSAGE_SCHEMAS } from '../api/ingress/requests.schema.js';
import { houseFileSchema } from '../api/schemas/house.schema.js';
import { publicEventSchema, publicFactSchema } from '../feed/facts/public-facts.js';
import { deadLetterSchema } from '../kafka/client/dead-letters.js';

// A newer house may say more than a reader of today knows; what a reader is promised are the events of this version.
const factSchema = publicFactSchema
  .extend({ event: publicEventSchema })
  .meta({ id: 'PublicFact', description: 'auction.events, keyed by auction id.' });

const [auctionId, userId, commandId] = [
  '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10',
  '0190f5a2-0d4e-7c11-8a2b-5e7f90a1b2c3',
  '0190f5a3-11aa-7b62-8c5f-93d4e1b07a55',
];
const asking = { v: 1, commandId, token: 'header.claims.signature' };

type Published = Readonly<{ title: string; schema: z.ZodType; example: object }>;

/** By file name. The examples are messages that the schema takes. */
const PUBLISHED: Readonly<Record<string, Published>> = {
  'bids.v1.json': {
    title: 'A message to auction.bids, version 1',
    schema: MESSAGE_SCHEMAS.bids,
    example: { ...asking, request: { type: 'PlaceBid', auctionId, amount: '1250', currency: 'USD' } },
  },
  'items.v1.json': {
    title: 'A message to auction.items, version 1',
    schema: MESSAGE_SCHEMAS.items,
    example: {
      ...asking,
      request: {
        type: 'ListAuction',
        auctionId,
        item: { title: 'A clock', description: 'It ticks.', category: 'Antiques' },
        terms: { currency: 'USD', startingPrice: '1000', reservePrice: '5000' },
        durationMs: 604_800_000,
      },
    },
  },
  'users.v1.json': {
    title: 'A message to auction.users, version 1',
    schema: MESSAGE_SCHEMAS.users,
    example: { ...asking, request: { type: 'RateUser', userId, rating: 42 } },
  },
  'txn.v1.json': {
    title: 'A message to auction.txn, version 1',
    schema: MESSAGE_SCHEMAS.txn,
    example: {
      ...asking,
      request: {
        type: 'RecordPayment',
        auctionId,
        transactionNumber: 1,
        channel: 'point-of-sale',
        reference: 'till-4/0815',
        amount: '1437',
        currency: 'USD',
      },
    },
  },
  'events.v1.json': {
    title: 'A public fact on auction.events, version 1',
    schema: factSchema,
    example: {
      auctionId,
      revision: 7,
      occurredAt: 1_769_860_800_000,
      recordedAt: 1_769_860_800_004,
      event: {
        type: 'AuctionSold',
        via: 'Hammer',
        buyerId: userId,
        winningBid: 3,
        currency: 'USD',
        hammerPrice: '1250',
        closedAt: 1_769_860_800_000,
      },
    },
  },
  'dlq.v1.json': {
    title: 'A dead letter on auction.dlq, version 1',
    schema: deadLetterSchema,
    example: {
      v: 1,
      reason: 'NotJson',
      detail: 'the value is not a JSON object',
      topic: 'auction.bids',
      partition: 0,
      offset: '4711',
      arrivedAt: 1_769_860_800_000,
      key: 'MDE5MGY1YTI=',
      value: 'eA==',
      headers: {},
    },
  },
  'house.v1.json': {
    title: 'The terms of a house, version 1 (config/house.json)',
    schema: houseFileSchema,
    example: {
      $schema: '../docs/schemas/house.v1.json',
      buyersPremium: [
        { upTo: '100000', rateBp: 1500 },
        { upTo: '5000000', rateBp: 1200 },
        { upTo: null, rateBp: 1000 },
      ],
      platformFee: [
        { upTo: '100000', rateBp: 1000 },
        { upTo: null, rateBp: 500 },
      ],
      taxRateBp: 0,
      paymentTermDays: 7,
      increments: {},
      retraction: 'by-request',
      sellerMay: ['increments', 'softClose', 'retraction'],
    },
  },
};

/** Each schema by its file name: draft 2020-12, named by `$id`, with a title and one example. */
export const messageSchemas = (): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries(PUBLISHED).map(([name, { title, schema, example }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
      const $id = `urn:gavel:schema:${name.replace('.json', '')}`;
      return [name, { $schema, $id, title, examples: [example], ...rest }];
    }),
  );
