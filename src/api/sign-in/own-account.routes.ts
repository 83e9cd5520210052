// What somebody who is signed in does with the own account: a second factor, and tokens for programs.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { later } from '../../domain/time.js';
import { type Callers, foreignOrigin } from '../auth/callers.js';
import type { Verified } from '../auth/tokens.js';
import { ApiError } from '../http/api-error.js';
import { readOr400 } from '../http/schema.pipe.js';
import { textIn } from '../schemas/values.schema.js';
import { servePasskeys } from './passkeys.routes.js';
import { type AccountParts, sessionOr401, signedIn, withoutSession } from './person.js';

const DAY_MS = 86_400_000;
const DAYS_MAX = 366;
/** More than anybody has programs. */
const TOKENS_MAX = 50;
const ROLES = ['bidder', 'seller', 'analyst', 'operator', 'admin'] as const;

const codeBody = z.strictObject({ code: z.string().trim().min(6).max(20) });
/** Only an authenticator shows that it is set up. */
const firstCodeBody = z.strictObject({ code: z.string().regex(/^\d{6}$/, 'must be six digits') });
/** Whoever comes by an identity provider alone has none. */
const passwordBody = z.strictObject({ password: z.string().max(1_000).optional() });
const tokenBody = z.strictObject({
  name: textIn({ lengthMin: 1, lengthMax: 100, lines: 'one' }),
  roles: z.array(z.enum(ROLES)).max(ROLES.length),
  days: z.int().min(1).max(DAYS_MAX),
});

/** Makes `/account/second-factor…`, `/account/passkey…` and `/account/tokens…`. */
export function serveOwnAccount(instance: FastifyInstance, parts: AccountParts, callers: Callers): void {
  const { signIn, runtime } = parts;
  const { secondFactor, tokens, accounts } = signIn;
  servePasskeys(instance, parts, callers);
  const route = (
    method: 'GET' | 'POST',
    path: string,
    handler: (request: FastifyRequest, who: Verified['caller']) => Promise<unknown>,
  ): void => {
    instance.route({
      method,
      url: `/account/${path}`,
      config: { access: 'anyone' },
      // A token makes no other tokens: whoever finds one has it only until it is revoked.
      handler: async (request) => handler(request, (await sessionOr401(callers, request)).caller),
    });
  };

  route('POST', 'second-factor/setup', async (request) => {
    const { password } = readOr400(passwordBody, request.body, 'body');
    const setup = await secondFactor.setUp(String(request.headers.cookie), password);
    if (setup !== null) return setup;
    throw new ApiError(409, 'SecondFactorRefused', 'the password is wrong, or there is a second factor already');
  });
  route('POST', 'second-factor/confirmation', async (request, { userId }) => {
    const { code } = readOr400(firstCodeBody, request.body, 'body');
    if ((await secondFactor.take(String(request.headers.cookie), code)) === null) throw wrongCode();
    // What was signed in by a password alone must not become more by it.
    await accounts.endSessions(userId);
    callers.forgetAll(userId);
    return { status: 'on' };
  });
  route('GET', 'tokens', async (_request, { userId }) => ({ tokens: await tokens.list(userId) }));
  route('POST', 'tokens', async (request, { userId, roles: own }) => {
    const { name, roles, days } = readOr400(tokenBody, request.body, 'body');
    const foreign = roles.find((role) => !own.includes(role));
    if (foreign !== undefined) throw new ApiError(403, 'RoleMissing', `you do not have the role ${foreign} yourself`);
    if ((await tokens.list(userId)).length >= TOKENS_MAX)
      throw new ApiError(409, 'TooManyTokens', `there are ${TOKENS_MAX} tokens already; revoke one`);
    const now = runtime.now();
    const tokenId = runtime.uuid();
    const token = await tokens.make(userId, { tokenId, name, roles, now, expiresAt: later(now, days * DAY_MS) });
    return { tokenId, token };
  });
  route('POST', 'tokens/:tokenId/revocation', async (request, { userId }) => {
    const { tokenId } = readOr400(z.object({ tokenId: z.uuid() }), request.params, 'path');
    if (!(await tokens.revoke(userId, tokenId))) throw new ApiError(404, 'TokenUnknown', 'you have no such token');
    callers.forgetAll(userId);
    return { status: 'revoked' };
  });
  instance.route({
    method: 'POST',
    url: '/account/second-factor',
    config: { access: 'public' },
    handler: async (request, reply) => {
      if (callers.isOwnPage(request.headers) === false) throw foreignOrigin();
      const { code } = readOr400(codeBody, request.body, 'body');
      const completed = await secondFactor.take(withoutSession(callers, request), code);
      if (completed === null) throw wrongCode();
      return reply.header('set-cookie', completed.cookies).send(await signedIn(parts, completed));
    },
  });
}

const wrongCode = (): ApiError =>
  new ApiError(401, 'CodeWrong', 'this code is not the right one now; after five wrong ones, sign in anew');
