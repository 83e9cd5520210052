// Questions and feedback over GraphQL.
import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { type Instant, isoTime } from '../../domain/time.js';
import type { FeedbackCounts, FeedbackRow, QuestionRow } from '../../projections/silver/talk.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { mayUse, STAFF } from '../auth/access.js';
import { pageRequest, pageView } from '../queries/page.codec.js';
import { Ask } from '../queries/queries.js';
import { shownName } from '../queries/shown-name.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { idIn, pageArgs, read, readId } from './inputs.js';

type Arguments = Readonly<Record<string, unknown>>;
type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;

const LIST_MAX = 200;

@Resolver()
export class TalkResolver {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: Pick<ApiDeps, 'talk' | 'keyStore' | 'runtime'>,
  ) {}

  @Query()
  async questions(
    @Args() { auctionId, ...page }: Arguments,
    @Context() context: GraphQLCallContext,
  ): Promise<Page<object>> {
    const id = readId(idIn.auction, auctionId);
    return pageView(
      await this.deps.talk.questions(id, askerOf(context), pageRequest(read(pageArgs, page))),
      questionView,
    );
  }

  @Query()
  async questionsToAnswer(@Context() context: GraphQLCallContext): Promise<readonly object[]> {
    return (await this.deps.talk.questionsToAnswer(askedBy(context).caller.userId, LIST_MAX)).map(questionView);
  }

  @Query()
  async feedbackAbout(
    @Args() { userId, ...page }: Arguments,
    @Context() context: GraphQLCallContext,
  ): Promise<Page<object>> {
    const id = readId(idIn.user, userId);
    const { rows, next } = await this.deps.talk.feedbackAbout(id, askerOf(context), pageRequest(read(pageArgs, page)));
    return { rows: await Promise.all(rows.map((row) => this.feedbackView(row))), next };
  }

  @Query()
  feedbackCounts(@Args('userId') userId: string): Promise<FeedbackCounts> {
    return this.deps.talk.feedbackCounts(readId(idIn.user, userId), this.deps.runtime.now());
  }

  @Query()
  async feedbackDue(@Context() context: GraphQLCallContext): Promise<readonly object[]> {
    const { talk, runtime } = this.deps;
    const rows = await talk.feedbackDue(askedBy(context).caller.userId, runtime.now(), LIST_MAX);
    return rows.map(({ settledAt, ...row }) => ({ ...row, settledAt: isoTime(settledAt) }));
  }

  private async feedbackView({ givenAt, repliedAt, ...row }: FeedbackRow): Promise<object> {
    const giver = await this.queries.execute(new Ask((silver) => silver.user(row.giverId)));
    const giverName = giver === null ? null : await shownName(this.deps.keyStore, giver);
    return { ...row, giverName, givenAt: isoTime(givenAt), repliedAt: timeOrNull(repliedAt) };
  }
}

const askerOf = ({ caller }: GraphQLCallContext) => ({
  userId: caller?.userId ?? null,
  isStaff: caller !== null && mayUse(STAFF, caller),
});

const questionView = ({ askedAt, answeredAt, ...row }: QuestionRow): object => ({
  ...row,
  askedAt: isoTime(askedAt),
  answeredAt: timeOrNull(answeredAt),
});

const timeOrNull = (at: Instant | null): string | null => (at === null ? null : isoTime(at));
