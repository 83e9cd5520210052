// eBay's increments as a bidder knows them: what the next bid has to be, and the rungs above it. Written down a second
// time because the generator is a client of the house and shares none of its code; a test compares the two tables.

type Step = readonly [below: bigint | null, step: bigint];

/** In cents: prices below the first amount rise by the second. */
const EBAY_STEPS: readonly Step[] = [
  [1_00n, 5n],
  [5_00n, 25n],
  [25_00n, 50n],
  [100_00n, 1_00n],
  [250_00n, 2_50n],
  [500_00n, 5_00n],
  [1_000_00n, 10_00n],
  [2_500_00n, 25_00n],
  [5_000_00n, 50_00n],
  [null, 100_00n],
];

/** The step at this price, both in cents. */
export function stepAt(price: bigint): bigint {
  for (const [below, step] of EBAY_STEPS) if (below === null || price < below) return step;
  throw new Error('broken invariant: the table of increments ends with an open row');
}

/** The amount so many steps above `price`, each taken at the height that the one before it reached. */
export function climb(price: bigint, steps: number): bigint {
  let amount = price;
  for (let i = 0; i < steps; i++) amount += stepAt(amount);
  return amount;
}
