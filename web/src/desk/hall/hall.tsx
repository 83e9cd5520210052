// The hall: which sale a clerk calls, and the console of it.
import { now } from '../../house/clock.js';
import { allSales, type Sale, saleOf } from '../../house/sales.js';
import { useAsked, useEvery } from '../../parts/asked.js';
import { Failed } from '../../parts/list-states.js';
import { query } from '../../router.js';
import { clockText } from '../../times.js';
import { deskWords } from '../../words/desk-words.js';
import { locale, words } from '../../words/words.js';
import { Console } from './console.js';
import { Counter } from './counter.js';
import { Door } from './door.js';

const SALES_SHOWN = 200;
/** A sale opens and closes without news of its own. */
const AGAIN_MS = 15_000;

export function HallRoom() {
  const id = query.value.get('sale');
  return id === null ? <Sales /> : <OneSale id={id} key={id} />;
}

function Sales() {
  const { hall } = deskWords.value;
  const { answer, failed, renew } = useAsked(() => allSales(SALES_SHOWN));
  useEvery(AGAIN_MS, renew);
  if (failed && answer === null) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true" />;
  const sales = [answer.open, answer.next, answer.past]
    .flatMap(({ rows }) => rows)
    .filter(({ kind }) => kind === 'HALL');
  return (
    <section class="section" aria-labelledby="hall-sales">
      <header>
        <h2 id="hall-sales">{hall.pick}</h2>
      </header>
      {sales.length === 0 && <p class="empty">{hall.none}</p>}
      <ul class="sales" role="list">
        {sales.map((sale) => (
          <li key={sale.saleId}>
            <a href={`/desk/hall?sale=${sale.saleId}`}>
              <bdi>{sale.title}</bdi>
            </a>{' '}
            <Course sale={sale} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Course({ sale }: Readonly<{ sale: Sale }>) {
  const { sales: said } = words.value;
  return (
    <span class="meta">
      {said.statuses[sale.status]} · {deskWords.value.hall.opens(clockText(sale.opensAt, now.value, locale.value))} ·{' '}
      {said.lots(sale.lotCount)}
    </span>
  );
}

const SHOWN = ['console', 'door', 'counter'] as const;
const addressOf = (id: string, shown: (typeof SHOWN)[number]): string =>
  `/desk/hall?${new URLSearchParams({ sale: id, ...(shown !== 'console' && { show: shown }) })}`;

function OneSale({ id }: Readonly<{ id: string }>) {
  const { hall } = deskWords.value;
  const { answer, failed, renew } = useAsked(async () => ({ sale: await saleOf(id) }), id);
  useEvery(AGAIN_MS, renew);
  const back = (
    <p>
      <a href="/desk/hall">{hall.back}</a>
    </p>
  );
  if (failed && answer === null) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true">{back}</div>;
  const { sale } = answer;
  const shown = SHOWN.find((one) => one === query.value.get('show')) ?? 'console';
  if (sale === null || sale.kind !== 'HALL')
    return (
      <>
        {back}
        <p class="empty">{words.value.sales.notThere}</p>
      </>
    );
  return (
    <>
      <header class="hallhead">
        <h2>
          <bdi>{sale.title}</bdi>
        </h2>
        <Course sale={sale} />
        <a href={`/sales/${id}`}>{hall.page}</a>
        <a href="/desk/hall">{hall.back}</a>
      </header>
      <nav class="rooms" aria-label={sale.title}>
        <ul role="list">
          {SHOWN.map((one) => (
            <li key={one}>
              <a href={addressOf(id, one)} aria-current={one === shown ? 'page' : undefined}>
                {hall.tabs[one]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {shown === 'console' && <Console sale={sale} />}
      {shown === 'door' && <Door sale={sale} />}
      {shown === 'counter' && <Counter sale={sale} />}
    </>
  );
}
