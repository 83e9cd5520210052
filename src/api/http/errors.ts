// What a client is told when a request gets no further than the edge. Refusals by the rules are not here: they are answers
// (commands/answers.ts). No stack, no message of a library and no value that was sent leaves the server.
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../api.deps.js';
import { ApiError, type ErrorDetail } from './api-error.js';

export type ErrorBody = Readonly<{
  code: string;
  message: string;
  requestId: string;
  details?: readonly ErrorDetail[];
}>;

/** What Fastify refuses by itself, by its error's code. */
const FRAMEWORK_REFUSALS: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'BodyTooLarge', 'the body is larger than this house takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'MediaTypeUnsupported', 'the body must be application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'ContentLengthWrong', 'the body is not as long as its Content-Length'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'BodyNotJson', 'the body is not valid JSON'],
  FST_ERR_BAD_URL: [400, 'AddressInvalid', 'the address is not a valid path'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'AddressTooLong', 'a part of the address is too long'],
};

/** Codes of Node and PostgreSQL for a database that cannot be reached just now (PostgreSQL's appendix A, 08, 53 and 57P). */
const UNAVAILABLE = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|08|53|57P)/;

/** The refusal that any error comes to; what is not known is a 500 that says nothing. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  // Nest wraps what Fastify refuses, and keeps it as the cause.
  if (error instanceof HttpException && error.cause !== undefined) return apiErrorOf(error.cause);
  const code = codeOf(error);
  const refusal = FRAMEWORK_REFUSALS[code];
  if (refusal !== undefined) return new ApiError(...refusal);
  if (code === 'CursorInvalid')
    return new ApiError(
      400,
      'CursorInvalid',
      'the cursor is not one of this list: give back the one of the page before',
    );
  if (code === 'TooManyWatched')
    return new ApiError(503, 'TooMuchHeld', 'this server holds as much for watchers as it may; try another', {
      cause: error,
      headers: { 'retry-after': '5' },
    });
  if (code === 'AuctionBehind')
    return new ApiError(503, 'AuctionBehind', 'this auction cannot be shown yet; try again', { cause: error });
  if (error instanceof HttpException && error.getStatus() < 500)
    return new ApiError(error.getStatus(), 'RequestInvalid', 'the request is not one that this house takes');
  const status = statusOf(error);
  if (status >= 400 && status < 500)
    return new ApiError(status, 'RequestInvalid', 'the request is not one that this house takes');
  if (UNAVAILABLE.test(code) || messageOf(error).includes('timeout exceeded when trying to connect'))
    return new ApiError(503, 'DatabaseUnavailable', 'the database cannot be reached just now; try again', {
      cause: error,
      headers: { 'retry-after': '1' },
    });
  return new ApiError(500, 'Internal', 'something failed here; the request id finds it in our log', { cause: error });
}

export const errorBodyOf = ({ code, message, details }: ApiError, requestId: string): ErrorBody =>
  details === undefined ? { code, message, requestId } : { code, message, requestId, details };

/** Sends an error and logs it where it is ours. */
export function sendError(deps: ApiDeps, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = apiErrorOf(error);
  if (known.status >= 500) {
    const { cause } = known;
    const fields = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions?.url,
      code: known.code,
    };
    deps.log.error({ ...fields, error: messageOf(cause), stack: stackOf(cause) }, 'a request failed');
  }
  if (reply.sent) return;
  reply
    .code(known.status)
    // What the router itself refuses has not been through our hooks.
    .headers({ ...known.headers, 'x-request-id': request.id })
    .type('application/json; charset=utf-8')
    .send(errorBodyOf(known, request.id));
}

/** Whatever a handler, a pipe, a hook or a parser throws ends here. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  /** `strayed` answers a request that met no route, by its address. */
  constructor(
    private readonly deps: ApiDeps,
    private readonly strayed: (path: string) => ApiError,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // GraphQL has errors of its own form, made by its route (graphql/graphql-errors.ts).
    if (host.getType<string>() === 'graphql') throw error;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const known = error instanceof NotFoundException ? this.strayed(request.url) : error;
    sendError(this.deps, known, request, http.getResponse<FastifyReply>());
  }
}

const hasField = <Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> =>
  typeof value === 'object' && value !== null && name in value;

const codeOf = (error: unknown): string => (hasField(error, 'code') ? String(error.code) : '');
const messageOf = (error: unknown): string => (hasField(error, 'message') ? String(error.message) : String(error));
const stackOf = (error: unknown): string | undefined => (hasField(error, 'stack') ? String(error.stack) : undefined);
const statusOf = (error: unknown): number => (hasField(error, 'statusCode') ? Number(error.statusCode) : 500);
