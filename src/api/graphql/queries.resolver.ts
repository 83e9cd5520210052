// Queries: the same questions on the same bus as REST's (queries/), with the same views.
import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { HouseTerms } from '../../domain/auction/house-defaults.js';
import type { MailPreference } from '../../notify/mail/mail.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { answerOf } from '../commands/answers.js';
import { hintFor } from '../queries/hints.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { Ask } from '../queries/queries.js';
import { shownName } from '../queries/shown-name.js';
import { openedUserView } from '../queries/users.controller.js';
import {
  auctionInList,
  auctionView,
  bidView,
  ownBidView,
  ownOfferView,
  type RunView,
  retractionRequestView,
  runView,
  transactionView,
  userView,
} from '../queries/views.js';
import { namedIn, withinTree } from '../queries/within.js';
import type { OwnOfferView } from '../schemas/after-sale.schema.js';
import type {
  AuctionView,
  BidView,
  OwnBidView,
  OwnUserView,
  RetractionRequestView,
  TransactionView,
  UserView,
} from '../schemas/views.schema.js';
import { type TypedAnswer, typedAnswer } from './answer-types.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import {
  auctionsArgs,
  idIn,
  ownTransactionsArgs,
  pageArgs,
  present,
  read,
  readId,
  retractionRequestsArgs,
  runsArgs,
} from './inputs.js';

type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;
type OwnUser = OwnUserView & Readonly<{ mail: MailPreference | null }>;
type Arguments = Readonly<Record<string, unknown>>;

@Resolver()
export class QueriesResolver {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Query()
  async auction(@Args('id') id: string): Promise<AuctionView | null> {
    const row = await this.queries.execute(new Ask((silver) => silver.auction(readId(idIn.auction, id))));
    return row === null ? null : auctionView(row);
  }

  @Query()
  async itemDetails(@Args('auctionId') auctionId: string): Promise<AuctionView['details']> {
    return (await this.auction(auctionId))?.details ?? null;
  }

  @Query()
  async auctions(
    @Args() { filter, ...page }: Arguments,
  ): Promise<Page<AuctionView> & Readonly<{ hint: string | null }>> {
    const query = read(auctionsArgs, { ...page, ...present(filter) });
    const { status = null, category = null, sellerId = null, text = null, closesBefore = null } = query;
    const asked = new Ask((silver) =>
      silver.auctions(
        withinTree({ status, category, sellerId, text, closesBefore }, this.deps.settings.house),
        pageRequest(query),
        query.sort,
      ),
    );
    const about = { ...query, inTree: namedIn(query.category, this.deps.settings.house) };
    const found = pageView(await this.queries.execute(asked), auctionInList);
    return {
      ...found,
      hint: await this.queries.execute(new Ask((silver) => hintFor(about, found.rows.length === 0, silver))),
    };
  }

  @Query()
  categories(): HouseTerms['categories'] {
    return this.deps.settings.house.categories;
  }

  @Query()
  async bids(@Args() { auctionId, ...page }: Arguments): Promise<Page<BidView>> {
    const asked = new Ask((silver) => silver.bids(readId(idIn.auction, auctionId), pageRequest(read(pageArgs, page))));
    return pageView(await this.queries.execute(asked), bidView);
  }

  @Query()
  async user(@Args('id') id: string): Promise<UserView | null> {
    const row = await this.queries.execute(new Ask((silver) => silver.user(readId(idIn.user, id))));
    return row === null ? null : userView(row, await shownName(this.deps.keyStore, row));
  }

  @Query()
  async me(@Context() context: GraphQLCallContext): Promise<OwnUser | null> {
    const { userId } = askedBy(context).caller;
    const row = await this.queries.execute(new Ask((silver) => silver.ownUser(userId)));
    if (row === null) return null;
    const mail = (await this.deps.mailReaders?.preferenceOf(userId)) ?? null;
    return { ...(await openedUserView(this.deps.keyStore, row)), mail };
  }

  @Query()
  async myBids(@Args() page: Arguments, @Context() context: GraphQLCallContext): Promise<Page<OwnBidView>> {
    const asked = new Ask((silver) =>
      silver.ownBids(askedBy(context).caller.userId, pageRequest(read(pageArgs, page))),
    );
    return pageView(await this.queries.execute(asked), ownBidView);
  }

  @Query()
  async myTransactions(
    @Args() args: Arguments,
    @Context() context: GraphQLCallContext,
  ): Promise<Page<TransactionView>> {
    const query = read(ownTransactionsArgs, args);
    const asked = new Ask((silver) =>
      silver.transactionsOf(askedBy(context).caller.userId, query.side, pageRequest(query)),
    );
    return pageView(await this.queries.execute(asked), transactionView);
  }

  @Query()
  async mySecondChances(@Args() page: Arguments, @Context() context: GraphQLCallContext): Promise<Page<OwnOfferView>> {
    const asked = new Ask((silver) =>
      silver.offersTo(askedBy(context).caller.userId, pageRequest(read(pageArgs, page))),
    );
    return pageView(await this.queries.execute(asked), ownOfferView);
  }

  @Query()
  async retractionRequests(@Args() args: Arguments): Promise<Page<RetractionRequestView>> {
    const query = read(retractionRequestsArgs, args);
    const asked = new Ask((silver) => silver.retractionRequests(query.status ?? null, pageRequest(query)));
    return pageView(await this.queries.execute(asked), retractionRequestView);
  }

  @Query()
  async runs(@Args() args: Arguments): Promise<Page<RunView>> {
    const query = read(runsArgs, args);
    return pageView(await this.deps.runs.runs(query.kind ?? null, pageRequest(query)), runView);
  }

  @Query()
  async transactions(@Args() page: Arguments): Promise<Page<TransactionView>> {
    const asked = new Ask((silver) => silver.transactions(pageRequest(read(pageArgs, page))));
    return pageView(await this.queries.execute(asked), transactionView);
  }

  @Query()
  async command(@Args('id') id: string, @Context() context: GraphQLCallContext): Promise<TypedAnswer | null> {
    const commandId = readId(idIn.command, id);
    const callerId = askedBy(context).caller.userId;
    const outcome = await this.deps.commandLookup(commandId, callerId);
    return outcome === null ? null : typedAnswer(answerOf(outcome, { commandId, callerId }, 200).body);
  }
}
