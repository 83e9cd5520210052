// What /docs says of a route, and who may use it, in one decorator: a route cannot have the one without the other.
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { type Access, RouteAccess } from '../auth/access.js';
import { errorBody, faulted, notNow, pending, refused, rejected } from '../schemas/answers.schema.js';

export type Documented = Readonly<Record<number, readonly [description: string, schema: z.ZodType]>>;

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
  return applyDecorators(
    RouteAccess(access, { unlimited }),
    ApiOperation({ summary, description: descriptionFor(description, access) }),
    ...(access === 'public' ? [] : [ApiBearerAuth()]),
    ...Object.entries(answersOf(access, answers)).map(([status, [text, standardSchema]]) =>
      ApiResponse({ status: Number(status), description: text, standardSchema }),
    ),
  );
}

/** All that a route may answer: its own answers, and those of the edge. */
export const answersOf = (access: Access, own: Documented): Documented => ({
  ...EDGE_ANSWERS,
  ...(access === 'public' ? {} : TOKEN_ANSWERS),
  ...own,
});

/** What a route says of itself, with the roles that it is for. */
export const descriptionFor = (description: string | undefined, access: Access): string =>
  [description, Array.isArray(access) ? `For ${access.join(', ')}.` : ''].filter(Boolean).join(' ');

// Made once: each is converted once for the OpenAPI document.
const NOT_YOURS = rejected.or(errorBody);
const AS_THINGS_STAND = rejected.or(refused).or(errorBody);
const AS_IT_STANDS = rejected.or(refused);
const TOO_MANY = notNow.or(errorBody);
const NOT_JUST_NOW = notNow.or(faulted).or(errorBody);

/** What a command may be answered. All commands are answered in the same ways. */
export const commandAnswers = (acceptedStatus: 200 | 201, accepted: z.ZodType): Documented => ({
  [acceptedStatus]: ['Judged, accepted and durable.', accepted],
  202: ['Not judged in time.', pending],
  403: ['Refused by the rules as not yours to do, or the token lacks the role.', NOT_YOURS],
  404: ['Refused by the rules: what the address names is not there.', rejected],
  409: [
    'Refused by the rules as things stand, or the command id was used for something else, or the account was erased.',
    AS_THINGS_STAND,
  ],
  422: ['Refused by the rules as it stands, or the command id is of another time.', AS_IT_STANDS],
  429: ['Too many requests, or too many refused bids in this auction.', TOO_MANY],
  503: ['Not just now.', NOT_JUST_NOW],
});
