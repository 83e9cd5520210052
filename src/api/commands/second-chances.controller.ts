// Second chances: offered by sellers and staff, answered by the under-bidder alone.
import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuctionId } from '../../domain/ids.js';
import { CommandOperation } from '../http/operation.js';
import { offerNumberIn, type SecondChanceBody, secondChanceBody } from '../schemas/after-sale.schema.js';
import { auctionAccepted, type CommandAnswer } from '../schemas/answers.schema.js';
import { type BareBody, bareBody } from '../schemas/commands.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { Commands, callerOf } from './commands.js';

const ofAuction = { schema: idIn.auction };
const ofOffer = { schema: offerNumberIn };

@ApiTags('second chances')
@Controller('auctions/:auctionId/second-chances')
export class SecondChancesController {
  constructor(@Inject(Commands) private readonly commands: Commands) {}

  @Post()
  @CommandOperation({
    summary: 'Offer the item to an under-bidder, at that bidder’s own last bid.',
    description: 'Within 60 days, if the winner did not pay or the reserve was not met.',
    access: ['seller', 'operator', 'admin'],
    accepted: auctionAccepted,
    acceptedStatus: 201,
  })
  offerSecondChance(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Body({ schema: secondChanceBody }) { commandId, ...offer }: SecondChanceBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'OfferSecondChance', auctionId, ...offer }, 201);
  }

  @Post(':offerNumber/acceptance')
  @CommandOperation({
    summary: 'Take a second chance that was offered to you: you buy.',
    access: ['bidder'],
    accepted: auctionAccepted,
    acceptedStatus: 201,
  })
  acceptSecondChance(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('offerNumber', ofOffer) offerNumber: number,
    @Body({ schema: bareBody }) { commandId }: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const bidderId = callerOf(request).userId;
    const command = { type: 'AcceptSecondChance', auctionId, bidderId, offerNumber } as const;
    return this.commands.submit({ request, reply }, id, command, 201);
  }

  @Post(':offerNumber/refusal')
  @CommandOperation({
    summary: 'Decline a second chance that was offered to you.',
    access: ['bidder'],
    accepted: auctionAccepted,
  })
  declineSecondChance(
    @Param('auctionId', ofAuction) auctionId: AuctionId,
    @Param('offerNumber', ofOffer) offerNumber: number,
    @Body({ schema: bareBody }) { commandId }: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    const bidderId = callerOf(request).userId;
    const command = { type: 'DeclineSecondChance', auctionId, bidderId, offerNumber } as const;
    return this.commands.submit({ request, reply }, id, command);
  }
}
