// The way of every command from a door (REST or GraphQL) to the bus and back: an envelope under the caller's name, an answer in time.
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus as NestCommandBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { type CommandId, commandId } from '../../domain/ids.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import type { Caller } from '../auth/access.js';
import { ApiError } from '../http/api-error.js';
import { requestInvalid } from '../http/schema.pipe.js';
import { refuseForeignPhotos } from '../photos/named-photos.js';
import { idIn } from '../schemas/values.schema.js';
import { type Answer, answerOf } from './answers.js';
import type { CommandDescription, Fields } from './description.js';

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

  /**
   * Makes a described command of fields that its schema has read, submits it in the caller's name, and waits for the answer
   * for as long as the house lets people wait.
   */
  async submit(description: CommandDescription, id: CommandId, fields: Fields, asked: Asked): Promise<Answer> {
    const { caller, correlationId } = asked;
    const { keyStore, settings } = this.deps;
    const command = await description.command(fields, { caller, commandId: id, house: settings.house, keyStore });
    await refuseForeignPhotos(this.deps.photos, command, caller);
    const outcome = await this.commandBus.execute(
      new description.via({ command, commandId: id, actor: caller, correlationId }),
    );
    return answerOf(outcome, { commandId: id, callerId: caller.userId }, description.acceptedStatus);
  }

  /** The id that a command came with, or a fresh one. */
  idOrFresh(given: CommandId | undefined): CommandId {
    return given ?? commandId(this.deps.runtime.uuid());
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
