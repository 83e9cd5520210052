// Where a role without an API says how it is: the same three addresses as the API has.
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { Readiness } from '../../api/api.deps.js';
import { askedOnce } from '../../api/system/asked-once.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { RoleMetrics } from './role.js';

export type HealthServer = Readonly<{ url: string; close(): Promise<void> }>;

export type HealthParts = Readonly<{
  host: string;
  port: number;
  metrics: RoleMetrics;
  /** Whether `/metrics` is served. */
  showsMetrics: boolean;
  runtime: Pick<Runtime, 'monotonicMs'>;
  ready: () => Promise<Readonly<Record<string, Readiness>>>;
}>;

/** Serves `/health/live`, `/health/ready` (503 unless all parts are) and `/metrics`. Rejects when the port cannot be had. */
export async function startHealthServer(given: HealthParts): Promise<HealthServer> {
  const { host, port, metrics, showsMetrics, runtime, ready } = given;
  const parts = askedOnce(runtime, ready);
  const text = askedOnce(runtime, () => metrics.text());
  const server = fastify({ forceCloseConnections: true });
  server.get('/health/live', async () => ({ status: 'ok' }));
  server.get('/health/ready', async (_request, reply) => {
    const all = Object.entries(await parts());
    const isReady = all.every(([, part]) => part.ready);
    const details = all.map(([name, part]) => [name, { status: part.ready ? 'up' : 'down', detail: part.detail }]);
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'error', details: Object.fromEntries(details) });
  });
  if (showsMetrics)
    server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await text()));
  await server.listen({ host, port });
  const { port: taken } = server.server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, close: () => server.close() };
}
