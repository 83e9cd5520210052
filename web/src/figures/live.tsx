// Real-Time Monitor: what happens now, off live Silver.
import { cards } from '../house/auctions.js';
import { now } from '../house/clock.js';
import { useAsked, useEvery } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { Time } from '../parts/time.js';
import { clockText } from '../times.js';
import { figureWords } from '../words/figure-words.js';
import { locale, words } from '../words/words.js';
import { Bars, ChartCard, Csv, Rows, type Tabled } from './chart-card.js';
import type { Period } from './period.js';
import { type LiveFigures, liveFigures } from './questions.js';
import { amount, axisWhole, Kpis, plainAmount, whole } from './shown.js';

const AGAIN_MS = 5_000;
const CLOSING_SHOWN = 12;
const MINUTE_MS = 60_000;
const MINUTES = 60;

export function Live({ period }: Readonly<{ period: Period }>) {
  const said = figureWords.value;
  const { currency, category } = period;
  const load = async () => {
    const filter = { status: 'OPEN' as const, ...(category !== null && { category }) };
    const [figures, closing] = await Promise.all([
      liveFigures({ currency, ...(category !== null && { category }) }),
      cards({ filter, limit: CLOSING_SHOWN }),
    ]);
    return { figures, closing: closing.rows };
  };
  const asked = useAsked(load, JSON.stringify([currency, category]));
  useEvery(AGAIN_MS, asked.renew);
  const { answer, failed, renew } = asked;
  if (answer === null) return failed ? <Failed renew={renew} /> : <div aria-busy="true" />;
  const { figures, closing } = answer;
  return (
    <>
      {failed && <Failed renew={renew} />}
      <p class="meta">
        <span class={failed ? 'live stale' : 'live'}>{failed ? said.asOf : words.value.live.live}</span>{' '}
        <Time at={figures.at} />
      </p>
      <Kpis
        kpis={[
          { name: said.open, figure: whole(figures.openAuctions) },
          { name: said.bidsHour, figure: whole(figures.bids) },
          { name: said.flagged, figure: whole(figures.flaggedBids) },
          { name: said.refused, figure: whole(figures.refusals.reduce((sum, { refusals }) => sum + refusals, 0)) },
        ]}
      />
      <div class="charts">
        <Minutes figures={figures} />
        <Refusals figures={figures} />
      </div>
      <Closing rows={closing} />
    </>
  );
}

function Minutes({ figures }: Readonly<{ figures: LiveFigures }>) {
  const said = figureWords.value;
  const of = new Map(figures.byMinute.map(({ minute, bids }) => [Date.parse(minute), bids]));
  const last = Math.floor(Date.parse(figures.at) / MINUTE_MS) * MINUTE_MS;
  const minutes = Array.from({ length: MINUTES }, (_, n) => last - (MINUTES - 1 - n) * MINUTE_MS);
  const text = (ms: number): string =>
    new Date(ms).toLocaleTimeString(locale.value, { hour: '2-digit', minute: '2-digit' });
  return (
    <ChartCard
      wide="w8"
      title={said.byMinute}
      unit={said.byMinuteUnit}
      says={`${said.bidsHour}: ${whole(figures.bids)}`}
      table={{
        columns: [{ name: said.minute }, { name: said.bids, isFigure: true }],
        rows: minutes.map((ms) => ({
          key: `${ms}`,
          shown: [text(ms), whole(of.get(ms) ?? 0)],
          raw: [new Date(ms).toISOString(), of.get(ms) ?? 0],
        })),
      }}
      plotted={{
        kind: 'bars',
        labels: minutes.map(text),
        lines: [{ label: said.bids, values: minutes.map((ms) => of.get(ms) ?? 0) }],
        shown: axisWhole,
      }}
    />
  );
}

function Refusals({ figures }: Readonly<{ figures: LiveFigures }>) {
  const said = figureWords.value;
  const most = figures.refusals[0]?.refusals ?? 1;
  const SHOWN = 8;
  return (
    <ChartCard
      wide="w4"
      title={said.reasons}
      unit={said.reasonsUnit}
      says={said.reasons}
      table={{
        columns: [{ name: said.reason }, { name: said.refused, isFigure: true }],
        rows: figures.refusals.map(({ reason, refusals }) => ({
          key: reason,
          shown: [<span lang="en">{reason}</span>, whole(refusals)],
          raw: [reason, refusals],
        })),
      }}
    >
      <Bars
        says={said.reasons}
        bars={figures.refusals.slice(0, SHOWN).map(({ reason, refusals }) => ({
          key: reason,
          name: <span lang="en">{reason}</span>,
          share: refusals / most,
          figure: whole(refusals),
        }))}
      />
    </ChartCard>
  );
}

function Closing({ rows }: Readonly<{ rows: Awaited<ReturnType<typeof cards>>['rows'] }>) {
  const said = figureWords.value;
  const table: Tabled = {
    columns: [
      { name: said.lot },
      { name: said.category },
      { name: said.closes },
      { name: said.price, isFigure: true },
      { name: said.bids, isFigure: true },
    ],
    rows: rows.map((row) => ({
      key: row.auctionId,
      shown: [
        <a href={`/lots/${row.auctionId}`}>
          <bdi>{row.title}</bdi>
        </a>,
        <bdi>{row.category}</bdi>,
        clockText(row.closesAt, now.value, locale.value),
        amount(BigInt(row.currentPrice), row.currency),
        whole(row.bidCount),
      ],
      raw: [row.title, row.category, row.closesAt, plainAmount(BigInt(row.currentPrice), row.currency), row.bidCount],
    })),
  };
  return (
    <section class="section" aria-labelledby="closing-next">
      <header>
        <h2 id="closing-next">{said.closing}</h2>
        <Csv name={said.closing} table={table} />
      </header>
      {rows.length === 0 ? (
        <p class="meta">{said.nothing}</p>
      ) : (
        <Rows caption={`${said.tableOf}: ${said.closing}`} table={table} />
      )}
    </section>
  );
}
