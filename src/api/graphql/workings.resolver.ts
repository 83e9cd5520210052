// The inside of the house over GraphQL, and accounts as staff look for them.
import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { uuidIn } from '../../domain/ids.js';
import { isCurrency } from '../../domain/money.js';
import { isoTime } from '../../domain/time.js';
import { API_DEPS, type ApiDeps, type ReplayOutcome } from '../api.deps.js';
import { findUsers } from '../queries/find-users.js';
import { pageRequest } from '../queries/page.codec.js';
import { Ask } from '../queries/queries.js';
import { textIn } from '../schemas/values.schema.js';
import type { UserView } from '../schemas/views.schema.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { idIn, page, read } from './inputs.js';

type Arguments = Readonly<Record<string, unknown>>;
type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;

const STATUSES = ['active', 'suspended', 'erased'] as const;
const usersArgs = z.strictObject({
  ...page,
  status: z.enum(STATUSES).optional(),
  text: textIn({ lengthMin: 1, lengthMax: 100, lines: 'one' }).optional(),
});
const liveArgs = z.strictObject({
  category: z.string().max(100, 'must be at most 100 characters').optional(),
  currency: z.string().optional(),
});
const replayArgs = z.strictObject({
  consumer: z.string().max(100, 'must be at most 100 characters'),
  streamId: z.string().max(100, 'must be at most 100 characters'),
});

@Resolver()
export class WorkingsResolver {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS)
    private readonly deps: Pick<ApiDeps, 'workings' | 'beginOperation' | 'keyStore' | 'runtime' | 'liveFigures'>,
  ) {}

  @Query()
  async users(@Args() args: Arguments): Promise<Page<UserView>> {
    const { status = null, text = null, ...rest } = read(usersArgs, args);
    const asked = { status, text, userId: named(text), page: pageRequest(rest) };
    return this.queries.execute(new Ask((silver) => findUsers(silver, this.deps.keyStore, asked)));
  }

  @Query()
  async houseState(): Promise<object> {
    const { eventsRecorded, consumers } = await this.deps.workings.state();
    return {
      at: isoTime(this.deps.runtime.now()),
      eventsRecorded: eventsRecorded?.toString() ?? null,
      consumers: consumers.map(({ events, movedAt, ...rest }) => ({ ...rest, lag: events, movedAt: isoTime(movedAt) })),
    };
  }

  @Query()
  async parkedStreams(): Promise<readonly object[]> {
    return (await this.deps.workings.parked()).map((row) => ({ ...row, parkedAt: isoTime(row.parkedAt) }));
  }

  @Query()
  async liveFigures(@Args() args: Arguments): Promise<object> {
    const { category = null, currency = null } = read(liveArgs, args);
    const asked = { category, currency: currency !== null && isCurrency(currency) ? currency : null };
    const { byMinute, ...figures } = await this.deps.liveFigures.figures(asked);
    const minutes = byMinute.map(({ minute, bids }) => ({ minute: isoTime(minute), bids }));
    return { at: isoTime(this.deps.runtime.now()), ...figures, byMinute: minutes };
  }

  @Query()
  erasedUsers(): Promise<readonly string[]> {
    return this.deps.workings.erased();
  }

  @Mutation()
  async replayParkedStream(@Args() args: Arguments, @Context() context: GraphQLCallContext): Promise<ReplayOutcome> {
    const { consumer, streamId } = read(replayArgs, args);
    const by = askedBy(context).caller.userId;
    const about = { target: streamId, detail: `for ${consumer}`, reason: null, account: null };
    await this.deps.beginOperation({ operation: 'StreamReplayed', by, ...about });
    return this.deps.workings.replay(consumer, streamId);
  }
}

/** The id that a text is; null for what is part of a name. */
const named = (text: string | null) => {
  const uuid = text === null ? null : uuidIn(text);
  return uuid === null ? null : idIn.user.parse(uuid);
};
