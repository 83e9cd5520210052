import { Changed, Failed, Skeleton } from '../parts/list-states.js';
import { useLiveList } from '../parts/live-list.js';
import { LotCard } from '../parts/lot-card.js';
import { ownMaxima } from '../parts/own-bids.js';
import { words } from '../words/words.js';

const SHOWN = 12;

export function Home() {
  const { home, titles } = words.value;
  const list = useLiveList({ filter: { status: 'OPEN' }, limit: SHOWN });
  return (
    <>
      <div class="salehead">
        <h1 tabIndex={-1}>{titles.home}</h1>
        <p>{home.lead}</p>
      </div>
      <section class="section" aria-labelledby="closing">
        <header>
          <h2 id="closing">{home.closing}</h2>
          <a href="/search">{home.all}</a>
        </header>
        <Changed list={list} text={home.changed} />
        {list.failed && <Failed renew={list.renew} />}
        {list.rows === null && !list.failed && <Skeleton count={SHOWN / 3} />}
        {list.rows?.length === 0 && <p class="empty">{home.empty}</p>}
        <ul class="lots" role="list">
          {list.rows?.map((lot) => (
            <LotCard key={lot.auctionId} lot={lot} mine={ownMaxima.value.has(lot.auctionId)} />
          ))}
        </ul>
      </section>
      <section class="section trust">
        {home.promises.map(([head, line]) => (
          <div key={head}>
            <h3>{head}</h3>
            <p class="meta">{line}</p>
          </div>
        ))}
      </section>
    </>
  );
}
