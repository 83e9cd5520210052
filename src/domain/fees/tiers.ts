// Fees by marginal tiers: each part of the amount at its own tier's rate.
import type { Minor } from '../money.js';
import { BASIS_POINTS, rounded } from './rounding.js';
import { type FeeTier, HALF_UP, type Rounding } from './schedule.js';

/** A part of an amount, and the rate of the tier that it falls into. */
export type FeeSlice = Readonly<{ part: Minor; rateBp: number }>;

/** An amount cut at the tiers' limits, the lowest part first. The parts add up to it; tiers that it does not reach have none. */
export function slicesOf(amount: Minor, tiers: readonly FeeTier[]): readonly FeeSlice[] {
  const slices: FeeSlice[] = [];
  let from = 0n;
  for (const { upTo, rateBp } of tiers) {
    const to = upTo === null || upTo > amount ? amount : upTo;
    if (to > from) slices.push({ part: to - from, rateBp });
    from = to;
  }
  return slices;
}

/** The fee on an amount. What the tiers charge is added up exactly and rounded once, so that tiers cannot round apart. */
export const tieredFee = (amount: Minor, tiers: readonly FeeTier[], rounding: Rounding = HALF_UP): Minor =>
  rounded(
    slicesOf(amount, tiers).reduce((sum, { part, rateBp }) => sum + part * BigInt(rateBp), 0n),
    BASIS_POINTS,
    rounding,
  );
