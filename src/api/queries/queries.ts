// Questions of the edge on Nest's query bus (docs/adr/0010). Who asks says what of Silver; the bus is where all of them pass.
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { API_QUERIES, type ApiQueries } from '../api.deps.js';

export type PageRequest = Parameters<ApiQueries['auctions']>[1];

/** A question, as `new Ask((silver) => silver.auction(auctionId))`. */
export class Ask<Answer> extends Query<Answer> {
  constructor(readonly ask: (silver: ApiQueries) => Promise<Answer>) {
    super();
  }
}

@QueryHandler(Ask)
export class AskHandler implements IQueryHandler<Ask<unknown>> {
  constructor(@Inject(API_QUERIES) private readonly silver: ApiQueries) {}

  execute({ ask }: Ask<unknown>): Promise<unknown> {
    return ask(this.silver);
  }
}
