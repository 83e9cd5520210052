// Amounts and spans of time as people read them.

/** Whole minor units, as text, in the reader's own way of writing amounts: "1250" of USD is $12.50. */
export function amountText(minor, currency) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  const padded = minor.padStart(digits + 1, '0');
  const cut = padded.length - digits;
  // As text: a number would round what is large.
  return format.format(digits === 0 ? padded : `${padded.slice(0, cut)}.${padded.slice(cut)}`);
}

/** As "3 d 4 h", "2 h 14 min", "18 min", "4:32"; "Closing" when the close is over and nobody has said so. */
export function leftText(ms) {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds <= 0) return 'Closing';
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(seconds / unit));
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes >= 5) return `${minutes} min`;
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}
