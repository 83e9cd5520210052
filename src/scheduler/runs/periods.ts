// When the house does what by the clock, and what of it is outstanding. All days and hours are UTC.
import type { RunKind } from '../../domain/house/run.events.js';
import { type Instant, instant, isoTime } from '../../domain/time.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * `cron`: when the run is called. `unitMs`: it covers whole days or hours. `dueMs`: how long after the end of one it is due; the
 * few minutes less than `cron` says are for clocks that differ.
 */
export type RunTimes = Readonly<{ cron: string; unitMs: number; dueMs: number }>;

export const RUN_TIMES: Readonly<Record<RunKind, RunTimes>> = {
  nightly: { cron: '0 2 * * *', unitMs: DAY_MS, dueMs: 2 * HOUR_MS - 5 * MINUTE_MS },
  hourly: { cron: '5 * * * *', unitMs: HOUR_MS, dueMs: 0 },
  verification: { cron: '0 4 * * *', unitMs: DAY_MS, dueMs: 4 * HOUR_MS - 5 * MINUTE_MS },
};

/** From (inclusive) to (exclusive), whole days or hours. */
export type Span = Readonly<{ from: Instant; to: Instant }>;

/**
 * What is due by now and not done: from where the last good run of the kind ended (`doneTo`), or from the house's first event
 * on. Null if that is nothing.
 */
export function outstanding(
  kind: RunKind,
  { now, doneTo, firstEventAt }: Readonly<{ now: Instant; doneTo: Instant | null; firstEventAt: Instant | null }>,
): Span | null {
  const { unitMs, dueMs } = RUN_TIMES[kind];
  const to = floor(now - dueMs, unitMs);
  const begins = doneTo ?? firstEventAt;
  if (begins === null) return null;
  const from = floor(begins, unitMs);
  return from < to ? { from, to } : null;
}

const floor = (ms: number, unitMs: number): Instant => instant(Math.floor(ms / unitMs) * unitMs);

/** The UTC days that a span touches, as `2026-01-31`. */
export const daysIn = ({ from, to }: Span): Readonly<{ from: string; to: string }> => ({
  from: isoTime(from).slice(0, 10),
  to: isoTime(instant(to - 1)).slice(0, 10),
});
