// What a sale costs whom. Fees are charged by marginal tiers: each part of the amount at its own tier's rate.
import type { Minor } from '../money.js';
import type { FeeSchedule, FeeTier } from './terms.js';

/** Rates are in basis points, hundredths of a per cent: 10,000 is the whole. */
const BASIS_POINTS = 10_000n;

/** The money of one sale. Two sums always hold: hammer + premium + tax = amount due, and platform fee + proceeds = hammer. */
export type Invoice = Readonly<{
  hammerPrice: Minor;
  buyersPremium: Minor;
  tax: Minor;
  amountDue: Minor;
  platformFee: Minor;
  sellerProceeds: Minor;
}>;

/** The buyer's invoice and the seller's payout at a hammer price, in minor units. */
export function invoiceFor(hammerPrice: Minor, { buyersPremium, platformFee, taxRateBp }: FeeSchedule): Invoice {
  const premium = tieredFee(hammerPrice, buyersPremium);
  const tax = rounded((hammerPrice + premium) * BigInt(taxRateBp));
  const fee = tieredFee(hammerPrice, platformFee);
  return {
    hammerPrice,
    buyersPremium: premium,
    tax,
    amountDue: hammerPrice + premium + tax,
    platformFee: fee,
    sellerProceeds: hammerPrice - fee,
  };
}

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
export const tieredFee = (amount: Minor, tiers: readonly FeeTier[]): Minor =>
  rounded(slicesOf(amount, tiers).reduce((sum, { part, rateBp }) => sum + part * BigInt(rateBp), 0n));

// Half a minor unit is rounded up: commercial rounding as in DIN 1333, which buyers and tax offices expect of invoices.
const rounded = (basisPoints: bigint): Minor => (basisPoints + BASIS_POINTS / 2n) / BASIS_POINTS;
