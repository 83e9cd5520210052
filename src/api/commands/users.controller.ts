// What people ask of their accounts, and the house of theirs.
import { Body, Controller, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UserId } from '../../domain/ids.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { CommandOperation } from '../http/operation.js';
import { type CommandAnswer, userAccepted } from '../schemas/answers.schema.js';
import {
  type BareBody,
  bareBody,
  type PersonalDataBody,
  personalDataBody,
  type RatingBody,
  type ReasonBody,
  type RegisterUserBody,
  ratingBody,
  reasonBody,
  registerUserBody,
  type SuspensionBody,
  suspensionBody,
} from '../schemas/commands.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { Commands, callerOf } from './commands.js';
import { isEmpty, sealedData, sealedUsername } from './sealing.js';

const ofUser = { schema: idIn.user };
const staff = ['operator', 'admin'] as const;

@ApiTags('users')
@Controller('users')
export class UserCommandsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Post()
  @CommandOperation({ summary: 'Register yourself.', access: 'anyone', accepted: userAccepted, acceptedStatus: 201 })
  async registerUser(
    @Body({ schema: registerUserBody }) { commandId, username: chosen, ...data }: RegisterUserBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const { userId } = callerOf(request);
    const id = this.commands.idOf(request, commandId);
    const { keyStore } = this.deps;
    const username = await sealedUsername(keyStore, userId, chosen);
    const personalData = isEmpty(data) ? null : await sealedData(keyStore, userId, data);
    return this.commands.submit({ request, reply }, id, { type: 'RegisterUser', userId, username, personalData }, 201);
  }

  @Put('me/personal-data')
  @CommandOperation({ summary: 'Change your name, e-mail and address.', access: 'anyone', accepted: userAccepted })
  async changePersonalData(
    @Body({ schema: personalDataBody }) { commandId, ...data }: PersonalDataBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const { userId } = callerOf(request);
    const id = this.commands.idOf(request, commandId);
    const personalData = await sealedData(this.deps.keyStore, userId, data);
    return this.commands.submit({ request, reply }, id, { type: 'ChangePersonalData', userId, personalData });
  }

  @Post(':userId/erasure')
  @CommandOperation({
    summary: 'Erase a person, yourself or, as an admin, another: for good, and not while auctions or sales are open.',
    access: 'anyone',
    accepted: userAccepted,
  })
  async eraseUser(
    @Param('userId', ofUser) userId: UserId,
    @Body({ schema: bareBody }) { commandId }: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const { erasure } = this.deps;
    const id = this.commands.idOf(request, commandId);
    const ties = await erasure.tiesOf(userId);
    const answer = await this.commands.submit({ request, reply }, id, { type: 'EraseUser', userId, ties });
    // The house does it too, from the journal, should this process end here or the answer still be out.
    if (answer.outcome === 'accepted') await erasure.carryOut(userId);
    return answer;
  }

  @Post(':userId/verification')
  @CommandOperation({ summary: 'Confirm who somebody is.', access: staff, accepted: userAccepted })
  verifyUser(
    @Param('userId', ofUser) userId: UserId,
    @Body({ schema: bareBody }) { commandId }: BareBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'VerifyUser', userId });
  }

  @Post(':userId/suspension')
  @CommandOperation({
    summary: 'Suspend an account.',
    description:
      'Bids that count in open auctions stand and may win, unless `voidBids` says that the house is to void them.',
    access: staff,
    accepted: userAccepted,
  })
  suspendUser(
    @Param('userId', ofUser) userId: UserId,
    @Body({ schema: suspensionBody }) { commandId, reason, voidBids }: SuspensionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'SuspendUser', userId, reason, voidBids });
  }

  @Post(':userId/reinstatement')
  @CommandOperation({ summary: 'Reinstate a suspended account.', access: staff, accepted: userAccepted })
  reinstateUser(
    @Param('userId', ofUser) userId: UserId,
    @Body({ schema: reasonBody }) { commandId, reason }: ReasonBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'ReinstateUser', userId, reason });
  }

  @Post(':userId/rating')
  @CommandOperation({ summary: 'Set the feedback score of an account.', access: staff, accepted: userAccepted })
  rateUser(
    @Param('userId', ofUser) userId: UserId,
    @Body({ schema: ratingBody }) { commandId, rating }: RatingBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const id = this.commands.idOf(request, commandId);
    return this.commands.submit({ request, reply }, id, { type: 'RateUser', userId, rating });
  }
}
