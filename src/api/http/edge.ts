// What happens to every request before a controller sees it: an id, the limits of rates, who asks, the right to the route;
// and to every answer after it: counted, and logged by its route.
import type { IncomingMessage, Server } from 'node:http';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { ApiDeps } from '../api.deps.js';
import { type Caller, mayUse } from '../auth/access.js';
import type { Callers } from '../auth/callers.js';
import { ApiError } from './api-error.js';
import { answerBrokenRequest, answerOddRequests } from './broken-requests.js';
import { clientOf } from './client-address.js';
import { sendError } from './errors.js';
import { Flight } from './flight.js';
import { takeJsonOnly } from './json-body.js';
import { Rates } from './rates.js';
import { securityHeadersAt } from './security-headers.js';
import { traceRequests } from './traced-requests.js';

/** Where sockets are opened. */
export const SOCKET_ADDRESS = '/graphql';
const HEADER_BYTES_MAX = 16_384;
/** The longest parameter is a UUID. */
const PARAMETER_LENGTH_MAX = 100;
/** How often Node looks for requests that take too long to arrive; every half minute unless told. */
const SLOW_REQUESTS_EVERY_MS = 500;

/** The server as Fastify is to make it. */
export function serverOptions(deps: ApiDeps): FastifyHttpOptions<Server> {
  const { settings, runtime } = deps;
  return {
    logger: false,
    bodyLimit: settings.limits.bodyBytesMax,
    genReqId: () => runtime.uuid(),
    requestIdHeader: false,
    requestTimeout: settings.limits.requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      connectionsCheckingInterval: SLOW_REQUESTS_EVERY_MS,
      // Node swaps the two if the one for headers, a minute unless told, is longer than the one for all.
      headersTimeout: settings.limits.requestTimeoutMs,
      shouldUpgradeCallback: isHandshake,
    },
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    frameworkErrors: (error, request, reply) => sendError(deps, error, request, reply as FastifyReply),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, runtime.uuid()),
  };
}

type Guards = Readonly<{ callers: Callers; rates: Rates; isClosing: () => boolean }>;

/** Puts the edge around an instance that has no routes yet. `isClosing` turns new requests away. Returns what is counted. */
export async function surround(
  instance: FastifyInstance,
  deps: ApiDeps,
  { callers, isClosing }: Omit<Guards, 'rates'>,
): Promise<Flight> {
  answerOddRequests(instance.server, () => deps.runtime.uuid());
  takeJsonOnly(instance, deps.settings.limits.bodyBytesMax);
  instance.decorateRequest('caller', null);
  instance.decorateRequest('client', '');
  instance.decorateRequest('flight', null);
  const flight = new Flight(deps.settings.flight, deps.runtime);
  instance.addHook('onRoute', (route) => {
    // The route of preflights, which the plugin makes.
    if (route.url === '*' && route.method === 'OPTIONS') route.config = { ...route.config, access: 'public' };
    const { url, config } = route;
    // Nest sets a handler of errors only once plugins have been loaded; a route made before would keep Fastify's.
    route.errorHandler ??= (error, request, reply) => sendError(deps, error, request, reply);
    if (config?.access === undefined && !url.startsWith('/docs'))
      throw new Error(`the route ${url} does not say who may use it (auth/access.ts)`);
  });
  instance.addHook('onRequest', board(flight, deps));
  // Behind the count, and before whatever refuses: a page is to read refusals as well.
  if (deps.settings.origins.length > 0) await instance.register(cors, crossOrigin(deps.settings.origins));
  const rates = new Rates(deps.settings.limits, deps.runtime);
  instance.decorate('rates', rates);
  instance.addHook('onRequest', gate({ callers, rates, isClosing }));
  instance.addHook('onSend', (request, _reply, payload, done) => {
    // Streams are read as fast as their client reads.
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) flight.send(request, Buffer.byteLength(payload));
    done();
  });
  if (deps.traces !== null) traceRequests(instance, deps.traces);
  instance.addHook('onClose', async () => flight.close());
  instance.addHook('onResponse', (request, reply, done) => {
    flight.leave(request);
    account(deps, request, reply);
    // Nobody else ends the socket of a handshake that was refused before the library for sockets heard of it.
    if (isUpgrade(request.raw)) request.raw.socket.destroySoon();
    done();
  });
  return flight;
}

