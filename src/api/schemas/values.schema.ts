// The values that requests and answers are made of. Each schema is what is checked and what /docs shows.
import { z } from 'zod';
import { auctionId, commandId, documentId, fraudCaseId, payoutRunId, saleId, userId } from '../../domain/ids.js';
import { CURRENCY_DIGITS, type Currency, type Minor } from '../../domain/money.js';
import { normalText, type TextLimits, textProblem } from '../../domain/text.js';
import { type Instant, instant } from '../../domain/time.js';
import { inGraphQL } from './graphql-names.js';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
/** Ids are taken in upper case, too, and answered in lower case (RFC 9562, section 4). */
const UUID_IN = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';
const UUID_V7_IN = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';
const matching = (pattern: string, problem: string) => z.string(problem).regex(new RegExp(`^${pattern}$`), problem);

const example = { auction: '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10', command: '0190f5a3-11aa-7b62-8c5f-93d4e1b07a55' };

const ID = { name: 'ID' };

/** Ids as they come in. */
export const idIn = {
  auction: matching(UUID_IN, 'must be a UUID')
    .transform((text) => auctionId(text.toLowerCase()))
    .meta({ examples: [example.auction] })
    .register(inGraphQL, ID),
  user: matching(UUID_IN, 'must be a UUID')
    .transform((text) => userId(text.toLowerCase()))
    .register(inGraphQL, ID),
  photo: matching(UUID_IN, 'must be the id of a photo')
    .transform((text) => text.toLowerCase())
    .register(inGraphQL, ID),
  fraudCase: matching(UUID_IN, 'must be a UUID')
    .transform((text) => fraudCaseId(text.toLowerCase()))
    .register(inGraphQL, ID),
  payoutRun: matching(UUID_IN, 'must be a UUID')
    .transform((text) => payoutRunId(text.toLowerCase()))
    .register(inGraphQL, ID),
  document: matching(UUID_IN, 'must be a UUID')
    .transform((text) => documentId(text.toLowerCase()))
    .register(inGraphQL, ID),
  sale: matching(UUID_IN, 'must be a UUID')
    .transform((text) => saleId(text.toLowerCase()))
    .register(inGraphQL, ID),
  command: matching(UUID_V7_IN, 'must be a UUID of version 7')
    .meta({
      description:
        'The name you give this command: a fresh UUID of version 7. Sent again under it, the command is not done again and ' +
        'answered as the first time. May stand in the header Idempotency-Key instead. Without one the server makes one up, ' +
        'and then a repeat is a second command.',
      examples: [example.command],
    })
    .transform((text) => commandId(text.toLowerCase()))
    .register(inGraphQL, ID),
};

/** Ids as they go out. */
export const uuid = z
  .string()
  .regex(new RegExp(`^${UUID}$`))
  .meta({ examples: [example.auction] });

export const AMOUNT_PROBLEM =
  'must be whole minor units (cents): 12.50 is "1250", as text or as an integer; fractions, signs and exponents are refused';

/**
 * An amount as it comes in. A number must be one that JSON's readers agree on, so at most 2^53 - 1, in plain digits: the
 * others come here as a `NumberText` (runtime/exact-json.ts).
 */
export const amountIn = z
  .union(
    [z.string().regex(/^\d{1,18}$/, AMOUNT_PROBLEM), z.int(AMOUNT_PROBLEM).nonnegative(AMOUNT_PROBLEM)],
    AMOUNT_PROBLEM,
  )
  .meta({ description: 'Whole minor units (cents): 12.50 is "1250", as text or as an integer.', examples: ['1250'] })
  .transform((value): Minor => BigInt(value))
  .register(inGraphQL, { name: 'Amount' });

/** An amount as it goes out: always text, so that no reader rounds it. */
export const amount = z
  .string()
  .regex(/^-?\d+$/)
  .meta({ description: 'Whole minor units (cents).', examples: ['1250'] });

