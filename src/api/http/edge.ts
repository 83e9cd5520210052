// What happens to every request before a controller sees it: an id, the limits of rates, the token, the right to the route;
// and to every answer after it: counted, and logged by its route.
import type { IncomingMessage, Server } from 'node:http';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../api.deps.js';
import { mayUse } from '../auth/access.js';
import type { Tokens } from '../auth/tokens.js';
import { ApiError } from './api-error.js';
import { answerBrokenRequest, answerOddRequests } from './broken-requests.js';
import { clientOf } from './client-address.js';
import { sendError } from './errors.js';
import { Flight } from './flight.js';
import { takeJsonOnly } from './json-body.js';

const MINUTE_MS = 60_000;
/** Where sockets are opened. */
export const SOCKET_ADDRESS = '/graphql';
const HEADER_BYTES_MAX = 16_384;
/** The longest parameter is a UUID. */
const PARAMETER_LENGTH_MAX = 100;
/** How often Node looks for requests that take too long to arrive; every half minute unless told. */
const SLOW_REQUESTS_EVERY_MS = 500;
/** Callers whose rates are kept; the least recent leave first. */
const RATES_KEPT_MAX = 100_000;

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

/** Puts the edge around an instance that has no routes yet. `isClosing` turns new requests away. Returns what is counted. */
export async function surround(
  instance: FastifyInstance,
  deps: ApiDeps,
  { tokens, isClosing }: Readonly<{ tokens: Tokens; isClosing: () => boolean }>,
): Promise<Flight> {
  answerOddRequests(instance.server, () => deps.runtime.uuid());
  takeJsonOnly(instance, deps.settings.limits.bodyBytesMax);
  // The policy for contents is a constant of ours: helmet would put it together anew for every answer.
  await instance.register(helmet, { contentSecurityPolicy: false });
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
  instance.addHook('onRequest', await gate(instance, deps, tokens, isClosing));
  instance.addHook('onSend', async (request, _reply, payload) => {
    // Streams are read as fast as their client reads.
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) flight.send(request, Buffer.byteLength(payload));
    return payload;
  });
  instance.addHook('onClose', async () => flight.close());
  instance.addHook('onResponse', (request, reply, done) => {
    account(deps, request, reply);
    // Nobody else ends the socket of a handshake that was refused before the library for sockets heard of it.
    if (isUpgrade(request.raw)) request.raw.socket.destroySoon();
    done();
  });
  return flight;
}

/** Answers are data: a browser that is tricked into showing one must load and run nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The page of documents has scripts of its own, and styles in its elements. */
const DOCUMENTS_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

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

type Gate = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Counts every request in before anything is done for it. Sockets have bounds of their own (live/live-sockets.ts). */
function board(flight: Flight, { settings: { proxies } }: ApiDeps): Gate {
  return async (request, reply) => {
    const client = clientOf(request.raw, proxies);
    request.client = client;
    reply.header('x-request-id', request.id);
    const { unlimited = false } = request.routeOptions.config;
    if (isPersonal(request)) reply.header('cache-control', 'no-store');
    // Node reads nothing more behind a request for an upgrade, whether it is refused or passed over.
    if (request.headers.upgrade !== undefined) reply.header('connection', 'close');
    if (!isUpgrade(request.raw) && !flight.admit(request, reply, { client, unlimited })) reply.hijack();
  };
}

/** Answers to who has a token, or to anything but a question that is public, are for nobody's cache. */
const isPersonal = ({ method, headers, routeOptions: { config } }: FastifyRequest): boolean =>
  (method !== 'GET' && method !== 'HEAD') ||
  headers.authorization !== undefined ||
  (config.access ?? 'public') !== 'public';

/** The one upgrade there is (live/live-sockets.ts). Any other is passed over (RFC 9110, 7.8), and the request answered as it is. */
const isHandshake = ({ method, url = '', headers: { upgrade = '' } }: IncomingMessage): boolean =>
  method === 'GET' && url.split('?')[0] === SOCKET_ADDRESS && upgrade.toLowerCase() === 'websocket';

const isUpgrade = (request: IncomingMessage & { upgrade?: boolean }): boolean => request.upgrade === true;

async function gate(instance: FastifyInstance, deps: ApiDeps, tokens: Tokens, isClosing: () => boolean): Promise<Gate> {
  const withinRate = await rates(instance, deps);
  instance.decorate('rates', withinRate);
  return async (request, reply) => {
    reply.header('content-security-policy', request.url.startsWith('/docs') ? DOCUMENTS_POLICY : DATA_POLICY);
    if (isClosing()) {
      reply.header('connection', 'close');
      throw new ApiError(503, 'ShuttingDown', 'this server is stopping; try another, or again', {
        headers: { 'retry-after': '1' },
      });
    }
    const { access = 'public', unlimited = false } = request.routeOptions.config;
    if (unlimited) return;
    await withinRate.ofAddress(request);
    request.caller = await tokens.callerOf(request.headers.authorization);
    if (request.caller === null) {
      if (access === 'public') return;
      throw new ApiError(401, 'TokenMissing', 'this needs an Authorization header with a bearer token', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
    await withinRate.ofSubject(request);
    if (!mayUse(access, request.caller)) throw forbidden(access);
  };
}

const forbidden = (access: unknown): ApiError =>
  new ApiError(
    403,
    'RoleMissing',
    `this needs a token with the role ${Array.isArray(access) ? access.join(' or ') : ''}`,
  );

export type Rates = Readonly<{
  ofAddress(request: FastifyRequest): Promise<void>;
  ofSubject(request: FastifyRequest): Promise<void>;
  /** Counts so many requests more than the one that was let in; what comes behind it is refused where they were too many. */
  spend(request: FastifyRequest, times: number): Promise<void>;
}>;

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a request, or a message on its socket; throws a 429 where there are too many. */
    rates: Rates;
  }
}

async function rates(instance: FastifyInstance, { settings: { limits } }: ApiDeps): Promise<Rates> {
  await instance.register(rateLimit, { global: false, cache: RATES_KEPT_MAX });
  const limiter = (max: number, keyOf: (request: FastifyRequest) => string, whose: string) => {
    if (max === 0) return { count: async () => undefined, letIn: async () => undefined };
    const count = instance.createRateLimit({ max, timeWindow: MINUTE_MS, keyGenerator: keyOf });
    const letIn = async (request: FastifyRequest): Promise<void> => {
      const taken = await count(request);
      if (taken.isAllowed || !taken.isExceeded) return;
      throw new ApiError(429, 'TooManyRequests', `more than ${max} requests a minute from one ${whose}`, {
        headers: { 'retry-after': String(Math.max(1, taken.ttlInSeconds)) },
      });
    };
    return { count, letIn };
  };
  const ofAddress = limiter(limits.perAddressPerMinute, ({ client }) => client, 'address');
  const ofSubject = limiter(limits.perSubjectPerMinute, ({ caller }) => caller?.userId ?? '', 'person');
  return {
    ofAddress: ofAddress.letIn,
    ofSubject: ofSubject.letIn,
    spend: async (request, times) => {
      for (let i = 0; i < times; i++) {
        await ofAddress.count(request);
        if (request.caller !== null) await ofSubject.count(request);
      }
    },
  };
}

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
