// What the signed-in person watches: lots, and searches with a name.
import { useEffect } from 'preact/hooks';
import { problemOf } from '../house/ask.js';
import { removeSearch, renewWatched, type SavedSearch, savedSearches, watched, watchList } from '../house/own-lists.js';
import { person } from '../house/session.js';
import { Act } from '../parts/act.js';
import { useAsked, useEvery } from '../parts/asked.js';
import { Failed, Skeleton } from '../parts/list-states.js';
import { LotCard } from '../parts/lot-card.js';
import { ownMaxima } from '../parts/own-bids.js';
import { words } from '../words/words.js';

const SKELETONS = 4;
const ANEW_EVERY_MS = 10_000;

export function Watching() {
  const { watching, mine } = words.value;
  const { answer, failed, renew } = useAsked(watchList, person.value?.userId);
  useEvery(ANEW_EVERY_MS, renew);
  useEffect(() => void renewWatched().catch(() => undefined), []);
  if (answer === null) return failed ? <Failed renew={renew} /> : <Skeleton count={SKELETONS} />;
  // A lot that was taken off a moment ago goes at once.
  const lots = answer.filter(({ auctionId }) => watched.value.has(auctionId));
  return (
    <>
      <h2 class="hide">{mine.watching}</h2>
      {lots.length === 0 && (
        <p class="empty">
          {watching.none} <a href="/search">{mine.find}</a>
        </p>
      )}
      <ul class="lots" role="list">
        {lots.map((lot) => (
          <LotCard key={lot.auctionId} lot={lot} mine={ownMaxima.value.has(lot.auctionId)} />
        ))}
      </ul>
      <Searches />
    </>
  );
}

/** The address at which the search page asks the same. */
export const addressOf = ({ status, category, text, sort }: SavedSearch): string =>
  `/search?${new URLSearchParams({ q: text ?? '', category: category ?? '', status: status ?? 'ALL', sort })}`;

function Searches() {
  const { searches: said } = words.value;
  const { answer, renew } = useAsked(savedSearches, person.value?.userId);
  if (answer === null || answer.length === 0) return null;
  return (
    <section class="section" aria-labelledby="searches">
      <header>
        <h2 id="searches">
          {said.name} <span class="meta">{answer.length}</span>
        </h2>
      </header>
      <ul role="list" class="offers">
        {answer.map((search) => (
          <li key={search.searchId}>
            <p>
              <a href={addressOf(search)}>
                <bdi>{search.name}</bdi>
              </a>
            </p>
            <p class="acts">
              <Act
                label={said.remove}
                title={said.removeAsk(search.name)}
                says={said.removeSays}
                run={() => removeSearch(search.searchId).then(() => null, problem)}
                done={renew}
              />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

const problem = (error: unknown): string => problemOf(error, words.value.problem.notAnswered);
