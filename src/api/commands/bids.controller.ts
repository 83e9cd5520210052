// What is asked about bids that stand: to take them back, and to void them.
import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuctionId } from '../../domain/ids.js';
import { CommandOperation } from '../http/operation.js';
import {
  auctionAccepted,
  type CommandAnswer,
  retractionAccepted,
  sealedRetractionAccepted,
} from '../schemas/answers.schema.js';
import {
  type BareBody,
  bareBody,
  type ReasonBody,
  type RetractionBody,
  reasonBody,
  retractionBody,
} from '../schemas/commands.schema.js';
import { bidNumberIn, idIn } from '../schemas/values.schema.js';
import { Commands, callerOf } from './commands.js';

const ofAuction = { schema: idIn.auction };
const ofBid = { schema: bidNumberIn };
const staff = ['operator', 'admin'] as const;

@ApiTags('auctions')
@Controller('auctions')
export class BidCommandsController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  @Post(':auctionId/bids/:bidNumber/retraction')
  @CommandOperation({
    summary: 'Take a bid of your own back, where the auction’s policy is `ebay`.',
    description:
      'Once an auction, and by eBay’s time rule. It moves the close as a bid does, if price or leader change.',
    access: ['bidder'],
    accepted: retractionAccepted.or(sealedRetractionAccepted),
  })
  retractBid(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('bidNumber', ofBid) bidNumber: number,
    @Body({ schema: retractionBody }) { commandId, reason }: RetractionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const bidderId = callerOf(request).userId;
    const id = this.commands.idOf(request, commandId);
    const retraction = { type: 'RetractBid', auctionId, bidderId, bidNumber, reason } as const;
    return this.commands.submit({ request, reply }, id, retraction);
  }

  @Post(':auctionId/bids/:bidNumber/retraction-request')
  @CommandOperation({
    summary: 'Ask staff to let you take a bid of your own back.',
    description: 'It stands until they grant that. Each bid can be asked about once.',
    access: ['bidder'],
    accepted: auctionAccepted,
  })
  requestRetraction(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('bidNumber', ofBid) bidNumber: number,
    @Body({ schema: retractionBody }) { commandId, reason }: RetractionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const bidderId = callerOf(request).userId;
    const id = this.commands.idOf(request, commandId);
    const asked = { type: 'RequestRetraction', auctionId, bidderId, bidNumber, reason } as const;
    return this.commands.submit({ request, reply }, id, asked);
  }

  @Post(':auctionId/bids/:bidNumber/retraction-request/grant')
  @CommandOperation({
    summary: 'Let a bidder take a bid back who has asked for it.',
    access: staff,
    accepted: retractionAccepted.or(sealedRetractionAccepted),
  })
  grantRetraction(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('bidNumber', ofBid) bidNumber: number,
    @Body({ schema: bareBody }) { commandId }: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'GrantRetraction', auctionId, bidNumber });
  }

  @Post(':auctionId/bids/:bidNumber/retraction-request/refusal')
  @CommandOperation({
    summary: 'Refuse such a request. The bidder is told the reason.',
    access: staff,
    accepted: auctionAccepted,
  })
  refuseRetraction(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('bidNumber', ofBid) bidNumber: number,
    @Body({ schema: reasonBody }) { commandId, reason }: ReasonBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'RefuseRetraction', auctionId, bidNumber, reason });
  }

  @Post(':auctionId/bids/:bidNumber/voiding')
  @CommandOperation({
    summary: 'Take somebody’s bid out of the contest. The bidder is told the reason.',
    description:
      'The price is worked out from the bids that are left. It moves the close as a bid does, if price or leader change.',
    access: staff,
    accepted: auctionAccepted,
  })
  voidBid(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('bidNumber', ofBid) bidNumber: number,
    @Body({ schema: reasonBody }) { commandId, reason }: ReasonBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'VoidBid', auctionId, bidNumber, reason });
  }
}
