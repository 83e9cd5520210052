// All lots, by words, category and status. What is asked stands in the address, so that it can be sent to somebody.

import { saveSearch } from '../house/own-lists.js';
import { person } from '../house/session.js';
import { Act } from '../parts/act.js';
import { CategoryField } from '../parts/category-field.js';
import { Changed, Failed, Skeleton } from '../parts/list-states.js';
import { type Asked, useLiveList } from '../parts/live-list.js';
import { LotCard } from '../parts/lot-card.js';
import { ownMaxima } from '../parts/own-bids.js';
import { go, query } from '../router.js';
import { words } from '../words/words.js';

const PAGE = 48;
const SKELETONS = 8;
const STATUSES = ['OPEN', 'UPCOMING', 'SOLD', 'PASSED', 'ALL'] as const;
const SORTS = ['CLOSING_SOONEST', 'CLOSING_LATEST', 'NEWEST'] as const;

const oneOf = <Word extends string>(known: readonly Word[], asked: string | null): Word =>
  known.find((word) => word === asked) ?? (known[0] as Word);

function askedBy(search: URLSearchParams): Asked {
  const status = oneOf(STATUSES, search.get('status'));
  const [text, category] = [search.get('q') ?? '', search.get('category') ?? ''];
  return {
    filter: {
      ...(status !== 'ALL' && { status }),
      ...(text.trim() !== '' && { text }),
      ...(category.trim() !== '' && { category }),
    },
    sort: oneOf(SORTS, search.get('sort')),
    limit: PAGE,
  };
}

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const entries = new FormData(event.currentTarget as HTMLFormElement).entries();
  const asked = new URLSearchParams([...entries].map(([name, value]) => [name, String(value)]));
  go(`/search?${asked}`);
}

export function Search() {
  const { search, titles, home } = words.value;
  const asked = query.value;
  const list = useLiveList(askedBy(asked));
  return (
    <>
      <h1 tabIndex={-1}>{titles.search}</h1>
      <form class="filters" role="search" aria-label={titles.search} onSubmit={submit} key={asked.toString()}>
        <div class="field">
          <label for="q">{search.text}</label>
          <input class="input" id="q" name="q" type="search" defaultValue={asked.get('q') ?? ''} />
        </div>
        <CategoryField asked={asked.get('category') ?? ''} />
        <Select name="status" label={search.status} known={STATUSES} named={search.statuses} asked={asked} />
        <Select name="sort" label={search.sort} known={SORTS} named={search.sorts} asked={asked} />
        <button class="btn" type="submit">
          {search.go}
        </button>
      </form>
      {person.value !== null && <Save asked={askedBy(asked)} />}
      <h2 class="hide">{search.found}</h2>
      <Changed list={list} text={home.changed} />
      {list.failed && <Failed renew={list.renew} />}
      {list.rows === null && !list.failed && <Skeleton count={SKELETONS} />}
      {list.rows?.length === 0 && <p class="empty">{list.hint ?? search.none}</p>}
      <ul class="lots" role="list">
        {list.rows?.map((lot) => (
          <LotCard key={lot.auctionId} lot={lot} mine={ownMaxima.value.has(lot.auctionId)} />
        ))}
      </ul>
      {list.next !== null && (
        <p class="section">
          <button class="btn" type="button" onClick={list.more}>
            {search.more}
          </button>
        </p>
      )}
    </>
  );
}

/** Keeps what is asked for under a name; it stands under what the person watches. */
function Save({ asked: { filter, sort } }: Readonly<{ asked: Asked }>) {
  const { searches: said } = words.value;
  return (
    <p class="acts save">
      <Act
        label={said.save}
        title={said.saveAsk}
        says={said.saveSays}
        run={async (form) => {
          const name = String(form.get('name') ?? '').trim();
          if (name === '') return said.needsName;
          await saveSearch({ name, filter: filter ?? {}, sort: sort ?? null });
          return null;
        }}
        done={() => undefined}
      >
        <div class="field">
          <label for="search-name">{said.called}</label>
          <input class="input" id="search-name" name="name" maxLength={60} />
        </div>
      </Act>
    </p>
  );
}

type SelectParts<Word extends string> = Readonly<{
  name: string;
  label: string;
  known: readonly Word[];
  named: Readonly<Record<Word, string>>;
  asked: URLSearchParams;
}>;

function Select<Word extends string>({ name, label, known, named, asked }: SelectParts<Word>) {
  const chosen = oneOf(known, asked.get(name));
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select class="input" id={name} name={name}>
        {known.map((word) => (
          <option key={word} value={word} selected={word === chosen}>
            {named[word]}
          </option>
        ))}
      </select>
    </div>
  );
}
