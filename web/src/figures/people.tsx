// User Analytics: who bids and who sells. People have pseudonyms.
import { useAsked } from '../parts/asked.js';
import { query } from '../router.js';
import { figureWords } from '../words/figure-words.js';
import { Bars, ChartCard, Csv, Rows, type Tabled } from './chart-card.js';
import { asked as askedOf, type Period } from './period.js';
import { type BidderRow, bidders, type HourRow, hours, type SellerRow, sellers } from './questions.js';
import { amount, axisWhole, Computed, dayText, percent, plainAmount, whole } from './shown.js';
import { dayBefore, daysBetween, groups, segments, share, sumOf } from './sums.js';

const ROWS_SHOWN = 100;
const BASIS_POINTS = 10_000;

export function People({ period }: Readonly<{ period: Period }>) {
  const { from, to, currency } = period;
  const load = async () => {
    const [buying, selling, activity] = await Promise.all([
      bidders({ currency }),
      sellers({ currency }),
      hours({ from, to }),
    ]);
    return { buying, selling, activity };
  };
  const asked = useAsked(load, JSON.stringify([from, to, currency]));
  const { answer } = asked;
  return (
    <>
      <Computed table={answer?.buying ?? null} asked={asked} />
      {answer !== null && (
        <>
          <p class="meta">{figureWords.value.pseudonyms}</p>
          <div class="charts">
            <Segments rows={answer.buying.rows} currency={currency} />
            <Tiers rows={answer.selling.rows} />
            <Registrations rows={answer.activity.rows} period={period} />
          </div>
          <BidderRows rows={answer.buying.rows} currency={currency} />
          <SellerRows rows={answer.selling.rows} currency={currency} />
        </>
      )}
    </>
  );
}

function Segments({ rows, currency }: Readonly<{ rows: readonly BidderRow[]; currency: Period['currency'] }>) {
  const said = figureWords.value;
  const found = segments(rows);
  const name = (segment: string) => (
    <a href={`${askedOf({ segment })}#bidders`}>{said.segmentNames[segment] ?? segment}</a>
  );
  const table: Tabled = {
    columns: [
      { name: said.segment },
      { name: said.people, isFigure: true },
      { name: said.bids, isFigure: true },
      { name: said.winRate, isFigure: true },
      { name: said.spend, isFigure: true },
    ],
    rows: found.map((one) => ({
      key: one.name,
      shown: [
        name(one.name),
        whole(one.people),
        whole(one.bids),
        percent(share(one.wins, one.ended)),
        amount(one.hammer, currency),
      ],
      raw: [one.name, one.people, one.bids, share(one.wins, one.ended), plainAmount(one.hammer, currency)],
    })),
  };
  const all = found.reduce((sum, { people }) => sum + people, 0);
  return (
    <>
      <ChartCard title={said.segments} unit={said.segmentsUnit} says={said.segments} table={table}>
        <Bars
          says={said.segments}
          bars={found.map((one) => ({
            key: one.name,
            name: name(one.name),
            share: share(one.people, all) ?? 0,
            figure: whole(one.people),
          }))}
        />
      </ChartCard>
      <ChartCard title={said.winRates} unit={said.winRatesUnit} says={said.winRates} table={table}>
        <Bars
          says={said.winRates}
          bars={found.map((one) => ({
            key: one.name,
            name: name(one.name),
            share: share(one.wins, one.ended) ?? 0,
            figure: percent(share(one.wins, one.ended)),
          }))}
        />
      </ChartCard>
    </>
  );
}

function Tiers({ rows }: Readonly<{ rows: readonly SellerRow[] }>) {
  const said = figureWords.value;
  const found = [...groups(rows, ({ tier }) => tier)].map(([name, of]) => ({ name, people: of.length }));
  return (
    <ChartCard
      title={said.tiers}
      unit={said.tiersUnit}
      says={said.tiers}
      table={{
        columns: [{ name: said.tier }, { name: said.people, isFigure: true }],
        rows: found.map(({ name, people }) => ({
          key: name,
          shown: [said.tierNames[name] ?? name, whole(people)],
          raw: [name, people],
        })),
      }}
    >
      <Bars
        says={said.tiers}
        bars={found.map(({ name, people }) => ({
          key: name,
          name: said.tierNames[name] ?? name,
          share: share(people, rows.length) ?? 0,
          figure: whole(people),
        }))}
      />
    </ChartCard>
  );
}

