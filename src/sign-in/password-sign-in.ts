// The house's own sign-in: who has an account, whose password is right, who is signed in. Passwords and sessions are better-auth's
// (docs/adr/0099); lock-out, links in mail and erasure are the house's.
import type { ClientBase, Pool } from 'pg';
import type { Role } from '../domain/actor.js';
import { type UserId, userId } from '../domain/ids.js';
import { type Instant, instant } from '../domain/time.js';
import { forgetSignIns } from './forget.js';
import type { KeyedNames } from './keyed-names.js';
import type { Library } from './library.js';
import type { LockOut } from './lock-out.js';
import { ROLES_WITH_SECOND_FACTOR, roleChangesOf, rolesAfter } from './roles.js';

export type Account = Readonly<{ userId: UserId; isConfirmed: boolean; openedAt: Instant }>;
export type Session = Readonly<{
  userId: UserId;
  expiresAt: Instant;
  roles: readonly Role[];
  /** Roles that wait for a second factor. */
  waiting: readonly Role[];
}>;
/** `cookies` are values of `Set-Cookie`. */
export type WithCookies<Rest = object> = Rest & Readonly<{ cookies: readonly string[] }>;
export type SignInAnswer =
  | WithCookies<Readonly<{ status: 'signed-in'; userId: UserId }>>
  | WithCookies<Readonly<{ status: 'code-needed' }>>
  | Readonly<{ status: 'wrong' }>
  | Readonly<{ status: 'unconfirmed' }>
  | Readonly<{ status: 'locked'; forMs: number }>;
export type Credentials = Readonly<{ email: string; password: string }>;

export type PasswordSignInParts = Readonly<{
  pool: Pool;
  names: KeyedNames;
  lockOut: LockOut;
  /** Made at the first use: it takes a while to load. */
  library: () => Promise<Library>;
  cookie: string;
  now: () => Instant;
}>;

const ACCOUNT = `
SELECT id AS "userId", "emailVerified" AS "isConfirmed", "createdAt" AS "openedAt" FROM sign_in."user" WHERE email = $1`;
const VERSION = `
SELECT "updatedAt" AS at FROM sign_in.account WHERE "userId" = $1 AND "providerId" = 'credential'`;
/** An address that somebody else signs in with stays theirs. */
const CONFIRM = `
UPDATE sign_in."user" u SET "emailVerified" = true, email = CASE
  WHEN $2::text IS NULL OR EXISTS (SELECT FROM sign_in."user" o WHERE o.email = $2 AND o.id <> u.id) THEN u.email
  ELSE $2 END
WHERE id = $1`;
const NEW_PASSWORD = `
UPDATE sign_in.account SET password = $2, "updatedAt" = $4
WHERE "userId" = $1 AND "providerId" = 'credential' AND "updatedAt" = $3`;
/** The version of no password: whoever came by an identity provider alone has none. */
const NO_PASSWORD = 0;
const FIRST_PASSWORD = `
INSERT INTO sign_in.account (id, "userId", "providerId", "accountId", password, "createdAt", "updatedAt")
SELECT id, id, 'credential', id::text, $2, $3, $3 FROM sign_in."user" WHERE id = $1 ON CONFLICT DO NOTHING`;
const END_SESSIONS = 'DELETE FROM sign_in.session WHERE "userId" = $1';
const ADDRESS = 'SELECT email FROM sign_in."user" WHERE id = $1';

/** Whose account has an address of this name (keyed-names.ts). */
export async function userWithAddress(client: Pick<ClientBase, 'query'>, name: string): Promise<UserId | null> {
  const { rows } = await client.query<{ userId: string }>(ACCOUNT, [name]);
  return rows[0] === undefined ? null : userId(rows[0].userId);
}

export class PasswordSignIn {
  constructor(private readonly parts: PasswordSignInParts) {}

  /** The account with this address; null for none. */
  async accountAt(email: string): Promise<Account | null> {
    type Row = Readonly<{ userId: string; isConfirmed: boolean; openedAt: Date }>;
    const { rows } = await this.parts.pool.query<Row>(ACCOUNT, [this.parts.names.ofAddress(email)]);
    const [row] = rows;
    if (row === undefined) return null;
    const { userId: id, isConfirmed, openedAt } = row;
    return { userId: userId(id), isConfirmed, openedAt: instant(openedAt.getTime()) };
  }

