// Mutations: each builds a command and hands it to the same bus as its route in REST (commands/). What the rules refuse is a
// member of the result's union.
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { Commands } from '../commands/commands.js';
import { listingOf, relistingOf } from '../commands/listing.js';
import { isEmpty, sealedData, sealedUsername } from '../commands/sealing.js';
import type { TypedAnswer } from './answer-types.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { inputs, read } from './inputs.js';
import { mutate } from './mutate.js';

type Input = Readonly<Record<string, unknown>>;

@Resolver()
export class CommandsResolver {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Mutation()
  listAuction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const body = read(inputs.listAuction, input);
    const id = this.commands.idOrFresh(body.commandId);
    const { userId } = askedBy(context).caller;
    return mutate(this.commands, context, id, listingOf(body, id, userId, this.deps.settings.house));
  }

  @Mutation()
  relistAuction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { auctionId, ...body } = read(inputs.relistAuction, input);
    const id = this.commands.idOrFresh(body.commandId);
    const { userId: sellerId } = askedBy(context).caller;
    const { house } = this.deps.settings;
    return mutate(this.commands, context, id, relistingOf(body, id, { auctionId, sellerId, house }));
  }

  @Mutation()
  placeBid(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, auctionId, amount, currency } = read(inputs.placeBid, input);
    const { userId: bidderId } = askedBy(context).caller;
    return mutate(this.commands, context, commandId, {
      type: 'PlaceBid',
      auctionId,
      bidderId,
      amount,
      currency,
      channel: 'online',
    });
  }

  @Mutation()
  buyNow(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, auctionId } = read(inputs.buyNow, input);
    const { userId: bidderId } = askedBy(context).caller;
    return mutate(this.commands, context, commandId, { type: 'BuyNow', auctionId, bidderId });
  }

  @Mutation()
  retractBid(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, auctionId, bidNumber, reason } = read(inputs.retractBid, input);
    const { userId: bidderId } = askedBy(context).caller;
    return mutate(this.commands, context, commandId, { type: 'RetractBid', auctionId, bidderId, bidNumber, reason });
  }

  @Mutation()
  requestRetraction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...bid } = read(inputs.retractBid, input);
    const { userId: bidderId } = askedBy(context).caller;
    return mutate(this.commands, context, commandId, { type: 'RequestRetraction', bidderId, ...bid });
  }

  @Mutation()
  grantRetraction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...bid } = read(inputs.bid, input);
    return mutate(this.commands, context, commandId, { type: 'GrantRetraction', ...bid });
  }

  @Mutation()
  refuseRetraction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...bid } = read(inputs.bidReason, input);
    return mutate(this.commands, context, commandId, { type: 'RefuseRetraction', ...bid });
  }

  @Mutation()
  voidBid(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...bid } = read(inputs.bidReason, input);
    return mutate(this.commands, context, commandId, { type: 'VoidBid', ...bid });
  }

  @Mutation()
  cancelAuction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, auctionId, reason } = read(inputs.auctionReason, input);
    return mutate(this.commands, context, commandId, { type: 'CancelAuction', auctionId, reason });
  }

  @Mutation()
  withdrawAuction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, auctionId, reason } = read(inputs.auctionReason, input);
    return mutate(this.commands, context, commandId, { type: 'WithdrawAuction', auctionId, reason });
  }

  @Mutation()
  async registerUser(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, username: chosen, ...data } = read(inputs.registerUser, input);
    const { userId } = askedBy(context).caller;
    const { keyStore } = this.deps;
    const username = await sealedUsername(keyStore, userId, chosen);
    const personalData = isEmpty(data) ? null : await sealedData(keyStore, userId, data);
    return mutate(this.commands, context, commandId, { type: 'RegisterUser', userId, username, personalData });
  }

  @Mutation()
  async changePersonalData(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...data } = read(inputs.personalData, input);
    const { userId } = askedBy(context).caller;
    const personalData = await sealedData(this.deps.keyStore, userId, data);
    return mutate(this.commands, context, commandId, { type: 'ChangePersonalData', userId, personalData });
  }

  @Mutation()
  async eraseUser(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, userId } = read(inputs.account, input);
    const { erasure } = this.deps;
    const ties = await erasure.tiesOf(userId);
    const answer = await mutate(this.commands, context, commandId, { type: 'EraseUser', userId, ties });
    if (answer.outcome === 'accepted') await erasure.carryOut(userId);
    return answer;
  }

  @Mutation()
  verifyUser(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, userId } = read(inputs.account, input);
    return mutate(this.commands, context, commandId, { type: 'VerifyUser', userId });
  }

  @Mutation()
  suspendUser(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, userId, reason, voidBids } = read(inputs.suspension, input);
    return mutate(this.commands, context, commandId, { type: 'SuspendUser', userId, reason, voidBids });
  }

  @Mutation()
  reinstateUser(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, userId, reason } = read(inputs.accountReason, input);
    return mutate(this.commands, context, commandId, { type: 'ReinstateUser', userId, reason });
  }

  @Mutation()
  rateUser(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, userId, rating } = read(inputs.rateUser, input);
    return mutate(this.commands, context, commandId, { type: 'RateUser', userId, rating });
  }
}
