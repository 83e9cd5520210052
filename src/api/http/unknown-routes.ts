// Addresses that are nobody's (404), and addresses that are asked in a way they do not answer (405, with the ways they do).
import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.js';

/** Follows the routes as they are registered. The function tells what to answer to a request that met none of them. */
export function watchRoutes(instance: FastifyInstance): (path: string) => ApiError {
  const methods = new Map<string, Set<string>>();
  instance.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set<string>();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  return (path) => {
    const bare = path.split('?')[0] ?? '';
    const allowed = [...methods].filter(([pattern]) => matches(pattern, bare)).flatMap(([, some]) => [...some]);
    if (allowed.length === 0) return new ApiError(404, 'RouteUnknown', 'there is nothing at this address');
    const allow = [...new Set(allowed)].sort().join(', ');
    return new ApiError(405, 'MethodNotAllowed', `this address answers ${allow} only`, { headers: { allow } });
  };
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  );
}
