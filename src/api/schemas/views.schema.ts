// What queries take and answer.
import { z } from 'zod';
import { DISPUTE_STATUSES } from '../../domain/auction/after-sale.events.js';
import { LENGTH_UNITS, RETRACTION_POLICIES, WEIGHT_UNITS } from '../../domain/auction/terms.js';
import { RUN_KINDS } from '../../domain/house/run.events.js';
import { askedWords } from '../../domain/text.js';
import { FORMATS } from './commands.schema.js';
import {
  amount,
  currency,
  idIn,
  pageIn,
  pageOf,
  parametersIn,
  textIn,
  time,
  timeIn,
  uuid,
  wordIn,
} from './values.schema.js';

const REQUEST_STATUSES = ['pending', 'granted', 'refused', 'lapsed'] as const;
const STATUSES = ['upcoming', 'open', 'sold', 'passed', 'cancelled', 'withdrawn'] as const;

const SORTS = ['closing-soonest', 'closing-latest', 'newest'] as const;

export const auctionsQuery = parametersIn({
  ...pageIn,
  status: wordIn(STATUSES).optional(),
  category: textIn({ lengthMin: 1, lengthMax: 100, lines: 'one' }).optional().meta({
    description:
      'The slug, the name or a synonym of a category, with all that is below it; or what sellers wrote. In any case; accents count where they are typed.',
  }),
  sellerId: idIn.user.optional(),
  text: textIn({ lengthMin: 1, lengthMax: 200, lines: 'one' })
    .refine((text) => askedWords(text).length > 0, 'must have a word to look for')
    .optional()
    .meta({
      description:
        'Words that the title or the description contains, whole and in any case; accents count where they are typed.',
    }),
  closesBefore: timeIn.optional(),
  sort: wordIn(SORTS)
    .default('closing-soonest')
    .meta({ description: 'By closing time, or by listing time. A cursor goes on in its own order only.' }),
});

export const retractionRequestsQuery = parametersIn({ ...pageIn, status: z.enum(REQUEST_STATUSES).optional() });

export const runsQuery = parametersIn({ ...pageIn, kind: z.enum(RUN_KINDS).optional() });

export const pageQuery = parametersIn(pageIn);

export const ownTransactionsQuery = parametersIn({
  ...pageIn,
  side: wordIn(['buyer', 'seller', 'both'])
    .default('both')
    .meta({ description: 'What you bought, what you sold, or both.' }),
});

const itemDetails = z
  .object({
    conditionReport: z.string().nullable(),
    provenance: z.string().nullable(),
    shippingNotes: z.string().nullable(),
    dimensions: z
      .object({ width: z.number(), height: z.number(), depth: z.number().nullable(), unit: z.enum(LENGTH_UNITS) })
      .nullable(),
    weight: z.object({ value: z.number(), unit: z.enum(WEIGHT_UNITS) }).nullable(),
  })
  .meta({
    id: 'ItemDetails',
    description: 'What a catalogue says beside the description. In a list each text is cut as descriptions are.',
  });

export const auctionView = z
  .object({
    auctionId: uuid,
    sellerId: uuid,
    title: z.string(),
    description: z.string().meta({
      description:
        'Whole for one auction. A list shows how it begins: at most 200 characters, the last an ellipsis where it is cut.',
    }),
    category: z.string(),
    photos: z.array(uuid).readonly().meta({ description: 'Ids of its photos, the first one shown first.' }),
    details: itemDetails.nullable(),
    format: z.enum([...FORMATS, 'hall']),
    currency,
    status: z.enum(STATUSES).meta({ description: '`upcoming` until `opensAt`, `open` from then on.' }),
    startingPrice: amount,
    currentPrice: amount.meta({ description: 'In whole minor units. While bids are sealed, the starting price.' }),
    minimumNextBid: amount,
    leaderId: uuid.nullable().meta({ description: 'Null while nobody leads, and while bids are sealed.' }),
    leadingBid: z.int().nullable(),
    bidCount: z.int().meta({ description: 'Bids that count; in a sealed auction each bidder has one.' }),
    hasReserve: z.boolean(),
    reserveMet: z.boolean().meta({ description: 'While bids are sealed: whether there is none.' }),
    buyNowPrice: amount.nullable(),
    calling: z
      .enum(['waiting', 'called', 'fair-warning'])
      .nullable()
      .meta({
        description:
          'Of a hall lot: waiting for a clerk to open it (bids are commissions until then), called (`minimumNextBid` is the ' +
          'asking price), or under fair warning. Null in other formats.',
      }),
    retraction: z.enum(RETRACTION_POLICIES).meta({
      description: 'Whether bids may be taken back: staff decide, by eBay’s time rule, or never.',
    }),
    listedAt: time,
    opensAt: time,
    closesAt: time,
    scheduledClosesAt: time,
    extensions: z.int(),
    closedAt: time.nullable(),
    endReason: z.string().nullable(),
    relistOf: uuid.nullable().meta({ description: 'The passed auction whose item this is.' }),
    relistedAs: uuid.nullable().meta({
      description: 'The auction in which the item of this one is up again: it passed, or its sale came to nothing.',
    }),
    revision: z.int().meta({ description: "The auction's revision that this shows." }),
  })
  .meta({ id: 'Auction' });