function Registrations({ rows, period }: Readonly<{ rows: readonly HourRow[]; period: Period }>) {
  const said = figureWords.value;
  const of = groups(rows, ({ day }) => day);
  const days = Array.from({ length: daysBetween(period.from, period.to) }, (_, n) => {
    const day = dayBefore(period.from, -n);
    return { day, count: Number(sumOf(of.get(day) ?? [], ({ registrations }) => registrations)) };
  });
  return (
    <ChartCard
      title={said.registrations}
      unit={said.registrationsUnit}
      says={`${said.registrations}: ${whole(days.reduce((sum, { count }) => sum + count, 0))}`}
      table={{
        columns: [{ name: said.day }, { name: said.people, isFigure: true }],
        rows:
          rows.length === 0
            ? []
            : days.map(({ day, count }) => ({ key: day, shown: [dayText(day), whole(count)], raw: [day, count] })),
      }}
      plotted={{
        kind: 'bars',
        labels: days.map(({ day }) => dayText(day)),
        lines: [{ label: said.registrations, values: days.map(({ count }) => count) }],
        shown: axisWhole,
      }}
    />
  );
}

type RowsParts<Row> = Readonly<{ rows: readonly Row[]; currency: Period['currency'] }>;
const largest = (a: bigint, b: bigint): number => (b > a ? 1 : b < a ? -1 : 0);

function BidderRows({ rows, currency }: RowsParts<BidderRow>) {
  const said = figureWords.value;
  const segment = query.value.get('segment');
  const shown = rows
    .filter((row) => segment === null || row.segment === segment)
    .toSorted((a, b) => largest(BigInt(a.hammerPrice), BigInt(b.hammerPrice)));
  const table: Tabled = {
    columns: [
      { name: said.bidder },
      { name: said.segment },
      { name: said.bids, isFigure: true },
      { name: said.wins, isFigure: true },
      { name: said.winRate, isFigure: true },
      { name: said.spend, isFigure: true },
    ],
    rows: shown.map((row) => {
      const rate = row.winRateBp === null ? null : Number(row.winRateBp) / BASIS_POINTS;
      return {
        key: row.bidderId,
        shown: [
          <bdi>{row.bidder}</bdi>,
          said.segmentNames[row.segment] ?? row.segment,
          whole(BigInt(row.bids)),
          whole(BigInt(row.wins)),
          percent(rate),
          amount(BigInt(row.hammerPrice), currency),
        ],
        raw: [
          row.bidder,
          row.segment,
          Number(row.bids),
          Number(row.wins),
          rate,
          plainAmount(BigInt(row.hammerPrice), currency),
        ],
      };
    }),
  };
  return <Section id="bidders" name={said.bidders} table={table} />;
}

function SellerRows({ rows, currency }: RowsParts<SellerRow>) {
  const said = figureWords.value;
  const table: Tabled = {
    columns: [
      { name: said.seller },
      { name: said.tier },
      { name: said.ended, isFigure: true },
      { name: said.sold, isFigure: true },
      { name: said.sellThrough, isFigure: true },
      { name: said.hammer, isFigure: true },
    ],
    rows: rows
      .toSorted((a, b) => largest(BigInt(a.hammerPrice), BigInt(b.hammerPrice)))
      .map((row) => {
        const rate = Number(row.conversionBp) / BASIS_POINTS;
        return {
          key: row.sellerId,
          shown: [
            <bdi>{row.seller}</bdi>,
            said.tierNames[row.tier] ?? row.tier,
            whole(BigInt(row.ended)),
            whole(BigInt(row.sold)),
            percent(rate),
            amount(BigInt(row.hammerPrice), currency),
          ],
          raw: [
            row.seller,
            row.tier,
            Number(row.ended),
            Number(row.sold),
            rate,
            plainAmount(BigInt(row.hammerPrice), currency),
          ],
        };
      }),
  };
  return <Section id="sellers" name={said.sellers} table={table} />;
}

function Section({ id, name, table }: Readonly<{ id: string; name: string; table: Tabled }>) {
  if (table.rows.length === 0) return null;
  return (
    <section class="section" id={id} aria-labelledby={`${id}-name`}>
      <header>
        <h2 id={`${id}-name`}>{name}</h2>
        <Csv name={name} table={table} />
      </header>
      <Rows
        caption={`${figureWords.value.tableOf}: ${name}`}
        table={{ ...table, rows: table.rows.slice(0, ROWS_SHOWN) }}
      />
    </section>
  );
}
