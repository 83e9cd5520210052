// Tokens for synthetic people: signed with the secret that the house of this configuration checks with.
import { signDevelopmentToken } from '../api/auth/development-token.js';
import type { Config } from '../config.js';
import { userId } from '../domain/ids.js';
import type { Person } from '../generator/people.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { tokenSettings } from './development.js';

const LIFETIME_S = 24 * 3_600;
/** A token is signed anew before it is half as old as it may get. */
const RENEW_MS = (LIFETIME_S * 1_000) / 2;

/**
 * A maker of tokens, which it keeps. The secret is GAVEL_JWT_SECRET, or that of the development house in GAVEL_DATA.
 * Refuses where an identity provider signs.
 */
export async function clientTokens(
  config: Pick<Config, 'api' | 'dataDirectory'>,
  runtime: Runtime,
): Promise<(person: Pick<Person, 'userId' | 'staff'>) => Promise<string>> {
  const settings = await tokenSettings(config);
  if (settings.key.kind !== 'secret')
    throw new OperatorError(
      'synthetic people need tokens, and GAVEL_JWT_JWKS_URL names an identity provider that signs them; set GAVEL_JWT_SECRET to the secret of a house that has one',
    );
  const known = new Map<string, Readonly<{ token: string; madeAtMs: number }>>();
  return async ({ userId: id, staff }) => {
    const nowMs = runtime.monotonicMs();
    const kept = known.get(id);
    if (kept !== undefined && nowMs - kept.madeAtMs < RENEW_MS) return kept.token;
    const roles = staff === undefined ? (['bidder', 'seller'] as const) : [staff];
    const person = { userId: userId(id), roles };
    const token = await signDevelopmentToken(settings, { ...person, lifetimeS: LIFETIME_S, now: runtime.now() });
    known.set(id, { token, madeAtMs: nowMs });
    return token;
  };
}
