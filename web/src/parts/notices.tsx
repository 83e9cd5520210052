// What happens to the signed-in person, told in the page: one line at a time, and all of it under Notices. It lasts as long as the
// tab; what happened before, the other pages tell.
import { effect, signal } from '@preact/signals';
import { lotOf } from '../house/auctions.js';
import { graphql, type ResultOf } from '../house/graphql.js';
import { watch } from '../house/live.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { path } from '../router.js';
import { locale, words } from '../words/words.js';
import { tellAtOnce } from './announcer.js';

const NEWS = graphql(`
  subscription News {
    myNews {
      __typename auctionId revision at
      ... on Outbid { currency currentPrice minimumNextBid }
      ... on Won { currency hammerPrice }
      ... on Sold { currency hammerPrice }
      ... on Extended { closesAt }
      ... on BidVoided { bidNumber reason }
      ... on RetractionGranted { bidNumber }
      ... on RetractionRefused { bidNumber reason }
      ... on Invoiced { currency amountDue paymentDueAt }
      ... on Paid { currency amount }
      ... on Offered { currency offeredPrice expiresAt }
    }
  }
`);
type News = ResultOf<typeof NEWS>['myNews'];
export type Told = Readonly<{ news: News; title: string }>;

const KEPT_MAX = 50;
const SHOWN_MS = 8_000;

/** The latest first. */
export const notices = signal<readonly Told[]>([]);
/** The one that is shown over the page. */
const toast = signal<Told | null>(null);
let calm: ReturnType<typeof setTimeout> | undefined;

/** What a piece of news says, in a sentence with its amount. */
export function sentence(news: News): string {
  const said = words.value.notices;
  const amount = (minor: string, currency: string): string => money(BigInt(minor), currency, locale.value);
  switch (news.__typename) {
    case 'Outbid':
      return said.outbid(amount(news.minimumNextBid, news.currency));
    case 'Won':
      return said.won(amount(news.hammerPrice, news.currency));
    case 'Sold':
      return said.sold(amount(news.hammerPrice, news.currency));
    case 'Passed':
      return said.passed;
    case 'Extended':
      return said.extended;
    case 'BidVoided':
      return said.voided(news.reason);
    case 'RetractionGranted':
      return said.granted;
    case 'RetractionRefused':
      return said.refused(news.reason);
    case 'Invoiced':
      return said.invoiced(money(BigInt(news.amountDue), news.currency, locale.value, true));
    case 'Paid':
      return said.paid(money(BigInt(news.amount), news.currency, locale.value, true));
    case 'Offered':
      return said.offered(amount(news.offeredPrice, news.currency));
  }
}

/** Where to act on it. */
export const addressOf = ({ __typename, auctionId }: News): string =>
  __typename === 'Offered' ? '/mine' : `/lots/${auctionId}`;

/** An extension is on the lot's own page, and no reason to interrupt anybody elsewhere. */
const isQuiet = ({ __typename }: News): boolean => __typename === 'Extended';

async function take(news: News): Promise<void> {
  const lot = await lotOf(news.auctionId).catch(() => null);
  const told = { news, title: lot?.title ?? '' };
  notices.value = [told, ...notices.value].slice(0, KEPT_MAX);
  // The lot's own page says it already.
  if (isQuiet(news) || path.value === addressOf(news)) return;
  toast.value = told;
  tellAtOnce(`${told.title}: ${sentence(news)}`);
  clearTimeout(calm);
  if (news.__typename !== 'Outbid' && news.__typename !== 'Offered') calm = setTimeout(close, SHOWN_MS);
}

function close(): void {
  toast.value = null;
}

/** Listens for whoever is signed in, and for nobody else. */
export function followNews(): void {
  let stop = (): void => undefined;
  let of: string | null = null;
  effect(() => {
    // Staff have no auctions of their own.
    const who = person.value?.roles.some((role) => role === 'bidder' || role === 'seller') ? person.value.userId : null;
    if (who === of) return;
    stop();
    [of, notices.value, toast.value] = [who, [], null];
    stop =
      who === null
        ? () => undefined
        : watch(NEWS, {}, { next: ({ myNews }) => void take(myNews), again: () => undefined });
  });
}

/** One at a time; with something to do it stays until it is closed. */
export function Toast() {
  const told = toast.value;
  const said = words.value.notices;
  if (told === null) return null;
  return (
    <div class={`toast over ${told.news.__typename === 'Outbid' ? 'out' : ''}`}>
      <p>
        <strong>
          <bdi>{told.title}</bdi>
        </strong>{' '}
        {sentence(told.news)}{' '}
        <a href={addressOf(told.news)} onClick={close}>
          {said.go}
        </a>
      </p>
      <button class="btn bare" type="button" onClick={close}>
        {said.close}
      </button>
    </div>
  );
}
