// The trust desk over GraphQL: the questions of REST, with the same views.
import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { fraudCaseDetailView, fraudCaseView, voidingProposalView } from '../queries/desk-views.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { Ask } from '../queries/queries.js';
import {
  type FraudCaseDetailView,
  type FraudCaseView,
  type FraudReviewView,
  fraudCasesQuery,
  type VoidingProposalView,
  voidingProposalsQuery,
} from '../schemas/desk.schema.js';
import { idIn, page, read, readId } from './inputs.js';

type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;
type Arguments = Readonly<Record<string, unknown>>;

const fraudCasesArgs = fraudCasesQuery.extend(page);
const voidingProposalsArgs = voidingProposalsQuery.extend(page);

@Resolver()
export class DeskResolver {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'fraudCases'>,
  ) {}

  @Query()
  async fraudCases(@Args() args: Arguments): Promise<Page<FraudCaseView>> {
    const query = read(fraudCasesArgs, args);
    return pageView(await this.deps.fraudCases.cases(query.status ?? null, pageRequest(query)), fraudCaseView);
  }

  @Query()
  async fraudCase(@Args('id') id: string): Promise<FraudCaseDetailView | null> {
    const found = await this.deps.fraudCases.fraudCase(readId(idIn.fraudCase, id));
    return found === null ? null : fraudCaseDetailView(found);
  }

  @Query()
  fraudReview(): Promise<FraudReviewView> {
    return this.deps.fraudCases.review();
  }

  @Query()
  async voidingProposals(@Args() args: Arguments): Promise<Page<VoidingProposalView>> {
    const query = read(voidingProposalsArgs, args);
    const asked = new Ask((silver) => silver.voidingProposals(query.status ?? null, pageRequest(query)));
    return pageView(await this.queries.execute(asked), voidingProposalView);
  }
}
