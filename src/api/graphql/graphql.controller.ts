// POST /graphql: one checked document a request. Sockets come to the same address (live/live-sockets.ts).
import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, execute, GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { z } from 'zod';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { RouteAccess } from '../auth/access.js';
import { correlationIdOf } from '../commands/commands.js';
import { ApiError } from '../http/api-error.js';
import { apiErrorOf } from '../http/errors.js';
import { Documents, operationOf } from './documents.js';
import type { GraphQLCallContext } from './graphql-context.js';
import { formatted } from './graphql-errors.js';

const requestBody = z.object({
  query: z.string('must be the text of a document').min(1, 'must be the text of a document'),
  operationName: z.string('must be text').nullish(),
  variables: z.record(z.string(), z.unknown(), 'must be an object').nullish(),
});

type Response = Readonly<{ data?: unknown; errors?: readonly GraphQLFormattedError[] }>;

/** Ten pages as full as pages may be (projections/silver/cursor.ts) are larger; whoever wants them asks ten times. */
const ANSWER_BYTES_MAX = 1_048_576;

@ApiExcludeController()
@Controller('graphql')
export class GraphQLController {
  private documents: Documents | null = null;

  constructor(
    @Inject(GraphQLSchemaHost) private readonly schemaHost: GraphQLSchemaHost,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Post()
  @HttpCode(200)
  @RouteAccess('public')
  async execute(
    @Body({ schema: requestBody }) { query, operationName = null, variables }: z.output<typeof requestBody>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Response | string> {
    this.documents ??= new Documents(this.schemaHost.schema, this.deps.settings.graphql.introspection);
    // Requests that came together were let in together, before the first one's document had its price.
    request.server.rates.refuseSpent(request);
    const { document, errors: problems, price } = this.documents.checked(query);
    request.server.rates.spend(request, price);
    if (document === null) return this.refused(request, reply, problems);
    const refusal = refusalOf(document, operationName);
    if (refusal !== null) return this.refused(request, reply, [refusal]);
    const { schema } = this.documents;
    const { caller, id: requestId } = request;
    const contextValue: GraphQLCallContext = { caller, correlationId: correlationIdOf(request), requestId };
    const result = await execute({ schema, document, operationName, variableValues: variables ?? {}, contextValue });
    if (result.errors === undefined) return this.shown(request, reply, { data: result.data });
    if (result.data === undefined) return this.refused(request, reply, result.errors);
    if (result.data === null) reply.code(statusOf(result.errors));
    const errors = result.errors.map((error) => this.show(error, requestId));
    return this.shown(request, reply, { data: result.data, errors });
  }

  /** An answer as its text, or the refusal of one that is too large. */
  private shown(request: FastifyRequest, reply: FastifyReply, response: Response): Response | string {
    const text = JSON.stringify(response);
    if (Buffer.byteLength(text) <= ANSWER_BYTES_MAX) {
      reply.type('application/json; charset=utf-8');
      return text;
    }
    const problem = `the answer has more than ${ANSWER_BYTES_MAX} bytes; ask for fewer rows or fields at once`;
    const originalError = new ApiError(400, 'AnswerTooLarge', problem);
    return this.refused(request, reply, [new GraphQLError(problem, { originalError })]);
  }

  private refused(request: FastifyRequest, reply: FastifyReply, errors: readonly GraphQLError[]): Response {
    reply.code(statusOf(errors));
    return { errors: errors.map((error) => this.show(error, request.id)) };
  }

  private show(error: GraphQLError, requestId: string): GraphQLFormattedError {
    const { log, settings } = this.deps;
    return formatted(error, { requestId, log, introspection: settings.graphql.introspection });
  }
}

/** What is wrong with the operation that is asked for; null for one that a POST may carry. */
function refusalOf(document: DocumentNode, name: string | null): GraphQLError | null {
  const operation = operationOf(document, name);
  if (operation instanceof GraphQLError) return operation;
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return null;
  const originalError = new ApiError(
    400,
    'SubscriptionNeedsSocket',
    'subscriptions come over a socket: GET this address with an upgrade and the protocol graphql-transport-ws',
  );
  return new GraphQLError(originalError.message, { originalError });
}

/** A document that does not fit is 400; otherwise what the first error would be in REST. */
function statusOf([first]: readonly GraphQLError[]): number {
  const cause = first?.originalError;
  return cause === undefined || cause === null || cause.name === 'GraphQLError' ? 400 : apiErrorOf(cause).status;
}
