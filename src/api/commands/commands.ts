// The way of every command from a controller to the bus and back: an envelope under the caller's name, an answer in time.
import { Inject, Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler, CommandBus as NestCommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandEnvelope, Outcome } from '../../bus/command-bus.js';
import { type CommandId, commandId } from '../../domain/ids.js';
import type { Command } from '../../domain/messages.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import type { Caller } from '../auth/access.js';
import { ApiError } from '../http/api-error.js';
import { requestInvalid } from '../http/schema.pipe.js';
import type { CommandAnswer } from '../schemas/answers.schema.js';
import { idIn } from '../schemas/values.schema.js';
import { type Answer, answerOf, pendingAnswer } from './answers.js';

/** A command on its way through Nest's bus, which ends at the edge (docs/adr/0010). */
export class Submit {
  constructor(readonly envelope: CommandEnvelope) {}
}

@CommandHandler(Submit)
export class SubmitHandler implements ICommandHandler<Submit, Outcome> {
  constructor(@Inject(API_DEPS) private readonly deps: ApiDeps) {}

  execute({ envelope }: Submit): Promise<Outcome> {
    return this.deps.bus.submit(envelope);
  }
}

/** What a controller knows of the request it serves. */
export type Exchange = Readonly<{ request: FastifyRequest; reply: FastifyReply }>;

/** Who asks, and in which conversation. */
export type Asked = Readonly<{ caller: Caller; correlationId: string | null }>;

const CORRELATION_ID = /^[\w.:-]{1,64}$/;

@Injectable()
export class Commands {
  constructor(
    @Inject(API_DEPS) private readonly deps: ApiDeps,
    @Inject(NestCommandBus) private readonly commandBus: NestCommandBus,
  ) {}

  /**
   * The id of the command that a request carries, in its body or as `Idempotency-Key`; a fresh one if it carries none.
   * Refuses a header that is no such id, or not the one in the body.
   */
  idOf({ headers }: FastifyRequest, inBody: CommandId | undefined): CommandId {
    const header = headers['idempotency-key'];
    if (header === undefined) return this.idOrFresh(inBody);
    const read = idIn.command.safeParse(header);
    if (!read.success) throw requestInvalid([{ field: 'Idempotency-Key', problem: 'must be one UUID of version 7' }]);
    if (inBody !== undefined && inBody !== read.data)
      throw requestInvalid([{ field: 'commandId', problem: 'must be the same as the header Idempotency-Key' }]);
    return read.data;
  }

  /** Submits a command in the caller's name and fills in the reply; `acceptedStatus` is 201 where something came to be. */
  async submit(
    { request, reply }: Exchange,
    id: CommandId,
    command: Command,
    acceptedStatus: 200 | 201 = 200,
  ): Promise<CommandAnswer> {
    const asked = { caller: callerOf(request), correlationId: correlationIdOf(request) };
    const answer = await this.answer(asked, id, command, acceptedStatus);
    reply.code(answer.status).headers({ ...answer.headers });
    return answer.body;
  }

  /** Submits a command in somebody's name and waits for the answer for as long as the house lets people wait. */
  answer(
    { caller, correlationId }: Asked,
    id: CommandId,
    command: Command,
    acceptedStatus: 200 | 201 = 200,
  ): Promise<Answer> {
    const envelope = { command, commandId: id, actor: caller, correlationId };
    return this.inTime(envelope, (outcome) =>
      answerOf(outcome, { commandId: id, callerId: caller.userId }, acceptedStatus),
    );
  }

  /** The id that a command came with, or a fresh one. */
  idOrFresh(given: CommandId | undefined): CommandId {
    return given ?? commandId(this.deps.runtime.uuid());
  }

  private inTime(envelope: CommandEnvelope, answered: (outcome: Outcome) => Answer): Promise<Answer> {
    const { runtime, settings } = this.deps;
    return new Promise((resolve, reject) => {
      const timer = runtime.startTimer(settings.answerTimeoutMs, () => resolve(pendingAnswer(envelope.commandId)));
      this.commandBus
        .execute<Submit, Outcome>(new Submit(envelope))
        .then((outcome) => resolve(answered(outcome)))
        .catch(reject)
        .finally(() => timer.cancel());
    });
  }
}

/** The person behind a request to a route that is not public. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new ApiError(401, 'TokenMissing', 'this needs a token');
  return caller;
}

/** The conversation this request belongs to, if its client names it in a form that may be kept. */
export function correlationIdOf({ headers }: FastifyRequest): string | null {
  const given = headers['x-correlation-id'];
  return typeof given === 'string' && CORRELATION_ID.test(given) ? given : null;
}
