// What /docs says of a route, and who may use it, in one decorator: a route cannot have the one without the other.
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { type Access, RouteAccess } from '../auth/access.js';
import { errorBody, faulted, notNow, pending, refused, rejected } from '../schemas/answers.schema.js';

type Documented = Readonly<Record<number, readonly [description: string, schema: z.ZodType]>>;

type Operation = Readonly<{
  summary: string;
  description?: string;
  access: Access;
  unlimited?: boolean;
  answers: Documented;
}>;

const EDGE_ANSWERS: Documented = {
  400: ['The request does not fit; `details` names the fields.', errorBody],
  429: ['Too many requests; Retry-After says when to go on.', errorBody],
  500: ['Something failed here.', errorBody],
  503: ['Not just now; Retry-After says when to try again.', errorBody],
};

const TOKEN_ANSWERS: Documented = {
  401: ['No valid token.', errorBody],
  403: ['The token lacks the role.', errorBody],
};

/** A route: who may use it and what it answers. */
export function Operation({ summary, description, access, unlimited = false, answers }: Operation): MethodDecorator {
  const documented = { ...EDGE_ANSWERS, ...(access === 'public' ? {} : TOKEN_ANSWERS), ...answers };
  return applyDecorators(
    RouteAccess(access, { unlimited }),
    ApiOperation({ summary, description: [description, rolesLine(access)].filter(Boolean).join(' ') }),
    ...(access === 'public' ? [] : [ApiBearerAuth()]),
    ...Object.entries(documented).map(([status, [text, standardSchema]]) =>
      ApiResponse({ status: Number(status), description: text, standardSchema }),
    ),
  );
}

const rolesLine = (access: Access): string => (Array.isArray(access) ? `For ${access.join(', ')}.` : '');

type CommandOperation = Readonly<{
  summary: string;
  description?: string;
  access: Access;
  accepted: z.ZodType;
  /** 201 where something comes to be; 200 unless given. */
  acceptedStatus?: 200 | 201;
}>;

/** A route that submits a command. All commands are answered in the same ways. */
export function CommandOperation(operation: CommandOperation): MethodDecorator {
  const { summary, description, access, accepted, acceptedStatus = 200 } = operation;
  return Operation({
    summary,
    access,
    ...(description === undefined ? {} : { description }),
    answers: {
      [acceptedStatus]: ['Judged, accepted and durable.', accepted],
      202: ['Not judged in time.', pending],
      403: ['Refused by the rules as not yours to do, or the token lacks the role.', rejected.or(errorBody)],
      404: ['Refused by the rules: what the address names is not there.', rejected],
      409: [
        'Refused by the rules as things stand, or the command id was used for something else, or the account was erased.',
        rejected.or(refused).or(errorBody),
      ],
      422: ['Refused by the rules as it stands, or the command id is of another time.', rejected.or(refused)],
      429: ['Too many requests, or too many refused bids in this auction.', notNow.or(errorBody)],
      503: ['Not just now.', notNow.or(faulted).or(errorBody)],
    },
  });
}
