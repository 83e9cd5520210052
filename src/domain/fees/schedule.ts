// What a house charges, as data: tiers, minimums, fixed charges, tax by place, rounding, and the time to pay. A schedule has a
// name and a version. A listing keeps its own copy, so that a later change of the house's file never reaches what was listed.
import type { Minor } from '../money.js';

/** The part of an amount up to `upTo` (null = no limit) is charged `rateBp` hundredths of a per cent. */
export type FeeTier = Readonly<{ upTo: Minor | null; rateBp: number }>;

export const CHARGE_KINDS = ['commission', 'insurance', 'lot-fee', 'handling'] as const;
export type ChargeKind = (typeof CHARGE_KINDS)[number];
export const PARTIES = ['buyer', 'seller'] as const;
export type Party = (typeof PARTIES)[number];

/** A charge beside premium and platform fee: tiers on the hammer price, at least `minimum`, and `fixed` on top. */
export type Charge = Readonly<{
  kind: ChargeKind;
  paidBy: Party;
  tiers: readonly FeeTier[];
  minimum: Minor;
  fixed: Minor;
}>;

export const TAX_SCHEMES = ['flat', 'margin', 'full', 'destination'] as const;
/**
 * `flat`: one rate for everybody, on hammer and premium. `margin`: on the premium only, and no document shows the tax apart
 * (Directive 2006/112/EC, articles 333 to 341; HMRC VAT Notice 718/2). `full`: on hammer and premium, by the buyer's country.
 * `destination`: sales tax of the state that the item goes to.
 */
export type TaxScheme = (typeof TAX_SCHEMES)[number];

export const WITH_NUMBER = ['same', 'exempt', 'reverse-charge'] as const;

/**
 * Rates for people of a place, in millionths (200,000 is 20 %, 88,750 is 8.875 %): on the hammer price, on what else the buyer pays, and on what the
 * seller pays. A null country is all others, a null region all of the country. `withNumber`: what people there pay whose tax
 * number or certificate the house has accepted: the same; nothing; or nothing because they owe the tax themselves, which the
 * invoice says (Directive 2006/112/EC, articles 196 and 226 (11a)).
 */
export type TaxRate = Readonly<{
  country: string | null;
  region: string | null;
  hammerPpm: number;
  premiumPpm: number;
  feesPpm: number;
  withNumber: (typeof WITH_NUMBER)[number];
}>;

/** `country` and `region` are where people count as living who have not said it: the house's own place. */
export type TaxRules = Readonly<{
  scheme: TaxScheme;
  country: string | null;
  region: string | null;
  rates: readonly TaxRate[];
}>;

export const ROUNDING_MODES = ['half-up', 'half-even', 'down'] as const;
/** Every fee and every tax is a multiple of `step` minor units. */
export type Rounding = Readonly<{ mode: (typeof ROUNDING_MODES)[number]; step: Minor }>;

/** Commercial rounding to the minor unit, as in DIN 1333, which buyers and tax offices expect of invoices. */
export const HALF_UP: Rounding = { mode: 'half-up', step: 1n };

export type FeeSchedule = Readonly<{
  name: string;
  version: number;
  buyersPremium: readonly FeeTier[];
  /** The premium is never less than this. */
  premiumMinimum: Minor;
  platformFee: readonly FeeTier[];
  charges: readonly Charge[];
  tax: TaxRules;
  rounding: Rounding;
  /** Buyers have this long to pay, from the invoice on. Each invoice says when it is due. */
  paymentTermMs: number;
}>;

/** One rate for everybody, in hundredths of a per cent, on hammer and premium. */
export const flatTax = (rateBp: number): TaxRules => ({
  scheme: 'flat',
  country: null,
  region: null,
  rates: [
    { country: null, region: null, hammerPpm: rateBp * 100, premiumPpm: rateBp * 100, feesPpm: 0, withNumber: 'same' },
  ],
});
