// better-auth as this house uses it: its passwords, sessions and cookies, on tables of ours (sql/sign_in). Its own routes are not
// served, and it is told nothing of people but their ids.
import { passkey } from '@better-auth/passkey';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Pool } from 'pg';
import { z } from 'zod';
import { PASSWORD_LENGTH } from './password-length.js';

/** Sessions end so long after their last day of use. */
const SESSION_S = 7 * 86_400;
const DAY_S = 86_400;

export type LibraryParts = Readonly<{
  /** With the schema `sign_in` as its search path. */
  pool: Pool;
  /** Signs the cookies. */
  secret: string;
  /** The name of the session's cookie. */
  cookie: string;
  /** Whether cookies are for encrypted connections alone. */
  isSecure: boolean;
  /** The name of the house's host, which passkeys are made for. */
  host: string;
  uuid: () => string;
}>;

/** Refuses an authenticator that did not check who holds it. */
function refuseUnverified(isVerified: boolean | undefined): void {
  if (isVerified !== true)
    throw new APIError('BAD_REQUEST', { message: 'the authenticator did not check who holds it' });
}

/**
 * Begins a session for somebody whom an identity provider has let in. The path is one of those after which the plugin of the second
 * factor asks for a code, where the account has one; no route is served at it.
 */
const provided = {
  id: 'provided',
  endpoints: {
    signInProvided: createAuthEndpoint(
      '/sign-in/username',
      { method: 'POST', body: z.object({ userId: z.uuid() }), metadata: { SERVER_ONLY: true } },
      async (context) => {
        const { internalAdapter } = context.context;
        const user = await internalAdapter.findUserById(context.body.userId);
        if (user === null) throw new APIError('UNAUTHORIZED');
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        return context.json({ user: { id: user.id } });
      },
    ),
  },
} satisfies BetterAuthPlugin;

/** The library on these parts. */
export const libraryOf = ({ pool, secret, cookie, isSecure, host, uuid }: LibraryParts) =>
  betterAuth({
    database: pool,
    secret,
    // Makes links of the library's own, of which there are none.
    baseURL: 'http://sign-in.invalid',
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    session: { expiresIn: SESSION_S, updateAge: DAY_S },
    advanced: {
      database: { generateId: () => uuid() },
      // The name says __Host- already, where there is encryption.
      useSecureCookies: false,
      cookiePrefix: 'gavel',
      cookies: { session_token: { name: cookie } },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', secure: isSecure, path: '/' },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [
      // Whoever comes by an identity provider has no password to set it up with.
      twoFactor({ issuer: 'Gavel', allowPasswordless: true }),
      provided,
      passkey({
        rpID: host,
        rpName: 'Gavel',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: {
          afterVerification: async ({ verification }) => refuseUnverified(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: async ({ verification }) => refuseUnverified(verification.authenticationInfo.userVerified),
        },
        advanced: { webAuthnChallengeCookie: 'passkey' },
      }),
    ],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });

export type Library = ReturnType<typeof libraryOf>;
