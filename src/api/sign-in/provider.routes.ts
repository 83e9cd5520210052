// Signing in by an identity provider over HTTP. The provider sends people back to the page /sign-in, which hands in what it says:
// so the answer comes from a page of this house, with the cookies of this house, as every other sign-in does.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Callers, cookieNamed } from '../auth/callers.js';
import { ApiError } from '../http/api-error.js';
import { type AccountParts, endSession, type Post, signedIn, withoutSession } from './person.js';
import { enter } from './provider-entry.js';
import type { ProviderOfPeople } from './sign-in.deps.js';

/** Longer than any provider's code, state and issuer together. */
const ANSWER_LENGTH_MAX = 8_000;
const answerBody = z.strictObject({ answer: z.string().min(1).max(ANSWER_LENGTH_MAX) });
const nothing = z.strictObject({}).optional();

/** Makes `/account/provider…`. */
export function serveProvider(post: Post, parts: AccountParts, callers: Callers, provider: ProviderOfPeople): void {
  const { signIn } = parts;
  const name = signIn.cookie.replace('session', 'provider');
  const flowCookie = (flow: string, ms: number): string => {
    const secure = name.startsWith('__Host-') ? '; Secure' : '';
    return `${name}=${flow}; Max-Age=${ms / 1_000}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  };

  post('provider', nothing, async (_fields, request, reply) => {
    const begun = await provider.begin(backTo(request, signIn.origin));
    if ('status' in begun) throw away(provider.name, begun.cause);
    return reply.header('set-cookie', flowCookie(begun.flow, provider.flowMs)).send({ url: begun.url });
  });
  post('provider/answer', answerBody, async ({ answer }, request, reply) => {
    // Good once, whatever comes of it.
    reply.header('set-cookie', flowCookie('', 0));
    const finished = await provider.finish(answer, cookieNamed(request.headers, name));
    if (finished.status === 'away') throw away(provider.name, finished.cause);
    if (finished.status !== 'person') throw refusal(provider.name, finished);
    const userId = await enter(parts, provider, finished.person);
    callers.forgetAll(userId);
    const completed = await provider.signIn(userId, withoutSession(callers, request));
    if (completed === null) throw new ApiError(409, 'TryAgain', 'the account was closed just now; sign in again');
    await endSession(request, callers, signIn.accounts);
    reply.header('set-cookie', completed.cookies);
    return reply.send(
      completed.status === 'code-needed' ? { status: 'code-needed' } : await signedIn(parts, completed),
    );
  });
}

/** The address of the sign-in page, as the provider has to know it. */
function backTo({ headers }: FastifyRequest, origin: string | null): string {
  const own = origin ?? headers.origin;
  if (own !== undefined) return `${own}/sign-in`;
  throw new ApiError(400, 'OriginMissing', 'this is for pages: send the Origin of the page that asks');
}

const away = (name: string, cause: unknown): ApiError =>
  new ApiError(503, 'ProviderAway', `${name} does not answer as an identity provider just now; try again`, {
    cause,
    headers: { 'retry-after': '10' },
  });

function refusal(
  name: string,
  finished: Readonly<{ status: 'not-begun' | 'denied' }> | Readonly<{ status: 'wrong'; what: string }>,
): ApiError {
  switch (finished.status) {
    case 'not-begun':
      return new ApiError(
        401,
        'SignInNotBegun',
        'this sign-in was not begun in this browser, or is over; sign in again',
      );
    case 'denied':
      return new ApiError(401, 'ProviderDenied', `${name} did not let you in, or you have stopped it`);
    case 'wrong':
      return new ApiError(
        401,
        'ProviderAnswerWrong',
        `the answer of ${name} does not hold: ${finished.what}; sign in again`,
      );
  }
}
