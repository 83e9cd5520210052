// Auction Performance: what sells, when bids come, and how far prices rise; with the rows behind it.
import { useAsked } from '../parts/asked.js';
import { figureWords } from '../words/figure-words.js';
import { Bars, ChartCard, Csv, Rows, type Tabled } from './chart-card.js';
import { asked as askedOf, type Period } from './period.js';
import { type AuctionRow, auctionFigures, type HourRow, hours } from './questions.js';
import { amount, axisWhole, Computed, Kpis, percent, plainAmount, whole } from './shown.js';
import { byHour, isEnded, isSold, lifts, median, sellThrough, share, sumOf } from './sums.js';

const ROWS_SHOWN = 200;
const HOUR_MS = 3_600_000;

export function Auctions({ period }: Readonly<{ period: Period }>) {
  const { from, to, currency, category } = period;
  const load = async () => {
    const [lots, activity] = await Promise.all([
      auctionFigures({ from, to, currency, ...(category !== null && { category }) }),
      hours({ from, to }),
    ]);
    return { lots, activity };
  };
  const asked = useAsked(load, JSON.stringify(period));
  const { answer } = asked;
  return (
    <>
      <Computed table={answer?.lots ?? null} asked={asked} />
      {answer !== null && (
        <>
          <Totals rows={answer.lots.rows} />
          <div class="charts">
            <SellThrough rows={answer.lots.rows} by="category" />
            <SellThrough rows={answer.lots.rows} by="format" />
            <Hours rows={answer.activity.rows} />
            <Lifts rows={answer.lots.rows} />
          </div>
          <Lots rows={answer.lots.rows} />
        </>
      )}
    </>
  );
}

function Totals({ rows }: Readonly<{ rows: readonly AuctionRow[] }>) {
  const said = figureWords.value;
  const ended = rows.filter(isEnded);
  const bids = sumOf(ended, ({ bids: count }) => count ?? '0');
  const late = sumOf(ended, ({ bidsLastMinute }) => bidsLastMinute ?? '0');
  const extended = ended.filter(({ extensions }) => Number(extensions ?? 0) > 0).length;
  const perLot = median(ended.flatMap(({ bids: count }) => (count === null ? [] : [Number(count)])));
  const toPay = median(rows.flatMap(({ paymentMs }) => (paymentMs === null ? [] : [Number(paymentMs) / HOUR_MS])));
  return (
    <Kpis
      kpis={[
        {
          name: said.sellThrough,
          figure: percent(share(ended.filter(isSold).length, ended.length)),
          hint: said.ofEnded(whole(ended.length)),
        },
        { name: said.perLot, figure: perLot === null ? said.none : whole(perLot) },
        { name: said.lateShare, figure: percent(share(Number(late), Number(bids))) },
        { name: said.extended, figure: percent(share(extended, ended.length)) },
        { name: said.toPay, figure: toPay === null ? said.none : said.hoursOf(whole(Math.round(toPay * 10) / 10)) },
      ]}
    />
  );
}

export function SellThrough({ rows, by }: Readonly<{ rows: readonly AuctionRow[]; by: 'category' | 'format' }>) {
  const said = figureWords.value;
  const found = sellThrough(rows, (row) => row[by]);
  const title = by === 'category' ? said.categories : said.formats;
  const nameOf = (name: string) =>
    by === 'category' ? (
      <a href={`${askedOf({ category: name }, '/figures/auctions')}#rows`}>
        <bdi>{name}</bdi>
      </a>
    ) : (
      <bdi>{name}</bdi>
    );
  const table: Tabled = {
    columns: [
      { name: by === 'category' ? said.category : title },
      { name: said.ended, isFigure: true },
      { name: said.sold, isFigure: true },
      { name: said.shareOf, isFigure: true },
    ],
    rows: found.map(({ name, ended, sold }) => ({
      key: name,
      shown: [nameOf(name), whole(ended), whole(sold), percent(share(sold, ended))],
      raw: [name, ended, sold, share(sold, ended)],
    })),
  };
  const LONGEST = 8;
  return (
    <ChartCard title={title} unit={said.categoriesUnit} says={title} table={table}>
      <Bars
        says={title}
        bars={found.slice(0, LONGEST).map(({ name, ended, sold }) => ({
          key: name,
          name: nameOf(name),
          share: sold / ended,
          figure: percent(share(sold, ended)),
        }))}
      />
    </ChartCard>
  );
}

