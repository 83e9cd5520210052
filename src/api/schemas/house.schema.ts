// The file of a house's terms, config/house.json (docs/house.md). Published as docs/schemas/house.v1.json.
import { z } from 'zod';
import {
  DEFAULT_HOUSE,
  type HouseTerms,
  PAYMENT_TERM_MAX_DAYS,
  SELLER_FIELDS,
} from '../../domain/auction/house-defaults.js';
import { RETRACTION_POLICIES } from '../../domain/auction/terms.js';
import { amountIn, currency } from './values.schema.js';

const DAY_MS = 86_400_000;
/** An object that names its keys to whoever gave it another. */
const only = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys'
        ? `has no ${JSON.stringify(keys).slice(1, -1)}; its keys are ${Object.keys(shape).join(', ')}`
        : undefined,
  });
const rateBp = z.int().meta({ description: 'Hundredths of a per cent, from 0 to 10000: 1500 is 15 %.' });
const tiers = (description: string) =>
  z
    .array(only({ upTo: amountIn.nullable(), rateBp }))
    .optional()
    .meta({
      description: `${description} The part of the hammer price up to upTo is charged rateBp; the last tier has upTo null.`,
    });

export const houseFileSchema = only({
  $schema: z.string().optional(),
  buyersPremium: tiers("The buyer's premium."),
  platformFee: tiers('What the seller pays.'),
  taxRateBp: rateBp.optional(),
  paymentTermDays: z
    .int()
    .optional()
    .meta({
      description: `Days to pay from the invoice on, from 1 to ${PAYMENT_TERM_MAX_DAYS}.`,
    }),
  increments: z
    .partialRecord(currency, z.array(only({ below: amountIn.nullable(), step: amountIn })))
    .optional()
    .meta({ description: 'Bid increments by currency, the last row without below; the built-in table for others.' }),
  retraction: z
    .enum(RETRACTION_POLICIES, `must be one of ${RETRACTION_POLICIES.join(', ')}`)
    .optional()
    .meta({ description: 'Whether bids may be taken back: on request to staff, by eBay’s time rule, or never.' }),
  sellerMay: z.array(z.enum(SELLER_FIELDS)).optional().meta({ description: 'What sellers may choose for a listing.' }),
}).meta({
  id: 'House',
  description: 'The terms of a house. What is left out is as built in. Amounts are in minor units.',
});

type File = z.output<typeof houseFileSchema>;
type Read = Readonly<{ terms: Omit<HouseTerms, 'softClose'>; problems: readonly string[] }>;

type Terms = Read['terms'];
/** The rules of the domain that terms break. */
export type BrokenRules = (terms: Terms) => readonly Readonly<{ field: string; problem: string }>[];

/** The terms in a file's text; each problem names its place in the file and says what would be right. */
export function readHouseFile(text: string, broken: BrokenRules): Read {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { terms: DEFAULT_HOUSE, problems: ['must be JSON'] };
  }
  const read = houseFileSchema.safeParse(json);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${placeOf(path)} ${message}`.trim());
    return { terms: DEFAULT_HOUSE, problems };
  }
  const terms = termsIn(read.data);
  const problems = broken(terms).map(({ field, problem }) => `${inFile(field)} ${problem}`);
  const days = read.data.paymentTermDays;
  const isTerm = days === undefined || (days >= 1 && days <= PAYMENT_TERM_MAX_DAYS);
  // Said in the file's own unit.
  const inDays = isTerm ? [] : [`paymentTermDays must be a whole number from 1 to ${PAYMENT_TERM_MAX_DAYS}`];
  return { terms, problems: [...problems.filter((problem) => !problem.startsWith('paymentTermMs')), ...inDays] };
}

function termsIn({
  buyersPremium,
  platformFee,
  taxRateBp,
  paymentTermDays,
  increments,
  retraction,
  sellerMay,
}: File): Read['terms'] {
  const { fees } = DEFAULT_HOUSE;
  return {
    fees: {
      buyersPremium: buyersPremium ?? fees.buyersPremium,
      platformFee: platformFee ?? fees.platformFee,
      taxRateBp: taxRateBp ?? fees.taxRateBp,
      paymentTermMs: paymentTermDays === undefined ? fees.paymentTermMs : paymentTermDays * DAY_MS,
    },
    increments: increments ?? DEFAULT_HOUSE.increments,
    retraction: retraction ?? DEFAULT_HOUSE.retraction,
    sellerMay: sellerMay ?? DEFAULT_HOUSE.sellerMay,
  };
}

const inFile = (field: string): string => field.replace(/^terms\.(fees\.)?/, '');

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (place, key) => (typeof key === 'number' ? `${place}[${key}]` : `${place}${place === '' ? '' : '.'}${String(key)}`),
    '',
  );
