// The file of a house's terms, config/house.json (docs/house.md). Published as docs/schemas/house.v1.json.
import { z } from 'zod';
import {
  DEFAULT_HOUSE,
  type HouseTerms,
  PAYMENT_TERM_MAX_DAYS,
  SELLER_FIELDS,
} from '../../domain/auction/house-defaults.js';
import { RETRACTION_POLICIES } from '../../domain/auction/terms.js';
import {
  CHARGE_KINDS,
  type FeeSchedule,
  flatTax,
  PARTIES,
  ROUNDING_MODES,
  TAX_SCHEMES,
  WITH_NUMBER,
} from '../../domain/fees/schedule.js';
import { isIban, plainIban } from '../../domain/payout/iban.js';
import { normalText } from '../../domain/text.js';
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
const tierRows = z.array(only({ upTo: amountIn.nullable(), rateBp }));
const tiers = (description: string) =>
  tierRows.optional().meta({
    description: `${description} The part of the hammer price up to upTo is charged rateBp; the last tier has upTo null.`,
  });
const words = <const Words extends readonly string[]>(of: Words) => z.enum(of, `must be one of ${of.join(', ')}`);
const nothing = amountIn.prefault('0');

const charge = only({
  kind: words(CHARGE_KINDS),
  paidBy: words(PARTIES),
  tiers: tierRows.default([{ upTo: null, rateBp: 0 }]),
  minimum: nothing,
  fixed: nothing,
});

const place = {
  country: z.string().nullable().default(null).meta({ description: 'As in ISO 3166-1: GB.' }),
  region: z.string().nullable().default(null).meta({ description: 'As in the second part of ISO 3166-2: NY.' }),
};
const ratePpm = z
  .int()
  .default(0)
  .meta({ description: 'Millionths, from 0 to 1000000: 200000 is 20 %, 88750 is 8.875 %.' });
const taxRate = only({
  ...place,
  hammerPpm: ratePpm,
  premiumPpm: ratePpm,
  feesPpm: ratePpm,
  withNumber: words(WITH_NUMBER).default('same'),
});
const tax = only({ scheme: words(TAX_SCHEMES), ...place, rates: z.array(taxRate).default([]) })
  .optional()
  .meta({ description: 'Tax by place. Either this or taxRateBp, which is one rate on hammer and premium.' });

const line = z.string().min(1).max(100);

/** What a schedule of fees says. */
const scheduleKeys = {
  version: z.int().optional().meta({ description: 'Raise it with every change: listings record it.' }),
  buyersPremium: tiers("The buyer's premium."),
  premiumMinimum: amountIn.optional().meta({ description: 'The least premium.' }),
  platformFee: tiers('What the seller pays.'),
  charges: z.array(charge).optional().meta({ description: 'What buyer or seller pay beside them.' }),
  taxRateBp: rateBp.optional(),
  tax,
  paymentTermDays: z
    .int()
    .optional()
    .meta({
      description: `Days to pay from the invoice on, from 1 to ${PAYMENT_TERM_MAX_DAYS}.`,
    }),
};

