// What a buyer would pay: asked before there is a buyer.
import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { invoiceFor } from '../../domain/fees/charges.js';
import { placeProblem } from '../../domain/fees/fees-problem.js';
import { NO_POSITION } from '../../domain/fees/tax-position.js';
import { AMOUNT_MAX } from '../../domain/money.js';
import { type PayableView, payableView } from '../queries/payable.js';
import { Ask } from '../queries/queries.js';
import { amountIn } from '../schemas/values.schema.js';
import { idIn, read } from './inputs.js';

const place = z
  .object({ country: z.string(), region: z.string().nullable().default(null), hasNumber: z.boolean().default(false) })
  .superRefine((given, refused) => {
    const found = placeProblem('', given);
    if (found !== null) refused.addIssue({ code: 'custom', path: [found.field], message: found.problem });
  });
const payableArgs = z.object({
  auctionId: idIn.auction,
  hammerPrice: amountIn.refine((price) => price >= 1n && price <= AMOUNT_MAX, `must be from 1 to ${AMOUNT_MAX}`),
  place: place.optional(),
});

@Resolver()
export class FeesResolver {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Query()
  async payable(@Args() args: Readonly<Record<string, unknown>>): Promise<PayableView | null> {
    const { auctionId, hammerPrice, place: buyer = NO_POSITION } = read(payableArgs, args);
    const listed = await this.queries.execute(new Ask((silver) => silver.listedFees(auctionId)));
    if (listed === null) return null;
    const invoice = invoiceFor(hammerPrice, listed.fees, { buyer, seller: NO_POSITION });
    return payableView(auctionId, listed, invoice);
  }
}
