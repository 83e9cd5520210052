// Requests in traces: the whole of a request is the root of the trace of the command that it brought.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TracedRequest, Traces } from '../../runtime/traces.js';

/** To be called only where traces are collected: each request then costs two hooks more. */
export function traceRequests(fastify: FastifyInstance, traces: Traces): void {
  const requests = new WeakMap<FastifyRequest, TracedRequest>();
  // Behind the body: what reads it belongs to the connection, not to the request.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const traced: TracedRequest = { commandId: null };
    requests.set(request, traced);
    traces.inRequest(traced, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const commandId = requests.get(request)?.commandId ?? null;
    if (commandId !== null) {
      const endMs = traces.nowMs();
      const route = request.routeOptions.url ?? 'unknown';
      const attributes = {
        'http.request.method': request.method,
        'http.route': route,
        'http.response.status_code': reply.statusCode,
      };
      const startMs = endMs - reply.elapsedTime;
      traces.span(commandId, { name: `${request.method} ${route}`, startMs, endMs, attributes, isRoot: true });
    }
    done();
  });
}
