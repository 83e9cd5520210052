// Who somebody is, as a page is told.
import type { UserId } from '../../domain/ids.js';
import type { ApiDeps } from '../api.deps.js';
import { shownName } from '../queries/shown-name.js';
import type { SignInDeps, SignInSession } from './sign-in.deps.js';

export type AccountParts = ApiDeps & Readonly<{ signIn: SignInDeps }>;

/** The person of a session. `waiting` are roles that need a second factor. */
export async function personOf({ queries, keyStore }: AccountParts, { userId, roles, waiting }: SignInSession) {
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
