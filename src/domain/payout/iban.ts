// Account numbers as in ISO 13616: a country, two check digits, and what the country's banks put behind them.
const FORM = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** As people write it, in groups, made one word. */
export const plainIban = (text: string): string => text.replace(/\s/g, '').toUpperCase();

/** Whether the check digits fit (ISO 7064, MOD 97-10). It tells mistyped numbers, not whether there is such an account. */
export function isIban(text: string): boolean {
  if (!FORM.test(text)) return false;
  // The country and the check digits go behind the rest, and a letter counts as two digits: A is 10.
  const digits = [...text.slice(4), ...text.slice(0, 4)].map((sign) => Number.parseInt(sign, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}
