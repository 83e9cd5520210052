// When bids come. A plan tells it in the time of real auctions, which last for days; a run has minutes. So a run squeezes
// the long quiet part of every auction and keeps its end as it is, for as far as the run is long enough (docs/adr/0023).
import { type Random, Weighted } from './random.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The parts of an auction, from its end: where each begins, in ms before the close. */
export const PARTS = ['last minute', '1 to 5 minutes', '5 to 60 minutes', 'before'] as const;
export type Part = (typeof PARTS)[number];

/** Where the parts end, in ms before the close: the first below one minute, and so on. The last ends with the listing. */
const PART_ENDS_MS = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS] as const;

/** Shares of all bids, in per cent. `card` is the often-quoted shape of last bids; `observed` is eBay's of 2002-03. */
export const PROFILES = {
  card: { 'last minute': 32, '1 to 5 minutes': 17, '5 to 60 minutes': 8, before: 43 },
  observed: { 'last minute': 3.1, '1 to 5 minutes': 3.8, '5 to 60 minutes': 9.1, before: 84 },
} as const satisfies Record<string, Record<Part, number>>;

export type Profile = keyof typeof PROFILES;

/** A bid's place in an auction of whatever length. */
export type Moment = Readonly<{ part: Part; fraction: number }>;

/** Nobody gets a bid through in less. */
const LATEST_BID_MS = 500;
/** Snipers wait for the last seconds: the distance to the close is this power of an even draw. */
const SNIPERS_HASTE = 1.5;

/** Lengths that listings have, with their weights: eBay's one, three, five and seven days. */
export const LENGTHS = new Weighted([
  [1 * DAY_MS, 10],
  [3 * DAY_MS, 20],
  [5 * DAY_MS, 20],
  [7 * DAY_MS, 50],
]);

/** Draws the moments of bids. */
export class MomentsOf {
  private readonly parts: Weighted<Part>;

  constructor(profile: Profile) {
    this.parts = new Weighted(PARTS.map((part) => [part, PROFILES[profile][part]]));
  }

  draw(random: Random): Moment {
    return { part: this.parts.draw(random), fraction: random.fraction() };
  }
}

/** The moment in ms before the close of an auction that lasts `lengthMs`, which is more than an hour. */
export function beforeClose({ part, fraction }: Moment, lengthMs: number): number {
  if (part === 'last minute')
    return LATEST_BID_MS + Math.floor(fraction ** SNIPERS_HASTE * (MINUTE_MS - LATEST_BID_MS));
  const from = PART_ENDS_MS[PARTS.indexOf(part) - 1] ?? HOUR_MS;
  const to = PART_ENDS_MS[PARTS.indexOf(part)] ?? lengthMs;
  return from + Math.floor(fraction * (to - from));
}

/** The part that lies so many ms before the close. */
export function partAt(beforeCloseMs: number): Part {
  const index = PART_ENDS_MS.findIndex((end) => beforeCloseMs < end);
  return PARTS[index < 0 ? PART_ENDS_MS.length : index] ?? 'before';
}

/** How much of a run's auction each part may take at most, counted from its end. */
const SHARES = [0.4, 0.6, 0.75] as const;

/** The time of a planned auction, squeezed into that of a played one. Both are told in ms before the close. */
export class Squeeze {
  private readonly planned: readonly number[];
  private readonly played: readonly number[];

  /** From auctions of `plannedMs` to auctions of `playedMs`; where that is no less, nothing is squeezed. */
  constructor(plannedMs: number, playedMs: number) {
    const length = Math.min(plannedMs, playedMs);
    this.planned = [0, ...PART_ENDS_MS, plannedMs];
    this.played = [0, ...PART_ENDS_MS.map((end, i) => Math.min(end, (SHARES[i] ?? 1) * length)), length];
  }

  /** Ms before the close of the played auction. */
  toPlayed(beforeCloseMs: number): number {
    return between(this.planned, this.played, beforeCloseMs);
  }

  /** Ms before the close of the planned auction; what is after the close stays after it. */
  toPlanned(beforeCloseMs: number): number {
    return between(this.played, this.planned, beforeCloseMs);
  }
}

/** Linear between the knots, and on beyond the outermost. */
function between(from: readonly number[], to: readonly number[], x: number): number {
  const found = from.findIndex((knot, i) => i > 0 && x < knot);
  const i = found < 0 ? from.length - 1 : found;
  const [x0, x1, y0, y1] = [from[i - 1] ?? 0, from[i] ?? 0, to[i - 1] ?? 0, to[i] ?? 0];
  return y0 + ((x - x0) * (y1 - y0)) / (x1 - x0);
}
