// Pearson's chi-square: whether counts could come from the shares that they are said to be drawn by.

/** The statistic: the sum of (seen - expected)² / expected. Every key of `shares`, which need not add up to one, is a cell. */
export function chiSquare<Key>(seen: ReadonlyMap<Key, number>, shares: readonly (readonly [Key, number])[]): number {
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  const weight = shares.reduce((sum, [, share]) => sum + share, 0);
  const strangers = [...seen.keys()].filter((key) => !shares.some(([known]) => known === key));
  if (strangers.length > 0) throw new Error(`values that nothing provides for: ${strangers.slice(0, 5).join(', ')}`);
  return shares.reduce((sum, [key, share]) => {
    const expected = (total * share) / weight;
    return sum + ((seen.get(key) ?? 0) - expected) ** 2 / expected;
  }, 0);
}

/** What the statistic exceeds once in a thousand draws, by degrees of freedom (cells - 1); from the usual tables. */
export const CRITICAL_AT_1_IN_1000: Readonly<Record<number, number>> = {
  1: 10.83,
  2: 13.82,
  3: 16.27,
  4: 18.47,
  5: 20.52,
  6: 22.46,
};

/** How often each value occurs. */
export function countsOf<Value>(values: Iterable<Value>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
