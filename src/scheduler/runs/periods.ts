// When the house does what by the clock, and what of it is outstanding. All days and hours are UTC.
import type { RunKind } from '../../domain/house/run.events.js';
import { type Instant, instant, isoTime } from '../../domain/time.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** Time began on a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/**
 * `cron`: when the run is called. `unitMs`: it covers whole days, hours or weeks. `dueMs`: how long after the end of one it is
 * due; the few minutes less than `cron` says are for clocks that differ. `oneByOne`: each that was missed gets a run of its own.
 */
export type RunTimes = Readonly<{ cron: string; unitMs: number; dueMs: number; oneByOne: boolean }>;

export const RUN_TIMES: Readonly<Record<RunKind, RunTimes>> = {
  nightly: { cron: '0 2 * * *', unitMs: DAY_MS, dueMs: 2 * HOUR_MS - 5 * MINUTE_MS, oneByOne: true },
  hourly: { cron: '5 * * * *', unitMs: HOUR_MS, dueMs: 0, oneByOne: false },
  verification: { cron: '0 4 * * *', unitMs: DAY_MS, dueMs: 4 * HOUR_MS - 5 * MINUTE_MS, oneByOne: false },
  drill: { cron: '0 5 * * 1', unitMs: WEEK_MS, dueMs: 5 * HOUR_MS - 5 * MINUTE_MS, oneByOne: false },
};

/** From (inclusive) to (exclusive), whole days, hours or weeks. */
export type Span = Readonly<{ from: Instant; to: Instant }>;

/**
 * What the next run is for: all that is due by now and not done, or the first day of it where each gets a run of its own. It
 * begins where the last good run of the kind ended (`doneTo`), or at the house's first event. Null if that is nothing.
 */
export function outstanding(
  kind: RunKind,
  { now, doneTo, firstEventAt }: Readonly<{ now: Instant; doneTo: Instant | null; firstEventAt: Instant | null }>,
): Span | null {
  const { unitMs, dueMs, oneByOne } = RUN_TIMES[kind];
  const to = floor(now - dueMs, unitMs);
  const begins = doneTo ?? firstEventAt;
  if (begins === null) return null;
  const from = floor(begins, unitMs);
  if (from >= to) return null;
  return { from, to: oneByOne ? instant(from + unitMs) : to };
}

const floor = (ms: number, unitMs: number): Instant =>
  instant(Math.floor((ms - FIRST_MONDAY_MS) / unitMs) * unitMs + FIRST_MONDAY_MS);

/** The UTC days that a span touches, as `2026-01-31`. */
export const daysIn = ({ from, to }: Span): Readonly<{ from: string; to: string }> => ({
  from: isoTime(from).slice(0, 10),
  to: isoTime(instant(to - 1)).slice(0, 10),
});
