// Who may use a route. Every route of ours says so, or the start fails (http/edge.ts): nothing is open by being forgotten.
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Actor, Role } from '../../domain/actor.js';

/** A person with a verified token. */
export type Caller = Extract<Actor, { kind: 'user' }>;

/** `public` needs no token; `anyone` any valid one; otherwise one of these roles is needed. */
export type Access = 'public' | 'anyone' | readonly [Role, ...Role[]];

/** Who acts for the house. */
export const STAFF = ['operator', 'admin'] as const satisfies Access;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on public routes without a token. */
    caller: Caller | null;
    /** The address it counts for (http/client-address.ts). */
    client: string;
  }
  interface FastifyContextConfig {
    access?: Access;
    /** True for probes and scrapers, which no limit of rates may turn away. */
    unlimited?: boolean;
  }
}

export const RouteAccess = (access: Access, { unlimited = false } = {}): MethodDecorator =>
  RouteConfig({ access, unlimited });

/** True if this person may use a route; the rules behind it may still refuse what is asked. */
export const mayUse = (access: Access, caller: Caller): boolean =>
  access === 'public' || access === 'anyone' || access.some((role) => caller.roles.includes(role));
