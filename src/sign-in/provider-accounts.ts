// Accounts of people who come by an identity provider. Its name for a person is kept as a keyed hash.
import type { Pool } from 'pg';
import { type UserId, userId } from '../domain/ids.js';
import { hasCode } from '../runtime/system-error.js';
import type { KeyedNames } from './keyed-names.js';
import type { Library } from './library.js';

const FIND = `SELECT "userId" FROM sign_in.account WHERE "providerId" = 'oidc' AND "accountId" = $1`;
const OPEN = `
WITH opened AS (
  INSERT INTO sign_in."user" (id, name, email, "emailVerified", "createdAt", "updatedAt") VALUES ($1, '', $2, true, $5, $5)
  RETURNING id)
INSERT INTO sign_in.account (id, "userId", "providerId", "accountId", "createdAt", "updatedAt")
SELECT $4, id, 'oidc', $3, $5, $5 FROM opened`;
const LINK = `
INSERT INTO sign_in.account (id, "userId", "providerId", "accountId", "createdAt", "updatedAt")
VALUES ($3, $1, 'oidc', $2, $4, $4) ON CONFLICT DO NOTHING`;
const UNIQUE_VIOLATION = '23505';

export type ProviderAccountsParts = Readonly<{
  pool: Pick<Pool, 'query'>;
  names: KeyedNames;
  issuer: string;
  library: () => Promise<Library>;
  now: () => number;
  uuid: () => string;
}>;

export class ProviderAccounts {
  constructor(private readonly parts: ProviderAccountsParts) {}

  /** Whose account the provider's person has; null for nobody's. */
  async accountOf(subject: string): Promise<UserId | null> {
    const { rows } = await this.parts.pool.query<{ userId: string }>(FIND, [this.nameOf(subject)]);
    return rows[0] === undefined ? null : userId(rows[0].userId);
  }

  /** Opens an account with a checked address and without a password. False where somebody has the address, or the person an account. */
  async open(id: UserId, { email, subject }: Readonly<{ email: string; subject: string }>): Promise<boolean> {
    const { pool, names, uuid, now } = this.parts;
    const values = [id, names.ofAddress(email), this.nameOf(subject), uuid(), new Date(now())];
    try {
      await pool.query(OPEN, values);
      return true;
    } catch (error) {
      if (hasCode(error, UNIQUE_VIOLATION)) return false;
      throw error;
    }
  }

  /** Lets the provider's person into this account from now on. */
  async link(id: UserId, subject: string): Promise<void> {
    const { pool, uuid, now } = this.parts;
    await pool.query(LINK, [id, this.nameOf(subject), uuid(), new Date(now())]);
  }

  /** Begins a session, always a new one; where the account has a second factor, a code is asked for first. */
  async signIn(id: UserId, cookies: string) {
    const { api } = await this.parts.library();
    const response = await api.signInProvided({
      body: { userId: id },
      headers: new Headers({ cookie: cookies }),
      asResponse: true,
    });
    if (!response.ok) return null;
    const { user } = (await response.json()) as Readonly<{ user?: object }>;
    const status = user === undefined ? ('code-needed' as const) : ('signed-in' as const);
    return { status, userId: id, cookies: response.headers.getSetCookie() };
  }

  private nameOf(subject: string): string {
    return this.parts.names.ofProvided(this.parts.issuer, subject);
  }
}
