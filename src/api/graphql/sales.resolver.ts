// Sales over GraphQL. A draft is there for staff alone.
import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { SaleId } from '../../domain/ids.js';
import type { SaleRow } from '../../projections/silver/sales.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { mayUse, STAFF } from '../auth/access.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import {
  type LotPlaceView,
  lotPlaceView,
  type PaddleView,
  paddleView,
  type SaleLotView,
  type SaleView,
  saleLotView,
  saleView,
} from '../queries/sale-views.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { idIn, paddlesArgs, pageArgs, read, readId, salesArgs } from './inputs.js';

type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;
type Arguments = Readonly<Record<string, unknown>>;

@Resolver()
export class SalesResolver {
  constructor(@Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'sales'>) {}

  @Query()
  async sale(@Args('id') id: string, @Context() context: GraphQLCallContext): Promise<SaleView | null> {
    const found = await this.shown(readId(idIn.sale, id), context);
    return found === null ? null : saleView(found);
  }

  @Query()
  async sales(@Args() args: Arguments, @Context() context: GraphQLCallContext): Promise<Page<SaleView>> {
    const { status = null, sort, ...page } = read(salesArgs, args);
    const asked = { status, drafts: isByStaff(context) };
    return pageView(await this.deps.sales.sales(asked, pageRequest(page), sort), saleView);
  }

  @Query()
  async saleLots(
    @Args() { saleId, ...page }: Arguments,
    @Context() context: GraphQLCallContext,
  ): Promise<Page<SaleLotView>> {
    const [id, request] = [readId(idIn.sale, saleId), pageRequest(read(pageArgs, page))];
    if ((await this.shown(id, context)) === null) return { rows: [], next: null };
    return pageView(await this.deps.sales.lots(id, request), saleLotView);
  }

  @Query()
  async lotPlace(@Args('auctionId') auctionId: string): Promise<LotPlaceView | null> {
    const found = await this.deps.sales.placeOf(readId(idIn.auction, auctionId));
    return found === null ? null : lotPlaceView(found);
  }

  @Query()
  async myPaddle(@Args('saleId') saleId: string, @Context() context: GraphQLCallContext): Promise<PaddleView | null> {
    const found = await this.deps.sales.paddleOf(readId(idIn.sale, saleId), askedBy(context).caller.userId);
    return found === null ? null : paddleView(found);
  }

  @Query()
  async paddles(@Args() { saleId, ...args }: Arguments): Promise<Page<PaddleView>> {
    const { status = null, ...page } = read(paddlesArgs, args);
    const found = await this.deps.sales.paddles(readId(idIn.sale, saleId), status, pageRequest(page));
    return pageView(found, paddleView);
  }

  private async shown(saleId: SaleId, context: GraphQLCallContext): Promise<SaleRow | null> {
    const found = await this.deps.sales.sale(saleId);
    return found !== null && (found.publishedAt !== null || isByStaff(context)) ? found : null;
  }
}

const isByStaff = ({ caller }: GraphQLCallContext): boolean => caller !== null && mayUse(STAFF, caller);