export const houseFileSchema = only({
  $schema: z.string().optional(),
  ...scheduleKeys,
  schedules: z
    .array(only({ name: z.string(), ...scheduleKeys }))
    .optional()
    .meta({ description: 'Other schedules, which sales and listings may name. What one leaves out is as above.' }),
  sellerSchedules: z
    .record(z.uuid(), z.string())
    .optional()
    .meta({ description: 'The schedule of a seller, by user id.' }),
  rounding: z
    .partialRecord(currency, only({ mode: words(ROUNDING_MODES), step: amountIn.prefault('1') }))
    .optional()
    .meta({ description: 'How fees and taxes are rounded, by currency; half up to the minor unit for others.' }),
  increments: z
    .partialRecord(currency, z.array(only({ below: amountIn.nullable(), step: amountIn })))
    .optional()
    .meta({ description: 'Bid increments by currency, the last row without below; the built-in table for others.' }),
  retraction: z
    .enum(RETRACTION_POLICIES, `must be one of ${RETRACTION_POLICIES.join(', ')}`)
    .optional()
    .meta({ description: 'Whether bids may be taken back: on request to staff, by eBay’s time rule, or never.' }),
  letterhead: only({ name: line, address: z.array(line).max(6).default([]), taxNumber: line.nullable().default(null) })
    .optional()
    .meta({ description: 'Who the house is, at the head of its invoices.' }),
  bankAccount: only({
    holder: line,
    iban: z.string().overwrite(plainIban).refine(isIban, 'must be an IBAN whose check digits fit'),
  })
    .optional()
    .meta({ description: 'The account that sellers are paid from.' }),
  categories: z
    .array(
      only({
        slug: z.string().meta({ description: 'What it is called in addresses; stays when the name changes.' }),
        name: z.string().overwrite(normalText),
        parent: z
          .string()
          .nullable()
          .default(null)
          .meta({ description: 'The slug of the category above it, which comes first in the file.' }),
        synonyms: z.array(z.string().overwrite(normalText)).default([]),
      }),
    )
    .optional()
    .meta({ description: 'The tree of categories that searches know.' }),
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
  // A term is said in the file's own unit.
  const rules = problems.filter((problem) => !/(^|\.)paymentTermMs /.test(problem));
  return { terms, problems: [...rules, ...problemsOfText(read.data)] };
}

/** What the terms do not tell any more once they are read. */
function problemsOfText({ schedules = [], sellerSchedules = {}, ...house }: File): readonly string[] {
  const names = ['house', ...schedules.map(({ name }) => name)];
  const twice = names.findIndex((name, place) => names.indexOf(name) < place) - 1;
  return [
    ...ofSchedule(house, ''),
    ...schedules.flatMap((schedule, place) => ofSchedule(schedule, `schedules[${place}].`)),
    ...(twice < 0 ? [] : [`schedules[${twice}].name must be one that no other schedule has, nor "house"`]),
    ...Object.entries(sellerSchedules)
      .filter(([, name]) => !names.includes(name))
      .map(([seller]) => `sellerSchedules.${seller} must be one of ${names.join(', ')}`),
  ];
}

type ScheduleIn = Pick<File, keyof typeof scheduleKeys>;

function ofSchedule({ tax, taxRateBp, paymentTermDays: days }: ScheduleIn, at: string): readonly string[] {
  const isTerm = days === undefined || (days >= 1 && days <= PAYMENT_TERM_MAX_DAYS);
  return [
    ...(tax === undefined || taxRateBp === undefined ? [] : [`${at}tax must come without taxRateBp`]),
    ...(isTerm ? [] : [`${at}paymentTermDays must be a whole number from 1 to ${PAYMENT_TERM_MAX_DAYS}`]),
  ];
}

function termsIn(file: File): Read['terms'] {
  const { schedules, sellerSchedules, rounding, increments, retraction, sellerMay, letterhead, bankAccount } = file;
  const fees = scheduleIn(file, DEFAULT_HOUSE.fees);
  return {
    fees,
    schedules: (schedules ?? []).map((schedule) => ({ ...scheduleIn(schedule, fees), name: schedule.name })),
    sellerSchedules: sellerSchedules ?? {},
    rounding: rounding ?? {},
    increments: increments ?? DEFAULT_HOUSE.increments,
    retraction: retraction ?? DEFAULT_HOUSE.retraction,
    sellerMay: sellerMay ?? DEFAULT_HOUSE.sellerMay,
    letterhead: letterhead ?? DEFAULT_HOUSE.letterhead,
    bankAccount: bankAccount ?? DEFAULT_HOUSE.bankAccount,
    categories: file.categories ?? DEFAULT_HOUSE.categories,
  };
}

/** A schedule as the file has it; what it leaves out is as in `base`. */
const scheduleIn = (file: ScheduleIn, base: FeeSchedule): FeeSchedule => ({
  ...base,
  version: file.version ?? 1,
  buyersPremium: file.buyersPremium ?? base.buyersPremium,
  premiumMinimum: file.premiumMinimum ?? base.premiumMinimum,
  platformFee: file.platformFee ?? base.platformFee,
  charges: file.charges ?? base.charges,
  tax: file.tax ?? (file.taxRateBp === undefined ? base.tax : flatTax(file.taxRateBp)),
  paymentTermMs: file.paymentTermDays === undefined ? base.paymentTermMs : file.paymentTermDays * DAY_MS,
});

const inFile = (field: string): string => field.replace(/^terms\.(fees\.)?/, '');

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (place, key) => (typeof key === 'number' ? `${place}[${key}]` : `${place}${place === '' ? '' : '.'}${String(key)}`),
    '',
  );
