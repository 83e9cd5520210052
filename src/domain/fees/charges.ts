// What a sale costs whom: a schedule, a hammer price and the tax positions of both sides make lines, and the lines make the sums.
import { greater, lesser, type Minor } from '../money.js';
import { MILLION, rounded } from './rounding.js';
import { CHARGE_KINDS, type Charge, type FeeSchedule, type Party, type Rounding } from './schedule.js';
import { NO_POSITIONS, type Positions, ratesFor } from './tax-position.js';
import { tieredFee } from './tiers.js';

export const LINE_KINDS = ['hammer', 'premium', 'platform-fee', ...CHARGE_KINDS] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** One line of an account; the rate in millionths. The buyer pays `net` + `tax`; from the seller's hammer price the same is kept. */
export type FeeLine = Readonly<{ paidBy: Party; kind: LineKind; net: Minor; taxRatePpm: number; tax: Minor }>;

/**
 * The money of one sale. hammer + premium + tax = amount due, which is the sum of the buyer's lines. Platform fee + the tax on it +
 * proceeds = hammer. `buyersPremium` is all that the buyer pays beside the hammer price, `platformFee` all that the seller pays,
 * both without tax: together they are the house's income.
 */
export type Invoice = Readonly<{
  hammerPrice: Minor;
  buyersPremium: Minor;
  tax: Minor;
  amountDue: Minor;
  platformFee: Minor;
  sellerProceeds: Minor;
  lines: readonly FeeLine[];
}>;

/** The buyer's invoice and the seller's payout at a hammer price, in minor units. Nothing in it is negative. */
export function invoiceFor(hammerPrice: Minor, fees: FeeSchedule, positions: Positions = NO_POSITIONS): Invoice {
  const buyers = buyersLines(hammerPrice, fees, positions);
  const sellers = sellersLines(hammerPrice, fees, positions);
  const amountDue = netOf(buyers) + taxOf(buyers);
  const tax = taxOf(buyers);
  return {
    hammerPrice,
    buyersPremium: amountDue - tax - hammerPrice,
    tax,
    amountDue,
    platformFee: netOf(sellers),
    sellerProceeds: hammerPrice - netOf(sellers) - taxOf(sellers),
    lines: [...buyers, ...sellers],
  };
}

export const netOf = (lines: readonly FeeLine[]): Minor => lines.reduce((sum, { net }) => sum + net, 0n);
export const taxOf = (lines: readonly FeeLine[]): Minor => lines.reduce((sum, { tax }) => sum + tax, 0n);

type Untaxed = Pick<FeeLine, 'kind' | 'net' | 'taxRatePpm'>;

function buyersLines(hammerPrice: Minor, fees: FeeSchedule, { buyer }: Positions): readonly FeeLine[] {
  const { rounding, tax, charges, premiumMinimum } = fees;
  const { hammerPpm, premiumPpm } = ratesFor(tax, buyer);
  const premium = tieredFee(hammerPrice, fees.buyersPremium, rounding);
  const lines: Untaxed[] = [
    { kind: 'hammer', net: hammerPrice, taxRatePpm: hammerPpm },
    { kind: 'premium', net: greater(premium, premiumMinimum), taxRatePpm: premiumPpm },
    ...charged(hammerPrice, charges, 'buyer', rounding).map((line) => ({ ...line, taxRatePpm: premiumPpm })),
  ];
  return taxed('buyer', lines, rounding);
}

/** What is kept from the seller is cut, the last line first, where it would be more than the hammer price. */
function sellersLines(hammerPrice: Minor, fees: FeeSchedule, { seller }: Positions): readonly FeeLine[] {
  const { rounding, tax, charges } = fees;
  const { feesPpm: taxRatePpm } = ratesFor(tax, seller);
  let left = netWithin(hammerPrice, taxRatePpm, rounding);
  const asked = [
    { kind: 'platform-fee' as const, net: tieredFee(hammerPrice, fees.platformFee, rounding) },
    ...charged(hammerPrice, charges, 'seller', rounding),
  ];
  const lines = asked.map(({ kind, net: wanted }): Untaxed => {
    const net = lesser(wanted, left);
    left -= net;
    return { kind, net, taxRatePpm };
  });
  return taxed('seller', lines, rounding);
}

const charged = (hammerPrice: Minor, charges: readonly Charge[], payer: Party, rounding: Rounding) =>
  charges
    .filter(({ paidBy }) => paidBy === payer)
    .map(({ kind, tiers, minimum, fixed }) => ({
      kind,
      net: greater(tieredFee(hammerPrice, tiers, rounding), minimum) + fixed,
    }));

/** The most that may be charged before tax, so that with the tax it is no more than `whole`. */
function netWithin(whole: Minor, taxRatePpm: number, rounding: Rounding): Minor {
  const rate = BigInt(taxRatePpm);
  let net = (whole * MILLION) / (MILLION + rate);
  while (net > 0n && net + rounded(net * rate, MILLION, rounding) > whole) net -= 1n;
  return net;
}

/**
 * Tax is worked out on the sum of the lines of one rate, and each line gets what it adds to that: so the lines' taxes add up to
 * the tax of the sum, and no cent is lost between them. Lines of nothing are left out, but for the hammer price.
 */
function taxed(paidBy: Party, lines: readonly Untaxed[], rounding: Rounding): readonly FeeLine[] {
  const soFar = new Map<number, bigint>();
  return lines
    .map(({ kind, net, taxRatePpm }): FeeLine => {
      const before = soFar.get(taxRatePpm) ?? 0n;
      const after = before + net * BigInt(taxRatePpm);
      soFar.set(taxRatePpm, after);
      return {
        paidBy,
        kind,
        net,
        taxRatePpm,
        tax: rounded(after, MILLION, rounding) - rounded(before, MILLION, rounding),
      };
    })
    .filter(({ kind, net }) => kind === 'hammer' || net > 0n);
}
