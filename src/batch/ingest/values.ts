// Amounts and dates as people write them into files. Each reader gives the value, or the end of a sentence that says what
// would be right.
import { CURRENCY_DIGITS, type Currency, type Minor } from '../../domain/money.js';
import { type Instant, instant } from '../../domain/time.js';

/** What is wrong with a value, as the end of a sentence that begins with its column. */
export type Wrong = Readonly<{ wrong: string }>;

const GROUPED = { point: /^\d{1,3}(?:[,'’ \u00a0\u202f]\d{3})+$/, comma: /^\d{1,3}(?:[.'’ \u00a0\u202f]\d{3})+$/ };
const DECIMAL_SIGN = { point: '.', comma: ',' } as const;
/** A code or a sign before or behind the figures, as "HK$ 1,200" or "1.200,50 €". */
const SIGNS = /^(?:[A-Z]{0,3}[$€£¥]|[A-Z]{3})?\s*([\d.,'’ \u00a0\u202f]+?)\s*(?:[$€£¥]|[A-Z]{3})?$/u;

/** An amount in minor units of the currency, from text in whole units with an optional fraction. */
export function amountIn(text: string, currency: Currency, decimals: 'point' | 'comma'): Minor | Wrong {
  const digits = CURRENCY_DIGITS[currency];
  const right = { wrong: `must be an amount of ${currency}, as ${exampleOf(digits, decimals)}` };
  const figures = SIGNS.exec(text)?.[1];
  if (figures === undefined) return right;
  const [whole = '', fraction = '', ...more] = figures.split(DECIMAL_SIGN[decimals]);
  const plain = /^\d{1,15}$/.test(whole) ? whole : GROUPED[decimals].test(whole) ? whole.replaceAll(/\D/g, '') : null;
  if (plain === null || plain.length > 15 || more.length > 0 || !/^\d*$/.test(fraction)) return right;
  const cents = fraction.replace(/0+$/, '');
  if (cents.length > digits) return right;
  return BigInt(plain) * 10n ** BigInt(digits) + BigInt(cents.padEnd(digits, '0') || '0');
}

/** An amount in minor units, from text in minor units. */
export const minorIn = (text: string): Minor | Wrong =>
  /^\d{1,15}$/.test(text) ? BigInt(text) : { wrong: 'must be an amount in minor units, as 125050' };

const exampleOf = (digits: number, decimals: 'point' | 'comma'): string => {
  const fraction = digits === 0 ? '' : `${DECIMAL_SIGN[decimals]}${'5'.padEnd(digits, '0')}`;
  return decimals === 'point' ? `1,250${fraction}` : `1.250${fraction}`;
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const PARTS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MMM: '(?<name>[A-Za-z]{3})[a-z]*',
  MM: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
};
const ISO =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d{1,3})?)?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/;

/** Reads times of one form. `utcOffset` is of times that name no zone; a day alone stands for its 00:00 UTC. */
export function timeReader(form: string, utcOffset: string): (text: string) => Instant | Wrong {
  const shape = form === 'ISO' ? ISO : new RegExp(`^${patternOf(form)}$`, 'u');
  const right = { wrong: `must be a date as ${form === 'ISO' ? '2026-03-31 or 2026-03-31T19:30:00+08:00' : form}` };
  return (text) => {
    const parts = shape.exec(text)?.groups;
    const at = parts === undefined ? null : timeOf(parts, utcOffset);
    return at ?? right;
  };
}

function patternOf(form: string): string {
  const escaped = form.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return escaped.replaceAll(/YYYY|MMM|MM|DD|HH|mm|ss/g, (part) => PARTS[part] ?? part);
}

function timeOf(parts: Readonly<Record<string, string | undefined>>, utcOffset: string): Instant | null {
  const monthIndex =
    parts['name'] === undefined ? Number(parts['month']) - 1 : MONTHS.indexOf(parts['name'].toLowerCase());
  const [year, day] = [Number(parts['year']), Number(parts['day'])];
  const clock = [parts['hour'], parts['minute'], parts['second']].map((part) => Number(part ?? 0));
  const [hour = 0, minute = 0, second = 0] = clock;
  const local = new Date(Date.UTC(year, monthIndex, day, hour, minute, second));
  // JavaScript takes 31 February for 3 March.
  const isReal =
    local.getUTCMonth() === monthIndex && local.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal || year < 1) return null;
  const offset = parts['hour'] === undefined ? '+00:00' : (parts['zone'] ?? utcOffset);
  return instant(local.getTime() - offsetMs(offset));
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
