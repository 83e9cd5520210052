// What people ask of auctions.
import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuctionId } from '../../domain/ids.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { CommandOperation } from '../http/operation.js';
import {
  auctionAccepted,
  bidAccepted,
  type CommandAnswer,
  listingAccepted,
  purchaseAccepted,
  relistingAccepted,
  sealedBidAccepted,
} from '../schemas/answers.schema.js';
import {
  type BareBody,
  bareBody,
  type ListAuctionBody,
  listAuctionBody,
  type PlaceBidBody,
  placeBidBody,
  type ReasonBody,
  type RelistAuctionBody,
  reasonBody,
  relistAuctionBody,
} from '../schemas/commands.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { Commands, callerOf } from './commands.js';
import { listingOf, relistingOf } from './listing.js';

const ofAuction = { schema: idIn.auction };

@ApiTags('auctions')
@Controller('auctions')
export class AuctionCommandsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Post()
  @CommandOperation({
    summary: 'List an auction of your own.',
    description:
      'Increments, soft close, tax rate and payment term are the house’s unless given, where it lets sellers give them; fees always are.',
    access: ['seller'],
    accepted: listingAccepted,
    acceptedStatus: 201,
  })
  listAuction(
    @Body({ schema: listAuctionBody }) body: ListAuctionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, body.commandId);
    const listing = listingOf(body, id, callerOf(request).userId, this.deps.settings.house);
    return this.commands.submit({ request, reply }, id, listing, 201);
  }

  @Post(':auctionId/bids')
  @CommandOperation({
    summary: 'Bid.',
    description:
      'The amount is your secret maximum; you pay no more than it takes to beat the others. In a sealed auction it is your ' +
      'bid, which takes the place of the one before.',
    access: ['bidder'],
    accepted: bidAccepted.or(sealedBidAccepted),
    acceptedStatus: 201,
  })
  placeBid(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Body({ schema: placeBidBody }) body: PlaceBidBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const { amount, currency, commandId } = body;
    const bidderId = callerOf(request).userId;
    const id = this.commands.idOf(request, commandId);
    const bid = { type: 'PlaceBid', auctionId, bidderId, amount, currency, channel: 'online' } as const;
    return this.commands.submit({ request, reply }, id, bid, 201);
  }

  @Post(':auctionId/buy-now')
  @CommandOperation({ summary: 'Buy at once.', access: ['bidder'], accepted: purchaseAccepted, acceptedStatus: 201 })
  buyNow(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Body({ schema: bareBody }) body: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, body.commandId);
    const bidderId = callerOf(request).userId;
    return this.commands.submit({ request, reply }, id, { type: 'BuyNow', auctionId, bidderId }, 201);
  }

  @Post(':auctionId/relisting')
  @CommandOperation({
    summary: 'Put an item of your own up again that was not sold, or whose sale came to nothing.',
    description:
      'A sale comes to nothing when it is overdue (the unpaid sale lapses) or refunded; not while a second chance is on offer. Once, within 60 days, and at most eight times in a row. The item stays as it was described.',
    access: ['seller'],
    accepted: relistingAccepted,
    acceptedStatus: 201,
  })
  relistAuction(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Body({ schema: relistAuctionBody }) body: RelistAuctionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, body.commandId);
    const sellerId = callerOf(request).userId;
    const { house } = this.deps.settings;
    return this.commands.submit({ request, reply }, id, relistingOf(body, id, { auctionId, sellerId, house }), 201);
  }

  @Post(':auctionId/cancellation')
  @CommandOperation({
    summary: 'Pull an auction before it has a bid.',
    access: ['seller', 'operator', 'admin'],
    accepted: auctionAccepted,
  })
  cancelAuction(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Body({ schema: reasonBody }) { commandId, reason }: ReasonBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'CancelAuction', auctionId, reason });
  }

  @Post(':auctionId/withdrawal')
  @CommandOperation({ summary: 'Pull an auction that has bids.', access: ['admin'], accepted: auctionAccepted })
  withdrawAuction(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Body({ schema: reasonBody }) { commandId, reason }: ReasonBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'WithdrawAuction', auctionId, reason });
  }
}