const bidFields = {
  auctionId: uuid,
  bidNumber: z.int(),
  bidderId: uuid,
  bidAmount: amount.nullable().meta({
    description:
      'The visible price after this bid, in whole minor units. Null for a sealed bid; that of the winning one is the hammer ' +
      'price once the auction is sold.',
  }),
  currency,
  bidType: z.enum(['manual', 'proxy', 'snipe', 'buy-now', 'absentee', 'floor', 'phone']),
  placedAt: time,
  isWinning: z.boolean(),
  isReplaced: z.boolean().meta({ description: 'Its bidder placed another sealed bid instead.' }),
  isRetracted: z.boolean(),
  retractedAt: time.nullable(),
  retractionReason: z.enum(['TypingError', 'DescriptionChanged']).nullable(),
  isVoided: z.boolean().meta({ description: 'Taken out by staff or the house.' }),
  voidedAt: time.nullable(),
};

export const bidView = z.object(bidFields).meta({ id: 'Bid' });

export const ownBidView = z
  .object({
    ...bidFields,
    maximum: amount.meta({
      description: 'Your secret maximum, or your sealed bid, in whole minor units. Nobody else is shown it.',
    }),
    voidReason: z.string().nullable().meta({ description: 'Why it was voided. Told to you and staff alone.' }),
    retractionRequest: z
      .enum(REQUEST_STATUSES)
      .nullable()
      .meta({ description: 'What became of your request to take it back; null if you made none.' }),
    title: z.string(),
    status: z.enum(STATUSES),
    currentPrice: amount,
    closesAt: time,
  })
  .meta({ id: 'OwnBid' });

const userFields = {
  userId: uuid,
  username: z.string().nullable().meta({ description: 'Null for an account that was erased.' }),
  rating: z.int(),
  isVerified: z.boolean(),
  status: z.enum(['active', 'suspended', 'erased']),
  registeredAt: time,
};

export const userView = z.object(userFields).meta({ id: 'User' });

export const ownUserView = z
  .object({
    ...userFields,
    personalData: z
      .object({ name: z.string().nullable(), email: z.string().nullable(), address: z.string().nullable() })
      .nullable(),
    personalDataStatus: z.enum(['present', 'none', 'erased']),
    revision: z.int(),
  })
  .meta({ id: 'OwnUser' });

export const transactionView = z
  .object({
    transactionId: uuid,
    auctionId: uuid,
    transactionNumber: z.int(),
    sellerId: uuid,
    buyerId: uuid,
    via: z.enum(['Hammer', 'BuyNow', 'SecondChance']),
    currency,
    finalPrice: amount,
    buyersPremium: amount,
    tax: amount,
    amountDue: amount,
    platformFee: amount,
    sellerProceeds: amount,
    paymentStatus: z.enum(['uninvoiced', 'due', 'overdue', 'paid', 'settled', 'refunded', 'lapsed']),
    paymentDueAt: time.nullable(),
    paidAt: time.nullable(),
    refundedAt: time.nullable().meta({ description: 'When the buyer had all of it back.' }),
    refundedAmount: amount.meta({ description: 'What the buyer got back, in parts or all of it.' }),
    disputeStatus: z.enum(DISPUTE_STATUSES).nullable().meta({
      description: 'Of a dispute that is open, else of the last one. The seller is not paid out while one is open.',
    }),
    failedPayments: z.int(),
    isCompleted: z.boolean().meta({ description: 'The seller was paid out.' }),
    soldAt: time,
    completedAt: time.nullable(),
  })
  .meta({ id: 'Transaction' });

export const retractionRequestView = z
  .object({
    auctionId: uuid,
    bidNumber: z.int(),
    bidderId: uuid,
    reason: z.enum(['TypingError', 'DescriptionChanged']),
    status: z.enum(REQUEST_STATUSES).meta({
      description: 'lapsed: the auction ended, or the bid counted no longer, before anybody answered.',
    }),
    requestedAt: time,
    answeredAt: time.nullable(),
    answeredBy: uuid.nullable(),
    answerReason: z.string().nullable().meta({ description: 'Why it was refused, as the bidder was told.' }),
    closesAt: time.meta({ description: 'When the auction closes; after that nothing can be granted.' }),
  })
  .meta({ id: 'RetractionRequest' });

export const retractionRequestPage = pageOf(retractionRequestView).meta({ id: 'RetractionRequestPage' });
export const auctionPage = pageOf(auctionView)
  .extend({
    hint: z.string().optional().meta({ description: 'Where nothing was found: what there is that comes near.' }),
  })
  .meta({ id: 'AuctionPage' });
export const bidPage = pageOf(bidView).meta({ id: 'BidPage' });
export const ownBidPage = pageOf(ownBidView).meta({ id: 'OwnBidPage' });
export const transactionPage = pageOf(transactionView).meta({ id: 'TransactionPage' });

export type AuctionsQuery = z.output<typeof auctionsQuery>;
export type RetractionRequestsQuery = z.output<typeof retractionRequestsQuery>;
export type RetractionRequestView = z.output<typeof retractionRequestView>;
export type PageQuery = z.output<typeof pageQuery>;
export type OwnTransactionsQuery = z.output<typeof ownTransactionsQuery>;
export type AuctionView = z.output<typeof auctionView>;
export type BidView = z.output<typeof bidView>;
export type OwnBidView = z.output<typeof ownBidView>;
export type UserView = z.output<typeof userView>;
export type OwnUserView = z.output<typeof ownUserView>;
export type TransactionView = z.output<typeof transactionView>;
