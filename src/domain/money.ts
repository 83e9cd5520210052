// Money: whole minor units (cents) as bigint, of one currency. Inside an auction the currency is that of its terms, and
// amounts are bare `Minor`s; where amounts of several auctions may meet, a `Money` carries its currency along.

/** An amount in minor units of a currency known from its surroundings. */
export type Minor = bigint;

/** ISO 4217 codes a house may sell in, with the number of digits behind the point. */
export const CURRENCY_DIGITS = {
  AUD: 2,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  JPY: 0,
  KWD: 3,
  NZD: 2,
  SEK: 2,
  SGD: 2,
  USD: 2,
} as const;

export type Currency = keyof typeof CURRENCY_DIGITS;
export type Money = Readonly<{ minor: Minor; currency: Currency }>;

/** The largest amount taken anywhere, in minor units: far above any hammer price, and safe in a PostgreSQL bigint. */
export const AMOUNT_MAX: Minor = 1_000_000_000_000_000n;

/** True for a currency that a house may sell in. */
export const isCurrency = (code: string): code is Currency => Object.hasOwn(CURRENCY_DIGITS, code);

/** An amount for people, as `USD 1,234.50`. */
export function formatMoney({ minor, currency }: Money): string {
  const digits = CURRENCY_DIGITS[currency];
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${sign}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`}`;
}

/** The lesser of two amounts. */
export const lesser = (a: Minor, b: Minor): Minor => (a < b ? a : b);

/** The greater of two amounts. */
export const greater = (a: Minor, b: Minor): Minor => (a > b ? a : b);
