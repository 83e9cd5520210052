// The sales of the house: those that are open, those to come, those that were.
import { now } from '../house/clock.js';
import { allSales, type Sale } from '../house/sales.js';
import { useAsked } from '../parts/asked.js';
import { Failed, Skeleton } from '../parts/list-states.js';
import { clockText } from '../times.js';
import { locale, words } from '../words/words.js';

const SHOWN = 50;

export function Sales() {
  const { sales: said, titles } = words.value;
  const { answer, failed, renew } = useAsked(() => allSales(SHOWN));
  const parts = [
    ['open', said.open, answer?.open.rows],
    ['next', said.next, answer?.next.rows],
    ['past', said.past, answer?.past.rows],
  ] as const;
  const isEmpty = answer !== null && parts.every(([, , rows]) => rows?.length === 0);
  return (
    <>
      <h1 tabIndex={-1}>{titles.sales}</h1>
      {failed && <Failed renew={renew} />}
      {answer === null && !failed && <Skeleton count={SHOWN / 25} />}
      {isEmpty && <p class="empty">{said.none}</p>}
      {parts.map(
        ([key, head, rows]) =>
          rows !== undefined &&
          rows.length > 0 && (
            <section class="section" aria-labelledby={`sales-${key}`} key={key}>
              <header>
                <h2 id={`sales-${key}`}>{head}</h2>
              </header>
              <ul class="sales" role="list">
                {rows.map((sale) => (
                  <Row key={sale.saleId} sale={sale} />
                ))}
              </ul>
            </section>
          ),
      )}
    </>
  );
}

function Row({ sale }: Readonly<{ sale: Sale }>) {
  const { sales: said } = words.value;
  return (
    <li>
      <h3 class="name">
        <a href={`/sales/${sale.saleId}`}>
          <bdi>{sale.title}</bdi>
        </a>
      </h3>
      <span class="badge">{said.statuses[sale.status]}</span>
      <span class="meta when">
        <time dateTime={sale.opensAt}>{clockText(sale.opensAt, now.value, locale.value)}</time>
      </span>
      <span class="meta">{said.lots(sale.lotCount)}</span>
    </li>
  );
}
