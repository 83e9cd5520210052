// The owner's dashboards: four of them, on Gold as of its last run and on what happens now.
import './figures.css';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { person } from '../house/session.js';
import { signInFrom } from '../pages/sign-in.js';
import { useAsked } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { path, query } from '../router.js';
import { figureWords } from '../words/figure-words.js';
import type { FigureWords } from '../words/figures.en.js';
import { words } from '../words/words.js';
import { Auctions } from './auctions.js';
import { busiestCurrency } from './currency.js';
import { Executive } from './executive.js';
import { Live } from './live.js';
import { People } from './people.js';
import { type Period, PeriodForm, periodOf } from './period.js';

type Board = ComponentType<Readonly<{ period: Period }>>;
const BOARDS: readonly (readonly [board: keyof FigureWords['boards'], path: string, Board: Board])[] = [
  ['executive', '/figures', Executive],
  ['auctions', '/figures/auctions', Auctions],
  ['people', '/figures/people', People],
  ['live', '/figures/live', Live],
];

export const READERS: readonly string[] = ['analyst', 'operator', 'admin'];

export function Figures() {
  const said = figureWords.value;
  const [board, , Board] = BOARDS.find(([, address]) => address === path.value) ?? [null, '', null];
  const name = board === null ? words.value.titles.nothing : said.boards[board];
  const who = person.value;
  useEffect(() => {
    document.title = `${name} · Gavel`;
  }, [name]);
  const isReader = who?.roles.some((role) => READERS.includes(role)) === true;
  const isAsked = isReader && !query.value.has('currency');
  const { answer, failed, renew } = useAsked(async () => (isAsked ? busiestCurrency() : 'EUR'), String(isAsked));
  if (!isReader)
    return (
      <>
        <h1 tabIndex={-1}>{said.figures}</h1>
        <p class="empty">
          {who === null ? said.needsPerson : said.needsRole}{' '}
          <a href={signInFrom(path.value)}>{words.value.nav.signIn}</a>
        </p>
      </>
    );
  const period = answer === null ? null : periodOf(query.value, answer);
  return (
    <>
      <nav class="rooms" aria-label={said.figures}>
        <ul role="list">
          {BOARDS.map(([key, address]) => (
            <li key={key}>
              <a href={`${address}?${query.value}`} aria-current={board === key ? 'page' : undefined}>
                {said.boards[key]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <h1 tabIndex={-1}>{name}</h1>
      {failed && <Failed renew={renew} />}
      {period === null && !failed && <div aria-busy="true" />}
      {board !== null && period !== null && <PeriodForm period={period} isLive={board === 'live'} />}
      {Board !== null && period !== null && <Board period={period} />}
    </>
  );
}
