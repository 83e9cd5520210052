// How good a model is on markets with answers: for each pattern by itself, never pooled.
import { FLAGGED_ABOVE, type FraudModel, judge } from '../domain/fraud/fraud-model.js';
import { HABITS, PATTERNS } from '../generator/plan.js';
import { BENEFICIARY, HONEST, type Samples } from './samples.js';

export type PatternFigures = Readonly<{
  accounts: number;
  /** Accounts flagged at least once. */
  caught: number;
  caughtShare: number;
  /** Pairs of auction and bidder in which the pattern was played. */
  pairs: number;
  /** Those flagged before the close. */
  flagged: number;
  flaggedShare: number;
  /** From the first flag of a pair to the close. */
  medianLeadHours: number | null;
  /** Of all flagged accounts that are honest or of this pattern, the share of this pattern, if frauds were 0.3 per cent of all. */
  precision: number | null;
}>;

export type HonestFigures = Readonly<{ accounts: number; flagged: number; flaggedShare: number }>;

export type Figures = Readonly<{
  patterns: Readonly<Record<string, PatternFigures>>;
  /** Everybody honest, those with habits included. */
  honest: HonestFigures;
  habits: Readonly<Record<string, HonestFigures>>;
}>;

/** Of proven shills, in published auctions (Herzog 2014). */
const BASE_RATE = 0.003;
const HOUR_MS = 3_600_000;

/** Judges all bids of the samples. */
export function figuresOf({ measures, leads, pairs, accounts }: Samples, model: FraudModel): Figures {
  const isFlagged = measures.map((of) => judge(of, model).score > FLAGGED_ABOVE);
  const caught = new Set<number>();
  for (const { account, rows } of pairs) if (rows.some((row) => isFlagged[row])) caught.add(account);
  const honestOf = (plays: (what: string) => boolean): HonestFigures => {
    const all = accounts.flatMap((what, i) => (plays(what) ? [i] : []));
    const flagged = all.filter((i) => caught.has(i)).length;
    return { accounts: all.length, flagged, flaggedShare: share(flagged, all.length) };
  };
  const habits: ReadonlySet<string> = new Set(HABITS);
  const honest = honestOf((what) => what === HONEST || habits.has(what));
  const patternOf = (pattern: string): PatternFigures => {
    const all = honestOf((what) => what === pattern);
    const played = pairs.filter((pair) => pair.pattern === pattern);
    const first = played.flatMap(({ rows }) => leads[rows.find((row) => isFlagged[row]) ?? -1] ?? []);
    const right = BASE_RATE * all.flaggedShare;
    const wrong = (1 - BASE_RATE) * honest.flaggedShare;
    return {
      accounts: all.accounts,
      caught: all.flagged,
      caughtShare: all.flaggedShare,
      pairs: played.length,
      flagged: first.length,
      flaggedShare: share(first.length, played.length),
      medianLeadHours: first.length === 0 ? null : rounded(median(first) / HOUR_MS),
      precision: right + wrong === 0 ? null : rounded(right / (right + wrong)),
    };
  };
  return {
    patterns: Object.fromEntries([...PATTERNS, BENEFICIARY].map((pattern) => [pattern, patternOf(pattern)])),
    honest,
    habits: Object.fromEntries(HABITS.map((habit) => [habit, honestOf((what) => what === habit)])),
  };
}

const share = (part: number, all: number): number => (all === 0 ? 0 : rounded(part / all));
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
