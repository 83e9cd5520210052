import { useEffect, useMemo, useState } from 'preact/hooks';
import { BidBox } from '../bid-box/bid-box.js';
import { OwnPurchase } from '../bid-box/own-purchase.js';
import { type Bid, bidsOf, LOT_LIVE, type Lot, lotOf } from '../house/auctions.js';
import { now } from '../house/clock.js';
import { watch } from '../house/live.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { tell } from '../parts/announcer.js';
import { coalesced } from '../parts/coalesced.js';
import { Gallery } from '../parts/gallery.js';
import { ItemDetails } from '../parts/item-details.js';
import { Failed } from '../parts/list-states.js';
import { LotPlace, PlaceEstimate, useLotPlace } from '../parts/lot-place.js';
import { NotThere } from '../parts/not-there.js';
import { renewOwnBids } from '../parts/own-bids.js';
import { Questions } from '../parts/questions.js';
import { Relist } from '../parts/relist.js';
import { SellerName } from '../parts/seller-name.js';
import { WatchButton } from '../parts/watch-button.js';
import { clockText } from '../times.js';
import { locale, words } from '../words/words.js';

const BIDS_SHOWN = 100;
const TOLD_EVERY_MS = 10_000;

type Loaded = 'asking' | 'failed' | 'not there' | Lot;

/** News that is older than what is shown is dropped. */
const newer = (before: Loaded, told: Lot): Loaded =>
  typeof before === 'object' && told.revision <= before.revision ? before : told;

