// What each command takes beside its address.
import { z } from 'zod';
import { LENGTH_UNITS, RETRACTION_POLICIES, WEIGHT_UNITS } from '../../domain/auction/terms.js';
import { isIban, plainIban } from '../../domain/payout/iban.js';
import { USERNAME_LIMITS, usernameProblem } from '../../personal-data/personal-data.js';
import { NumberText } from '../../runtime/exact-json.js';
import { bodyOf, type FieldsOf } from './body.js';
import { inGraphQL } from './graphql-names.js';
import { amountIn, currency, idIn, judgedText, millisecondsIn, textBy, textIn, timeIn } from './values.schema.js';

export const placeBidBody = bodyOf(
  'PlaceBid',
  { amount: amountIn, currency },
  'A bid. `amount` is your secret maximum: the house bids for you up to it. In a sealed auction it is your bid, and ' +
    'takes the place of the one before.',
);

/** For commands that need nothing but their address; the whole body may be left out. */
export const bareBody = bodyOf('BareCommand', {}, 'Nothing but the name of the command; the body may be left out.');

export const reasonBody = bodyOf('CommandWithReason', { reason: judgedText });

export const suspensionBody = bodyOf('SuspendUser', {
  reason: judgedText,
  voidBids: z.boolean().default(false).meta({
    description:
      'Whether the house voids the person’s bids that count in open auctions. If not, they stand and may win.',
  }),
});

export const mailBody = bodyOf('ChooseMail', { wanted: z.boolean() });

export const retractionBody = bodyOf('RetractBid', {
  reason: z.enum(['TypingError', 'DescriptionChanged']).register(inGraphQL, { name: 'RetractionReason' }),
});

export const incrementStep = z
  .strictObject({ below: amountIn.nullable(), step: amountIn })
  .register(inGraphQL, { name: 'IncrementStepInput' });
const DURATION_MAX_MS = 366 * 86_400_000;

export const softCloseIn = z
  .strictObject({
    windowMs: millisecondsIn,
    extensionsMax: z.int().nullable().default(null),
    extensionTotalMaxMs: millisecondsIn.nullable().default(null),
  })
  .register(inGraphQL, { name: 'SoftCloseInput' });

export const FORMATS = ['english', 'sealed-first-price', 'vickrey'] as const;

/** What only an auction has whose bids are seen. */
const ENGLISH_ONLY = ['buyNowPrice', 'increments', 'softClose'] as const;

export const retractionIn = z
  .enum(RETRACTION_POLICIES)
  .register(inGraphQL, { name: 'RetractionPolicy' })
  .meta({
    description:
      'Whether bids may be taken back. `by-request`: the bidder asks, staff decide. `ebay`: by its bidder, once an auction, ' +
      'by eBay’s time rule. `never`: not at all. The house’s own unless given.',
  });

