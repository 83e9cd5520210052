// The currency that dashboards begin with: the one that this house deals in most.
import type { Currency } from '../../../src/domain/money.js';
import { cards } from '../house/auctions.js';
import { houseTime } from '../house/clock.js';
import { revenue } from './questions.js';
import { dayBefore, dayOf } from './sums.js';

/** Days that are looked at: a year. */
const DAYS = 365;
const LOTS_MAX = 200;

/** By sales of the last year; before the first sale by open lots; where there is nothing at all, the euro. */
export async function busiestCurrency(): Promise<Currency> {
  const today = dayOf(houseTime());
  const { rows } = await revenue({ from: dayBefore(today, DAYS), to: today });
  const sales = rows.map(
    ({ currency, sales: made, hallSales }) => [currency, Number(made) + Number(hallSales)] as const,
  );
  const lots = async () =>
    (await cards({ filter: { status: 'OPEN' }, limit: LOTS_MAX })).rows.map(({ currency }) => [currency, 1] as const);
  return most(sales) ?? most(await lots()) ?? 'EUR';
}

function most(counts: readonly (readonly [Currency, number])[]): Currency | null {
  const sums = new Map<Currency, number>();
  for (const [currency, count] of counts) sums.set(currency, (sums.get(currency) ?? 0) + count);
  const [first] = [...sums].filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a);
  return first?.[0] ?? null;
}