export function LotPage({ id }: Readonly<{ id: string }>) {
  const [loaded, setLoaded] = useState<Loaded>('asking');
  const [bids, setBids] = useState<readonly Bid[]>([]);
  const user = person.value?.userId;

  const load = async (): Promise<void> => {
    const lot = await lotOf(id);
    setLoaded((before) => (lot === null ? 'not there' : newer(before, lot)));
  };
  const renew = (): Promise<void> =>
    load().catch(() => setLoaded((before) => (typeof before === 'object' ? before : 'failed')));

  // biome-ignore lint/correctness/useExhaustiveDependencies: both are the same for the same lot.
  useEffect(() => {
    void renew();
    return watch(
      LOT_LIVE,
      { id },
      {
        next: ({ auctionUpdated }) => setLoaded((before) => newer(before, auctionUpdated)),
        again: load,
      },
    );
  }, [id, user]);

  const lot = typeof loaded === 'object' ? loaded : null;
  const revision = lot?.revision;
  // The bids behind a price, once it has come. A page that fails keeps those it has.
  const askBids = useMemo(
    () =>
      coalesced(async () => {
        const [asked] = await Promise.allSettled([bidsOf(id, BIDS_SHOWN), renewOwnBids()]);
        if (asked.status === 'fulfilled') setBids(asked.value.rows);
      }),
    [id],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision or person is what there is to ask for.
  useEffect(() => {
    if (revision !== undefined) void askBids();
  }, [askBids, revision, user]);
  useTold(lot, bids);

  if (loaded === 'failed') return <Failed renew={() => void renew()} />;
  if (loaded === 'not there') return <NotThere text={words.value.lot.notThere} />;
  if (lot === null) return <div class="lot" aria-busy="true" />;
  return <Shown lot={lot} bids={bids} renew={renew} />;
}

function Shown({ lot, bids, renew }: Readonly<{ lot: Lot; bids: readonly Bid[]; renew: () => Promise<void> }>) {
  const { lot: said, nav } = words.value;
  const place = useLotPlace(lot.auctionId);
  useEffect(() => {
    document.body.classList.add('has-bar');
    return () => document.body.classList.remove('has-bar');
  }, []);
  const at = (iso: string): string => clockText(iso, now.value, locale.value);
  return (
    <>
      <nav class="crumbs" aria-label={nav.search}>
        <ol role="list">
          <li>
            <a href="/search">{nav.search}</a>
          </li>
          <li>
            <a href={`/search?${new URLSearchParams({ category: lot.category })}`}>
              <bdi>{lot.category}</bdi>
            </a>
          </li>
        </ol>
      </nav>
      {place !== null && <LotPlace place={place} />}
      <div class="lot">
        <div class="media">
          <Gallery lot={lot} />
        </div>
        <div class="side">
          <div class="head">
            <h1 tabIndex={-1}>
              <bdi>{lot.title}</bdi>
            </h1>
            <WatchButton id={lot.auctionId} title={lot.title} />
          </div>
          {place !== null && <PlaceEstimate place={place} currency={lot.currency} />}
          <BidBox lot={lot} renew={renew} />
          <OwnPurchase lot={lot} />
          <Relist lot={lot} renew={renew} />
        </div>
        <div class="facts">
          <section aria-labelledby="about">
            <h2 id="about">{said.about}</h2>
            <div class="prose">
              <p class="text">
                <bdi>{lot.description}</bdi>
              </p>
              <ItemDetails id={lot.auctionId} />
              <dl class="pairs">
                <dt>{said.category}</dt>
                <dd>
                  <bdi>{lot.category}</bdi>
                </dd>
                <dt>{said.seller}</dt>
                <dd>
                  <SellerName id={lot.sellerId} />
                </dd>
                <dt>{said.reserve}</dt>
                <dd>{!lot.hasReserve ? said.noReserve : lot.reserveMet ? said.reserveMet : said.reserveNotMet}</dd>
                <dt>{said.opened}</dt>
                <dd>
                  <time dateTime={lot.listedAt}>{at(lot.listedAt)}</time>
                </dd>
              </dl>
            </div>
          </section>
          <Questions
            id={lot.auctionId}
            sellerId={lot.sellerId}
            isOpen={lot.status === 'OPEN' || lot.status === 'UPCOMING'}
          />
          <section aria-labelledby="bids">
            <h2 id="bids">{said.bids}</h2>
            <Bids lot={lot} bids={bids} />
          </section>
        </div>
      </div>
    </>
  );
}

/** Bidders are numbers, in the order of their first bids: the same person has the same number on the whole page. */
function numbersOf(bids: readonly Bid[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { bidderId } of bids.toReversed()) if (!numbers.has(bidderId)) numbers.set(bidderId, numbers.size + 1);
  return numbers;
}

function Bids({ lot, bids }: Readonly<{ lot: Lot; bids: readonly Bid[] }>) {
  const { lot: said } = words.value;
  if (bids.length === 0) return <p class="meta">{said.noBids}</p>;
  const numbers = numbersOf(bids);
  const me = person.value?.userId;
  return (
    <section class="scroll" tabIndex={0} aria-label={said.bidsCaption}>
      <table class="table bids">
        <caption class="hide">{said.bidsCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{said.price}</th>
            <th scope="col">{said.bidder}</th>
            <th scope="col" class="end">
              {said.time}
            </th>
          </tr>
        </thead>
        <tbody>
          {bids.map((bid) => (
            <tr key={bid.bidNumber} class={bid.bidderId === me ? 'mine' : ''}>
              <td class="num strong">
                <bdi>
                  {bid.bidAmount === null ? said.sealedBid : money(BigInt(bid.bidAmount), lot.currency, locale.value)}
                </bdi>
              </td>
              <td>
                {bid.bidderId === me ? said.you : said.bidderNo(numbers.get(bid.bidderId) ?? 0)}{' '}
                <span class="meta">
                  {bid.isVoided
                    ? said.voided
                    : bid.isRetracted
                      ? said.retracted
                      : bid.bidderId === me && bid.bidType === 'PROXY'
                        ? said.byMaximum
                        : ''}
                </span>
              </td>
              <td class="end">
                <time dateTime={bid.placedAt}>{clockText(bid.placedAt, now.value, locale.value)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

let toldAt = 0;

/** Other people's bids are told at most every ten seconds, the latest only. */
function useTold(lot: Lot | null, bids: readonly Bid[]): void {
  const [latest] = bids;
  useEffect(() => {
    if (lot === null || latest === undefined || latest.bidderId === person.value?.userId) return;
    if (now.value - toldAt < TOLD_EVERY_MS) return;
    toldAt = now.value;
    const price = money(BigInt(lot.currentPrice), lot.currency, locale.value);
    const who = words.value.lot.bidderNo(numbersOf(bids).get(latest.bidderId) ?? 0);
    tell(words.value.announce.leads(price, who));
  }, [latest?.bidNumber]);
}
