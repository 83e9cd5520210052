// Where a role without an API says how it is: the same three addresses as the API has.
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { Readiness } from '../../api/api.deps.js';
import type { RoleMetrics } from './role.js';

export type HealthServer = Readonly<{ url: string; close(): Promise<void> }>;

export type HealthParts = Readonly<{
  host: string;
  port: number;
  metrics: RoleMetrics;
  ready: () => Promise<Readonly<Record<string, Readiness>>>;
}>;

/** Serves `/health/live`, `/health/ready` (503 unless all parts are) and `/metrics`. Rejects when the port cannot be had. */
export async function startHealthServer({ host, port, metrics, ready }: HealthParts): Promise<HealthServer> {
  const server = fastify({ forceCloseConnections: true });
  server.get('/health/live', async () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const parts = Object.entries(await ready());
    const isReady = parts.every(([, part]) => part.ready);
    const details = parts.map(([name, part]) => [name, { status: part.ready ? 'up' : 'down', detail: part.detail }]);
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'error', details: Object.fromEntries(details) });
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  await server.listen({ host, port });
  const { port: taken } = server.server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, close: () => server.close() };
}
