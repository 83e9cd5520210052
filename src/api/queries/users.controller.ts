// What people see of others, and what each sees of the own account only.
import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { UserId } from '../../domain/ids.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import { decrypt } from '../../personal-data/personal-data.js';
import type { OwnUserRow } from '../../projections/silver/silver.queries.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { callerOf } from '../commands/commands.js';
import { ApiError } from '../http/api-error.js';
import { Operation } from '../http/operation.js';
import { type OwnOfferView, ownOfferPage } from '../schemas/after-sale.schema.js';
import { errorBody } from '../schemas/answers.schema.js';
import { idIn } from '../schemas/values.schema.js';
import {
  type OwnBidView,
  type OwnTransactionsQuery,
  type OwnUserView,
  ownBidPage,
  ownTransactionsQuery,
  ownUserView as ownUserSchema,
  type PageQuery,
  pageQuery,
  type TransactionView,
  transactionPage,
  type UserView,
  userView as userSchema,
} from '../schemas/views.schema.js';
import { pageRequest, pageView } from './page.codec.js';
import { Ask } from './queries.js';
import { shownName } from './shown-name.js';
import { ownBidView, ownOfferView, ownUserView, transactionView, userView } from './views.js';

type Page<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;

@ApiTags('users')
@Controller('users')
export class UserQueriesController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Get('me')
  @Operation({
    summary: 'Your own account, with what only you may see of it.',
    access: 'anyone',
    answers: { 200: ['Your account.', ownUserSchema], 404: ['You are not registered (yet).', errorBody] },
  })
  async findOwnUser(@Req() request: FastifyRequest): Promise<OwnUserView> {
    const { userId } = callerOf(request);
    const row = await this.queries.execute(new Ask((silver) => silver.ownUser(userId)));
    if (row === null) throw unknownUser('you are not registered here');
    return openedUserView(this.deps.keyStore, row);
  }

  @Get('me/bids')
  @Operation({
    summary: 'Your own bids with their maxima, the latest first.',
    access: 'anyone',
    answers: { 200: ['A page of your bids.', ownBidPage] },
  })
  async findOwnBids(
    @Query({ schema: pageQuery }) query: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<OwnBidView>> {
    const { userId } = callerOf(request);
    return pageView(
      await this.queries.execute(new Ask((silver) => silver.ownBids(userId, pageRequest(query)))),
      ownBidView,
    );
  }

  @Get('me/transactions')
  @Operation({
    summary: 'What you bought and sold, the latest first.',
    access: 'anyone',
    answers: { 200: ['A page of sales.', transactionPage] },
  })
  async findOwnTransactions(
    @Query({ schema: ownTransactionsQuery }) query: OwnTransactionsQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<TransactionView>> {
    const { userId } = callerOf(request);
    const asked = new Ask((silver) => silver.transactionsOf(userId, query.side, pageRequest(query)));
    return pageView(await this.queries.execute(asked), transactionView);
  }

  @Get('me/second-chances')
  @Operation({
    summary: 'Second chances that were offered to you, the latest first.',
    access: 'anyone',
    answers: { 200: ['A page of offers.', ownOfferPage] },
  })
  async findOwnOffers(
    @Query({ schema: pageQuery }) query: PageQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<OwnOfferView>> {
    const { userId } = callerOf(request);
    return pageView(
      await this.queries.execute(new Ask((silver) => silver.offersTo(userId, pageRequest(query)))),
      ownOfferView,
    );
  }

  @Get(':userId')
  @Operation({
    summary: 'What everybody may see of an account.',
    access: 'public',
    answers: { 200: ['The account.', userSchema], 404: ['No such account (yet).', errorBody] },
  })
  async findUser(@Param('userId', { schema: idIn.user }) userId: UserId): Promise<UserView> {
    const row = await this.queries.execute(new Ask((silver) => silver.user(userId)));
    if (row === null) throw unknownUser('there is no such account');
    return userView(row, await shownName(this.deps.keyStore, row));
  }
}

/** An account with its personal data opened, for its owner. Damaged data is a fault of ours. */
export async function openedUserView(keyStore: KeyStore, row: OwnUserRow): Promise<OwnUserView> {
  const { userId, personalData } = row;
  const username = await shownName(keyStore, row);
  if (personalData === null) return ownUserView(row, username, null);
  const opened = await decrypt(keyStore, userId, personalData);
  if (opened.status === 'damaged') throw new Error(`the personal data of user ${userId} does not open under its key`);
  return ownUserView(row, username, opened);
}

const unknownUser = (message: string): ApiError => new ApiError(404, 'UserUnknown', message);
