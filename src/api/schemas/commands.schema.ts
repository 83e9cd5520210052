// What each command takes. Unknown fields are refused everywhere: a misspelt `reservePrice` must not be an auction without one.
import { z } from 'zod';
import { RETRACTION_POLICIES } from '../../domain/auction/terms.js';
import { USERNAME_LIMITS, usernameProblem } from '../../personal-data/personal-data.js';
import { amountIn, currency, idIn, judgedText, textBy, textIn, timeIn } from './values.schema.js';

const commandId = idIn.command.optional();

export const placeBidBody = z.strictObject({ commandId, amount: amountIn, currency }).meta({
  id: 'PlaceBid',
  description:
    'A bid. `amount` is your secret maximum: the house bids for you up to it. In a sealed auction it is your bid, and ' +
    'takes the place of the one before.',
});

/** For commands that need nothing but their address; the whole body may be left out. */
export const bareBody = z
  .strictObject({ commandId })
  .default({})
  .meta({ id: 'BareCommand', description: 'Nothing but the name of the command; the body may be left out.' });

export const reasonBody = z.strictObject({ commandId, reason: judgedText }).meta({ id: 'CommandWithReason' });

export const suspensionBody = z
  .strictObject({
    commandId,
    reason: judgedText,
    voidBids: z.boolean().default(false).meta({
      description:
        'Whether the house voids the person’s bids that count in open auctions. If not, they stand and may win.',
    }),
  })
  .meta({ id: 'SuspendUser' });

export const retractionBody = z
  .strictObject({ commandId, reason: z.enum(['TypingError', 'DescriptionChanged']) })
  .meta({ id: 'RetractBid' });

const incrementStep = z.strictObject({ below: amountIn.nullable(), step: amountIn });
const DURATION_MAX_MS = 366 * 86_400_000;

const softCloseIn = z.strictObject({
  windowMs: z.int(),
  extensionsMax: z.int().nullable().default(null),
  extensionTotalMaxMs: z.int().nullable().default(null),
});

export const FORMATS = ['english', 'sealed-first-price', 'vickrey'] as const;

/** What only an auction has whose bids are seen. */
const ENGLISH_ONLY = ['buyNowPrice', 'increments', 'softClose'] as const;

const termsIn = z
  .strictObject({
    format: z
      .enum(FORMATS)
      .default('english')
      .meta({
        description:
          'english: ascending, bids are maxima. sealed-first-price: one sealed bid a bidder, the highest wins and is paid. ' +
          'vickrey: the highest wins and pays the second-highest, at least the reserve or starting price. Sealed formats know ' +
          'neither increments nor soft close nor Buy It Now.',
      }),
    currency,
    startingPrice: amountIn,
    reservePrice: amountIn.nullable().default(null).meta({ description: 'Secret. Below it nothing is sold.' }),
    buyNowPrice: amountIn.nullable().default(null),
    increments: z.array(incrementStep).max(100).optional().meta({
      description: "Steps by price, the last without `below`. The house's table for the currency unless given.",
    }),
    softClose: softCloseIn.nullable().optional().meta({
      description: "A late bid moves the close. Null is none; the house's own unless given.",
    }),
    retraction: z
      .enum(RETRACTION_POLICIES)
      .optional()
      .meta({
        description:
          'Whether bids may be taken back. by-request: the bidder asks, staff decide. ebay: by its bidder, once an auction, ' +
          'by eBay’s time rule. never: not at all. The house’s own unless given.',
      }),
    taxRateBp: z.int().optional().meta({
      description:
        'Tax on hammer and premium, in hundredths of a per cent, where this house lets sellers say; its own unless given.',
    }),
    paymentTermDays: z.int().optional().meta({
      description: 'Days to pay from the invoice on, where this house lets sellers say; its own unless given.',
    }),
  })
  .superRefine((terms, refused) => {
    if (terms.format === 'english') return;
    for (const field of ENGLISH_ONLY)
      if (terms[field] !== undefined && terms[field] !== null)
        refused.addIssue({ code: 'custom', path: [field], message: 'is not offered in a sealed auction' });
  })
  .meta({ id: 'ListingTerms' });

/** When an auction takes bids. */
const courseIn = {
  opensAt: timeIn.nullable().default(null).meta({ description: 'Opens at once unless given.' }),
  closesAt: timeIn.optional().meta({ description: 'Either this or `durationMs`.' }),
  durationMs: z.int().positive().max(DURATION_MAX_MS).optional().meta({
    description:
      'From the opening to the close. An auction that opens at once counts it from the time in the command id.',
  }),
};

const hasOneClose = ({ closesAt, durationMs }: Readonly<{ closesAt?: unknown; durationMs?: unknown }>): boolean =>
  (closesAt === undefined) !== (durationMs === undefined);
const ONE_CLOSE = { error: 'must have either closesAt or durationMs', path: ['closesAt'] };

export const listAuctionBody = z
  .strictObject({
    commandId,
    auctionId: idIn.auction.optional().meta({ description: 'Made from the command id unless given.' }),
    item: z.strictObject({ title: judgedText, description: judgedText.default(''), category: judgedText }),
    terms: termsIn,
    ...courseIn,
  })
  .refine(hasOneClose, ONE_CLOSE)
  .meta({ id: 'ListAuction' });

export const relistAuctionBody = z
  .strictObject({
    commandId,
    terms: termsIn
      .optional()
      .meta({ description: 'Those it passed under unless given; given, they replace them all.' }),
    ...courseIn,
  })
  .refine(hasOneClose, ONE_CLOSE)
  .meta({ id: 'RelistAuction', description: 'Puts the item of a passed auction up again, as a new auction.' });

const personalFields = {
  name: textIn({ lengthMin: 1, lengthMax: 200, lines: 'one' }).nullable().default(null),
  email: z.email('must be an e-mail address').max(320).nullable().default(null),
  address: textIn({ lengthMin: 1, lengthMax: 1_000, lines: 'many' }).nullable().default(null),
};

/** Checked here and not by the rules: once it is sealed they cannot read it. */
const username = textBy(usernameProblem, USERNAME_LIMITS);

export const registerUserBody = z.strictObject({ commandId, username, ...personalFields }).meta({
  id: 'RegisterUser',
  description: 'All of it is kept encrypted. The username is shown to everybody, the rest to you alone.',
});

export const personalDataBody = z
  .strictObject({ commandId, ...personalFields })
  .meta({ id: 'ChangePersonalData', description: 'Replaces all three; what is left out is forgotten.' });

export const ratingBody = z.strictObject({ commandId, rating: z.int() }).meta({ id: 'RateUser' });

export type PlaceBidBody = z.output<typeof placeBidBody>;
export type BareBody = z.output<typeof bareBody>;
export type ReasonBody = z.output<typeof reasonBody>;
export type RetractionBody = z.output<typeof retractionBody>;
export type SuspensionBody = z.output<typeof suspensionBody>;
export type ListAuctionBody = z.output<typeof listAuctionBody>;
export type RelistAuctionBody = z.output<typeof relistAuctionBody>;
export type RegisterUserBody = z.output<typeof registerUserBody>;
export type PersonalDataBody = z.output<typeof personalDataBody>;
export type RatingBody = z.output<typeof ratingBody>;
