// How watchers and bids are spread over auctions.

/** `one`: all on one auction. `zipf`: the k-th of the auctions gets a share of 1/k. */
export type Spread = 'one' | 'even' | 'zipf';

/** From a fraction of 1 to the index of an auction out of `count`. */
export function spreadOver(spread: Spread, count: number): (fraction: number) => number {
  if (spread === 'one') return () => 0;
  if (spread === 'even') return (fraction) => Math.floor(fraction * count);
  const bounds: number[] = [];
  let sum = 0;
  for (let k = 1; k <= count; k++) {
    sum += 1 / k;
    bounds.push(sum);
  }
  return (fraction) => lowestAbove(bounds, fraction * sum);
}

function lowestAbove(bounds: readonly number[], value: number): number {
  let [low, high] = [0, bounds.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
