// Logistic regression with weights of zero and above, by projected gradient descent. Nothing random.

export type Examples = Readonly<{
  /** A row after the other, `size` values each. */
  values: Float64Array;
  size: number;
  /** By row: 1 or 0, and how much the row weighs; all weights together are about 1. */
  labels: Float64Array;
  shares: Float64Array;
}>;

const STEPS = 300;
const RATE = 2;
const INTERCEPT = -3;
/** Keeps weights of values that hardly matter small. */
const SHRINK = 0.002;

/** The weights by value. */
export function nonNegativeLogistic(
  { values, size, labels, shares }: Examples,
  shrink = SHRINK,
  rate = RATE,
): Float64Array {
  const weights = new Float64Array(size).fill(1);
  let intercept = INTERCEPT;
  for (let step = 0; step < STEPS; step++) {
    const slope = new Float64Array(size);
    let all = 0;
    for (let row = 0, at = 0; row < labels.length; row++, at += size) {
      let logit = intercept;
      for (let i = 0; i < size; i++) logit += (weights[i] ?? 0) * (values[at + i] ?? 0);
      const error = (shares[row] ?? 0) * ((labels[row] ?? 0) - 1 / (1 + Math.exp(-logit)));
      all += error;
      for (let i = 0; i < size; i++) slope[i] = (slope[i] ?? 0) + error * (values[at + i] ?? 0);
    }
    intercept += rate * all;
    for (let i = 0; i < size; i++)
      weights[i] = Math.max(0, (weights[i] ?? 0) + rate * ((slope[i] ?? 0) - shrink * (weights[i] ?? 0)));
  }
  return weights;
}
