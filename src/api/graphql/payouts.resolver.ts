// Payouts over GraphQL: runs for staff, what one was paid for sellers, and one's own account at the bank.
import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { isoTime } from '../../domain/time.js';
import type { PayoutItemRow, PayoutRunRow, SellerPayoutRow } from '../../projections/silver/payouts.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { idIn, pageArgs, read, readId } from './inputs.js';

type Arguments = Readonly<Record<string, unknown>>;

const runView = ({ total, preparedAt, decidedAt, ...run }: PayoutRunRow) => ({
  ...run,
  total: `${total}`,
  preparedAt: isoTime(preparedAt),
  decidedAt: decidedAt === null ? null : isoTime(decidedAt),
});
const itemView = ({ auctionId, transactionNumber, sellerId, amount, title, isSettled }: PayoutItemRow) => ({
  auctionId,
  transactionNumber,
  sellerId,
  amount: `${amount}`,
  title,
  isSettled,
});
const payoutView = ({ total, approvedAt, ...payout }: SellerPayoutRow) => ({
  ...payout,
  total: `${total}`,
  approvedAt: isoTime(approvedAt),
});

@Resolver()
export class PayoutsResolver {
  constructor(@Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'payouts'>) {}

  @Query()
  async payoutRuns(@Args() args: Arguments) {
    return pageView(await this.deps.payouts.payoutRuns(pageRequest(read(pageArgs, args))), runView);
  }

  @Query()
  async payoutRun(@Args('id') id: string) {
    const found = await this.deps.payouts.payoutRun(readId(idIn.payoutRun, id));
    return found === null ? null : { ...runView(found), items: found.items.map(itemView) };
  }

  @Query()
  async myPayouts(@Args() args: Arguments, @Context() context: GraphQLCallContext) {
    const { userId } = askedBy(context).caller;
    return pageView(await this.deps.payouts.payoutsOf(userId, pageRequest(read(pageArgs, args))), payoutView);
  }
}
