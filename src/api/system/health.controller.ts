// For whoever keeps the process running: whether it lives, and whether it should be sent requests.
import { Controller, Get, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { API_DEPS, type ApiDeps, type Readiness } from '../api.deps.js';
import { Operation } from '../http/operation.js';
import { askedOnce } from './asked-once.js';

const live = z.object({ status: z.literal('ok') }).meta({ id: 'Live' });

const part = z.record(z.string(), z.object({ status: z.enum(['up', 'down']), detail: z.string().optional() }));
const readiness = z
  .object({
    status: z.enum(['ok', 'error', 'shutting_down']),
    info: part.optional(),
    error: part.optional(),
    details: part,
  })
  .meta({ id: 'Readiness' });

@ApiTags('system')
@Controller('health')
export class HealthController {
  private readonly parts: ApiDeps['ready'];

  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(API_DEPS) { runtime, ready }: ApiDeps,
  ) {
    this.parts = askedOnce(runtime, ready);
  }

  @Get('live')
  @Operation({
    summary: 'Whether this process answers at all.',
    access: 'public',
    unlimited: true,
    answers: { 200: ['It does.', live] },
  })
  live(): z.output<typeof live> {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation({
    summary: 'Whether this process can take commands.',
    description: 'Found out once a second at most.',
    access: 'public',
    unlimited: true,
    answers: { 200: ['It can.', readiness], 503: ['It cannot; the parts say why.', readiness] },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult | object> {
    const parts = Object.entries(await this.parts());
    try {
      return await this.health.check(
        parts.map(
          ([name, state]) =>
            () =>
              this.indicatorOf(name, state),
        ),
      );
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      reply.code(503);
      return Object(error.getResponse());
    }
  }

  private indicatorOf(name: string, { ready, detail }: Readiness) {
    const indicator = this.indicators.check(name);
    return ready ? indicator.up({ detail }) : indicator.down({ detail });
  }
}
