// The application: the frame around every page, and which page stands at which address.
import '../styles/gavel.css';
import '../styles/application.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { now } from './house/clock.js';
import { lostSince } from './house/live.js';
import { renewWatched } from './house/own-lists.js';
import { findSession } from './house/session.js';
import { Account } from './pages/account.js';
import { Home } from './pages/home.js';
import { LotPage } from './pages/lot.js';
import { Mine } from './pages/mine.js';
import { Notices } from './pages/notices.js';
import { PersonPage } from './pages/person.js';
import { Reset } from './pages/reset.js';
import { Search } from './pages/search.js';
import { Sell } from './pages/sell.js';
import { SignIn } from './pages/sign-in.js';
import { SignUp } from './pages/sign-up.js';
import { Announcer, tellAtOnce } from './parts/announcer.js';
import { Header } from './parts/header.js';
import { lazily } from './parts/lazily.js';
import { NotThere } from './parts/not-there.js';
import { followNews, Toast } from './parts/notices.js';
import { renewOwnBids } from './parts/own-bids.js';
import { path } from './router.js';
import { clockText } from './times.js';
import { locale, words } from './words/words.js';

/** The catalogue of a sale is a script of its own; whoever looks at one lot does not load it. */
const Sales = lazily(async () => (await import('./pages/sales.js')).Sales);
const SalePage = lazily(async () => (await import('./pages/sale.js')).SalePage);
/** Staff's pages are a script of their own. */
const Figures = lazily(async () => (await import('./figures/figures.js')).Figures);
const Desk = lazily(async () => (await import('./desk/desk.js')).Desk);

const PERSON = /^\/people\/([0-9a-f-]{36})$/;
const LOT = /^\/lots\/([0-9a-f-]{36})$/;

const SALE = /^\/sales\/([0-9a-f-]{36})$/;

const isUnder = (at: string, top: string): boolean => at === top || at.startsWith(`${top}/`);
/** Staff's pages are wide, and name themselves. */
const isStaffs = (at: string): boolean => isUnder(at, '/desk') || isUnder(at, '/figures');

function Page() {
  const at = path.value;
  const lot = LOT.exec(at)?.[1];
  if (lot !== undefined) return <LotPage key={lot} id={lot} />;
  const sale = SALE.exec(at)?.[1];
  if (sale !== undefined) return <SalePage key={sale} id={sale} />;
  const who = PERSON.exec(at)?.[1];
  if (who !== undefined) return <PersonPage key={who} id={who} />;
  if (isUnder(at, '/desk')) return <Desk />;
  if (isUnder(at, '/figures')) return <Figures />;
  switch (at) {
    case '/':
      return <Home />;
    case '/sales':
      return <Sales />;
    case '/search':
      return <Search />;
    case '/mine':
      return <Mine />;
    case '/notices':
      return <Notices />;
    case '/sell':
      return <Sell />;
    case '/sign-in':
      return <SignIn />;
    case '/account':
      return <Account />;
    case '/sign-up':
      return <SignUp />;
    case '/reset':
      return <Reset />;
    default:
      return <NotThere text={words.value.nothing} />;
  }
}

const asOf = (ms: number): string => clockText(new Date(ms).toISOString(), now.value, locale.value);

function Application() {
  const { skip, foot, live } = words.value;
  const lost = lostSince.value;
  return (
    <>
      <a class="skip" href="#main">
        {skip}
      </a>
      <Header />
      <main id="main" class={isStaffs(path.value) ? 'wrap wide' : 'wrap'}>
        {lost !== null && (
          <p class="note warn" id="lost">
            {live.lost(asOf(lost))}
          </p>
        )}
        <Page />
      </main>
      <footer class="foot">
        <div class="wrap">
          <a href="/developers" data-leave>
            {foot.developers}
          </a>
          <span class="end">{foot.clock}</span>
        </div>
      </footer>
      <Toast />
      <Announcer />
    </>
  );
}

/** A page's name is set by the page itself where it has one of its own. */
effect(() => {
  const { titles } = words.value;
  const named: Readonly<Record<string, string>> = {
    '/': titles.home,
    '/sales': titles.sales,
    '/search': titles.search,
    '/mine': titles.mine,
    '/notices': titles.notices,
    '/sell': titles.sell,
    '/sign-in': titles.signIn,
    '/account': titles.account,
    '/sign-up': titles.signUp,
    '/reset': titles.reset,
  };
  const namesItself = [LOT, SALE, PERSON].some((one) => one.test(path.value)) || isStaffs(path.value);
  if (!namesItself) document.title = `${named[path.value] ?? titles.nothing} · Gavel`;
});

/** Only a break that lasts is spoken of, and then its end. */
const SPOKEN_MS = 5_000;
let spoken = false;
effect(() => {
  const [lost, { live }] = [lostSince.value, words.value];
  if (lost !== null && !spoken && now.value - lost > SPOKEN_MS) {
    spoken = true;
    tellAtOnce(live.lost(asOf(lost)));
  }
  if (lost === null && spoken) {
    spoken = false;
    tellAtOnce(live.back);
  }
});

effect(() => {
  // Reads who is signed in, and so runs again for another person. Where the house does not answer, a lot's page asks again.
  renewOwnBids().catch(() => undefined);
});

effect(() => {
  renewWatched().catch(() => undefined);
});

void findSession();

followNews();

const root = document.getElementById('app');
if (root !== null) render(<Application />, root);
