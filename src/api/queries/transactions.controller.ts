// Sales, for the house.
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../http/operation.js';
import { type PageQuery, pageQuery, type TransactionView, transactionPage } from '../schemas/views.schema.js';
import { pageRequest, pageView } from './page.codec.js';
import { Ask } from './queries.js';
import { transactionView } from './views.js';

@ApiTags('transactions')
@Controller('transactions')
export class TransactionsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Get()
  @Operation({
    summary: 'All sales, the latest first.',
    access: ['analyst', 'operator', 'admin'],
    answers: { 200: ['A page of sales.', transactionPage] },
  })
  async findTransactions(
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Readonly<{ rows: readonly TransactionView[]; next: string | null }>> {
    return pageView(
      await this.queries.execute(new Ask((silver) => silver.transactions(pageRequest(query)))),
      transactionView,
    );
  }
}
