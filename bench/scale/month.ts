// Months of a fleet with its faults and deploys, drawn from a seed: how the 43 minutes of 99.9 % are spent.
import { Random } from '../../src/generator/random.js';
import { BUSY_MAX } from './assumptions.js';

/** One kind of event. Durations are drawn evenly between the two; what is planned takes their mean. */
export type Incident = Readonly<{
  name: string;
  /** How often in a month, on the whole fleet: on average, or exactly for what is planned. */
  perMonth: number;
  planned: boolean;
  seconds: readonly [least: number, most: number];
  /** Of all auctions, how many wait meanwhile: 0 to 1. */
  share: number;
  source: string;
}>;

/** What a month of an incident costs: minutes of the whole house, a wait of half the auctions counting half. */
export type Spent = Readonly<{ name: string; minutes: number }>;

export type Year = Readonly<{
  /** Means over the months. */
  spent: readonly Spent[];
  /** Minutes of a month: the median, and what 95 and 99 of 100 months stay within. */
  p50: number;
  p95: number;
  p99: number;
  /** Of all months, how many passed the budget: 0 to 1. */
  over: number;
}>;

export const BUDGET_MINUTES = (30 * 24 * 60) / 1_000;

/** Draws so many months. The same seed gives the same months. */
export function simulate(incidents: readonly Incident[], months: number, seed: string): Year {
  const random = new Random(seed, 'months');
  const totals = new Array<number>(months).fill(0);
  const spent = incidents.map((incident) => {
    let sum = 0;
    for (let month = 0; month < months; month++) {
      const minutes = minutesOf(incident, random);
      totals[month] = (totals[month] ?? 0) + minutes;
      sum += minutes;
    }
    return { name: incident.name, minutes: sum / months };
  });
  const sorted = totals.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(months - 1, Math.floor(part * months))] ?? 0;
  const over = totals.filter((minutes) => minutes > BUDGET_MINUTES).length / months;
  return { spent, p50: at(0.5), p95: at(0.95), p99: at(0.99), over };
}

function minutesOf({ perMonth, planned, seconds: [least, most], share }: Incident, random: Random): number {
  if (planned) return (perMonth * (least + most) * share) / 2 / 60;
  const times = poisson(perMonth, random);
  let seconds = 0;
  for (let i = 0; i < times; i++) seconds += least + (most - least) * random.fraction();
  return (seconds * share) / 60;
}

/** Larger means are drawn in parts: e to the power of minus 745 is already 0 in a double. */
const MEAN_MAX = 30;

/** How often something happens that happens so often on average (Knuth's way). */
export function poisson(mean: number, random: Pick<Random, 'fraction'>): number {
  if (mean > MEAN_MAX) return poisson(MEAN_MAX, random) + poisson(mean - MEAN_MAX, random);
  const limit = Math.exp(-mean);
  let times = 0;
  for (let product = random.fraction(); product > limit; product *= random.fraction()) times += 1;
  return times;
}

/** After a pause of so many seconds, how many more until what has queued is judged: bids go on coming meanwhile. */
export const catchUpSeconds = (pause: number, busy: number = BUSY_MAX): number => (pause * busy) / (1 - busy);
