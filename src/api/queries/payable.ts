// What a sale would cost its buyer, as people are shown it. Amounts become decimal text.
import type { FeeLine, Invoice, LineKind } from '../../domain/fees/charges.js';
import type { TaxScheme } from '../../domain/fees/schedule.js';
import type { AuctionId } from '../../domain/ids.js';
import type { Currency } from '../../domain/money.js';
import type { ListedFees } from '../../projections/silver/silver.queries.js';

const DAY_MS = 86_400_000;

export type FeeLineView = Readonly<{ kind: LineKind; amount: string; taxRatePpm: number; tax: string; total: string }>;
export type PayableView = Readonly<{
  auctionId: AuctionId;
  currency: Currency;
  hammerPrice: string;
  lines: readonly FeeLineView[];
  tax: string;
  total: string;
  taxScheme: TaxScheme;
  feeSchedule: string;
  feeScheduleVersion: number;
  paymentTermDays: number;
}>;

export const feeLineView = ({ kind, net, taxRatePpm, tax }: Omit<FeeLine, 'paidBy'>): FeeLineView => ({
  kind,
  amount: `${net}`,
  taxRatePpm,
  tax: `${tax}`,
  total: `${net + tax}`,
});

/** The buyer's side of a sale. */
export const payableView = (
  auctionId: AuctionId,
  { currency, fees }: ListedFees,
  { hammerPrice, lines, tax, amountDue }: Invoice,
): PayableView => ({
  auctionId,
  currency,
  hammerPrice: `${hammerPrice}`,
  lines: lines.filter(({ paidBy }) => paidBy === 'buyer').map(feeLineView),
  tax: `${tax}`,
  total: `${amountDue}`,
  taxScheme: fees.tax.scheme,
  feeSchedule: fees.name,
  feeScheduleVersion: fees.version,
  paymentTermDays: Math.floor(fees.paymentTermMs / DAY_MS),
});
