// Tokens for trying things out, signed with the secret that a development house made for itself.
import { SignJWT } from 'jose';
import type { Role } from '../../domain/actor.js';
import type { UserId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';
import type { TokenSettings } from '../api.settings.js';

export type DevelopmentToken = Readonly<{
  userId: UserId;
  roles: readonly Role[];
  /** Seconds that the token is good for. */
  lifetimeS: number;
  now: Instant;
}>;

/** A token that `Tokens` takes under the same settings. Needs the secret: what an identity provider signs, it cannot. */
export async function signDevelopmentToken(
  { key, issuer, audience }: Pick<TokenSettings, 'key' | 'issuer' | 'audience'>,
  { userId, roles, lifetimeS, now }: DevelopmentToken,
): Promise<string> {
  if (key.kind !== 'secret')
    throw new Error('tokens of this house are made by its identity provider (GAVEL_JWT_JWKS_URL), not here');
  const nowS = Math.floor(now / 1_000);
  const token = new SignJWT({ roles: [...roles] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + lifetimeS);
  if (issuer !== null) token.setIssuer(issuer);
  if (audience !== null) token.setAudience(audience);
  return token.sign(key.secret);
}
