// Amounts: whole minor units, as bigint. They are never numbers here: a number would round what is large.

const digits = new Map<string, number>();

/** Digits behind the point, as `Intl` knows the currency. */
export function digitsOf(currency: string): number {
  let found = digits.get(currency);
  if (found === undefined) {
    found = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digits.set(currency, found);
  }
  return found;
}

/** As "€1,250" or "1.250,50 €": cents are shown only where there are some, unless `always`. */
export function money(minor: bigint, currency: string, locale: string, always = false): string {
  const places = digitsOf(currency);
  const hasCents = places > 0 && minor % 10n ** BigInt(places) !== 0n;
  const shown = always || hasCents ? places : 0;
  return formatOf(locale, currency, shown).format(decimal(minor, places) as `${number}`);
}

/** Making one takes far longer than using it, and a page shows hundreds of amounts. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, currency: string, places: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${places}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  formats.set(key, made);
  return made;
}

function decimal(minor: bigint, places: number): string {
  const text = minor.toString().padStart(places + 1, '0');
  const cut = text.length - places;
  return places === 0 ? text : `${text.slice(0, cut)}.${text.slice(cut)}`;
}

/** The sign or code of the currency alone. */
export function sign(currency: string, locale: string): string {
  const parts = new Intl.NumberFormat(locale, { style: 'currency', currency }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')?.value ?? currency;
}

/**
 * What was typed, in the page's way of writing: "1,250.50", "1.250,50", "1250". Null for what is no amount or has more
 * digits behind the point than the currency.
 */
export function typed(text: string, currency: string, locale: string): bigint | null {
  const point = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  const [whole = '', cents = '', ...more] = text
    .replaceAll(point === ',' ? /[.\s\u00a0\u202f’']/g : /[,\s\u00a0\u202f’']/g, '')
    .split(point);
  const places = digitsOf(currency);
  if (more.length > 0 || !/^\d{1,15}$/.test(whole) || !/^\d*$/.test(cents) || cents.length > places) return null;
  return BigInt(whole + cents.padEnd(places, '0'));
}
