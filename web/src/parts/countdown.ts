// What the time cell says, as a pure function (CONCEPT's table of states is its test).
import { LAST_MINUTE_MS, spanText } from '../times.js';
import type { Words } from '../words/en.js';

export type Countdown = Readonly<{ word: string; figure: string; isLate: boolean; left: number }>;

/** `isLive` false: no seconds run without the house. `at` writes a time of day. */
export function countdown(
  auction: Readonly<{ status: string; opensAt: string; closesAt: string; closedAt: string | null }>,
  { nowMs, isLive, at }: Readonly<{ nowMs: number; isLive: boolean; at: (iso: string) => string }>,
  words: Words['countdown'],
): Countdown {
  const { status, opensAt, closesAt, closedAt } = auction;
  if (status === 'UPCOMING')
    return { word: words.opensIn, figure: spanText(Date.parse(opensAt) - nowMs), isLate: false, left: 0 };
  if (status !== 'OPEN') return { word: words.closed, figure: at(closedAt ?? closesAt), isLate: false, left: 0 };
  if (!isLive) return { word: words.closes, figure: at(closesAt), isLate: false, left: 0 };
  const ms = Date.parse(closesAt) - nowMs;
  if (ms <= 0) return { word: words.closing, figure: '0:00', isLate: true, left: 0 };
  const isLate = ms <= LAST_MINUTE_MS;
  return {
    word: isLate ? words.lastMinute : words.closesIn,
    figure: spanText(ms),
    isLate,
    left: isLate ? Math.ceil(ms / 1_000) : 0,
  };
}
