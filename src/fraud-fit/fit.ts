// Makes a model from markets with answers. Nothing random: the same samples give the same model.
import { FACTORS, type Factor, type FraudModel } from '../domain/fraud/fraud-model.js';
import { HABITS, PATTERNS, type Pattern } from '../generator/plan.js';
import { Random } from '../generator/random.js';
import { nonNegativeLogistic } from './logistic.js';
import { HONEST, type Samples } from './samples.js';

/** What a fit strives for, of each pattern: accounts, and pairs of auction and bidder flagged before the close. */
const GOALS: Readonly<Record<Pattern, readonly [accounts: number, pairs: number]>> = {
  'naive-shill': [0.97, 0.84],
  'shill-ring': [0.88, 0.74],
  'discover-and-stop': [0.94, 0.5],
  'bid-shielding': [0.98, 0.98],
  'reserve-shill': [0.55, 0.3],
  'careful-shill': [0.35, 0.2],
  // Reported, not striven for.
  'camouflaged-ring': [0, 0],
};

/** How many honest people may be flagged, and how many of those who keep to one seller because they like the wares. */
export type Budget = Readonly<{ honest: number; collectors: number }>;
export const BUDGET: Budget = { honest: 0.0025, collectors: 0.06 };

/** A step of the search multiplies one weight, or adds to it. */
const TIMES = [0.5, 0.8, 0.9, 1.1, 1.25, 2] as const;
const PLUS = [0.3, 1] as const;
const PAIR_TIMES = [0.75, 1.3] as const;
const ROUNDS_MAX = 6;
/** Places to start from beside the logistic regression's: the best of so many draws. */
const DRAWS = 300;
const STARTS = 2;
const DRAWN_MAX = 8;
/** Each factor alone, and with each other. */
const TURNS = FACTORS.flatMap(
  (one, i) => [[one, one], ...FACTORS.slice(i + 1).map((other) => [one, other])] as [Factor, Factor][],
);
/** Beyond a goal more still counts, a little. */
const BEYOND = 0.1;
const WEIGHT_MAX = 30;
const CLEAN_LOGIT = -6;

type Weights = Readonly<Record<Factor, number>>;

/** Fits weights of zero and above, beginning with those of the model `from` and with others; the intercept puts the threshold of the budget at a score of 0.5. */
export function fitModel(samples: Samples, version: number, from: Weights, budget: Budget = BUDGET): FraudModel {
  const table = tableOf(samples);
  const starts = [from, logistic(table), ...drawn(table, budget)];
  const found = starts.map((weights) => climbFrom(table, weights, budget));
  const best = found.reduce((one, other) => (other.worth > one.worth ? other : one));
  // The logit has no natural unit: a bid that nothing speaks against is to score 0.0025.
  const scale = -CLEAN_LOGIT / thresholdOf(table, maxima(table, best.weights), budget);
  const weights = mapped((factor) => rounded(scale * best.weights[factor]));
  // The threshold itself is not flagged, and rounding must not let more through than the budget.
  const intercept = -Math.ceil((thresholdOf(table, maxima(table, weights), budget) + 1e-9) * 1_000) / 1_000;
  return { version, intercept, weights: { ...weights, unusualIncrement: 0, snipe: 0 } };
}

/** The best of weights that are drawn, the same in every fit. */
function drawn(table: Table, budget: Budget): readonly Weights[] {
  const random = new Random('fit', 'weights');
  return Array.from({ length: DRAWS }, () => mapped(() => DRAWN_MAX * random.fraction() ** 2))
    .map((weights) => ({ weights, worth: worthOf(table, weights, budget) }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, STARTS)
    .map(({ weights }) => weights);
}

type Found = Readonly<{ weights: Weights; worth: number }>;

/** Changes one weight or two at a time for as long as that is worth something. */
function climbFrom(table: Table, from: Weights, budget: Budget): Found {
  let best: Found = { weights: from, worth: worthOf(table, from, budget) };
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = best.worth;
    for (const [one, other] of TURNS)
      for (const value of one === other
        ? neighbours(best.weights[one])
        : PAIR_TIMES.map((times) => best.weights[one] * times))
        for (const times of one === other ? [1] : PAIR_TIMES) {
          const weights = { ...best.weights, [one]: value };
          if (one !== other) weights[other] = Math.min(WEIGHT_MAX, best.weights[other] * times);
          const worth = worthOf(table, weights, budget);
          if (worth > best.worth) best = { weights, worth };
        }
    if (best.worth - before < 1e-3) break;
  }
  return best;
}

const neighbours = (weight: number): readonly number[] =>
  [...TIMES.map((times) => weight * times), ...PLUS.map((plus) => weight + plus), 0].filter(
    (value) => value <= WEIGHT_MAX,
  );

const rounded = (value: number): number => Math.round(value * 100) / 100;
const mapped = (of: (factor: Factor) => number): Weights =>
  Object.fromEntries(FACTORS.map((factor) => [factor, of(factor)])) as Weights;

