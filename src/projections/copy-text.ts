// PostgreSQL's COPY in its text format, for rows that are not written for every bid (those are in binary-rows.ts).
const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A text as one column of a COPY row. Numbers, ids and times never need it. */
export const copyText = (text: string): string => text.replace(SPECIAL, (char) => ESCAPED[char] ?? char);

/** Texts as one column, which is an array. */
export const copyTexts = (texts: readonly string[]): string => copyText(textArray(texts));

/** A PostgreSQL array literal of any texts. */
export const textArray = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

/** A nullable value as one column. */
export const copyNullable = (value: string | number | bigint | null): string => (value === null ? '\\N' : `${value}`);

/** A PostgreSQL array literal of values that hold no comma, brace, quote or backslash: ids, numbers, times. */
export const arrayOf = (values: readonly (string | number | bigint | boolean | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : value)).join(',')}}`;