/**
 * What browsers are told of pages from other origins (the Fetch standard, part 3.3). Preflights go on to the limits of rates.
 * Tokens are sent in a header that scripts set, so no credentials of the browser's own are let through.
 */
const crossOrigin = (origins: readonly string[]): FastifyCorsOptions => ({
  origin: (origin, answer) => answer(null, origin !== undefined && origins.includes(origin)),
  methods: ['GET', 'HEAD', 'POST'],
  allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-correlation-id'],
  exposedHeaders: ['x-request-id', 'retry-after', 'location', 'allow'],
  maxAge: 600,
  preflightContinue: true,
  strictPreflight: false,
});

/**
 * Counts every request in before anything is done for it. Sockets have bounds of their own (live/live-sockets.ts). Hooks of
 * this file call `done` where there is nothing to wait for: a promise for each of them costs more than what they do.
 */
function board(flight: Flight, { settings: { proxies } }: ApiDeps): onRequestHookHandler {
  return (request, reply, done) => {
    const client = clientOf(request.raw, proxies);
    request.client = client;
    reply.headers(securityHeadersAt(request.url)).header('x-request-id', request.id);
    const { unlimited = false } = request.routeOptions.config;
    if (isPersonal(request)) reply.header('cache-control', 'no-store');
    // Node reads nothing more behind a request for an upgrade, whether it is refused or passed over.
    if (request.headers.upgrade !== undefined) reply.header('connection', 'close');
    if (!isUpgrade(request.raw) && !flight.admit(request, { client, unlimited })) reply.hijack();
    done();
  };
}

/** Answers to who has a token, or to anything but a question that is public, are for nobody's cache. */
const isPersonal = ({ method, headers, routeOptions: { config } }: FastifyRequest): boolean =>
  (method !== 'GET' && method !== 'HEAD') ||
  headers.authorization !== undefined ||
  headers.cookie !== undefined ||
  (config.access ?? 'public') !== 'public';

/** The one upgrade there is (live/live-sockets.ts). Any other is passed over (RFC 9110, 7.8), and the request answered as it is. */
const isHandshake = ({ method, url = '', headers: { upgrade = '' } }: IncomingMessage): boolean =>
  method === 'GET' && url.split('?')[0] === SOCKET_ADDRESS && upgrade.toLowerCase() === 'websocket';

const isUpgrade = (request: IncomingMessage & { upgrade?: boolean }): boolean => request.upgrade === true;

/** Lets in who may use the route. Waits only for a token or a session that has to be looked at. */
function gate({ callers, rates, isClosing }: Guards): onRequestHookHandler {
  return (request, reply, done) => {
    if (isClosing()) {
      reply.header('connection', 'close');
      throw new ApiError(503, 'ShuttingDown', 'this server is stopping; try another, or again', {
        headers: { 'retry-after': '1' },
      });
    }
    if (request.routeOptions.config.unlimited === true) return done();
    rates.ofAddress(request);
    const known = callers.known(request);
    if (known !== undefined) {
      admit(request, known, rates);
      return done();
    }
    callers
      .callerOf(request)
      .then((caller) => admit(request, caller, rates))
      .then(() => done(), done);
  };
}

/** Throws a 401 for a token that is missing, a 429 for a person who asks too often, a 403 for one who may not ask this. */
function admit(request: FastifyRequest, caller: Caller | null, rates: Rates): void {
  const { access = 'public' } = request.routeOptions.config;
  request.caller = caller;
  if (caller === null) {
    if (access === 'public') return;
    throw new ApiError(401, 'TokenMissing', 'this needs an Authorization header with a bearer token', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  rates.ofSubject(request);
  if (!mayUse(access, caller)) throw forbidden(access);
}

const forbidden = (access: unknown): ApiError =>
  new ApiError(
    403,
    'RoleMissing',
    `this needs a token with the role ${Array.isArray(access) ? access.join(' or ') : ''}`,
  );

function account({ metrics, log }: ApiDeps, request: FastifyRequest, reply: FastifyReply): void {
  const { method } = request;
  const answered = {
    method,
    route: request.routeOptions.url ?? 'unknown',
    status: reply.statusCode,
    ms: reply.elapsedTime,
  };
  metrics.requestAnswered(answered);
  log.debug({ ...answered, requestId: request.id }, 'request answered');
}