/** The samples as numbers, a row after the other. */
type Table = Readonly<{
  values: Float64Array;
  pairOf: Int32Array;
  /** By pair: its account, and the number of its pattern or -1. */
  accountOf: Int32Array;
  patternOf: Int8Array;
  /** The last row of each pair. */
  last: Int32Array;
  accounts: number;
  honest: Int32Array;
  collectors: Int32Array;
  /** By pattern, its accounts and its pairs. */
  played: readonly Readonly<{ goal: readonly [number, number]; accounts: Int32Array; pairs: Int32Array }>[];
}>;

function tableOf({ measures, pairs, accounts }: Samples): Table {
  const values = new Float64Array(measures.length * FACTORS.length);
  for (const [row, of] of measures.entries())
    for (const [i, factor] of FACTORS.entries()) values[row * FACTORS.length + i] = of[factor];
  const pairOf = new Int32Array(measures.length);
  for (const [number, { rows }] of pairs.entries()) for (const row of rows) pairOf[row] = number;
  const patterns: readonly string[] = PATTERNS;
  const habits: ReadonlySet<string> = new Set(HABITS);
  const who = (plays: (what: string) => boolean) =>
    Int32Array.from(accounts.flatMap((what, i) => (plays(what) ? [i] : [])));
  return {
    values,
    pairOf,
    accountOf: Int32Array.from(pairs, ({ account }) => account),
    patternOf: Int8Array.from(pairs, ({ pattern }) => (pattern === null ? -1 : patterns.indexOf(pattern))),
    last: Int32Array.from(pairs, ({ rows }) => rows.at(-1) ?? 0),
    accounts: accounts.length,
    honest: who((what) => what === HONEST || habits.has(what)),
    collectors: who((what) => what === 'loyal-collector'),
    played: PATTERNS.map((pattern) => ({
      goal: GOALS[pattern],
      accounts: who((what) => what === pattern),
      pairs: Int32Array.from(pairs.flatMap((pair, i) => (pair.pattern === pattern ? [i] : []))),
    })),
  };
}

/** Of each pair and account, the largest logit without an intercept. */
type Maxima = Readonly<{ pairs: Float64Array; accounts: Float64Array }>;

function maxima({ values, pairOf, accountOf, accounts }: Table, weights: Weights): Maxima {
  const pairs = new Float64Array(accountOf.length);
  const people = new Float64Array(accounts);
  const of = FACTORS.map((factor) => weights[factor]);
  for (let row = 0, at = 0; row < pairOf.length; row++) {
    let logit = 0;
    for (const weight of of) logit += weight * (values[at++] ?? 0);
    const pair = pairOf[row] ?? 0;
    if (logit > (pairs[pair] ?? 0)) pairs[pair] = logit;
  }
  for (const [pair, account] of accountOf.entries()) people[account] = Math.max(people[account] ?? 0, pairs[pair] ?? 0);
  return { pairs, accounts: people };
}

/** The least threshold that keeps the budget: scores above it are flagged. */
const thresholdOf = ({ honest, collectors }: Table, { accounts }: Maxima, budget: Budget): number =>
  Math.max(quantile(accounts, honest, budget.honest), quantile(accounts, collectors, budget.collectors));

/** The value that a share of these values lies above. */
function quantile(values: Float64Array, of: Int32Array, above: number): number {
  const sorted = Float64Array.from(of, (i) => values[i] ?? 0).sort();
  return sorted[Math.max(0, sorted.length - 1 - Math.floor(sorted.length * above))] ?? 0;
}

function worthOf(table: Table, weights: Weights, budget: Budget): number {
  const found = maxima(table, weights);
  const threshold = thresholdOf(table, found, budget);
  return table.played.reduce((sum, { goal, accounts, pairs }) => {
    const caught = towards(shareAbove(found.accounts, accounts, threshold), goal[0]);
    return sum + caught + towards(shareAbove(found.pairs, pairs, threshold), goal[1]);
  }, 0);
}

const towards = (share: number, goal: number): number =>
  goal === 0 ? 0 : Math.min(1, share / goal) + BEYOND * Math.max(0, share - goal);

function shareAbove(values: Float64Array, of: Int32Array, threshold: number): number {
  let above = 0;
  for (const i of of) if ((values[i] ?? 0) > threshold) above += 1;
  return of.length === 0 ? 0 : above / of.length;
}

/** Logistic regression over the last bid of each pair, where all patterns together and the honest weigh the same. */
function logistic({ values, patternOf, last }: Table): Weights {
  const counts = new Map<number, number>();
  for (const pattern of patternOf) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  const size = FACTORS.length;
  const weights = nonNegativeLogistic({
    values: Float64Array.from(
      { length: last.length * size },
      (_, i) => values[(last[Math.floor(i / size)] ?? 0) * size + (i % size)] ?? 0,
    ),
    size,
    labels: Float64Array.from(patternOf, (pattern) => (pattern < 0 ? 0 : 1)),
    shares: Float64Array.from(
      patternOf,
      (pattern) => (pattern < 0 ? 1 / 2 : 1 / (2 * PATTERNS.length)) / (counts.get(pattern) ?? 1),
    ),
  });
  return mapped((factor) => weights[FACTORS.indexOf(factor)] ?? 0);
}
