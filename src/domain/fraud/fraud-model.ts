// A model of fraud: how much each factor weighs, and where suspicion begins. A model is data (config/fraud-model.json), made by
// fitting; what it says is explained factor by factor (docs/fraud.md).

/** The factors, in the order in which reasons name them. Each is a number from 0 to 1; more is more suspicious. */
export const FACTORS = [
  'concentration',
  'losingToSeller',
  'priceLift',
  'smallSteps',
  'earlyBidding',
  'limitFound',
  'shielding',
  'fewSellers',
  'sellerPressure',
] as const;
export type Factor = (typeof FACTORS)[number];

/** What is recorded of a bid beside the factors. Each weighs nothing unless the model says so. */
export const SIGNALS = ['unusualIncrement', 'snipe'] as const;
export type Signal = (typeof SIGNALS)[number];

const WEIGHED = [...FACTORS, ...SIGNALS];

export type Measures = Readonly<Record<Factor | Signal, number>>;

export type FraudModel = Readonly<{
  /** Names the model; every score says by which version it was made. */
  version: number;
  /** The logit of a bid that no factor speaks against. Set so that a score of 0.5 is the budgeted threshold. */
  intercept: number;
  /** What a factor of 1 adds to the logit; never negative. */
  weights: Readonly<Record<Factor | Signal, number>>;
}>;

/** What a factor adds to the logit. */
export type Contribution = Readonly<{ factor: Factor | Signal; value: number }>;

/** `score`: from 0 to 1; above 0.5 is suspicious. The contributions and the model's intercept add up to `logit`. */
export type Judgement = Readonly<{ score: number; logit: number; contributions: readonly Contribution[] }>;

/** A score above this is flagged. The intercept carries the budget, so that this number means the same in every model. */
export const FLAGGED_ABOVE = 0.5;

/** Weighs the measures of a bid. The same measures and model give the same bits. */
export function judge(measures: Measures, { intercept, weights }: FraudModel): Judgement {
  const contributions: Contribution[] = [];
  let logit = intercept;
  for (const factor of WEIGHED) {
    const value = weights[factor] * measures[factor];
    if (value === 0) continue;
    contributions.push({ factor, value });
    logit += value;
  }
  return { score: 1 / (1 + Math.exp(-logit)), logit, contributions };
}

/** The largest contributions first, at most `count`. Among equals the order of the factors decides. */
export const topReasons = ({ contributions }: Judgement, count: number): readonly Contribution[] =>
  contributions.toSorted((a, b) => b.value - a.value).slice(0, count);
