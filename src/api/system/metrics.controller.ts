// What Prometheus scrapes. It counts and names no one.
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { API_DEPS, type ApiDeps } from '../api.deps.js';
import { Operation } from '../http/operation.js';
import { askedOnce } from './asked-once.js';

const metricsText = z.string().meta({ id: 'Metrics', description: 'The text format of Prometheus.' });

@ApiTags('system')
@Controller('metrics')
export class MetricsController {
  private readonly text: () => Promise<string>;

  constructor(@Inject(API_DEPS) private readonly deps: ApiDeps) {
    const { runtime, metrics } = deps;
    this.text = askedOnce(runtime, () => metrics.text());
  }

  @Get()
  @ApiProduces('text/plain')
  @Operation({
    summary: 'Counts and durations.',
    description: 'Collected once a second at most.',
    access: 'public',
    unlimited: true,
    answers: { 200: ['All metrics.', metricsText] },
  })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.type(this.deps.metrics.contentType);
    return this.text();
  }
}
