// Lots that the signed-in person watches, and searches that the person has saved.
import { signal } from '@preact/signals';
import { ask } from './ask.js';
import { CARD, type Card } from './auctions.js';
import { graphql, type ResultOf, type VariablesOf } from './graphql.js';
import { person } from './session.js';

const WATCHED = graphql('query Watched { myWatchList { auctionId } }');
const WATCH_LIST = graphql('query WatchList { myWatchList { ...Card } }', [CARD]);
const WATCH = graphql('mutation Watch($id: ID!) { watchLot(auctionId: $id) }');
const UNWATCH = graphql('mutation Unwatch($id: ID!) { unwatchLot(auctionId: $id) }');
const SEARCHES = graphql('query Searches { mySavedSearches { searchId name status category text sort } }');
const SAVE = graphql('mutation Save($input: SaveSearchInput!) { saveSearch(input: $input) { searchId } }');
const REMOVE = graphql('mutation Remove($id: ID!) { removeSavedSearch(searchId: $id) }');

export type SavedSearch = ResultOf<typeof SEARCHES>['mySavedSearches'][number];

/** Ids of the lots on the person's watch list. */
export const watched = signal<ReadonlySet<string>>(new Set());

/** Asks anew. Where the house does not answer, what was known stays. */
export async function renewWatched(): Promise<void> {
  const who = person.value;
  if (who === null) {
    watched.value = new Set();
    return;
  }
  const { myWatchList } = await ask(WATCHED, {});
  if (person.value === who) watched.value = new Set(myWatchList.map(({ auctionId }) => auctionId));
}

export const watchList = async (): Promise<readonly Card[]> => (await ask(WATCH_LIST, {})).myWatchList;

/** Puts a lot on the list or takes it off. Rejects where the house does not; then the list is as it was. */
export async function setWatched(id: string, isWatched: boolean): Promise<void> {
  await (isWatched ? ask(WATCH, { id }) : ask(UNWATCH, { id }));
  const next = new Set(watched.value);
  if (isWatched) next.add(id);
  else next.delete(id);
  watched.value = next;
}

export const savedSearches = async (): Promise<readonly SavedSearch[]> => (await ask(SEARCHES, {})).mySavedSearches;

export async function saveSearch(input: VariablesOf<typeof SAVE>['input']): Promise<void> {
  await ask(SAVE, { input });
}

export async function removeSearch(id: string): Promise<void> {
  await ask(REMOVE, { id });
}
