// The few figures a benchmark reduces its runs to.

/** The median of at least one value; of an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('there is no median of no values');
  return (low + high) / 2;
}

/** The quotient with two decimals. */
export const ratio = (ours: number, theirs: number): number => Math.round((ours / theirs) * 100) / 100;

/** How many runs share the seconds of one figure: three where each still gets two seconds, else one. */
export const runsWithin = (seconds: number): number => (seconds >= 6 ? 3 : 1);
