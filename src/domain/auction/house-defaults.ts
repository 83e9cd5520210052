// What a house starts with when a listing says nothing else. Data, not rules: each listing carries its own copy.
import type { Category } from '../category/category-tree.js';
import { type FeeSchedule, flatTax, HALF_UP, type Rounding } from '../fees/schedule.js';
import type { Currency } from '../money.js';
import type { IncrementTable, RetractionPolicy, SoftClose } from './terms.js';

/** eBay's increments, in cents, as eBay publishes them. */
export const EBAY_INCREMENTS: IncrementTable = [
  { below: 1_00n, step: 5n },
  { below: 5_00n, step: 25n },
  { below: 25_00n, step: 50n },
  { below: 100_00n, step: 1_00n },
  { below: 250_00n, step: 2_50n },
  { below: 500_00n, step: 5_00n },
  { below: 1_000_00n, step: 10_00n },
  { below: 2_500_00n, step: 25_00n },
  { below: 5_000_00n, step: 50_00n },
  { below: null, step: 100_00n },
];

/** Trade Me's increments, in cents of the New Zealand dollar, as Trade Me publishes them. */
export const TRADE_ME_INCREMENTS: IncrementTable = [
  { below: 20_00n, step: 50n },
  { below: 200_00n, step: 1_00n },
  { below: 1_000_00n, step: 5_00n },
  { below: 5_000_00n, step: 10_00n },
  { below: 25_000_00n, step: 50_00n },
  { below: null, step: 100_00n },
];

/** In thousandths the same steps have one zero more. */
const IN_THOUSANDTHS: IncrementTable = EBAY_INCREMENTS.map(({ below, step }) => ({
  below: below === null ? null : below * 10n,
  step: step * 10n,
}));

// The yen has no minor unit and is worth about a cent, so a table in cents is a sensible table in yen.
const INCREMENTS: Readonly<Record<Currency, IncrementTable>> = {
  AUD: EBAY_INCREMENTS,
  CAD: EBAY_INCREMENTS,
  CHF: EBAY_INCREMENTS,
  CNY: EBAY_INCREMENTS,
  EUR: EBAY_INCREMENTS,
  GBP: EBAY_INCREMENTS,
  HKD: EBAY_INCREMENTS,
  JPY: EBAY_INCREMENTS,
  KWD: IN_THOUSANDTHS,
  NZD: EBAY_INCREMENTS,
  SEK: EBAY_INCREMENTS,
  SGD: EBAY_INCREMENTS,
  USD: EBAY_INCREMENTS,
};

/** The increments of listings in this currency that name none, in its minor units. */
export const incrementsFor = (currency: Currency): IncrementTable => INCREMENTS[currency];

/** Two minutes, as in the recorded online sale that the rules are tested on; at most 60 times, six hours in all. */
export const DEFAULT_SOFT_CLOSE: SoftClose = { windowMs: 120_000, extensionsMax: 60, extensionTotalMaxMs: 21_600_000 };

/** Nobody then can shield a bid, or read a maximum or a reserve, by taking bids back (docs/adr/0049). */
export const DEFAULT_RETRACTION: RetractionPolicy = 'by-request';

/**
 * A plain schedule of this house's own, in minor units of any currency: the dearer the item, the lower the marginal rate,
 * as houses publish it. Taxes depend on the place, so there is none.
 */
export const DEFAULT_FEES: FeeSchedule = {
  name: 'house',
  version: 1,
  buyersPremium: [
    { upTo: 1_000_00n, rateBp: 1_500 },
    { upTo: 50_000_00n, rateBp: 1_200 },
    { upTo: null, rateBp: 1_000 },
  ],
  premiumMinimum: 0n,
  platformFee: [
    { upTo: 1_000_00n, rateBp: 1_000 },
    { upTo: null, rateBp: 500 },
  ],
  charges: [],
  tax: flatTax(0),
  rounding: HALF_UP,
  // A week.
  paymentTermMs: 7 * 86_400_000,
};

/** Longer than any house is known to give. */
export const PAYMENT_TERM_MAX_DAYS = 365;

/** What a seller may choose for a listing, where the house lets sellers. What a schedule of fees says is the house's alone. */
export const SELLER_FIELDS = [
  'increments',
  'softClose',
  'retraction',
  'taxRateBp',
  'paymentTermDays',
  'feeSchedule',
] as const;
export type SellerField = (typeof SELLER_FIELDS)[number];

/** What stands at the head of the house's documents; the address in lines. */
export type Letterhead = Readonly<{ name: string; address: readonly string[]; taxNumber: string | null }>;

/** The account that sellers are paid from. */
export type BankAccount = Readonly<{ holder: string; iban: string }>;

/** The terms of a house: what a listing gets unless it says otherwise, and what it may say. A listing keeps its copy. */
export type HouseTerms = Readonly<{
  fees: FeeSchedule;
  /** Others that a sale or a listing may name. */
  schedules: readonly FeeSchedule[];
  /** The names of the schedules of some sellers. */
  sellerSchedules: Readonly<Record<string, string>>;
  /** Instead of the schedule's own, by currency. */
  rounding: Readonly<Partial<Record<Currency, Rounding>>>;
  /** Null is none. */
  softClose: SoftClose | null;
  /** Instead of `incrementsFor`, by currency. */
  increments: Readonly<Partial<Record<Currency, IncrementTable>>>;
  /** Whether bids may be taken back. */
  retraction: RetractionPolicy;
  sellerMay: readonly SellerField[];
  letterhead: Letterhead;
  /** Null where nobody is paid out by a file for the bank. */
  bankAccount: BankAccount | null;
  /** The tree that searches look categories up in; the rows of parents come first. */
  categories: readonly Category[];
}>;

/** The terms of a house that has chosen nothing. */
export const DEFAULT_HOUSE: HouseTerms = {
  fees: DEFAULT_FEES,
  schedules: [],
  sellerSchedules: {},
  rounding: {},
  softClose: DEFAULT_SOFT_CLOSE,
  increments: {},
  retraction: DEFAULT_RETRACTION,
  sellerMay: ['increments', 'softClose', 'retraction'],
  letterhead: { name: 'Gavel', address: [], taxNumber: null },
  bankAccount: null,
  categories: [],
};
