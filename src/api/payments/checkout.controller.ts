// Paying online: a page of the payment service, for the buyer of a transaction that waits for its payment.
import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AuctionId } from '../../domain/ids.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { callerOf } from '../commands/commands.js';
import { ApiError } from '../http/api-error.js';
import { Operation } from '../http/operation.js';
import { Ask } from '../queries/queries.js';
import { errorBody } from '../schemas/answers.schema.js';
import { idIn } from '../schemas/values.schema.js';

const opened = z.strictObject({ url: z.string() }).meta({ id: 'CheckoutOpened' });

@ApiTags('transactions')
@Controller('auctions')
export class CheckoutController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'payments'>,
  ) {}

  @Post(':auctionId/checkout')
  @HttpCode(200)
  @Operation({
    summary: 'A page of the payment service where you pay for what you bought.',
    description: 'Asked again, it is the same page. The payment is on record once the service has told the house.',
    access: 'anyone',
    answers: {
      200: ['Where to pay.', opened],
      404: ['You bought nothing there, or this house takes no payments online.', errorBody],
      409: ['No payment is awaited, or not of such an amount.', errorBody],
    },
  })
  async open(
    @Param('auctionId', { schema: idIn.auction }) auctionId: AuctionId,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof opened>> {
    const { payments } = this.deps;
    if (payments === null) throw new ApiError(404, 'CheckoutNotOffered', 'this house takes no payments online');
    const sale = await this.queries.execute(new Ask((silver) => silver.transaction(auctionId)));
    if (sale === null || sale.buyerId !== callerOf(request).userId)
      throw new ApiError(404, 'TransactionUnknown', 'you bought nothing in this auction');
    const { paymentStatus, transactionNumber, buyerId, amountDue: amount, currency } = sale;
    if (paymentStatus !== 'due' && paymentStatus !== 'overdue')
      throw new ApiError(409, 'TransactionNotPayable', 'no payment is awaited here');
    const auction = await this.queries.execute(new Ask((silver) => silver.auction(auctionId)));
    const description = auction?.title ?? `Auction ${auctionId}`;
    const answer = await payments.checkout({ auctionId, transactionNumber, buyerId, amount, currency, description });
    if (answer.status === 'refused') throw new ApiError(409, 'CheckoutRefused', answer.problem);
    return { url: answer.url };
  }
}
