// What everybody may see of auctions.
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { AuctionId } from '../../domain/ids.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { ApiError } from '../http/api-error.js';
import { Operation } from '../http/operation.js';
import { errorBody } from '../schemas/answers.schema.js';
import { idIn } from '../schemas/values.schema.js';
import {
  type AuctionsQuery,
  type AuctionView,
  auctionPage,
  auctionView as auctionSchema,
  auctionsQuery,
  type BidView,
  bidPage,
  type PageQuery,
  pageQuery,
} from '../schemas/views.schema.js';
import { hintFor } from './hints.js';
import { pageRequest, pageView } from './page.codec.js';
import { Ask } from './queries.js';
import { auctionInList, auctionView, bidView } from './views.js';
import { namedIn, withinTree } from './within.js';

type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;
type HintedPage<Row> = Page<Row> & Readonly<{ hint?: string }>;

@ApiTags('auctions')
@Controller('auctions')
export class AuctionQueriesController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'settings'>,
  ) {}

  @Get()
  @Operation({
    summary: 'Auctions, the earliest close first unless `sort` says otherwise.',
    access: 'public',
    answers: { 200: ['A page of auctions.', auctionPage] },
  })
  async findAuctions(@Query({ schema: auctionsQuery }) query: AuctionsQuery): Promise<HintedPage<AuctionView>> {
    const { status = null, category = null, sellerId = null, text = null, closesBefore = null } = query;
    const filter = withinTree({ status, category, sellerId, text, closesBefore }, this.deps.settings.house);
    const page = pageView(
      await this.queries.execute(new Ask((silver) => silver.auctions(filter, pageRequest(query), query.sort))),
      auctionInList,
    );
    const about = { ...query, inTree: namedIn(query.category, this.deps.settings.house) };
    const hint = await this.queries.execute(new Ask((silver) => hintFor(about, page.rows.length === 0, silver)));
    return hint === null ? page : { ...page, hint };
  }

  @Get(':auctionId')
  @Operation({
    summary: 'One auction as it stands.',
    access: 'public',
    answers: { 200: ['The auction.', auctionSchema], 404: ['No such auction (yet).', errorBody] },
  })
  async findAuction(@Param('auctionId', { schema: idIn.auction }) auctionId: AuctionId): Promise<AuctionView> {
    const row = await this.queries.execute(new Ask((silver) => silver.auction(auctionId)));
    if (row === null) throw new ApiError(404, 'AuctionUnknown', 'there is no such auction');
    return auctionView(row);
  }

  @Get(':auctionId/bids')
  @Operation({
    summary: 'The bids of an auction, the latest first.',
    description: 'Maxima are shown to nobody here. An unknown auction has no bids.',
    access: 'public',
    answers: { 200: ['A page of bids.', bidPage] },
  })
  async findBids(
    @Param('auctionId', { schema: idIn.auction }) auctionId: AuctionId,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<BidView>> {
    return pageView(
      await this.queries.execute(new Ask((silver) => silver.bids(auctionId, pageRequest(query)))),
      bidView,
    );
  }
}
