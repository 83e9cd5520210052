// Who asks: by a bearer token, signed or made here for a program, or by the cookie of a session of the house's own sign-in. A browser sends cookies by itself, also
// for pages of others; so a cookie counts only where the browser says that a page of this house asks.
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { UserId } from '../../domain/ids.js';
import type { Runtime } from '../../runtime/runtime.js';
import { ApiError } from '../http/api-error.js';
import type { SignInDeps, SignInSession } from '../sign-in/sign-in.deps.js';
import type { Caller } from './access.js';
import type { Tokens, Verified } from './tokens.js';

/** A session that ends on another node, and a role that is taken, count here no later. */
const REMEMBERED_MS = 15_000;
const REMEMBERED_MAX = 10_000;
/** Longer than any of ours. */
const COOKIE_LENGTH_MAX = 200;
/** Of src/sign-in/api-tokens.ts. */
const TOKEN = /^bearer (gavel_[\w-]{43})$/i;

export type Asking = Readonly<{ method: string; headers: IncomingHttpHeaders }>;

export class Callers {
  /** By cookie or header. */
  private readonly remembered = new LRUCache<string, Verified>({ max: REMEMBERED_MAX });

  constructor(
    private readonly tokens: Tokens,
    private readonly signIn: SignInDeps | null,
    private readonly runtime: Runtime,
  ) {}

  /** Who asks, without a look at signatures or tables: undefined where one is needed. */
  known(asking: Asking): Caller | null | undefined {
    const { authorization } = asking.headers;
    if (authorization !== undefined)
      return this.isOurs(authorization) ? this.stillGood(authorization)?.caller : this.tokens.known(authorization);
    const cookie = this.cookieOf(asking.headers);
    if (cookie === null || !this.counts(asking)) return null;
    return this.stillGood(cookie)?.caller;
  }

  /** Who asks; null for nobody. Throws a 401 for a token that is not valid, a 403 for a cookie that others had sent. */
  async callerOf(asking: Asking): Promise<Caller | null> {
    const { authorization } = asking.headers;
    if (authorization !== undefined) return (await this.byToken(authorization)).caller;
    return (await this.bySession(asking))?.caller ?? null;
  }

  /** The same of a token, with its end, for connections that outlive a request. */
  async byToken(authorization: string): Promise<Verified> {
    if (!this.isOurs(authorization)) return this.tokens.verified(authorization);
    const verified = this.stillGood(authorization) ?? (await this.tokenLookedUp(authorization));
    if (verified !== null) return verified;
    throw new ApiError(401, 'TokenInvalid', 'this token was revoked, is over, or was never made here', {
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  }

  /** The same of the session's cookie; null for none, or one that is over. */
  async bySession(asking: Asking): Promise<Verified | null> {
    const cookie = this.cookieOf(asking.headers);
    if (cookie === null || !this.counts(asking)) return null;
    return this.stillGood(cookie) ?? (await this.lookedUp(cookie));
  }

  /** The value of the session's cookie; null for none. */
  cookieOf(headers: IncomingHttpHeaders): string | null {
    const value = this.signIn === null ? null : cookieNamed(headers, this.signIn.cookie);
    return value === null || value.length > COOKIE_LENGTH_MAX ? null : value;
  }

  /** A session that ended here counts no longer. */
  forget(cookie: string): void {
    this.remembered.delete(cookie);
  }

  /** Nothing of this person that was looked up here counts any longer. */
  forgetAll(userId: UserId): void {
    for (const [key, { caller }] of this.remembered.entries())
      if (caller.userId === userId) this.remembered.delete(key);
  }

  /** A token that was made here, by its form. */
  private isOurs(authorization: string): boolean {
    return this.signIn !== null && TOKEN.test(authorization);
  }

  private async tokenLookedUp(authorization: string): Promise<Verified | null> {
    const token = TOKEN.exec(authorization)?.[1] ?? '';
    const found = (await this.signIn?.tokens.read(token, this.runtime.now())) ?? null;
    if (found === null || this.signIn === null) return null;
    const { userId, expiresAt } = found;
    // A role that was taken from the person is taken from the person's programs.
    const has = this.signIn.roles.after(await this.signIn.roles.changesOf(userId));
    const roles = found.roles.filter((role) => has.includes(role));
    return this.remember(authorization, { userId, expiresAt, roles });
  }

  private remember(
    key: string,
    { userId, expiresAt, roles }: Pick<SignInSession, 'userId' | 'expiresAt' | 'roles'>,
  ): Verified {
    const verified: Verified = {
      caller: { kind: 'user', userId, roles },
      expiresAtS: expiresAt / 1_000,
      checkAgainAtMs: this.runtime.monotonicMs() + REMEMBERED_MS,
    };
    this.remembered.set(key, verified);
    return verified;
  }

  /** Whether a browser says that a page of this house asks; null where it says nothing (RFC 6454, part 7; Fetch Metadata). */
  isOwnPage({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean | null {
    if (site !== undefined && site !== 'same-origin') return false;
    if (origin === undefined) return null;
    const asked = URL.parse(origin);
    return asked !== null && (asked.host === String(host).toLowerCase() || asked.origin === this.signIn?.origin);
  }

  /**
   * Whether a cookie counts. `GET` and `HEAD` change nothing, and their answers are not for pages of others to read; but what a
   * socket is told is, so its handshake by such a page is nobody's. Anything else by such a page is refused.
   */
  private counts({ method, headers }: Asking): boolean {
    if (this.isOwnPage(headers) === true) return true;
    if (method === 'GET' || method === 'HEAD') return headers.upgrade === undefined;
    throw foreignOrigin();
  }

  private stillGood(key: string): Verified | undefined {
    const known = this.remembered.get(key);
    if (known === undefined) return undefined;
    const isGood = this.runtime.now() / 1_000 < known.expiresAtS && this.runtime.monotonicMs() < known.checkAgainAtMs;
    return isGood ? known : undefined;
  }

  private async lookedUp(cookie: string): Promise<Verified | null> {
    const session = (await this.signIn?.accounts.session(cookie)) ?? null;
    if (session !== null) return this.remember(cookie, session);
    this.remembered.delete(cookie);
    return null;
  }
}

/** The value of a cookie; null for none. */
export function cookieNamed({ cookie: header = '' }: IncomingHttpHeaders, name: string): string | null {
  const start = `${name}=`;
  const pair = header.split(/; */).find((one) => one.startsWith(start));
  return pair?.slice(start.length) || null;
}

export const foreignOrigin = (): ApiError =>
  new ApiError(
    403,
    'OriginForeign',
    'a session is for pages of this house alone: its Origin must be that of the address; programs send a bearer token',
  );
