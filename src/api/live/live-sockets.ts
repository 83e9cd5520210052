// The sockets of this server, behind the same gate as every route: GET /graphql with an upgrade, graphql-transport-ws.
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Timer } from '../../runtime/runtime.js';
import type { ApiDeps } from '../api.deps.js';
import type { Callers } from '../auth/callers.js';
import type { Verified } from '../auth/tokens.js';
import { Documents } from '../graphql/documents.js';
import { formatted } from '../graphql/graphql-errors.js';
import { ApiError } from '../http/api-error.js';
import { SOCKET_ADDRESS } from '../http/edge.js';
import type { Rates } from '../http/rates.js';
import { alertNews } from './alert-news.js';
import { caseNews } from './case-news.js';
import { HeldBytes, type SocketAccount } from './held-bytes.js';
import { LiveSocket, type SocketHost } from './live-socket.js';
import { Pace } from './pace.js';
import { CLOSE } from './protocol.js';
import { askedFor, type SubscribePayload, SubscriptionRefused } from './subscription.js';
import { type Subscriber, Topics } from './topics.js';

const PROTOCOL = 'graphql-transport-ws';
/** What a client names of protocols: words with commas between (RFC 6455, 4.3). */
const PROTOCOLS = /^\s*[!#$%&'*+.^_`|~\w-]+(\s*,\s*[!#$%&'*+.^_`|~\w-]+)*\s*$/;
/** Sixteen bytes in base64 (RFC 6455, 4.1). */
const SOCKET_KEY = /^[+/\dA-Za-z]{22}==$/;
const SWEEP_EVERY_MS = 1_000;
/** So long messages of sockets are taken in one go; then others of the process get their turn. */
const TURN_MS = 5;
/** How long a closing server waits for goodbyes. */
const GOODBYE_MS = 500;

export class LiveSockets {
  private readonly sockets = new Set<LiveSocket>();
  private readonly held: HeldBytes;
  private rates: Rates | null = null;
  private sweeper: Timer | null = null;
  private topics: Topics | null = null;
  private documents: Documents | null = null;
  private readonly pace: Pace;

  /** `schemaOf` is asked when the first subscription comes. */
  constructor(
    private readonly deps: ApiDeps,
    private readonly callers: Callers,
    private readonly schemaOf: () => GraphQLSchema,
  ) {
    const { heldPerSocketMax, heldPerAddressMax, heldMax } = deps.settings.sockets;
    deps.metrics.watchSockets(() => this.sockets.size);
    this.pace = new Pace(deps.runtime, TURN_MS);
    this.held = new HeldBytes({ perSocketMax: heldPerSocketMax, perAddressMax: heldPerAddressMax, max: heldMax });
  }

  /** Makes the route. To be called before the instance listens. */
  async register(instance: FastifyInstance): Promise<void> {
    const { bodyBytesMax } = this.deps.settings.limits;
    this.rates = instance.rates;
    await instance.register(websocket, {
      options: {
        maxPayload: bodyBytesMax,
        perMessageDeflate: false,
        // One message of a socket a turn of the event loop: of hundreds in one packet, others' requests would wait for all.
        allowSynchronousEvents: false,
        handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
      },
      // Broken frames and lost connections are no faults of ours; the socket's own close handler tidies up.
      errorHandler: (_error, socket) => socket.terminate(),
      preClose: (done) => done(),
    });
    instance.route({
      method: 'GET',
      url: SOCKET_ADDRESS,
      config: { access: 'public' },
      preValidation: async (request) => this.admit(request),
      handler: () => {
        throw new ApiError(426, 'UpgradeRequired', 'GET is for sockets here; POST queries and mutations', {
          headers: { upgrade: 'websocket' },
        });
      },
      wsHandler: (socket, request) => this.open(socket, request),
    });
  }

  /** How much is held, for metrics and tests. */
  size(): Readonly<{ sockets: number; subscriptions: number; groups: number; addresses: number; bytes: number }> {
    const subscriptions = [...this.sockets].reduce((sum, { size }) => sum + size, 0);
    return {
      sockets: this.sockets.size,
      subscriptions,
      groups: this.topics?.size().groups ?? 0,
      ...this.held.size(),
    };
  }

  /** Says goodbye to every watcher, and cuts those that do not answer. */
  async close(): Promise<void> {
    this.sweeper?.cancel();
    this.topics?.close();
    const open = [...this.sockets];
    for (const socket of open) socket.close(CLOSE.goingAway, 'this server is stopping; try another, or again');
    if (this.sockets.size > 0) await this.deps.runtime.sleep(GOODBYE_MS);
    for (const socket of open) socket.cut();
  }

  private admit({ client, ws, headers }: FastifyRequest): void {
    if (!ws) return;
    const { socketsMax, perAddressMax } = this.deps.settings.sockets;
    if (headers['sec-websocket-version'] !== '13')
      throw new ApiError(426, 'SocketVersionUnknown', 'the only version of sockets is 13', {
        headers: { 'sec-websocket-version': '13' },
      });
    if (!SOCKET_KEY.test(headers['sec-websocket-key'] ?? ''))
      throw new ApiError(400, 'SocketKeyInvalid', 'Sec-WebSocket-Key must be 16 bytes in base64');
    const offered = headers['sec-websocket-protocol'] ?? '';
    const names = offered.split(',').map((one) => one.trim());
    if (!PROTOCOLS.test(offered) || !names.includes(PROTOCOL) || new Set(names).size < names.length)
      throw new ApiError(400, 'ProtocolUnknown', `the only protocol of this socket is ${PROTOCOL}`);
    const later = { headers: { 'retry-after': '5' } };
    if (this.sockets.size >= socketsMax)
      throw new ApiError(503, 'TooManySockets', 'this server holds as many sockets as it may; try another', later);
    if (perAddressMax > 0 && this.held.socketsOf(client) >= perAddressMax)
      throw new ApiError(429, 'TooManySockets', `more than ${perAddressMax} sockets from one address`, later);
  }

  private open(webSocket: ConstructorParameters<typeof LiveSocket>[0], request: FastifyRequest): void {
    const { subscriptionsPerSocketMax: subscriptionsMax, stalledMaxMs } = this.deps.settings.sockets;
    const account = this.held.open(request.client);
    const socket = new LiveSocket(webSocket, this.hostOf(request, account), { subscriptionsMax, stalledMaxMs });
    this.sockets.add(socket);
    webSocket.on('close', () => this.gone(socket, account));
    this.sweeper ??= this.deps.runtime.startTimer(SWEEP_EVERY_MS, () => this.sweep());
  }

  private gone(socket: LiveSocket, account: SocketAccount): void {
    this.sockets.delete(socket);
    account.close();
    if (this.sockets.size > 0) return;
    this.sweeper?.cancel();
    this.sweeper = null;
  }

  private sweep(): void {
    const { runtime } = this.deps;
    const nowMs = runtime.monotonicMs();
    for (const socket of this.sockets) socket.sweep(nowMs);
    this.sweeper = this.sockets.size === 0 ? null : runtime.startTimer(SWEEP_EVERY_MS, () => this.sweep());
  }

  private hostOf(request: FastifyRequest, account: SocketAccount): SocketHost {
    const { runtime, log, settings } = this.deps;
    const { id: requestId } = request;
    const { introspection } = settings.graphql;
    return {
      paced: (piece) => this.pace.run(piece),
      verified: (authorization) =>
        authorization === null ? this.callers.bySession(request) : this.callers.byToken(authorization),
      charge: (who) => this.charge(request, who),
      subscribe: (payload, who, subscriber) => this.subscribe(payload, who, { subscriber, account, request }),
      account,
      errorsText: (error) =>
        JSON.stringify(errorsOf(error).map((one) => formatted(one, { requestId, log, introspection }))),
      failed: (error) =>
        log.error({ requestId, route: '/graphql', error: String(error) }, 'a message on a socket failed'),
      bufferBytesMax: () => this.bufferBytesMax(),
      nowMs: () => runtime.monotonicMs(),
      now: () => runtime.now(),
    };
  }

  /** A message counts as a request does: for the address, and for the person whose token the socket has. */
  private async charge(request: FastifyRequest, who: Verified | null): Promise<ApiError | null> {
    request.caller = who?.caller ?? null;
    try {
      this.rates?.ofAddress(request);
      if (who !== null) this.rates?.ofSubject(request);
      return null;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  /** What one socket may leave unsent: with many sockets, a share of what all may. */
  private bufferBytesMax(): number {
    const { bufferBytesMax, heldMax } = this.deps.settings.sockets;
    return Math.min(bufferBytesMax, Math.floor(heldMax / Math.max(1, this.sockets.size)));
  }

  private async subscribe(
    payload: SubscribePayload,
    who: Verified | null,
    {
      subscriber,
      account,
      request,
    }: Readonly<{ subscriber: Subscriber; account: SocketAccount; request: FastifyRequest }>,
  ): Promise<() => void> {
    const { settings, live, alerts, fraudCases, runtime, log, traces } = this.deps;
    this.documents ??= new Documents(this.schemaOf(), settings.graphql.introspection);
    this.topics ??= new Topics(
      this.documents.schema,
      { ...live, alerts: alertNews(alerts, { runtime, log }), cases: caseNews(fraudCases, { runtime, log }) },
      { runtime, log, traces },
    );
    this.rates?.refuseSpent(request);
    const checked = this.documents.checked(payload.query);
    this.rates?.spend(request, checked.price);
    const { asked, bytes, about } = askedFor(
      this.documents,
      { checked, payload, house: settings.house },
      who?.caller ?? null,
    );
    const release = account.subscribe(about, bytes);
    const stop = await this.topics.join(asked, subscriber).catch((error: unknown) => {
      release();
      throw error;
    });
    if (stop !== null)
      return () => {
        stop();
        release();
      };
    release();
    throw new ApiError(404, 'AuctionUnknown', 'there is no such auction');
  }
}

function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof SubscriptionRefused) return error.errors;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return [new GraphQLError('refused', { originalError })];
}
