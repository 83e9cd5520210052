// The terms an auction is listed under. They travel inside `AuctionListed`, so a later change of a house's defaults
// never reaches an auction that is already running. `format` is the discriminant.
import type { FeeSchedule } from '../fees/schedule.js';
import type { Currency, Minor } from '../money.js';

/** Photos that a listing may name. */
export const PHOTOS_MAX = 12;

/** One row of an increment table: prices below `below` rise by `step`; null is the last row, without a limit. */
export type IncrementStep = Readonly<{ below: Minor | null; step: Minor }>;
export type IncrementTable = readonly IncrementStep[];

/**
 * Whether a bid may be taken back, and by whom (docs/adr/0049). `ebay`: by its bidder within eBay's time rule, once an auction.
 * `by-request`: its bidder asks, staff decide. `never`: not at all; staff may still void a bid.
 */
export type RetractionPolicy = (typeof RETRACTION_POLICIES)[number];
export const RETRACTION_POLICIES = ['by-request', 'ebay', 'never'] as const;

/** A bid with less than `windowMs` left moves the close to its arrival + `windowMs`. A null limit means none. */
export type SoftClose = Readonly<{
  windowMs: number;
  extensionsMax: number | null;
  /** Soft close never moves the close further than this in all. What an outage moved it by does not count. */
  extensionTotalMaxMs: number | null;
}>;

export type EnglishTerms = Readonly<{
  format: 'english';
  currency: Currency;
  startingPrice: Minor;
  /** Secret: the lowest hammer price at which the item is sold. */
  reservePrice: Minor | null;
  buyNowPrice: Minor | null;
  increments: IncrementTable;
  softClose: SoftClose | null;
  retraction: RetractionPolicy;
  fees: FeeSchedule;
}>;

/**
 * Sealed first-price: the highest bid wins and is paid. Vickrey: the highest bid wins and pays the second-highest.
 * Nobody knows of the others' amounts, so there is nothing to step by, to extend for or to buy away from under them.
 */
export type SealedFormat = 'sealed-first-price' | 'vickrey';

export type SealedTerms = Readonly<{
  format: SealedFormat;
  currency: Currency;
  /** The least that a bid may be. */
  startingPrice: Minor;
  /** Secret: the lowest hammer price at which the item is sold. */
  reservePrice: Minor | null;
  retraction: RetractionPolicy;
  fees: FeeSchedule;
}>;

/**
 * A lot that a clerk calls in a hall. Commissions left before are secret maxima; once the lot is open every bid is a call at its own
 * price, so there is nothing to extend.
 */
export type HallTerms = Readonly<{
  format: 'hall';
  currency: Currency;
  startingPrice: Minor;
  /** Secret: the lowest hammer price at which the item is sold. */
  reservePrice: Minor | null;
  increments: IncrementTable;
  retraction: RetractionPolicy;
  fees: FeeSchedule;
}>;

export type Terms = EnglishTerms | SealedTerms | HallTerms;

/** True for terms under which bids stay sealed until the close. */
export const isSealed = (terms: Terms): terms is SealedTerms =>
  terms.format === 'sealed-first-price' || terms.format === 'vickrey';

/** In which items are measured and weighed. */
export const LENGTH_UNITS = ['mm', 'cm', 'm', 'in', 'ft'] as const;
export const WEIGHT_UNITS = ['g', 'kg', 'oz', 'lb'] as const;
