// What a development house has that a production house has not: a secret of its own making and a few people.
import type { TokenSettings } from '../api/api.settings.js';
import { signDevelopmentToken } from '../api/auth/development-token.js';
import type { Config } from '../config.js';
import type { Role } from '../domain/actor.js';
import { type UserId, userId, uuidIn } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import { developmentSecret } from '../personal-data/development-secret.js';
import { nameUuid } from '../runtime/name-uuid.js';
import { OperatorError } from '../runtime/operator-error.js';

/** Everybody's working day, and the night after it. */
const TOKEN_LIFETIME_S = 24 * 3_600;

/** The user of a UUID, or of a friendly name: `ann` is the same user in every house. Refuses what is neither. */
export function userNamed(name: string): UserId {
  const uuid = uuidIn(name);
  if (uuid !== null) return userId(uuid);
  if (!/^[a-z][a-z0-9_.-]{0,31}$/i.test(name))
    throw new OperatorError(`--user ${JSON.stringify(name.slice(0, 60))} is neither a UUID nor a name, as ann`);
  return userId(nameUuid('development user', name.toLowerCase()));
}

/** The settings that tokens are checked with, the development secret included; made at the first call. */
export async function tokenSettings({
  api,
  dataDirectory,
}: Pick<Config, 'api' | 'dataDirectory'>): Promise<TokenSettings> {
  const { key, ...rest } = api.tokens;
  return key.kind === 'made'
    ? { ...rest, key: { kind: 'secret', secret: await developmentSecret(dataDirectory) } }
    : { ...rest, key };
}

/** A token for a day. Refuses in production, and where an identity provider signs. */
export async function developmentToken(
  config: Pick<Config, 'api' | 'dataDirectory' | 'environment'>,
  person: Readonly<{ userId: UserId; roles: readonly Role[]; now: Instant }>,
): Promise<string> {
  if (config.environment === 'production')
    throw new OperatorError(
      'gavel token is for development; in production (GAVEL_ENV) your identity provider issues tokens',
    );
  const settings = await tokenSettings(config);
  if (settings.key.kind !== 'secret')
    throw new OperatorError(
      'gavel token has no key to sign with: GAVEL_JWT_JWKS_URL names the identity provider that issues tokens',
    );
  return tokenOfDay(settings, person);
}

/** A token for a day, signed with the secret of these settings. */
export const tokenOfDay = (
  settings: TokenSettings,
  person: Readonly<{ userId: UserId; roles: readonly Role[]; now: Instant }>,
): Promise<string> => signDevelopmentToken(settings, { ...person, lifetimeS: TOKEN_LIFETIME_S });
