// Roles given and taken by admins. Who did it and why is kept for good.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Callers } from '../auth/callers.js';
import { ApiError } from '../http/api-error.js';
import { readOr400 } from '../http/schema.pipe.js';
import { idIn, textIn } from '../schemas/values.schema.js';
import type { AccountParts } from './person.js';

const path = z.object({ userId: idIn.user });
const changeBody = z.strictObject({
  role: z.enum(['bidder', 'seller', 'analyst', 'operator', 'admin']),
  isGiven: z.boolean(),
  reason: textIn({ lengthMin: 1, lengthMax: 500, lines: 'many' }),
});

/** Makes `/users/:userId/roles`. */
export function serveRoles(
  instance: FastifyInstance,
  { signIn, runtime, beginOperation }: AccountParts,
  callers: Callers,
): void {
  const { roles } = signIn;
  const url = '/users/:userId/roles';
  instance.route({
    method: 'GET',
    url,
    config: { access: ['admin'] },
    handler: async (request) => {
      const changes = await roles.changesOf(readOr400(path, request.params, 'path').userId);
      return { roles: roles.after(changes), changes };
    },
  });
  instance.route({
    method: 'POST',
    url,
    config: { access: ['admin'] },
    handler: async (request) => {
      const { userId } = readOr400(path, request.params, 'path');
      const change = readOr400(changeBody, request.body, 'body');
      const by = request.caller?.userId ?? null;
      if (by === userId) throw new ApiError(409, 'OwnRoles', 'nobody changes the own roles; ask another admin');
      const { role, isGiven, reason } = change;
      const unchanged = () =>
        new ApiError(409, 'RoleUnchanged', `the person ${isGiven ? 'has' : 'does not have'} this role`);
      if (roles.after(await roles.changesOf(userId)).includes(role) === isGiven) throw unchanged();
      const operation = isGiven ? 'RoleGiven' : 'RoleTaken';
      await beginOperation({ operation, by, account: null, target: `user-${userId}`, detail: role, reason });
      if (!(await roles.record(userId, { ...change, by, at: runtime.now() }))) throw unchanged();
      callers.forgetAll(userId);
      return { roles: roles.after(await roles.changesOf(userId)) };
    },
  });
}
