// Starts the edge: NestJS on Fastify, in front of the command bus and of Silver.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiDeps } from './api.deps.js';
import { apiModule } from './api.module.js';
import { Callers } from './auth/callers.js';
import { Tokens } from './auth/tokens.js';
import { Commands } from './commands/commands.js';
import { registerCommandRoutes } from './commands/routes.js';
import { serverOptions, surround } from './http/edge.js';
import { ErrorFilter } from './http/errors.js';
import type { Flight } from './http/flight.js';
import { SchemaPipe } from './http/schema.pipe.js';
import { watchRoutes } from './http/unknown-routes.js';
import { LiveSockets } from './live/live-sockets.js';
import { serveMailLinks } from './mail/mail-links.routes.js';
import { nestLog } from './nest-log.js';
import { openApiDocument, serveDocuments } from './openapi.js';
import { serveOwnData } from './own-data.routes.js';
import { serveDevelopmentPeople } from './pages/development-people.js';
import { servePages } from './pages/pages.js';
import { servePaymentNotices } from './payments/payment-notices.routes.js';
import { servePhotos } from './photos/photos.routes.js';
import { serveSignIn } from './sign-in/sign-in.routes.js';

export type Api = Readonly<{
  /** Where it listens, as `http://127.0.0.1:3000`. */
  url: string;
  /** The watchers' sockets, for whoever wants to know how many there are. */
  sockets: Pick<LiveSockets, 'size'>;
  /** What requests and unread answers hold. */
  held: Flight['size'];
  /** Takes nothing new, answers what is under way for at most the grace time, and lets go of the port. Idempotent. */
  close(): Promise<void>;
}>;

/** Starts to listen; rejects with Node's own error (as EADDRINUSE) when the port cannot be had. */
export async function startApi(deps: ApiDeps): Promise<Api> {
  let closing = false;
  const adapter = new FastifyAdapter({ ...serverOptions(deps), skipMiddie: true });
  const instance = adapter.getInstance();
  const strayed = watchRoutes(instance);
  const callers = new Callers(new Tokens(deps.settings.tokens, deps.runtime), deps.signIn, deps.runtime);
  const flight = await surround(instance, deps, { callers, isClosing: () => closing });
  const sockets = new LiveSockets(deps, callers, () => app.get(GraphQLSchemaHost, { strict: false }).schema);
  await sockets.register(instance);
  servePages(instance, deps);
  await serveMailLinks(instance, deps);
  await servePaymentNotices(instance, deps);
  serveDevelopmentPeople(instance, deps.people);
  serveSignIn(instance, deps, callers);
  await servePhotos(instance, deps);
  serveOwnData(instance, deps);
  const app = await NestFactory.create<NestFastifyApplication>(apiModule(deps), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: nestLog(deps.log),
  });
  registerCommandRoutes(instance, app.get(Commands, { strict: false }));
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ErrorFilter(deps, strayed));
  if (deps.settings.open.docs) serveDocuments(app, openApiDocument(app));
  try {
    await app.listen({ host: deps.settings.host, port: deps.settings.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    closing = true;
    await sockets.close();
    const grace = deps.runtime.startTimer(deps.settings.closeGraceMs, () => instance.server.closeAllConnections());
    await app.close();
    grace.cancel();
  };
  let closed: Promise<void> | null = null;
  return {
    sockets,
    held: () => flight.size(),
    url: urlOf(deps.settings.host, instance.server.address()),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
