// The values that stored events are made of. Amounts are stored as decimal strings.
import { z } from 'zod';
import { LENGTH_UNITS, RETRACTION_POLICIES, WEIGHT_UNITS } from '../domain/auction/terms.js';
import { LINE_KINDS } from '../domain/fees/charges.js';
import { CHARGE_KINDS, PARTIES, ROUNDING_MODES, TAX_SCHEMES, WITH_NUMBER } from '../domain/fees/schedule.js';
import { TAX_TREATMENTS } from '../domain/fees/tax-position.js';
import type { AuctionId, BidderKey, DocumentId, SaleId, UserId } from '../domain/ids.js';
import { CURRENCY_DIGITS, type Currency } from '../domain/money.js';
import type { Instant } from '../domain/time.js';

export const minor = z
  .string()
  .regex(/^-?\d{1,18}$/)
  .transform((text) => BigInt(text));
export const at = z.int().transform((ms) => ms as Instant);
export const user = z.uuid().transform((id) => id as UserId);
export const key = z.uuid().transform((id) => id as BidderKey);
export const sale = z.uuid().transform((id) => id as SaleId);
export const auction = z.uuid().transform((id) => id as AuctionId);
export const document = z.uuid().transform((id) => id as DocumentId);
export const currency = z.enum(Object.keys(CURRENCY_DIGITS) as [Currency, ...Currency[]]);
export const count = z.int().nonnegative();
export const text = z.string();

const feeLine = z.strictObject({
  paidBy: z.enum(PARTIES),
  kind: z.enum(LINE_KINDS),
  net: minor,
  taxRatePpm: count,
  tax: minor,
});
export const feeLines = z.array(feeLine).readonly();
export const taxScheme = z.enum(TAX_SCHEMES);

const place = { country: text.nullable(), region: text.nullable() };
const taxPosition = z.strictObject({ ...place, hasNumber: z.boolean() });
export const taxTreatment = z.enum(TAX_TREATMENTS);

/** A sale's money, as every event that makes a sale tells it. */
export const money = {
  hammerPrice: minor,
  buyersPremium: minor,
  tax: minor,
  amountDue: minor,
  platformFee: minor,
  sellerProceeds: minor,
  lines: feeLines,
  taxPositions: z.strictObject({ buyer: taxPosition, seller: taxPosition }),
};

const itemDetails = z.strictObject({
  conditionReport: text.nullable(),
  provenance: text.nullable(),
  shippingNotes: text.nullable(),
  dimensions: z
    .strictObject({ width: z.number(), height: z.number(), depth: z.number().nullable(), unit: z.enum(LENGTH_UNITS) })
    .nullable(),
  weight: z.strictObject({ value: z.number(), unit: z.enum(WEIGHT_UNITS) }).nullable(),
});

export const item = z.strictObject({
  title: text,
  description: text,
  category: text,
  photos: z.array(z.uuid()).readonly().optional(),
  details: itemDetails.optional(),
});

const tiers = z.array(z.strictObject({ upTo: minor.nullable(), rateBp: z.int() })).readonly();
export const fees = z.strictObject({
  name: text,
  version: count,
  buyersPremium: tiers,
  premiumMinimum: minor,
  platformFee: tiers,
  charges: z
    .array(z.strictObject({ kind: z.enum(CHARGE_KINDS), paidBy: z.enum(PARTIES), tiers, minimum: minor, fixed: minor }))
    .readonly(),
  tax: z.strictObject({
    scheme: taxScheme,
    ...place,
    rates: z
      .array(
        z.strictObject({
          ...place,
          hammerPpm: count,
          premiumPpm: count,
          feesPpm: count,
          withNumber: z.enum(WITH_NUMBER),
        }),
      )
      .readonly(),
  }),
  rounding: z.strictObject({ mode: z.enum(ROUNDING_MODES), step: minor }),
  paymentTermMs: count,
});
export const increments = z.array(z.strictObject({ below: minor.nullable(), step: minor })).readonly();
export const retraction = z.enum(RETRACTION_POLICIES);
export const softClose = z.strictObject({
  windowMs: count,
  extensionsMax: count.nullable(),
  extensionTotalMaxMs: count.nullable(),
});
