// The messages of the topics as JSON Schema, for whoever makes programs that write or read them.
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { RouteAccess } from '../auth/access.js';
import { ApiError } from '../http/api-error.js';

type Listed = Readonly<{ name: string; address: string }>;

@ApiExcludeController()
@Controller('docs/schemas')
export class SchemasController {
  private all: ReturnType<ApiDeps['messageSchemas']> | null = null;

  constructor(@Inject(API_DEPS) private readonly deps: ApiDeps) {}

  @Get()
  @RouteAccess('public')
  async list(): Promise<Readonly<{ schemas: readonly Listed[] }>> {
    const names = Object.keys(await this.schemas());
    return { schemas: names.map((name) => ({ name, address: `/docs/schemas/${name}` })) };
  }

  @Get(':name')
  @RouteAccess('public')
  async one(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const found = new Map(Object.entries(await this.schemas())).get(name);
    if (found === undefined)
      throw new ApiError(404, 'SchemaUnknown', 'there is no such schema; /docs/schemas lists those there are');
    reply.type('application/schema+json; charset=utf-8');
    return JSON.stringify(found);
  }

  private schemas(): ReturnType<ApiDeps['messageSchemas']> {
    this.all ??= this.deps.messageSchemas();
    return this.all;
  }
}
