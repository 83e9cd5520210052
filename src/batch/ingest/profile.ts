// Format profiles: small declarative files that say how a house writes its hall results, or past online auctions with a row for
// each bid (docs/ingest.md). Everything about
// one house's files is in its profile; the code knows none of them.
import { z } from 'zod';
import { CURRENCY_DIGITS, type Currency } from '../../domain/money.js';

const column = z.string().min(1).max(200);

function compiled(pattern: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a regular expression of JavaScript' });
    return z.NEVER;
  }
}

const pattern = z.string().min(1).max(500).transform(compiled);
const currencyCode = z.enum(Object.keys(CURRENCY_DIGITS) as [Currency, ...Currency[]]);

/** Where a field comes from: a column, the part of a column that a pattern finds, several columns, or always the same. */
const from = z.union([
  column.transform((name) => ({ column: name })),
  z.strictObject({ column, pattern: pattern.optional() }),
  z.strictObject({
    columns: z.array(column).min(1).max(50),
    join: z.string().max(20).default(' '),
    /** Each as "Column: value". Columns without a value are left out either way. */
    labelled: z.boolean().default(false),
  }),
  z.strictObject({ value: z.string().min(1).max(1_000) }),
]);

/** Of a file of bids: told by the bids themselves. */
const fromBids = z.strictObject({ bids: z.enum(['highest', 'last']) });

const outcome = z.enum(['sold', 'passed', 'withdrawn']);
const FIELDS_OF_ROW = ['sale', 'lotNumber', 'title', 'heldAt'] as const;

const profileShape = z.strictObject({
  /** Part of what names a lot for ever: two profiles with one name write about the same lots. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be small letters, digits and hyphens'),
  about: z.string().max(2_000).default(''),
  /** Of files that do not begin with a byte order mark. */
  encoding: z
    .string()
    .default('utf-8')
    .refine((label) => isEncoding(label), 'must be an encoding, as utf-8, utf-16le or windows-1252'),
  delimiter: z.string().length(1).default(','),
  /** ISO, or a form made of YYYY, MM, DD, MMM, HH, mm and ss. */
  dates: z
    .string()
    .default('ISO')
    .refine((form) => form === 'ISO' || ['YYYY', 'M', 'DD'].every((part) => form.includes(part)), {
      error: 'must be ISO, or have YYYY, MM (or MMM) and DD in it',
    }),
  /** Of times that name no zone. A date without a time stands for 00:00 UTC. */
  utcOffset: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, 'must be an offset, as +08:00')
    .default('+00:00'),
  decimals: z.enum(['point', 'comma']).default('point'),
  /** Amounts are whole units with a fraction, or minor units (cents). */
  amounts: z.enum(['whole', 'minor']).default('whole'),
  /** What stands for no value, beside nothing at all; compared without case. */
  empty: z.array(z.string()).max(50).default([]),
  currency: z.union([currencyCode, z.strictObject({ column })]),
  venue: z.enum(['hall', 'online']).default('hall'),
  priceKind: z.enum(['hammer', 'with-premium']),
  /** What becomes of the price of a lot that was not sold: `refuse` the row, or `ignore` it. */
  unsoldPrice: z.enum(['refuse', 'ignore']).default('refuse'),
  /** The first that fits decides; one without a column always fits. */
  outcomes: z
    .array(z.union([z.strictObject({ outcome, column, matches: pattern }), z.strictObject({ outcome })]))
    .min(1)
    .max(50),
  fields: z.strictObject({
    sale: from,
    lotNumber: from,
    title: from,
    description: from.optional(),
    category: from,
    lowEstimate: from.optional(),
    highEstimate: from.optional(),
    startingPrice: from.optional(),
    reservePrice: from.optional(),
    price: z.union([from, fromBids]),
    buyerId: from.optional(),
    /** A bidder of the file's own; never kept but as a hash. */
    buyer: z.union([from, fromBids]).optional(),
    paddle: from.optional(),
    sellerId: from.optional(),
    heldAt: z.union([from, fromBids]),
    /** Bids that were left with the house, as `A-17: 1,200; A-20: 950`. */
    commissionBids: from.optional(),
  }),
  /** Of files with a row for each bid; the rows of an auction stand together. A row without any of these is an auction without bids. */
  bids: z
    .strictObject({
      /** A bidder of the file's own; never kept but as a hash. */
      bidder: from.optional(),
      bidderId: from.optional(),
      /** What everybody saw. */
      amount: from.optional(),
      /** Secret. */
      maximum: from.optional(),
      placedAt: from.optional(),
    })
    .optional(),
  /** What makes a row unique. */
  unique: z.array(z.enum(FIELDS_OF_ROW)).min(1).default(['sale', 'lotNumber', 'heldAt']),
  /** Columns that a file may leave out. */
  optional: z.array(column).max(100).default([]),
});

const profileSchema = profileShape.superRefine(({ fields, bids, venue, unique }, context) => {
  const wrong = (path: readonly string[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  if (bids !== undefined && venue !== 'online') wrong(['venue'], 'must be online: the profile has "bids"');
  if (bids !== undefined && bids.amount === undefined && bids.maximum === undefined)
    wrong(['bids'], 'must have "amount" or "maximum"');
  const asked = { price: 'highest', buyer: 'highest', heldAt: 'last' } as const;
  for (const [field, which] of Object.entries(asked)) {
    const of = fields[field as keyof typeof asked];
    if (of === undefined || !('bids' in of)) continue;
    const needed = field === 'heldAt' ? bids?.placedAt : bids?.amount;
    if (of.bids !== which || needed === undefined)
      wrong(
        ['fields', field],
        `can be of the ${which} bid only, where "bids" has its ${field === 'heldAt' ? 'placedAt' : 'amount'}`,
      );
  }
  if ('bids' in fields.heldAt && unique.includes('heldAt'))
    wrong(['unique'], 'must not have "heldAt", which the bids tell');
});

export type Profile = z.output<typeof profileSchema>;
export type From = z.output<typeof from>;
export type FromBids = z.output<typeof fromBids>;
export type FieldName = keyof Profile['fields'];
export type BidFieldName = keyof NonNullable<Profile['bids']>;

/** A profile that cannot be used; each problem is one sentence. */
export class ProfileInvalid extends Error {
  readonly code = 'ProfileInvalid';
}

/** Reads a profile's JSON. Throws `ProfileInvalid`, which names the first place that is wrong and what would be right. */
export function readProfile(text: string, file: string): Profile {
  const read = profileSchema.safeParse(parsed(text, file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ProfileInvalid(`the profile ${file} is wrong at "${issue?.path.join('.')}": ${issue?.message}`);
}

/** Every column that the profile reads, in the order of its fields. */
export function columnsOf({ fields, bids, outcomes, currency }: Profile): readonly string[] {
  const named = [...Object.values(fields), ...Object.values(bids ?? {})].flatMap((of) =>
    of === undefined ? [] : columnsIn(of),
  );
  const judged = outcomes.flatMap((rule) => ('column' in rule ? [rule.column] : []));
  return [...new Set([...named, ...judged, ...(typeof currency === 'string' ? [] : [currency.column])])];
}

/** The columns that a field is made of. */
export function columnsIn(of: From | FromBids): readonly string[] {
  if ('columns' in of) return of.columns;
  return 'column' in of ? [of.column] : [];
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProfileInvalid(`the profile ${file} is not JSON`, { cause });
  }
}

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}
