// All that the house has of somebody, for whoever it is: `GET /users/me/data`.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from './api.deps.js';
import { callerOf } from './commands/commands.js';
import { ApiError } from './http/api-error.js';

/** Each reads many tables, on a connection of its own. */
const AT_ONCE_MAX = 2;

/** Makes the route. To be called before the instance listens. */
export function serveOwnData(instance: FastifyInstance, { ownData }: Pick<ApiDeps, 'ownData'>): void {
  let under = 0;
  instance.route({
    method: 'GET',
    url: '/users/me/data',
    config: { access: 'anyone' },
    handler: async (request, reply) => {
      const { userId } = callerOf(request);
      if (under >= AT_ONCE_MAX)
        throw new ApiError(503, 'Busy', 'others are given their data just now; ask again', {
          headers: { 'retry-after': '10' },
        });
      under += 1;
      const text = Readable.from(ownData(userId), { objectMode: false });
      text.once('close', () => {
        under -= 1;
      });
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="own-data.json"')
        .type('application/json; charset=utf-8')
        .send(text);
    },
  });
}
