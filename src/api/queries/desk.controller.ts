// The trust desk over REST: fraud cases, and bids that one of the staff would void.
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FraudCaseId } from '../../domain/ids.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { STAFF } from '../auth/access.js';
import { ApiError } from '../http/api-error.js';
import { Operation } from '../http/operation.js';
import { errorBody } from '../schemas/answers.schema.js';
import {
  type FraudCaseDetailView,
  type FraudCasesQuery,
  type FraudCaseView,
  type FraudReviewView,
  fraudCaseDetail,
  fraudCasePage,
  fraudCasesQuery,
  fraudReviewView,
  type VoidingProposalsQuery,
  type VoidingProposalView,
  voidingProposalPage,
  voidingProposalsQuery,
} from '../schemas/desk.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { fraudCaseDetailView, fraudCaseView, voidingProposalView } from './desk-views.js';
import { pageRequest, pageView } from './page.codec.js';
import { Ask } from './queries.js';

type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;

@ApiTags('trust desk')
@Controller()
export class DeskController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'fraudCases'>,
  ) {}

  @Get('fraud/cases')
  @Operation({
    summary: 'Fraud cases, those that were opened last first.',
    access: STAFF,
    answers: { 200: ['A page of cases.', fraudCasePage] },
  })
  async findFraudCases(@Query({ schema: fraudCasesQuery }) query: FraudCasesQuery): Promise<Page<FraudCaseView>> {
    return pageView(await this.deps.fraudCases.cases(query.status ?? null, pageRequest(query)), fraudCaseView);
  }

  @Get('fraud/cases/:caseId')
  @Operation({
    summary: 'A fraud case: what speaks against whom, how they hang together, and what people said.',
    access: STAFF,
    answers: { 200: ['The case.', fraudCaseDetail], 404: ['There is no such case.', errorBody] },
  })
  async findFraudCase(@Param('caseId', { schema: idIn.fraudCase }) caseId: FraudCaseId): Promise<FraudCaseDetailView> {
    const found = await this.deps.fraudCases.fraudCase(caseId);
    if (found === null) throw new ApiError(404, 'FraudCaseUnknown', 'there is no such fraud case');
    return fraudCaseDetailView(found);
  }

  @Get('fraud/review')
  @Operation({
    summary: 'How good the scores are, by what people have decided.',
    access: STAFF,
    answers: { 200: ['Counts of accounts, and estimates.', fraudReviewView] },
  })
  findFraudReview(): Promise<FraudReviewView> {
    return this.deps.fraudCases.review();
  }

  @Get('voiding-proposals')
  @Operation({
    summary: 'Bids that one of the staff would void, the earliest first.',
    description: 'With `status=pending` what waits for another of the staff.',
    access: STAFF,
    answers: { 200: ['A page of proposals.', voidingProposalPage] },
  })
  async findVoidingProposals(
    @Query({ schema: voidingProposalsQuery }) query: VoidingProposalsQuery,
  ): Promise<Page<VoidingProposalView>> {
    const proposals = new Ask((silver) => silver.voidingProposals(query.status ?? null, pageRequest(query)));
    return pageView(await this.queries.execute(proposals), voidingProposalView);
  }
}
