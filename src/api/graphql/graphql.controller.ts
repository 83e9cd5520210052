// POST /graphql: one checked document a request. Sockets come to the same address (live/live-sockets.ts).
import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import 'mercurius';
import { z } from 'zod';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { RouteAccess } from '../auth/access.js';
import { correlationIdOf } from '../commands/commands.js';
import { apiErrorOf } from '../http/errors.js';
import { Documents } from './documents.js';
import { formatted } from './graphql-errors.js';

const requestBody = z.object({
  query: z.string('must be the text of a document').min(1, 'must be the text of a document'),
  operationName: z.string('must be text').nullish(),
  variables: z.record(z.string(), z.unknown(), 'must be an object').nullish(),
});

type Response = Readonly<{ data?: unknown; errors?: readonly GraphQLFormattedError[] }>;

@ApiExcludeController()
@Controller('graphql')
export class GraphQLController {
  private documents: Documents | null = null;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(GraphQLSchemaHost) private readonly schemaHost: GraphQLSchemaHost,
    @Inject(API_DEPS) private readonly deps: ApiDeps,
  ) {}

  @Post()
  @HttpCode(200)
  @RouteAccess('public')
  async execute(
    @Body({ schema: requestBody }) { query, operationName, variables }: z.output<typeof requestBody>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Response> {
    this.documents ??= new Documents(this.schemaHost.schema, this.deps.settings.graphql.introspection);
    const { document, errors } = this.documents.checked(query);
    if (document === null) return this.refused(request, reply, errors);
    const context = { caller: request.caller, correlationId: correlationIdOf(request), requestId: request.id };
    const instance = this.host.httpAdapter.getInstance<FastifyInstance>();
    try {
      // The document itself is handed over, which is parsed and within its limits; Mercurius takes text for JSON as well.
      const result = await instance.graphql(document as never, context, variables ?? {}, operationName ?? undefined);
      if (result.errors === undefined) return { data: result.data };
      const shown = result.errors.map((error) => this.show(error, request.id));
      if (result.data === null || result.data === undefined) reply.code(statusOf(result.errors));
      return { data: result.data ?? null, errors: shown };
    } catch (error) {
      return this.refused(request, reply, errorsIn(error));
    }
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

/** What Mercurius throws for variables that do not fit holds the errors; anything else is a fault of ours. */
function errorsIn(thrown: unknown): readonly GraphQLError[] {
  if (typeof thrown === 'object' && thrown !== null && 'errors' in thrown && Array.isArray(thrown.errors))
    return thrown.errors;
  throw thrown;
}

/** A document that does not fit is 400; otherwise what the first error would be in REST. */
function statusOf([first]: readonly GraphQLError[]): number {
  const cause = first?.originalError;
  return cause === undefined || cause === null || cause.name === 'GraphQLError' ? 400 : apiErrorOf(cause).status;
}
