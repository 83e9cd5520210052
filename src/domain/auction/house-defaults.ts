// What a house runs on unless a seller or an operator says otherwise. Data, copied into each auction's terms when it is
// listed; nothing here is looked at afterwards.
import { CURRENCY_DIGITS, type Currency } from '../money.js';
import type { FeeSchedule, IncrementTable, SoftClose } from './terms.js';

/** eBay's published bid increments (DESIGN, Domain), for currencies of two decimal digits. */
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

/** Trade Me's published bid increments (FIELD-NOTES 5): coarser at the bottom, flat at the top. */
export const TRADE_ME_INCREMENTS: IncrementTable = [
  { below: 20_00n, step: 50n },
  { below: 200_00n, step: 1_00n },
  { below: 1_000_00n, step: 5_00n },
  { below: 5_000_00n, step: 10_00n },
  { below: 25_000_00n, step: 50_00n },
  { below: null, step: 100_00n },
];

/** The default table of a currency. One without decimals uses the same figures in whole units: 100 yen where others say 1.00. */
export const incrementsFor = (currency: Currency): IncrementTable =>
  CURRENCY_DIGITS[currency] === 0 ? EBAY_INCREMENTS : EBAY_INCREMENTS;

/** Two minutes, as the online sale in our test data; at most 60 moves and six hours in all. */
export const DEFAULT_SOFT_CLOSE: SoftClose = {
  windowMs: 120_000,
  extensionsMax: 60,
  extensionTotalMaxMs: 6 * 3_600_000,
};

/** A premium and a commission by tiers, as houses publish them: the dearer the item, the lower the marginal rate. No tax. */
export const DEFAULT_FEES: FeeSchedule = {
  buyersPremium: [
    { upTo: 1_000_00n, rateBp: 1_500 },
    { upTo: 50_000_00n, rateBp: 1_200 },
    { upTo: null, rateBp: 1_000 },
  ],
  platformFee: [
    { upTo: 1_000_00n, rateBp: 1_000 },
    { upTo: null, rateBp: 500 },
  ],
  taxRateBp: 0,
};
