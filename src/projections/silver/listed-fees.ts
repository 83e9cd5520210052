// The schedule of fees of a listing, and the lines of a sale, as columns of text and back.
import type { FeeLine } from '../../domain/fees/charges.js';
import type { Charge, FeeSchedule, FeeTier } from '../../domain/fees/schedule.js';
import { bigintAsText } from '../../runtime/bigint-text.js';

/** Amounts become decimal text. */
export const feesAsText = (fees: FeeSchedule): string => JSON.stringify(fees, bigintAsText);

/** Every bigint of a type, as JSON has it. */
type Stored<T> = T extends bigint ? string : T extends object ? { readonly [K in keyof T]: Stored<T[K]> } : T;

/** What `feesAsText` made. */
export function feesFromText(text: string): FeeSchedule {
  const stored = JSON.parse(text) as Stored<FeeSchedule>;
  return {
    ...stored,
    buyersPremium: stored.buyersPremium.map(tier),
    premiumMinimum: BigInt(stored.premiumMinimum),
    platformFee: stored.platformFee.map(tier),
    charges: stored.charges.map(charge),
    rounding: { ...stored.rounding, step: BigInt(stored.rounding.step) },
  };
}

export const linesAsText = (lines: readonly FeeLine[]): string => JSON.stringify(lines, bigintAsText);

/** What `linesAsText` made. */
export const linesFromText = (text: string): readonly FeeLine[] =>
  (JSON.parse(text) as Stored<readonly FeeLine[]>).map((line) => ({
    ...line,
    net: BigInt(line.net),
    tax: BigInt(line.tax),
  }));

const tier = ({ upTo, rateBp }: Stored<FeeTier>): FeeTier => ({ upTo: upTo === null ? null : BigInt(upTo), rateBp });

const charge = ({ tiers, minimum, fixed, ...rest }: Stored<Charge>): Charge => ({
  ...rest,
  tiers: tiers.map(tier),
  minimum: BigInt(minimum),
  fixed: BigInt(fixed),
});
