// Who somebody is, as a page is told.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { UserId } from '../../domain/ids.js';
import type { ApiDeps } from '../api.deps.js';
import type { Callers } from '../auth/callers.js';
import type { Verified } from '../auth/tokens.js';
import { ApiError } from '../http/api-error.js';
import { shownName } from '../queries/shown-name.js';
import type { SignInDeps, SignInSession } from './sign-in.deps.js';

export type AccountParts = ApiDeps & Readonly<{ signIn: SignInDeps }>;

/** Makes a route of `/account` for pages of this house. */
export type Post = <Out>(
  name: string,
  schema: z.ZodType<Out>,
  answer: (fields: Out, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
) => void;

/** The person of a session. `waiting` are roles that need a second factor. */
export async function personOf(
  { queries, keyStore }: AccountParts,
  { userId, roles, waiting }: Omit<SignInSession, 'expiresAt'>,
) {
  const row = await queries.user(userId);
  return { userId, name: (row === null ? null : await shownName(keyStore, row)) ?? '', roles, waiting };
}

/** The same for whoever has just been given a session by these cookies. */
export async function signedIn(
  parts: AccountParts,
  { userId, cookies }: Readonly<{ userId: UserId; cookies: readonly string[] }>,
) {
  const start = `${parts.signIn.cookie}=`;
  const value =
    cookies
      .find((line) => line.startsWith(start))
      ?.slice(start.length)
      .split(';')[0] ?? '';
  const session = await parts.signIn.accounts.session(value);
  return personOf(parts, session ?? { userId, roles: [], waiting: [] as const, expiresAt: parts.runtime.now() });
}

/** The cookies but that of a session: a sign-in under way makes a new one. */
export function withoutSession(callers: Callers, { headers }: FastifyRequest): string {
  const session = callers.cookieOf(headers);
  const pairs = String(headers.cookie ?? '').split(/; */);
  return pairs.filter((pair) => session === null || !pair.endsWith(`=${session}`)).join('; ');
}

/** The session of a request. Throws a 401 where there is none: a token of a program is none. */
export async function sessionOr401(callers: Callers, request: FastifyRequest): Promise<Verified> {
  const session = await callers.bySession(request);
  if (session !== null) return session;
  throw new ApiError(401, 'SessionMissing', 'this needs somebody who is signed in with the house itself');
}

/** Ends the session that a request came with, if any; whoever signs in gets another, whatever cookie was there before. */
export async function endSession(
  { headers }: FastifyRequest,
  callers: Callers,
  accounts: SignInDeps['accounts'],
): Promise<readonly string[]> {
  const cookie = callers.cookieOf(headers);
  if (cookie === null) return [];
  callers.forget(cookie);
  return (await accounts.signOut(cookie)).cookies;
}
