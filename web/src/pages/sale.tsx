// One sale: its terms in a few lines, the reader's own paddle, and its catalogue, whose prices are live.
import { useEffect, useRef, useState } from 'preact/hooks';
import { CARDS_LIVE } from '../house/auctions.js';
import { now } from '../house/clock.js';
import { watch } from '../house/live.js';
import { lotsOf, type Sale, type SaleLot, saleOf, withNews } from '../house/sales.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { useEvery } from '../parts/asked.js';
import { gathered } from '../parts/gathered.js';
import { CatalogueDetails } from '../parts/item-details.js';
import { Failed, Skeleton } from '../parts/list-states.js';
import { LotCard } from '../parts/lot-card.js';
import { NotThere } from '../parts/not-there.js';
import { ownMaxima } from '../parts/own-bids.js';
import { OwnPaddle } from '../parts/own-paddle.js';
import { Picture } from '../parts/picture.js';
import { apartText, clockText } from '../times.js';
import { locale, words } from '../words/words.js';

const PAGE = 48;
/** As many as the house gives at once. */
const PAGE_MAX = 200;
/** A sale opens and closes without news of its own. */
const AGAIN_MS = 15_000;

type Loaded = Readonly<{ sale: Sale; lots: readonly SaleLot[]; next: string | null }>;

/** The sale, with as many of its lots as are shown by now. */
async function load(id: string, shown: number): Promise<Loaded | null> {
  const [sale, first] = await Promise.all([saleOf(id), lotsOf(id, Math.min(PAGE_MAX, Math.max(PAGE, shown)), null)]);
  if (sale === null) return null;
  return { sale, ...(await behind(id, first.rows, first.next, shown)) };
}

/** Goes on until so many lots are there, or all. */
async function behind(id: string, lots: readonly SaleLot[], next: string | null, shown: number) {
  if (next === null || lots.length >= shown) return { lots, next };
  const page = await lotsOf(id, Math.min(PAGE_MAX, shown - lots.length), next);
  return behind(id, [...lots, ...page.rows], page.next, shown);
}

export function SalePage({ id }: Readonly<{ id: string }>) {
  const [loaded, setLoaded] = useState<Loaded | 'asking' | 'not there'>('asking');
  const [failed, setFailed] = useState(false);
  const shown = useRef(PAGE);
  const user = person.value?.userId;

  const again = async (): Promise<void> => {
    const found = await load(id, shown.current);
    setFailed(false);
    setLoaded(found ?? 'not there');
  };
  const renew = (): Promise<void> => again().catch(() => setFailed(true));
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are the same for the same sale.
  useEffect(() => {
    void renew();
    const news = gathered((told) =>
      setLoaded((before) => (typeof before === 'object' ? { ...before, lots: withNews(before.lots, told) } : before)),
    );
    const stop = watch(
      CARDS_LIVE,
      { filter: { status: 'OPEN' } },
      { next: ({ auctionsUpdated }) => news.take(auctionsUpdated), again },
    );
    return () => {
      stop();
      news.stop();
    };
  }, [id, user]);
  const status = typeof loaded === 'object' ? loaded.sale.status : null;
  useEvery(AGAIN_MS, () => {
    if (status === 'PUBLISHED' || status === 'OPEN') void renew();
  });
  const title = typeof loaded === 'object' ? loaded.sale.title : null;
  useEffect(() => {
    if (title !== null) document.title = `${title} · Gavel`;
  }, [title]);

  const { sales: said } = words.value;
  if (failed && typeof loaded !== 'object') return <Failed renew={() => void renew()} />;
  if (loaded === 'not there') return <NotThere text={said.notThere} />;
  if (loaded === 'asking') return <Skeleton count={4} />;
  const show = (count: number): Promise<void> => {
    shown.current = count;
    return renew();
  };
  return <Shown {...loaded} show={show} />;
}

