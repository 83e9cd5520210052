// In development, the people of the house can be signed in as from this machine's browsers, without a password: as `gavel
// token` does in a shell. Whoever is elsewhere, or comes by another name of this machine, is told that there is no such page.
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../http/api-error.js';

/** Somebody to sign in as, and the token that speaks for the person. */
export type SignedIn = Readonly<{ userId: string; name: string; roles: readonly string[]; token: string }>;

export interface DevelopmentPeople {
  readonly names: readonly string[];
  /** Null for a name that is not one of these. */
  signIn(name: string): Promise<SignedIn | null>;
}

/** Makes the routes. `people` is null where there are none: in production, or where an identity provider signs. */
export function serveDevelopmentPeople(instance: FastifyInstance, people: DevelopmentPeople | null): void {
  if (people === null) return;
  instance.route({
    method: 'GET',
    url: '/development/people',
    config: { access: 'public' },
    handler: async (request) => {
      refuseOthers(request);
      return { people: people.names.map((name) => ({ name })) };
    },
  });
  instance.route({
    method: 'POST',
    url: '/development/sign-in',
    config: { access: 'public' },
    handler: async (request) => {
      refuseOthers(request);
      const { name } = (request.body ?? {}) as Readonly<{ name?: unknown }>;
      const signedIn = typeof name === 'string' ? await people.signIn(name) : null;
      if (signedIn !== null) return signedIn;
      throw new ApiError(404, 'NotFound', `nobody here is called that; there are ${people.names.join(', ')}`);
    },
  });
}

/** By the socket's own address, and by the name in the address bar: a name of somebody else's may lead here as well. */
function refuseOthers({ raw, headers, hostname }: FastifyRequest): void {
  const isHere = isLoopback(raw.socket.remoteAddress ?? '') && headers['x-forwarded-for'] === undefined;
  const name = hostname.replace(/^\[|\]$/g, '');
  if (isHere && (name === 'localhost' || (isIP(name) > 0 && isLoopback(name)))) return;
  throw new ApiError(404, 'NotFound', 'there is no such page here');
}

const isLoopback = (address: string): boolean => /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
