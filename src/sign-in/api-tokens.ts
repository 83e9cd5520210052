// Tokens for programs: random, shown once, kept as a hash. They act as who made them, with roles that this person has.
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { Role } from '../domain/actor.js';
import { type UserId, userId } from '../domain/ids.js';
import { type Instant, instant } from '../domain/time.js';

export type ApiToken = Readonly<{
  tokenId: string;
  name: string;
  roles: readonly Role[];
  madeAt: Instant;
  expiresAt: Instant;
  usedAt: Instant | null;
}>;
export type TokenRead = Readonly<{ userId: UserId; roles: readonly Role[]; expiresAt: Instant }>;

/** So that scanners for lost secrets know one. */
const PREFIX = 'gavel_';
const RANDOM_BYTES = 32;
const FORM = /^gavel_[\w-]{43}$/;

const MAKE = `
INSERT INTO sign_in.api_tokens (token_id, user_id, hash, name, roles, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const LIST = `
SELECT token_id AS "tokenId", name, roles, made_at AS "madeAt", expires_at AS "expiresAt", used_at AS "usedAt"
FROM sign_in.api_tokens WHERE user_id = $1 ORDER BY made_at, token_id`;
const REVOKE = 'DELETE FROM sign_in.api_tokens WHERE user_id = $1 AND token_id = $2';
const USE = `
UPDATE sign_in.api_tokens SET used_at = $2 WHERE hash = $1 AND expires_at > $2
RETURNING user_id AS "userId", roles, expires_at AS "expiresAt"`;

type Made = Readonly<{ tokenId: string; name: string; roles: readonly Role[]; now: Instant; expiresAt: Instant }>;

export class ApiTokens {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** Makes a token and resolves to it: nobody can be told it again. */
  async make(id: UserId, { tokenId, name, roles, now, expiresAt }: Made): Promise<string> {
    const token = `${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
    const values = [tokenId, id, hashed(token), name, roles, new Date(now), new Date(expiresAt)];
    await this.pool.query(MAKE, values);
    return token;
  }

  async list(id: UserId): Promise<readonly ApiToken[]> {
    type Row = Omit<ApiToken, 'madeAt' | 'expiresAt' | 'usedAt'> &
      Readonly<{ madeAt: Date; expiresAt: Date; usedAt: Date | null }>;
    const { rows } = await this.pool.query<Row>(LIST, [id]);
    return rows.map(({ madeAt, expiresAt, usedAt, ...row }) => ({
      ...row,
      madeAt: instant(madeAt.getTime()),
      expiresAt: instant(expiresAt.getTime()),
      usedAt: usedAt === null ? null : instant(usedAt.getTime()),
    }));
  }

  /** Ends a token of this person. False where there is none. */
  async revoke(id: UserId, tokenId: string): Promise<boolean> {
    return (await this.pool.query(REVOKE, [id, tokenId])).rowCount === 1;
  }

  /** Who made this token, and what it may; null for one that is made up, revoked or over. */
  async read(token: string, now: Instant): Promise<TokenRead | null> {
    if (!FORM.test(token)) return null;
    type Row = Readonly<{ userId: string; roles: readonly Role[]; expiresAt: Date }>;
    const { rows } = await this.pool.query<Row>(USE, [hashed(token), new Date(now)]);
    const [row] = rows;
    if (row === undefined) return null;
    return { userId: userId(row.userId), roles: row.roles, expiresAt: instant(row.expiresAt.getTime()) };
  }
}

/** Of 256 random bits, a plain hash says nothing. */
const hashed = (token: string): Buffer => createHash('sha256').update(token).digest();
