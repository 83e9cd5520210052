// What dashboards add up, as pure functions of Gold's rows. Amounts stay whole minor units.
import type { AuctionRow, BidderRow, HourRow, RevenueRow } from './questions.js';

const DAY_MS = 86_400_000;
const BASIS_POINTS = 10_000;

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const dayBefore = (day: string, days: number): string => dayOf(Date.parse(day) - days * DAY_MS);
/** Both included. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;

export const sumOf = <Row>(rows: readonly Row[], amount: (row: Row) => string): bigint =>
  rows.reduce((sum, row) => sum + BigInt(amount(row)), 0n);

/** Rows by what they have in common, in the order in which that first occurs. */
export const groups = <Row>(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, readonly Row[]> => {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const group = found.get(key(row));
    if (group === undefined) found.set(key(row), [row]);
    else group.push(row);
  }
  return found;
};

/** Every day of the period, those without a row included: null there. */
export function byDay(rows: readonly RevenueRow[], from: string, to: string) {
  const of = new Map(rows.map((row) => [row.day, row]));
  return Array.from({ length: Math.max(0, daysBetween(from, to)) }, (_, n) => {
    const day = dayBefore(from, -n);
    return { day, row: of.get(day) ?? null };
  });
}

/** A part of a whole, from 0 to 1; null of nothing. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** How much more it is than before, 0.1 for a tenth; null after nothing. */
export const change = (now: bigint, before: bigint): number | null =>
  before === 0n
    ? null
    : Number(((now - before) * BigInt(BASIS_POINTS)) / (before < 0n ? -before : before)) / BASIS_POINTS;

const ENDED = new Set(['sold', 'passed', 'withdrawn']);
export const isEnded = ({ outcome }: Pick<AuctionRow, 'outcome'>): boolean => ENDED.has(outcome);
export const isSold = ({ outcome }: Pick<AuctionRow, 'outcome'>): boolean => outcome === 'sold';

/** Sold of ended for each group, the most lots first. */
export function sellThrough(rows: readonly AuctionRow[], key: (row: AuctionRow) => string) {
  return [...groups(rows.filter(isEnded), key)]
    .map(([name, group]) => ({ name, ended: group.length, sold: group.filter(isSold).length }))
    .toSorted((a, b) => b.ended - a.ended || a.name.localeCompare(b.name));
}

/** How many auctions' prices rose by how much over the starting price. */
export const LIFTS = [
  ['0 %', 0, 0],
  ['1–25 %', 1, 2_500],
  ['26–50 %', 2_501, 5_000],
  ['51–100 %', 5_001, 10_000],
  ['101–200 %', 10_001, 20_000],
  ['> 200 %', 20_001, Number.POSITIVE_INFINITY],
] as const;
export const lifts = (rows: readonly AuctionRow[]) =>
  LIFTS.map(([name, from, to]) => ({
    name,
    count: rows.filter(
      ({ priceLiftBp }) => priceLiftBp !== null && Number(priceLiftBp) >= from && Number(priceLiftBp) <= to,
    ).length,
  }));

const HOURS_A_DAY = 24;
/** Bids by the hour of the day, UTC. */
export const byHour = (rows: readonly HourRow[]) =>
  Array.from({ length: HOURS_A_DAY }, (_, hour) => {
    const of = rows.filter((row) => row.hour === hour);
    return {
      hour,
      bids: Number(sumOf(of, ({ bids }) => bids)),
      late: Number(sumOf(of, ({ bidsLastMinute }) => bidsLastMinute)),
    };
  });

/** A bidder has a row for each currency; the segment is the person's. */
export function segments(rows: readonly BidderRow[]) {
  return [...groups(rows, ({ segment }) => segment)].map(([name, of]) => ({
    name,
    people: new Set(of.map(({ bidderId }) => bidderId)).size,
    bids: Number(sumOf(of, ({ bids }) => bids)),
    ended: Number(sumOf(of, ({ endedAuctions }) => endedAuctions)),
    wins: Number(sumOf(of, ({ wins }) => wins)),
    hammer: sumOf(of, ({ hammerPrice }) => hammerPrice),
  }));
}

/** The middle of them; null of none. */
export function median(figures: readonly number[]): number | null {
  const sorted = figures.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
