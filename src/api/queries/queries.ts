// The questions of the edge on Nest's query bus, each with a handler of one call (docs/adr/0010).
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { AuctionId, UserId } from '../../domain/ids.js';
import { API_QUERIES, type ApiQueries } from '../api.deps.js';
import { hintFor } from './hints.js';

type Answers = { [Name in keyof ApiQueries]: Awaited<ReturnType<ApiQueries[Name]>> };
type AuctionFilter = Parameters<ApiQueries['auctions']>[0];
type AuctionSort = NonNullable<Parameters<ApiQueries['auctions']>[2]>;
export type PageRequest = Parameters<ApiQueries['auctions']>[1];
type RequestStatus = NonNullable<Parameters<ApiQueries['retractionRequests']>[0]>;
export type Side = Parameters<ApiQueries['transactionsOf']>[1];

export class FindAuction extends Query<Answers['auction']> {
  constructor(readonly auctionId: AuctionId) {
    super();
  }
}

@QueryHandler(FindAuction)
export class FindAuctionHandler implements IQueryHandler<FindAuction> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ auctionId }: FindAuction): Promise<Answers['auction']> {
    return this.queries.auction(auctionId);
  }
}

export class ListAuctions extends Query<Answers['auctions']> {
  constructor(
    readonly filter: AuctionFilter,
    readonly page: PageRequest,
    readonly sort: AuctionSort,
  ) {
    super();
  }
}

@QueryHandler(ListAuctions)
export class ListAuctionsHandler implements IQueryHandler<ListAuctions> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ filter, page, sort }: ListAuctions): Promise<Answers['auctions']> {
    return this.queries.auctions(filter, page, sort);
  }
}

/** What to say to somebody whose first page is empty. */
export class FindHint extends Query<string | null> {
  constructor(
    readonly asked: Parameters<typeof hintFor>[0],
    readonly isEmpty: boolean,
  ) {
    super();
  }
}

@QueryHandler(FindHint)
export class FindHintHandler implements IQueryHandler<FindHint> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ asked, isEmpty }: FindHint): Promise<string | null> {
    return hintFor(asked, isEmpty, this.queries);
  }
}

export class ListBids extends Query<Answers['bids']> {
  constructor(
    readonly auctionId: AuctionId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListBids)
export class ListBidsHandler implements IQueryHandler<ListBids> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ auctionId, page }: ListBids): Promise<Answers['bids']> {
    return this.queries.bids(auctionId, page);
  }
}

export class ListOwnBids extends Query<Answers['ownBids']> {
  constructor(
    readonly bidderId: UserId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListOwnBids)
export class ListOwnBidsHandler implements IQueryHandler<ListOwnBids> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ bidderId, page }: ListOwnBids): Promise<Answers['ownBids']> {
    return this.queries.ownBids(bidderId, page);
  }
}

export class FindUser extends Query<Answers['user']> {
  constructor(readonly userId: UserId) {
    super();
  }
}

@QueryHandler(FindUser)
export class FindUserHandler implements IQueryHandler<FindUser> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ userId }: FindUser): Promise<Answers['user']> {
    return this.queries.user(userId);
  }
}

export class FindOwnUser extends Query<Answers['ownUser']> {
  constructor(readonly userId: UserId) {
    super();
  }
}

@QueryHandler(FindOwnUser)
export class FindOwnUserHandler implements IQueryHandler<FindOwnUser> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ userId }: FindOwnUser): Promise<Answers['ownUser']> {
    return this.queries.ownUser(userId);
  }
}

export class ListTransactionsOf extends Query<Answers['transactionsOf']> {
  constructor(
    readonly userId: UserId,
    readonly side: Side,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListTransactionsOf)
export class ListTransactionsOfHandler implements IQueryHandler<ListTransactionsOf> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ userId, side, page }: ListTransactionsOf): Promise<Answers['transactionsOf']> {
    return this.queries.transactionsOf(userId, side, page);
  }
}

export class ListOwnOffers extends Query<Answers['offersTo']> {
  constructor(
    readonly bidderId: UserId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListOwnOffers)
export class ListOwnOffersHandler implements IQueryHandler<ListOwnOffers> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ bidderId, page }: ListOwnOffers): Promise<Answers['offersTo']> {
    return this.queries.offersTo(bidderId, page);
  }
}

export class ListRetractionRequests extends Query<Answers['retractionRequests']> {
  constructor(
    readonly status: RequestStatus | null,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListRetractionRequests)
export class ListRetractionRequestsHandler implements IQueryHandler<ListRetractionRequests> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ status, page }: ListRetractionRequests): Promise<Answers['retractionRequests']> {
    return this.queries.retractionRequests(status, page);
  }
}

export class ListTransactions extends Query<Answers['transactions']> {
  constructor(readonly page: PageRequest) {
    super();
  }
}

@QueryHandler(ListTransactions)
export class ListTransactionsHandler implements IQueryHandler<ListTransactions> {
  constructor(@Inject(API_QUERIES) private readonly queries: ApiQueries) {}
  execute({ page }: ListTransactions): Promise<Answers['transactions']> {
    return this.queries.transactions(page);
  }
}

export const QUERY_HANDLERS = [
  FindAuctionHandler,
  FindHintHandler,
  ListAuctionsHandler,
  ListBidsHandler,
  ListOwnOffersHandler,
  ListOwnBidsHandler,
  ListRetractionRequestsHandler,
  FindUserHandler,
  FindOwnUserHandler,
  ListTransactionsOfHandler,
  ListTransactionsHandler,
];