type ShownParts = Loaded & Readonly<{ show: (count: number) => Promise<void> }>;

function Shown({ sale, lots, next, show }: ShownParts) {
  const { sales: said, search, nav } = words.value;
  const print = async (): Promise<void> => {
    await show(sale.lotCount);
    // The cards are there with the next picture.
    requestAnimationFrame(() => window.print());
  };
  return (
    <>
      <nav class="crumbs" aria-label={nav.sales}>
        <ol role="list">
          <li>
            <a href="/sales">{nav.sales}</a>
          </li>
        </ol>
      </nav>
      <div class="salehead">
        <h1 tabIndex={-1}>
          <bdi>{sale.title}</bdi>
        </h1>
        <p>
          <span class="badge">{said.statuses[sale.status]}</span> <Course sale={sale} />
        </p>
        {sale.cancelReason !== null && (
          <p class="text">
            <bdi>{sale.cancelReason}</bdi>
          </p>
        )}
        {sale.viewingNotes !== '' && (
          <p class="text">
            <bdi>{sale.viewingNotes}</bdi>
          </p>
        )}
        <p class="meta">
          {said.lots(sale.lotCount)} · {said.terms} <bdi>{sale.termsVersion}</bdi>
        </p>
        <OwnPaddle sale={sale} />
        <p class="acts">
          <button class="btn small" type="button" onClick={() => void print()}>
            {said.print}
          </button>
        </p>
      </div>
      <section class="section" aria-labelledby="catalogue">
        <header>
          <h2 id="catalogue">{said.catalogue}</h2>
        </header>
        <ul class="lots catalogue" role="list">
          {lots.map((lot) => (
            <Lot key={lot.lotId} lot={lot} />
          ))}
        </ul>
        {next !== null && (
          <p class="section acts">
            <button class="btn" type="button" onClick={() => void show(lots.length + PAGE)}>
              {search.more}
            </button>
          </p>
        )}
      </section>
    </>
  );
}

/** When it is, and how it closes, in a sentence. */
function Course({ sale }: Readonly<{ sale: Sale }>) {
  const { sales: said } = words.value;
  const at = (iso: string): string => clockText(iso, now.value, locale.value);
  if (sale.kind === 'HALL' || sale.closesAt === null) return <span>{said.hall(at(sale.opensAt))}</span>;
  return <span>{said.timed(at(sale.opensAt), at(sale.closesAt), apartText(sale.lotIntervalMs ?? 0))}</span>;
}

function Lot({ lot }: Readonly<{ lot: SaleLot }>) {
  const { sales: said } = words.value;
  const number = said.lotNo(lot.lotNumber);
  const estimate = (
    <>
      <Estimate lot={lot} />
      <CatalogueDetails details={lot.details} />
    </>
  );
  if (lot.auction !== null)
    return (
      <LotCard lot={lot.auction} mine={ownMaxima.value.has(lot.lotId)} number={number}>
        {estimate}
      </LotCard>
    );
  return (
    <li class="card">
      <Picture id={lot.lotId} title={lot.title} />
      <p class="kick">
        <span>{number}</span>
      </p>
      <h3 class="name">
        <bdi>{lot.title}</bdi>
      </h3>
      <p class="now">
        <b>
          <bdi>{money(BigInt(lot.startingPrice), lot.currency, locale.value)}</bdi>
        </b>
      </p>
      <p class="meta">{words.value.card.starting}</p>
      {estimate}
    </li>
  );
}

function Estimate({ lot }: Readonly<{ lot: SaleLot }>) {
  const { sales: said } = words.value;
  if (lot.lowEstimate === null || lot.highEstimate === null) return null;
  const shown = (minor: string): string => money(BigInt(minor), lot.currency, locale.value);
  return (
    <p class="meta">
      <bdi>{said.estimate(shown(lot.lowEstimate), shown(lot.highEstimate))}</bdi>
    </p>
  );
}
