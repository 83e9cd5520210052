// Tables as CSV (RFC 4180), to be kept as a file.

export type Cell = string | number | bigint | null;

/** A spreadsheet takes text that begins like this for a formula, and would run what somebody typed as a title. */
const FORMULA = /^[=+\-@\t\r]/;
/** An amount as text is none. */
const FIGURE = /^-?\d+(\.\d+)?$/;

const cellOf = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell !== 'string') return `${cell}`;
  const text = FORMULA.test(cell) && !FIGURE.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Lines with CR LF. Figures are digits with a point, whatever the page's language. */
export const csvOf = (heads: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [heads, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