  /** Opens an account that nobody can use before its address is confirmed. False where somebody else has the address. */
  async open(id: UserId, { email, password }: Credentials): Promise<boolean> {
    const { internalAdapter, password: passwords } = await (await this.parts.library()).$context;
    const hashed = await passwords.hash(password);
    const address = this.parts.names.ofAddress(email);
    try {
      await internalAdapter.createUser(
        { id, email: address, name: '', emailVerified: false },
        { method: 'email-password' },
      );
    } catch (error) {
      if ((await this.accountAt(email)) !== null) return false;
      throw error;
    }
    await internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hashed });
    return true;
  }

  /** The person follows a link to `email`, which is the address to sign in with from now on. Null leaves it as it is. */
  async confirm(id: UserId, email: string | null): Promise<void> {
    await this.parts.pool.query(CONFIRM, [id, email === null ? null : this.parts.names.ofAddress(email)]);
  }

  /** Deletes an account, whose address is free again. */
  forget(id: UserId): Promise<void> {
    return forgetSignIns(this.parts.pool, [id]);
  }

  /** Begins a session, always a new one, for a password that is right. */
  async signIn({ email, password }: Credentials, client: string): Promise<SignInAnswer> {
    const { names, lockOut } = this.parts;
    const address = names.ofAddress(email);
    const subjects = { address: names.ofSubject('address', address), client: names.ofSubject('client', client) };
    const forMs = await lockOut.count(subjects);
    if (forMs !== null) return { status: 'locked', forMs };
    const { api } = await this.parts.library();
    const response = await api.signInEmail({ body: { email: address, password }, asResponse: true });
    if (response.status === 401 || response.status === 400) return { status: 'wrong' };
    await lockOut.clear(subjects);
    if (response.status === 403) return { status: 'unconfirmed' };
    type Answer = Readonly<{ user?: Readonly<{ id: string }> }>;
    const { user } = (await response.json()) as Answer;
    const cookies = response.headers.getSetCookie();
    return user === undefined
      ? { status: 'code-needed', cookies }
      : { status: 'signed-in', userId: userId(user.id), cookies };
  }

  /** Whose session a cookie's value stands for; null for one that is made up, ended or over. */
  async session(value: string): Promise<Session | null> {
    const { api } = await this.parts.library();
    const found = await api.getSession({ headers: this.cookied(value), query: { disableRefresh: true } });
    return found === null ? null : this.sessionOf(found);
  }

  /** The same, and makes it last longer where it is a day old. */
  async renewed(value: string): Promise<WithCookies<Readonly<{ session: Session | null }>>> {
    const { api } = await this.parts.library();
    const { headers, response } = await api.getSession({ headers: this.cookied(value), returnHeaders: true });
    return { session: response === null ? null : await this.sessionOf(response), cookies: headers.getSetCookie() };
  }

  /** Ends a session. */
  async signOut(value: string): Promise<WithCookies> {
    const { api } = await this.parts.library();
    const { headers } = await api.signOut({ headers: this.cookied(value), returnHeaders: true });
    return { cookies: headers.getSetCookie() };
  }

  /** Which password this is, as a number that another one does not have; null for nobody. */
  async passwordVersion(id: UserId): Promise<number | null> {
    const { rows } = await this.parts.pool.query<{ at: Date }>(VERSION, [id]);
    return rows[0]?.at.getTime() ?? null;
  }

  /** Sets a password in the place of that version, ends all sessions and a lock-out. False where it is another one by now. */
  async changePassword(id: UserId, { version, password }: Readonly<{ version: number; password: string }>) {
    const { names, lockOut } = this.parts;
    const { password: passwords } = await (await this.parts.library()).$context;
    const hashed = await passwords.hash(password);
    const at = new Date(Math.max(version + 1, this.parts.now()));
    const { rowCount } =
      version === NO_PASSWORD
        ? await this.parts.pool.query(FIRST_PASSWORD, [id, hashed, at])
        : await this.parts.pool.query(NEW_PASSWORD, [id, hashed, new Date(version), at]);
    if (rowCount !== 1) return false;
    await this.parts.pool.query(END_SESSIONS, [id]);
    const { rows } = await this.parts.pool.query<{ email: string }>(ADDRESS, [id]);
    for (const { email } of rows) await lockOut.forget(names.ofSubject('address', email));
    return true;
  }

  /** Ends every session of a person. */
  async endSessions(id: UserId): Promise<void> {
    await this.parts.pool.query(END_SESSIONS, [id]);
  }

  private async sessionOf({ session, user }: Found): Promise<Session> {
    const id = userId(session.userId);
    const all = rolesAfter(await roleChangesOf(this.parts.pool, id));
    const waiting = user.twoFactorEnabled === true ? [] : all.filter((role) => ROLES_WITH_SECOND_FACTOR.includes(role));
    const roles = all.filter((role) => !waiting.includes(role));
    return { userId: id, expiresAt: instant(new Date(session.expiresAt).getTime()), roles, waiting };
  }

  private cookied(value: string): Headers {
    return new Headers({ cookie: `${this.parts.cookie}=${value}` });
  }
}

type Found = Readonly<{
  session: Readonly<{ userId: string; expiresAt: Date }>;
  user: Readonly<{ twoFactorEnabled?: boolean | null | undefined }>;
}>;
