// The only place where a fraction of a minor unit is decided on.
import type { Minor } from '../money.js';
import type { Rounding } from './schedule.js';

/** Rates of fees are in basis points, hundredths of a per cent: 10,000 is the whole. */
export const BASIS_POINTS = 10_000n;
/** Rates of taxes are in millionths: New York's 8.875 % is 88,750. */
export const MILLION = 1_000_000n;

/** An amount times a rate, in minor units divided by `whole`, as minor units. It grows with the amount and is never negative for one that is not. */
export function rounded(parts: bigint, whole: bigint, { mode, step }: Rounding): Minor {
  const unit = whole * step;
  const steps = parts / unit;
  const rest = parts % unit;
  return (isUp(mode, 2n * rest - unit, steps) ? steps + 1n : steps) * step;
}

/** `overHalf`: twice what the rest is above half a step. */
function isUp(mode: Rounding['mode'], overHalf: bigint, steps: bigint): boolean {
  switch (mode) {
    case 'down':
      return false;
    case 'half-up':
      return overHalf >= 0n;
    case 'half-even':
      return overHalf > 0n || (overHalf === 0n && steps % 2n === 1n);
  }
}
