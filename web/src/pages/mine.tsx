// What the signed-in person bids on: what to act on first.
import { useEffect, useState } from 'preact/hooks';
import { LOT_LIVE, type Lot, lotOf, type OwnBid, ownBids } from '../house/auctions.js';
import { watch } from '../house/live.js';
import { type Person, person } from '../house/session.js';
import { money } from '../money.js';
import { FeedbackDue } from '../parts/feedback-due.js';
import { Failed, Skeleton } from '../parts/list-states.js';
import { LotCard } from '../parts/lot-card.js';
import { counts, ownMaxima } from '../parts/own-bids.js';
import { path, query } from '../router.js';
import { locale, words } from '../words/words.js';
import { SecondChances } from './second-chances.js';
import { signInFrom } from './sign-in.js';
import { Watching } from './watching.js';

const BIDS_MAX = 200;
const LOTS_MAX = 40;

/** Bids, or what is watched: each has an address of its own. */
export function Mine() {
  const { mine, titles, nav } = words.value;
  const isWatching = query.value.get('show') === 'watching';
  const tab = (href: string, text: string, isHere: boolean) => (
    <li>
      <a href={href} aria-current={isHere ? 'page' : undefined}>
        {text}
      </a>
    </li>
  );
  return (
    <>
      <h1 tabIndex={-1}>{titles.mine}</h1>
      {person.value === null ? (
        <p class="empty">
          {mine.needsPerson} <a href={signInFrom(path.value)}>{nav.signIn}</a>
        </p>
      ) : (
        <>
          <nav class="rooms" aria-label={titles.mine}>
            <ul role="list">
              {tab('/mine', mine.bids, !isWatching)}
              {tab('/mine?show=watching', mine.watching, isWatching)}
            </ul>
          </nav>
          {isWatching ? <Watching /> : <Bids user={person.value} />}
        </>
      )}
    </>
  );
}

function Bids({ user }: Readonly<{ user: Person }>) {
  const { mine } = words.value;
  const [lots, setLots] = useState<readonly Lot[] | 'asking' | 'failed'>('asking');
  const load = async (): Promise<void> => setLots(await ownLots());
  const renew = (): void => {
    setLots('asking');
    load().catch(() => setLots('failed'));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person has other bids.
  useEffect(renew, [user.userId]);
  const running = typeof lots === 'string' ? [] : lots.filter(({ status }) => status === 'OPEN');
  const ids = running.map(({ auctionId }) => auctionId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: ids are compared by what they say.
  useEffect(() => {
    const next = ({ auctionUpdated: told }: Readonly<{ auctionUpdated: Lot }>): void =>
      setLots((before) => (typeof before === 'string' ? before : before.map((lot) => newer(lot, told))));
    // The first one asks for all of them when the connection is back.
    const stops = ids.map((id, n) => watch(LOT_LIVE, { id }, { next, again: n === 0 ? load : () => undefined }));
    return () => {
      for (const stop of stops) stop();
    };
  }, [ids.join()]);

  if (lots === 'failed') return <Failed renew={renew} />;
  if (lots === 'asking') return <Skeleton count={4} />;
  /** Of sealed bids and commissions nobody is told who leads. */
  const isSecret = ({ format, calling }: Lot): boolean =>
    format === 'HALL' ? calling === 'WAITING' : format !== 'ENGLISH';
  const leading = running.filter((lot) => lot.leaderId === user.userId || isSecret(lot));
  return (
    <>
      <SecondChances />
      <FeedbackDue />
      {lots.length === 0 && (
        <p class="empty">
          {mine.none} <a href="/search">{mine.find}</a>
        </p>
      )}
      <Group name={mine.act} lots={running.filter((lot) => !leading.includes(lot))} />
      <Group name={mine.leading} lots={leading} />
      <Group name={mine.ended} lots={lots.filter(({ status }) => status !== 'OPEN')} />
    </>
  );
}

const newer = (lot: Lot, told: Lot): Lot =>
  lot.auctionId === told.auctionId && told.revision > lot.revision ? told : lot;

/** The lots of the latest bids, the earliest close first. */
async function ownLots(): Promise<readonly Lot[]> {
  const { rows } = await ownBids(BIDS_MAX);
  const ids = [...new Set(rows.filter((bid: OwnBid) => counts(bid)).map(({ auctionId }) => auctionId))];
  const lots = await Promise.all(ids.slice(0, LOTS_MAX).map(lotOf));
  return lots.filter((lot) => lot !== null).toSorted((a, b) => Date.parse(a.closesAt) - Date.parse(b.closesAt));
}

function Group({ name, lots }: Readonly<{ name: string; lots: readonly Lot[] }>) {
  if (lots.length === 0) return null;
  return (
    <section class="section">
      <header>
        <h2>
          {name} <span class="meta">{lots.length}</span>
        </h2>
      </header>
      <ul class="lots" role="list">
        {lots.map((lot) => (
          <LotCard key={lot.auctionId} lot={lot} mine={true}>
            <OwnMaximum lot={lot} />
          </LotCard>
        ))}
      </ul>
    </section>
  );
}

function OwnMaximum({ lot }: Readonly<{ lot: Lot }>) {
  const maximum = ownMaxima.value.get(lot.auctionId);
  if (maximum === undefined) return null;
  return (
    <p class="meta">
      {words.value.mine.maximum}: <bdi>{money(maximum, lot.currency, locale.value)}</bdi>
    </p>
  );
}
