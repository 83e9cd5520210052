// What became of a command: for clients whose answer was lost on its way, or took too long.
import { Controller, Get, Inject, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { CommandId } from '../../domain/ids.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { ApiError } from '../http/api-error.js';
import { Operation } from '../http/operation.js';
import { anyAnswer, type CommandAnswer, errorBody } from '../schemas/answers.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { answerOf } from './answers.js';
import { callerOf } from './commands.js';

@ApiTags('commands')
@Controller('commands')
export class CommandsController {
  constructor(@Inject(API_DEPS) private readonly deps: ApiDeps) {}

  @Get(':commandId')
  @Operation({
    summary: 'The answer to a command that you sent.',
    description:
      'From the journal, so any server of the house can tell; the status is 200 whatever the answer was. That an auction or ' +
      'account does not exist is not recorded: send the command again to be told so again.',
    access: 'anyone',
    answers: {
      200: ['How the command was answered.', anyAnswer],
      404: ['No command of yours of this id has been judged (yet).', errorBody],
    },
  })
  async findCommand(
    @Param('commandId', { schema: idIn.command }) commandId: CommandId,
    @Req() request: FastifyRequest,
  ): Promise<CommandAnswer> {
    const callerId = callerOf(request).userId;
    const outcome = await this.deps.commandLookup(commandId, callerId);
    if (outcome === null)
      throw new ApiError(
        404,
        'CommandUnknown',
        'no command of yours of this id has been judged; send it, or ask again',
      );
    return answerOf(outcome, { commandId, callerId }, 200).body;
  }
}