const CURRENCIES = Object.keys(CURRENCY_DIGITS).filter((code): code is Currency => code in CURRENCY_DIGITS);
export const currency = z
  .enum(CURRENCIES, `must be one of ${CURRENCIES.join(', ')}`)
  .meta({ examples: ['USD'] })
  .register(inGraphQL, { name: 'Currency' });

const TIME_PROBLEM = 'must be a time such as "2026-01-31T12:00:00Z"';
/** The times that ISO 8601 and PostgreSQL both write with four digits for the year, in UTC. */
const TIME_MIN = Date.parse('0001-01-01T00:00:00.000Z');
const TIME_MAX = Date.parse('9999-12-31T23:59:59.999Z');
const isInRange = (at: number): boolean => at >= TIME_MIN && at <= TIME_MAX;
/** A time as it comes in: ISO 8601 with an offset or Z. */
export const timeIn = z.iso
  .datetime({ offset: true, error: TIME_PROBLEM })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: TIME_PROBLEM, abort: true })
  .refine((text) => isInRange(Date.parse(text)), 'must lie in the years 1 to 9999, in UTC')
  .meta({ examples: ['2026-01-31T12:00:00Z'] })
  .transform((text): Instant => instant(Date.parse(text)))
  .register(inGraphQL, { name: 'Time' });

/** A length of time as it comes in; the rules or the field itself say which are taken. */
export const millisecondsIn = z.int().register(inGraphQL, { name: 'Milliseconds' });

/** A time as it goes out: ISO 8601 in UTC with milliseconds. */
export const time = z.iso.datetime({ precision: 3 }).meta({ examples: ['2026-01-31T12:00:00.000Z'] });

/** Text that goes where the domain does not look, into a ciphertext or into a query: normalised, and checked by `problem`. */
export const textBy = (problem: (text: string) => string | null, { lengthMin, lengthMax }: TextLimits) =>
  z
    .string('must be text')
    .overwrite(normalText)
    .refine((text) => problem(text) === null, {
      error: ({ input }) => (typeof input === 'string' ? (problem(input) ?? '') : 'must be text'),
    })
    .meta({ minLength: lengthMin, maxLength: lengthMax });

/** The same, checked by the policy for all texts. */
export const textIn = (limits: TextLimits) => textBy((text) => textProblem(text, limits), limits);

/** Text that the rules check themselves, and refuse with a reason; here it is normalised. */
export const judgedText = z.string('must be text').overwrite(normalText);

const PAGE_ROWS_MAX = 200;
const PAGE_ROWS = 50;

const PAGE_ROWS_PROBLEM = `must be a whole number from 1 to ${PAGE_ROWS_MAX}`;

/** Rows a page as a number; addresses have it as text. */
export const pageRows = z.int(PAGE_ROWS_PROBLEM).min(1, PAGE_ROWS_PROBLEM).max(PAGE_ROWS_MAX, PAGE_ROWS_PROBLEM);

/** What every list takes. */
export const pageIn = {
  limit: z
    .preprocess((text) => (typeof text === 'string' && /^\d{1,4}$/.test(text) ? Number(text) : text), pageRows)
    // As a default of what comes in: zod leaves other defaults of what it transforms out of documents.
    .prefault(PAGE_ROWS)
    .meta({ description: `Rows a page, 1 to ${PAGE_ROWS_MAX}; ${PAGE_ROWS} unless given.` }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,200}$/, 'must be the `next` of the page before')
    .optional()
    .meta({ description: 'The `next` of the page before; leave it out for the first page.' }),
};

/** The parameters of a list. Another one is refused with the names of those there are. */
export const parametersIn = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no parameter ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; there are ${Object.keys(shape).join(', ')}`
        : undefined,
  });

/** One of a few words, in any case. */
export const wordIn = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.preprocess(
    (word) => (typeof word === 'string' ? word.toLowerCase() : word),
    z.enum(words, `must be one of ${words.join(', ')}`),
  );

/** A page of a list; a null `next` is the end. */
export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    rows: z.array(row).meta({ description: 'Rows full of text make a page shorter than `limit`.' }),
    next: z.string().nullable().meta({ description: 'The cursor of the page behind this one; null is the end.' }),
  });
