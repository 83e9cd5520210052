// What the house records about the money of a sale. A buyer's word is no money, so all of it is for staff, among them the
// machines of tills and payment services.
import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuctionId } from '../../domain/ids.js';
import { CommandOperation } from '../http/operation.js';
import {
  type FailedPaymentBody,
  failedPaymentBody,
  type PaymentBody,
  paymentBody,
  type ReferenceBody,
  type RefundBody,
  referenceBody,
  refundBody,
  transactionNumberIn,
} from '../schemas/after-sale.schema.js';
import { auctionAccepted, type CommandAnswer } from '../schemas/answers.schema.js';
import { type BareBody, bareBody } from '../schemas/commands.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { Commands } from './commands.js';

const ofAuction = { schema: idIn.auction };
const ofTransaction = { schema: transactionNumberIn };
const byStaff = { access: ['operator', 'admin'], accepted: auctionAccepted } as const;

@ApiTags('transactions')
@Controller('auctions/:auctionId/transactions/:transactionNumber')
export class TransactionCommandsController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  @Post('invoice')
  @CommandOperation({
    summary: 'Invoice a sale that has no invoice.',
    description: 'Sales have one from the hammer on; this is for those made before invoices were recorded.',
    ...byStaff,
  })
  issueInvoice(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('transactionNumber', ofTransaction) transactionNumber: number,
    @Body({ schema: bareBody }) { commandId }: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'IssueInvoice', auctionId, transactionNumber });
  }

  @Post('payments')
  @CommandOperation({
    summary: 'Record a payment, from a payment service or a till.',
    description:
      'In full or not at all. A reference counts once in the house and channel; one payment for several sales names its paymentTotal with each.',
    ...byStaff,
    acceptedStatus: 201,
  })
  recordPayment(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('transactionNumber', ofTransaction) transactionNumber: number,
    @Body({ schema: paymentBody }) { commandId, ...payment }: PaymentBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const command = { type: 'RecordPayment', auctionId, transactionNumber, ...payment } as const;
    return this.commands.submit({ request, reply }, id, command, 201);
  }

  @Post('failed-payments')
  @CommandOperation({ summary: 'Record that a payment came to nothing.', ...byStaff, acceptedStatus: 201 })
  recordPaymentFailure(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('transactionNumber', ofTransaction) transactionNumber: number,
    @Body({ schema: failedPaymentBody }) { commandId, ...failure }: FailedPaymentBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const command = { type: 'RecordPaymentFailure', auctionId, transactionNumber, ...failure } as const;
    return this.commands.submit({ request, reply }, id, command, 201);
  }

  @Post('overdue')
  @CommandOperation({
    summary: 'Note that no payment will come.',
    description: 'The house notes it by itself when the time to pay is over.',
    ...byStaff,
  })
  declareOverdue(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('transactionNumber', ofTransaction) transactionNumber: number,
    @Body({ schema: bareBody }) { commandId }: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const command = { type: 'DeclareOverdue', auctionId, transactionNumber, dueAt: null } as const;
    return this.commands.submit({ request, reply }, id, command);
  }

  @Post('refund')
  @CommandOperation({
    summary: 'Give the buyer the whole payment back.',
    description: 'After a settlement the seller returns the payout first.',
    ...byStaff,
  })
  refundPayment(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('transactionNumber', ofTransaction) transactionNumber: number,
    @Body({ schema: refundBody }) { commandId, ...refund }: RefundBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const command = { type: 'RefundPayment', auctionId, transactionNumber, ...refund } as const;
    return this.commands.submit({ request, reply }, id, command);
  }

  @Post('settlement')
  @CommandOperation({ summary: 'Record that the seller was paid out.', ...byStaff })
  settleTransaction(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('transactionNumber', ofTransaction) transactionNumber: number,
    @Body({ schema: referenceBody }) { commandId, reference }: ReferenceBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const command = { type: 'SettleTransaction', auctionId, transactionNumber, reference } as const;
    return this.commands.submit({ request, reply }, id, command);
  }

  @Post('payout-return')
  @CommandOperation({ summary: 'Record that the seller gave the payout back.', ...byStaff })
  recordPayoutReturn(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('transactionNumber', ofTransaction) transactionNumber: number,
    @Body({ schema: referenceBody }) { commandId, reference }: ReferenceBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const command = { type: 'RecordPayoutReturn', auctionId, transactionNumber, reference } as const;
    return this.commands.submit({ request, reply }, id, command);
  }
}
