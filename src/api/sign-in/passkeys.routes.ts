// Passkeys over HTTP: made and taken away by who is signed in, and signed in with by anybody.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Callers, foreignOrigin } from '../auth/callers.js';
import { ApiError } from '../http/api-error.js';
import { readOr400 } from '../http/schema.pipe.js';
import { textIn } from '../schemas/values.schema.js';
import { type AccountParts, personOf, sessionOr401, signedIn, withoutSession } from './person.js';

/** More than anybody has devices. */
const PASSKEYS_MAX = 20;
/** What an authenticator answers; the library reads it. */
const response = z.looseObject({ id: z.string().max(1_400), type: z.literal('public-key') });
const newBody = z.strictObject({ name: textIn({ lengthMin: 1, lengthMax: 100, lines: 'one' }), response });
const signInBody = z.strictObject({ response });

/** Makes `/account/passkeys…` and `/account/passkey…`. */
export function servePasskeys(instance: FastifyInstance, parts: AccountParts, callers: Callers): void {
  const { passkeys } = parts.signIn;
  const url = '/account/passkeys';
  const own = { access: 'anyone' } as const;
  instance.get(url, { config: own }, async (request) => {
    const { caller } = await sessionOr401(callers, request);
    return { passkeys: await passkeys.list(caller.userId) };
  });
  instance.post(`${url}/options`, { config: own }, async (request, reply) => {
    const { caller } = await sessionOr401(callers, request);
    if ((await passkeys.list(caller.userId)).length >= PASSKEYS_MAX)
      throw new ApiError(409, 'TooManyPasskeys', `there are ${PASSKEYS_MAX} passkeys already; take one away`);
    const { name } = await personOf(parts, { userId: caller.userId, roles: [], waiting: [] });
    const begun = await passkeys.begin(askedBy(callers, request), name);
    if (begun === null) throw new ApiError(403, 'SignInAgain', 'sign in anew first: this session is a day old');
    return reply.header('set-cookie', begun.cookies).send(begun.options);
  });
  instance.post(url, { config: own }, async (request) => {
    const { caller } = await sessionOr401(callers, request);
    const body = readOr400(newBody, request.body, 'body');
    if (!(await passkeys.finish(askedBy(callers, request), body))) throw wrongPasskey();
    return { passkeys: await passkeys.list(caller.userId) };
  });
  instance.post(`${url}/:passkeyId/removal`, { config: own }, async (request) => {
    const { caller } = await sessionOr401(callers, request);
    const { passkeyId } = readOr400(z.object({ passkeyId: z.uuid() }), request.params, 'path');
    if (!(await passkeys.remove(caller.userId, passkeyId)))
      throw new ApiError(404, 'PasskeyUnknown', 'you have no such passkey');
    return { passkeys: await passkeys.list(caller.userId) };
  });
  instance.post('/account/passkey/options', { config: { access: 'public' } }, async (request, reply) => {
    const begun = await passkeys.challenge(askedBy(callers, request, { session: false }));
    if (begun === null) throw wrongPasskey();
    return reply.header('set-cookie', begun.cookies).send(begun.options);
  });
  instance.post('/account/passkey', { config: { access: 'public' } }, async (request, reply) => {
    const { response: answer } = readOr400(signInBody, request.body, 'body');
    const completed = await passkeys.signIn(askedBy(callers, request, { session: false }), answer);
    if (completed === null) throw wrongPasskey();
    return reply.header('set-cookie', completed.cookies).send(await signedIn(parts, completed));
  });
}

/** What the library is told of a request. A page of others is refused: the signature would name that page's origin. */
function askedBy(callers: Callers, request: FastifyRequest, { session } = { session: true }) {
  if (callers.isOwnPage(request.headers) !== true) throw foreignOrigin();
  const cookies = session ? String(request.headers.cookie ?? '') : withoutSession(callers, request);
  return { cookies, origin: String(request.headers.origin) };
}

const wrongPasskey = (): ApiError =>
  new ApiError(401, 'PasskeyWrong', 'this passkey is not known here, or did not answer in time; try again');
