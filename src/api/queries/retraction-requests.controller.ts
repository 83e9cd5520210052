// What bidders ask of staff: to take a bid back.
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../http/operation.js';
import {
  type RetractionRequestsQuery,
  type RetractionRequestView,
  retractionRequestPage,
  retractionRequestsQuery,
} from '../schemas/views.schema.js';
import { pageRequest, pageView } from './page.codec.js';
import { Ask } from './queries.js';
import { retractionRequestView } from './views.js';

@ApiTags('auctions')
@Controller('retraction-requests')
export class RetractionRequestsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Get()
  @Operation({
    summary: 'What bidders ask: to take a bid back. The earliest first.',
    description: 'With `status=pending` what waits for an answer of staff.',
    access: ['operator', 'admin'],
    answers: { 200: ['A page of requests.', retractionRequestPage] },
  })
  async findRequests(
    @Query({ schema: retractionRequestsQuery }) query: RetractionRequestsQuery,
  ): Promise<Readonly<{ rows: readonly RetractionRequestView[]; next: string | null }>> {
    const requests = new Ask((silver) => silver.retractionRequests(query.status ?? null, pageRequest(query)));
    return pageView(await this.queries.execute(requests), retractionRequestView);
  }
}
