// What a sale costs. Tiers are marginal: each part of the hammer price is charged its own tier's rate.
import { lesser, type Minor } from '../money.js';
import type { FeeSchedule, FeeTier } from './terms.js';

const BASIS_POINTS = 10_000n;

/** The money of one sale: hammer + premium + tax = amount due, platform fee + proceeds = hammer (invariant 16). */
export type SaleAmounts = Readonly<{
  hammerPrice: Minor;
  buyersPremium: Minor;
  tax: Minor;
  amountDue: Minor;
  platformFee: Minor;
  sellerProceeds: Minor;
}>;

/** The amounts that follow from a hammer price. Each fee is rounded once, half a minor unit up. */
export function saleAmounts(
  hammerPrice: Minor,
  { buyersPremium: premiumTiers, platformFee: feeTiers, taxRateBp }: FeeSchedule,
): SaleAmounts {
  const buyersPremium = tieredFee(hammerPrice, premiumTiers);
  const tax = roundHalfUp((hammerPrice + buyersPremium) * BigInt(taxRateBp));
  const platformFee = lesser(tieredFee(hammerPrice, feeTiers), hammerPrice);
  return {
    hammerPrice,
    buyersPremium,
    tax,
    amountDue: hammerPrice + buyersPremium + tax,
    platformFee,
    sellerProceeds: hammerPrice - platformFee,
  };
}

/** The fee on an amount by marginal tiers, rounded once at the end. */
export function tieredFee(amount: Minor, tiers: readonly FeeTier[]): Minor {
  let charged = 0n;
  let from = 0n;
  for (const { upTo, rateBp } of tiers) {
    const to = upTo === null ? amount : lesser(amount, upTo);
    if (to > from) charged += (to - from) * BigInt(rateBp);
    if (upTo === null || amount <= upTo) break;
    from = upTo;
  }
  return roundHalfUp(charged);
}

const roundHalfUp = (tenThousandths: bigint): Minor => (tenThousandths + BASIS_POINTS / 2n) / BASIS_POINTS;
