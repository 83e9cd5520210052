// Mutations for what follows on the hammer, as REST has them in commands/transactions.controller.ts and
// commands/second-chances.controller.ts.
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { Commands } from '../commands/commands.js';
import type { TypedAnswer } from './answer-types.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { inputs, read } from './inputs.js';
import { mutate } from './mutate.js';

type Input = Readonly<Record<string, unknown>>;

@Resolver()
export class AfterSaleResolver {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  @Mutation()
  issueInvoice(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.transaction, input);
    return mutate(this.commands, context, commandId, { type: 'IssueInvoice', ...asked });
  }

  @Mutation()
  recordPayment(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.payment, input);
    return mutate(this.commands, context, commandId, { type: 'RecordPayment', ...asked });
  }

  @Mutation()
  recordPaymentFailure(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.failedPayment, input);
    return mutate(this.commands, context, commandId, { type: 'RecordPaymentFailure', ...asked });
  }

  @Mutation()
  declareOverdue(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.transaction, input);
    return mutate(this.commands, context, commandId, { type: 'DeclareOverdue', ...asked, dueAt: null });
  }

  @Mutation()
  refundPayment(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.refund, input);
    return mutate(this.commands, context, commandId, { type: 'RefundPayment', ...asked });
  }

  @Mutation()
  settleTransaction(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.transactionReference, input);
    return mutate(this.commands, context, commandId, { type: 'SettleTransaction', ...asked });
  }

  @Mutation()
  recordPayoutReturn(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.transactionReference, input);
    return mutate(this.commands, context, commandId, { type: 'RecordPayoutReturn', ...asked });
  }

  @Mutation()
  offerSecondChance(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.secondChance, input);
    return mutate(this.commands, context, commandId, { type: 'OfferSecondChance', ...asked });
  }

  @Mutation()
  acceptSecondChance(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.secondChanceAnswer, input);
    const { userId: bidderId } = askedBy(context).caller;
    return mutate(this.commands, context, commandId, { type: 'AcceptSecondChance', ...asked, bidderId });
  }

  @Mutation()
  declineSecondChance(@Args('input') input: Input, @Context() context: GraphQLCallContext): Promise<TypedAnswer> {
    const { commandId, ...asked } = read(inputs.secondChanceAnswer, input);
    const { userId: bidderId } = askedBy(context).caller;
    return mutate(this.commands, context, commandId, { type: 'DeclineSecondChance', ...asked, bidderId });
  }
}
