// Watch lists and saved searches: a person's own, shown to nobody else. No command of the domain (docs/adr/0113).
import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { isoTime } from '../../domain/time.js';
import { type SavedSearch, SEARCHES_MAX, WATCHED_MAX } from '../../own-lists/own-lists.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { ApiError } from '../http/api-error.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { Ask } from '../queries/queries.js';
import { auctionInList } from '../queries/views.js';
import { withinTree } from '../queries/within.js';
import { textIn } from '../schemas/values.schema.js';
import { type AuctionView, auctionsQuery } from '../schemas/views.schema.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { idIn, pageArgs, present, read, readId } from './inputs.js';

type Arguments = Readonly<Record<string, unknown>>;
type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;

const searchIdIn = z.uuid('must be the id of a search').toLowerCase();
/** What a search may be saved with. A time passes, so none is kept. */
const savedFilter = auctionsQuery.omit({ limit: true, cursor: true, closesBefore: true });
const savedName = z.object({ name: textIn({ lengthMin: 1, lengthMax: 60, lines: 'one' }) });
type SavedSearchView = z.output<typeof savedFilter> & Readonly<{ searchId: string; name: string; savedAt: string }>;

@Resolver()
export class OwnListsResolver {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'ownLists' | 'runtime' | 'settings'>,
  ) {}

  @Query()
  async myWatchList(@Context() context: GraphQLCallContext): Promise<readonly AuctionView[]> {
    const ids = await this.deps.ownLists.watched(askedBy(context).caller.userId);
    const rows = await this.queries.execute(new Ask((silver) => silver.auctionsOf(ids)));
    const byId = new Map(rows.map((row) => [row.auctionId, row]));
    return ids.flatMap((id) => byId.get(id) ?? []).map(auctionInList);
  }

  @Query()
  async mySavedSearches(@Context() context: GraphQLCallContext): Promise<readonly SavedSearchView[]> {
    return (await this.deps.ownLists.searches(askedBy(context).caller.userId)).map(searchView);
  }

  @Query()
  async savedSearch(
    @Args() { searchId, ...page }: Arguments,
    @Context() context: GraphQLCallContext,
  ): Promise<Page<AuctionView>> {
    const id = readId(searchIdIn, searchId);
    const query = read(pageArgs, page);
    const found = await this.deps.ownLists.search(askedBy(context).caller.userId, id);
    if (found === null) throw new ApiError(404, 'SearchUnknown', 'you have no such saved search');
    const { status = null, category = null, sellerId = null, text = null, sort } = savedFilter.parse(found.filter);
    const filter = withinTree({ status, category, sellerId, text, closesBefore: null }, this.deps.settings.house);
    const asked = new Ask((silver) => silver.auctions(filter, pageRequest(query), sort));
    return pageView(await this.queries.execute(asked), auctionInList);
  }

  @Mutation()
  async watchLot(@Args('auctionId') auctionId: string, @Context() context: GraphQLCallContext): Promise<boolean> {
    const { ownLists, runtime } = this.deps;
    const about = { userId: askedBy(context).caller.userId, auctionId: readId(idIn.auction, auctionId) };
    const outcome = await ownLists.watch(about, runtime.now());
    if (outcome === 'unknown') throw new ApiError(404, 'AuctionUnknown', 'there is no such auction');
    if (outcome === 'too many')
      throw new ApiError(409, 'TooManyWatched', `you watch ${WATCHED_MAX} lots already; take one off your list`);
    return true;
  }

  @Mutation()
  unwatchLot(@Args('auctionId') auctionId: string, @Context() context: GraphQLCallContext): Promise<boolean> {
    const { userId } = askedBy(context).caller;
    return this.deps.ownLists.unwatch({ userId, auctionId: readId(idIn.auction, auctionId) });
  }

  @Mutation()
  async saveSearch(
    @Args('input') { name: given, filter, sort }: Arguments,
    @Context() context: GraphQLCallContext,
  ): Promise<SavedSearchView> {
    const { ownLists, runtime } = this.deps;
    const { name } = read(savedName, { name: given });
    const asked = read(savedFilter, { ...present(filter), sort });
    const search = { searchId: runtime.uuid(), name, filter: asked, savedAt: runtime.now() };
    const outcome = await ownLists.save(askedBy(context).caller.userId, search);
    if (outcome === 'name taken') throw new ApiError(409, 'SearchNameTaken', 'you have a saved search of this name');
    if (outcome === 'too many')
      throw new ApiError(409, 'TooManySearches', `you have ${SEARCHES_MAX} saved searches already; remove one`);
    return searchView(search);
  }

  @Mutation()
  removeSavedSearch(@Args('searchId') searchId: string, @Context() context: GraphQLCallContext): Promise<boolean> {
    return this.deps.ownLists.remove(askedBy(context).caller.userId, readId(searchIdIn, searchId));
  }
}

const searchView = ({ searchId, name, filter, savedAt }: SavedSearch): SavedSearchView => ({
  ...savedFilter.parse(filter),
  searchId,
  name,
  savedAt: isoTime(savedAt),
});
