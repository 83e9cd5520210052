// Signing up, in and out, over HTTP, for a house without an identity provider. What is answered does not tell who has an account:
// that is told by mail, to whoever reads it.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ApiDeps } from '../api.deps.js';
import { type Callers, foreignOrigin } from '../auth/callers.js';
import { ApiError } from '../http/api-error.js';
import { readOr400 } from '../http/schema.pipe.js';
import { registerUserBody } from '../schemas/commands.schema.js';
import { serveOwnAccount } from './own-account.routes.js';
import { type AccountParts, endSession, type Post, personOf, signedIn } from './person.js';
import { serveProvider } from './provider.routes.js';
import { serveRoles } from './roles.routes.js';
import { changePassword, sendConfirmation, sendReset, signUp } from './sign-up.js';

const address = z.email('must be an e-mail address').max(320);
const nothing = z.strictObject({}).optional();

/** Makes `/account/…`, where the house signs people in itself. To be called before the instance listens. */
export function serveSignIn(instance: FastifyInstance, deps: ApiDeps, callers: Callers): void {
  const { signIn } = deps;
  if (signIn === null) {
    // The application asks on each page, and an answer is no failure.
    instance.route({
      method: 'GET',
      url: '/account/session',
      config: { access: 'public' },
      handler: async (_request, reply) => reply.send({ isHere: false, person: null }),
    });
    return;
  }
  const parts = { ...deps, signIn };
  const post = poster(instance, callers);
  if (signIn.passwordLength !== null) servePasswords(instance, { ...parts, callers, post }, signIn.passwordLength);
  if (signIn.provider !== null) serveProvider(post, parts, callers, signIn.provider);
  post('sign-out', nothing, async (_fields, request, reply) => {
    const cookies = await endSession(request, callers, signIn.accounts);
    return reply.header('set-cookie', cookies).send({ person: null });
  });
  serveOwnAccount(instance, parts, callers);
  serveRoles(instance, parts, callers);
  const ways = { password: signIn.passwordLength !== null, provider: signIn.provider?.name ?? null };
  instance.route({
    method: 'GET',
    url: '/account/session',
    config: { access: 'public' },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const cookie = callers.cookieOf(request.headers);
      if (cookie === null) return reply.send({ isHere: true, ways, person: null });
      const { session, cookies } = await signIn.accounts.renewed(cookie);
      if (cookies.length > 0) reply.header('set-cookie', cookies);
      return reply.send({ isHere: true, ways, person: session === null ? null : await personOf(parts, session) });
    },
  });
}

/** Makes routes that nobody is signed in by from another's page either. */
function poster(instance: FastifyInstance, callers: Callers): Post {
  return (name, schema, answer) => {
    instance.route({
      method: 'POST',
      url: `/account/${name}`,
      config: { access: 'public' },
      handler: async (request, reply) => {
        if (callers.isOwnPage(request.headers) === false) throw foreignOrigin();
        return answer(readOr400(schema, request.body, 'body'), request, reply);
      },
    });
  };
}

/** Makes the routes of a sign-in by e-mail and password. */
function servePasswords(
  instance: FastifyInstance,
  { callers, post, ...parts }: AccountParts & Readonly<{ callers: Callers; post: Post }>,
  { min, max }: Readonly<{ min: number; max: number }>,
): void {
  const { signIn } = parts;
  const { letters } = signIn;
  const password = z
    .string()
    .min(min, `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`);
  const later = inBackground(instance, parts);
  const told = async (work: Promise<void>): Promise<void> => (letters === null ? work : later(work));

  post('sign-up', signUpBody(password), async (fields, _request, reply) => {
    await told(signUp(parts, fields));
    return reply.code(202).send({ status: letters === null ? 'open' : 'mailed' });
  });
  post(
    'sign-in',
    z.strictObject({ email: address, password: z.string().max(1_000) }),
    async (fields, request, reply) => {
      const answer = await signIn.accounts.signIn(fields, request.client);
      if (answer.status === 'unconfirmed') {
        await told(sendConfirmation(parts, fields.email));
        throw new ApiError(403, 'AddressUnconfirmed', 'this address is not confirmed yet: follow the link in the mail');
      }
      if (answer.status === 'wrong')
        throw new ApiError(401, 'SignInWrong', 'address and password do not belong together here');
      if (answer.status === 'locked') throw locked(answer.forMs);
      await endSession(request, callers, signIn.accounts);
      reply.header('set-cookie', answer.cookies);
      return reply.send(answer.status === 'code-needed' ? { status: 'code-needed' } : await signedIn(parts, answer));
    },
  );
  post('reset', z.strictObject({ email: address }), async ({ email }, _request, reply) => {
    if (letters === null) throw new ApiError(404, 'NotFound', 'this house sends no mail, so no password can be reset');
    later(sendReset(parts, email));
    return reply.code(202).send({ status: 'mailed' });
  });
  post('password', z.strictObject({ token: z.string().max(1_000), password }), async (fields, _request, reply) => {
    if (await changePassword(parts, fields)) return reply.send({ status: 'changed' });
    throw new ApiError(410, 'LinkOver', 'this link is too old or was used; ask for another');
  });
}

const signUpBody = (password: z.ZodString) =>
  z
    .strictObject({ username: registerUserBody.fields.username, email: address, password })
    .refine(({ username, email, password: chosen }) => ![username, email].includes(chosen), {
      error: 'must not be the name or the address',
      path: ['password'],
    });

function locked(forMs: number): ApiError {
  const seconds = Math.ceil(forMs / 1_000);
  return new ApiError(
    429,
    'SignInLocked',
    `too many wrong passwords: try again in ${seconds} s, or reset the password`,
    {
      headers: { 'retry-after': String(seconds) },
    },
  );
}

/**
 * Work that nobody waits for, because how long it takes would tell who has an account. A failure is logged: the person gets no
 * mail, and tries again. Closing waits for it.
 */
function inBackground(instance: FastifyInstance, { log }: ApiDeps): (work: Promise<void>) => void {
  const under = new Set<Promise<void>>();
  instance.addHook('onClose', async () => {
    await Promise.all(under);
  });
  return (work) => {
    const whole = work
      .catch((error: unknown) => log.error({ error: String(error) }, 'a sign-up or a reset failed'))
      .finally(() => under.delete(whole));
    under.add(whole);
  };
}