const termsIn = z
  .strictObject({
    format: z
      .enum(FORMATS)
      .register(inGraphQL, { name: 'AuctionFormat' })
      .default('english')
      .meta({
        description:
          '`english`: ascending, bids are maxima. `sealed-first-price`: one sealed bid a bidder, the highest wins and is paid. ' +
          '`vickrey`: the highest wins and pays the second-highest, at least the reserve or starting price. Sealed formats know ' +
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
    retraction: retractionIn.optional(),
    feeSchedule: z.string().optional().meta({
      description:
        'One of the house’s schedules of fees, where this house lets sellers say; the seller’s unless given.',
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
  .meta({ id: 'ListingTerms' })
  .register(inGraphQL, { name: 'ListingTermsInput' });

/** A number with decimals, which comes as it was written (runtime/exact-json.ts). */
const measureIn = z
  .preprocess((value) => (value instanceof NumberText ? Number(value.text) : value), z.number('must be a number'))
  .meta({ description: 'With at most 2 decimals.', examples: [12.5] })
  .register(inGraphQL, { name: 'Measure' });
const toldIn = judgedText.nullable().default(null);

export const itemDetailsIn = z
  .strictObject({
    conditionReport: toldIn,
    provenance: toldIn.meta({ description: 'Where the item has been before.' }),
    shippingNotes: toldIn.meta({ description: 'How it is sent or fetched.' }),
    dimensions: z
      .strictObject({
        width: measureIn,
        height: measureIn,
        depth: measureIn.nullable().default(null),
        unit: z.enum(LENGTH_UNITS).register(inGraphQL, { name: 'LengthUnit' }).default('cm'),
      })
      .register(inGraphQL, { name: 'DimensionsInput' })
      .nullable()
      .default(null),
    weight: z
      .strictObject({
        value: measureIn,
        unit: z.enum(WEIGHT_UNITS).register(inGraphQL, { name: 'WeightUnit' }).default('kg'),
      })
      .register(inGraphQL, { name: 'WeightInput' })
      .nullable()
      .default(null),
  })
  .register(inGraphQL, { name: 'ItemDetailsInput' });

export const itemIn = z
  .strictObject({
    title: judgedText,
    description: judgedText.default(''),
    category: judgedText,
    photos: z.array(idIn.photo).optional().meta({
      description: 'Ids of photos that you have sent (`POST /photos`); the first one is shown first.',
    }),
    details: itemDetailsIn.optional().meta({ description: 'What a catalogue says beside the description.' }),
  })
  .register(inGraphQL, { name: 'ItemInput' });

/** When an auction takes bids. */
const courseIn = {
  opensAt: timeIn.nullable().default(null).meta({ description: 'Opens at once unless given.' }),
  closesAt: timeIn.optional().meta({ description: 'Either this or `durationMs`.' }),
  durationMs: millisecondsIn.positive().max(DURATION_MAX_MS).optional().meta({
    description:
      'From the opening to the close. An auction that opens at once counts it from the time in the command id.',
  }),
};

const oneClose = {
  test: ({ closesAt, durationMs }: Readonly<{ closesAt?: unknown; durationMs?: unknown }>): boolean =>
    (closesAt === undefined) !== (durationMs === undefined),
  error: 'must have either closesAt or durationMs',
  path: ['closesAt'],
};

export const listAuctionBody = bodyOf(
  'ListAuction',
  {
    auctionId: idIn.auction.optional().meta({ description: 'Made from the command id unless given.' }),
    item: itemIn,
    terms: termsIn,
    ...courseIn,
  },
  undefined,
  oneClose,
);

export const relistAuctionBody = bodyOf(
  'RelistAuction',
  {
    terms: termsIn
      .optional()
      .meta({ description: 'Those it passed under unless given; given, they replace them all.' }),
    ...courseIn,
  },
  'Puts the item of a passed auction up again, as a new auction.',
  oneClose,
);

const personalFields = {
  name: textIn({ lengthMin: 1, lengthMax: 200, lines: 'one' }).nullable().default(null),
  email: z.email('must be an e-mail address').max(320).nullable().default(null),
  address: textIn({ lengthMin: 1, lengthMax: 1_000, lines: 'many' }).nullable().default(null),
};

/** Checked here and not by the rules: once it is encrypted they cannot read it. */
const username = textBy(usernameProblem, USERNAME_LIMITS);

export const registerUserBody = bodyOf(
  'RegisterUser',
  { username, ...personalFields },
  'All of it is kept encrypted. The username is shown to everybody, the rest to you alone.',
);

export const personalDataBody = bodyOf(
  'ChangePersonalData',
  personalFields,
  'Replaces all three; what is left out is forgotten.',
);

/** ECMA-402 knows the codes of ISO 3166-1, and a few that are none. */
const COUNTRIES = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const NO_COUNTRIES = ['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'];
const isCountry = (code: string): boolean =>
  /^[A-Z]{2}$/.test(code) && !NO_COUNTRIES.includes(code) && COUNTRIES.of(code) !== undefined;

export const taxPositionBody = bodyOf(
  'StateTaxPosition',
  {
    country: z
      .string()
      .refine(isCountry, 'must be a country’s two capital letters, as in ISO 3166-1')
      .nullable()
      .default(null)
      .meta({ examples: ['FR'] }),
    region: z
      .string()
      .regex(/^[A-Z0-9]{1,3}$/, 'must be the part of ISO 3166-2 behind the dash')
      .nullable()
      .default(null)
      .meta({ description: 'A state or province, where taxes differ by it.', examples: ['NY'] }),
    /** Checked here and not by the rules: once it is encrypted they cannot read it. */
    taxNumber: textIn({ lengthMin: 2, lengthMax: 40, lines: 'one' })
      .nullable()
      .default(null)
      .meta({ description: 'A VAT number, or the number of a certificate of exemption.' }),
  },
  'Replaces all three; what is left out is forgotten.',
);

export const bankAccountBody = bodyOf(
  'StateBankAccount',
  {
    holder: textIn({ lengthMin: 1, lengthMax: 70, lines: 'one' }).nullable().default(null),
    iban: z
      .string()
      .overwrite(plainIban)
      .refine(isIban, 'must be an IBAN whose check digits fit')
      .nullable()
      .default(null)
      .meta({ examples: ['DE89 3704 0044 0532 0130 00'] }),
  },
  'Who has the account, and its number.',
  {
    test: ({ holder, iban }: Readonly<{ holder?: unknown; iban?: unknown }>) => (holder === null) === (iban === null),
    error: 'must come with the holder of the account, and the other way round',
    path: ['iban'],
  },
);

export const taxNumberBody = bodyOf('JudgeTaxNumber', { statement: z.int().positive(), accepted: z.boolean() });

export const ratingBody = bodyOf('RateUser', { rating: z.int() });

export type ListAuctionBody = FieldsOf<typeof listAuctionBody>;
export type RelistAuctionBody = FieldsOf<typeof relistAuctionBody>;
