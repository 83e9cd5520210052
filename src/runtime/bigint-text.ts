// Amounts in JSON, which has no integers of their size.

/** A replacer for `JSON.stringify` that writes amounts as decimal text. */
export const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
