// Executive Summary: money and sales of a period, beside the period before.
import { useAsked } from '../parts/asked.js';
import { figureWords } from '../words/figure-words.js';
import { SellThrough } from './auctions.js';
import { ChartCard, type Tabled } from './chart-card.js';
import { asked as askedOf, type Period } from './period.js';
import { auctionFigures, type RevenueRow, revenue } from './questions.js';
import { amount, axisAmount, Computed, dayText, Kpis, percent, plainAmount, signed, whole } from './shown.js';
import { byDay, change, dayBefore, daysBetween, isEnded, isSold, share, sumOf } from './sums.js';

export function Executive({ period }: Readonly<{ period: Period }>) {
  const { from, to, currency, category } = period;
  const load = async () => {
    const before = dayBefore(from, daysBetween(from, to));
    const [money, lots] = await Promise.all([
      revenue({ from: before, to, currency }),
      auctionFigures({ from, to, currency, ...(category !== null && { category }) }),
    ]);
    return { money, lots };
  };
  const asked = useAsked(load, JSON.stringify(period));
  const { answer } = asked;
  const rows = answer?.money.rows ?? [];
  const inside = rows.filter(({ day }) => day >= from);
  return (
    <>
      <Computed table={answer === null ? null : { ...answer.money, isCut: answer.lots.isCut }} asked={asked} />
      {answer !== null && (
        <>
          <Totals
            inside={inside}
            before={rows.filter(({ day }) => day < from)}
            lots={answer.lots.rows}
            currency={currency}
          />
          <div class="charts">
            <Days rows={inside} period={period} of="netHammerPrice" />
            <Days rows={inside} period={period} of="netHouseIncome" />
            <SellThrough rows={answer.lots.rows} by="category" />
            <SellThrough rows={answer.lots.rows} by="format" />
          </div>
        </>
      )}
    </>
  );
}

type TotalsParts = Readonly<{
  inside: readonly RevenueRow[];
  before: readonly RevenueRow[];
  lots: Parameters<typeof SellThrough>[0]['rows'];
  currency: Period['currency'];
}>;

function Totals({ inside, before, lots, currency }: TotalsParts) {
  const said = figureWords.value;
  const total = (of: 'netHammerPrice' | 'netHouseIncome') => {
    const [now, then] = [sumOf(inside, (row) => row[of]), sumOf(before, (row) => row[of])];
    const more = signed(change(now, then));
    return { figure: amount(now, currency), hint: more === null ? null : said.before(more) };
  };
  const [ended, sold] = [lots.filter(isEnded), lots.filter(isSold)];
  const unpaid = sold.filter(({ paymentStatus }) => paymentStatus === 'unpaid');
  const halls = sumOf(inside, ({ hallSales }) => hallSales);
  const sales = sumOf(inside, (row) => row.sales);
  const more = signed(
    change(
      sales,
      sumOf(before, (row) => row.sales),
    ),
  );
  return (
    <Kpis
      kpis={[
        { name: said.net, ...total('netHammerPrice') },
        { name: said.income, ...total('netHouseIncome') },
        { name: said.sales, figure: whole(sales), hint: more === null ? null : said.before(more) },
        {
          name: said.sellThrough,
          figure: percent(share(sold.length, ended.length)),
          hint: said.ofEnded(whole(ended.length)),
        },
        {
          name: said.unpaid,
          figure: percent(share(unpaid.length, sold.length)),
          hint: said.ofSold(whole(sold.length)),
        },
        halls > 0n
          ? { name: said.hall, figure: whole(halls) }
          : {
              name: said.cash,
              figure: amount(
                sumOf(inside, ({ netCash }) => netCash),
                currency,
              ),
            },
      ]}
    />
  );
}

type DaysParts = Readonly<{ rows: readonly RevenueRow[]; period: Period; of: 'netHammerPrice' | 'netHouseIncome' }>;

function Days({ rows, period, of }: DaysParts) {
  const said = figureWords.value;
  const { currency } = period;
  const days = byDay(rows, period.from, period.to).map(({ day, row }) => ({ day, minor: BigInt(row?.[of] ?? 0) }));
  const best = days.reduce((most, one) => (one.minor > most.minor ? one : most), { day: period.from, minor: 0n });
  const isHammer = of === 'netHammerPrice';
  const title = !isHammer
    ? said.incomeTitle
    : best.minor === 0n
      ? said.byDayNone
      : said.byDay(amount(best.minor, currency), dayText(best.day));
  const unit = isHammer ? said.perDay(currency) : said.incomeUnit(currency);
  const table: Tabled = {
    columns: [{ name: said.day }, { name: isHammer ? said.net : said.income, isFigure: true }],
    rows:
      rows.length === 0
        ? []
        : days.map(({ day, minor }) => ({
            key: day,
            shown: [
              <a href={`${askedOf({ from: day, to: day }, '/figures/auctions')}#rows`}>{dayText(day)}</a>,
              amount(minor, currency),
            ],
            raw: [day, plainAmount(minor, currency)],
          })),
  };
  return (
    <ChartCard
      title={title}
      unit={unit}
      says={`${unit}: ${said.byDay(amount(best.minor, currency), dayText(best.day))}`}
      table={table}
      plotted={{
        kind: 'bars',
        labels: days.map(({ day }) => dayText(day)),
        lines: [{ label: unit, values: days.map(({ minor }) => Number(minor)) }],
        shown: axisAmount(currency),
      }}
    />
  );
}