const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

function Hours({ rows }: Readonly<{ rows: readonly HourRow[] }>) {
  const said = figureWords.value;
  const found = byHour(rows);
  const most = found.reduce((best, one) => (one.bids > best.bids ? one : best), { hour: 0, bids: 0, late: 0 });
  const title = most.bids === 0 ? said.hoursNone : said.hours(hourText(most.hour));
  return (
    <ChartCard
      title={title}
      unit={said.hoursUnit}
      says={`${title}: ${whole(most.bids)}`}
      table={{
        columns: [{ name: said.hour }, { name: said.bids, isFigure: true }, { name: said.late, isFigure: true }],
        rows:
          rows.length === 0
            ? []
            : found.map(({ hour, bids, late }) => ({
                key: `${hour}`,
                shown: [hourText(hour), whole(bids), whole(late)],
                raw: [hourText(hour), bids, late],
              })),
      }}
      plotted={{
        kind: 'lines',
        labels: found.map(({ hour }) => hourText(hour)),
        lines: [
          { label: said.bids, values: found.map(({ bids }) => bids) },
          { label: said.late, values: found.map(({ late }) => late), isSecond: true },
        ],
        shown: axisWhole,
      }}
    />
  );
}

function Lifts({ rows }: Readonly<{ rows: readonly AuctionRow[] }>) {
  const said = figureWords.value;
  const found = lifts(rows);
  return (
    <ChartCard
      title={said.lifts}
      unit={said.liftsUnit}
      says={found.map(({ name, count }) => `${name}: ${count}`).join(', ')}
      table={{
        columns: [{ name: said.lift }, { name: said.lots, isFigure: true }],
        rows: found.some(({ count }) => count > 0)
          ? found.map(({ name, count }) => ({ key: name, shown: [name, whole(count)], raw: [name, count] }))
          : [],
      }}
      plotted={{
        kind: 'bars',
        labels: found.map(({ name }) => name),
        lines: [{ label: said.lots, values: found.map(({ count }) => count) }],
        shown: axisWhole,
      }}
    />
  );
}

/** The rows, the dearest first. */
function Lots({ rows }: Readonly<{ rows: readonly AuctionRow[] }>) {
  const said = figureWords.value;
  const price = ({ hammerPrice }: AuctionRow): bigint => BigInt(hammerPrice ?? 0);
  const sorted = rows.toSorted((a, b) => (price(b) > price(a) ? 1 : price(b) < price(a) ? -1 : 0));
  const table: Tabled = {
    columns: [
      { name: said.lot },
      { name: said.category },
      { name: said.outcome },
      { name: said.hammer, isFigure: true },
      { name: said.bids, isFigure: true },
    ],
    rows: sorted.map((row) => ({
      key: row.auctionId,
      shown: [
        row.soldIn === 'auction' ? (
          <a href={`/lots/${row.auctionId}`}>
            <bdi>{row.title}</bdi>
          </a>
        ) : (
          <bdi>{row.title}</bdi>
        ),
        <bdi>{row.category}</bdi>,
        said.outcomes[row.outcome] ?? row.outcome,
        row.hammerPrice === null ? said.none : amount(BigInt(row.hammerPrice), row.currency ?? 'EUR'),
        row.bids === null ? said.none : whole(BigInt(row.bids)),
      ],
      raw: [
        row.title,
        row.category,
        row.outcome,
        row.hammerPrice === null ? null : plainAmount(BigInt(row.hammerPrice), row.currency ?? 'EUR'),
        row.bids === null ? null : Number(row.bids),
      ],
    })),
  };
  return (
    <section class="section" id="rows" aria-labelledby="rows-name">
      <header>
        <h2 id="rows-name">{said.rows}</h2>
        <Csv name={said.rows} table={table} />
      </header>
      {rows.length === 0 ? (
        <p class="meta">{said.nothing}</p>
      ) : (
        <Rows caption={`${said.tableOf}: ${said.rows}`} table={{ ...table, rows: table.rows.slice(0, ROWS_SHOWN) }} />
      )}
    </section>
  );
}
