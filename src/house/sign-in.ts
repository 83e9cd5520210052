// The house's own sign-in, put together: its tables, its secret, and the letters that it has sent.
import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { TokenSettings } from '../api/api.settings.js';
import type { SignInDeps } from '../api/sign-in/sign-in.deps.js';
import type { Config } from '../config.js';
import type { UserId } from '../domain/ids.js';
import type { LetterKind } from '../notify/mail/letter.js';
import { putInOutbox } from '../notify/outbox/outbox.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { ApiTokens } from '../sign-in/api-tokens.js';
import { KeyedNames } from '../sign-in/keyed-names.js';
import type { Library } from '../sign-in/library.js';
import { LockOut } from '../sign-in/lock-out.js';
import { Passkeys } from '../sign-in/passkeys.js';
import { PASSWORD_LENGTH } from '../sign-in/password-length.js';
import { PasswordSignIn, userWithAddress } from '../sign-in/password-sign-in.js';
import { FLOW_MS, Provider, type ProviderSettings } from '../sign-in/provider.js';
import { ProviderAccounts } from '../sign-in/provider-accounts.js';
import { CLAIMED_ROLES } from '../sign-in/provider-claims.js';
import { type RoleChange, recordRole, roleChangesOf, rolesAfter } from '../sign-in/roles.js';
import { SecondFactor } from '../sign-in/second-factor.js';
import type { Undo } from './undoable.js';

export type HouseSignInParts = Readonly<{
  config: Pick<Config, 'signIn' | 'mail' | 'environment'>;
  tokens: TokenSettings;
  postgres: pg.ClientConfig;
  pool: pg.Pool;
  runtime: Runtime;
}>;

const CONNECTIONS_MAX = 4;
/** A person gets one letter of a kind in so long, however often somebody asks. */
const LETTER_EVERY_MS = 10 * 60_000;

/** What signs people in here; null where the house does not do so itself. */
export function signInOf(
  { config, tokens, postgres, pool, runtime }: HouseSignInParts,
  undo: Undo[],
): SignInDeps | null {
  const secret = secretOf(config, tokens);
  if (secret === null || config.signIn.kind === 'none') return null;
  const { house, provider } = config.signIn;
  const isSecure = config.environment === 'production' || house?.protocol === 'https:';
  // Browsers take a cookie of this name only from the host itself, encrypted, and for all its paths (RFC 6265bis, 4.1.3).
  const cookie = isSecure ? '__Host-gavel-session' : 'gavel-session';
  const own = new pg.Pool({
    ...postgres,
    max: CONNECTIONS_MAX,
    application_name: 'gavel sign-in',
    options: '-c search_path=sign_in',
  });
  // The query under way, or the next one, tells.
  own.on('error', () => undefined);
  undo.push(() => own.end());
  const library = async () => {
    const { libraryOf } = await import('../sign-in/library.js');
    return libraryOf({
      pool: own,
      secret: keyFor(secret, 'cookies').toString('hex'),
      cookie,
      isSecure,
      // In development people come by this name: browsers make no passkeys for addresses of numbers.
      host: house?.hostname ?? 'localhost',
      uuid: () => runtime.uuid(),
    });
  };
  let made: ReturnType<typeof library> | null = null;
  const loaded = () => (made ??= library());
  const names = namesOf(secret);
  const accounts = new PasswordSignIn({
    pool,
    names,
    lockOut: new LockOut(pool, () => runtime.now()),
    library: loaded,
    cookie,
    now: () => runtime.now(),
  });
  const roles = {
    changesOf: (userId: UserId) => roleChangesOf(pool, userId),
    after: rolesAfter,
    record: (userId: UserId, change: RoleChange) => recordRole(pool, userId, change),
  };
  const [secondFactor, passkeys] = [new SecondFactor(loaded), new Passkeys(pool, loaded)];
  const apiTokens = new ApiTokens(pool);
  const letters = config.mail?.people == null ? null : lettersOf(pool, runtime);
  const origin = house?.origin ?? null;
  const ways = {
    ...{ accounts, secondFactor, passkeys, tokens: apiTokens },
    passwordLength: config.signIn.kind === 'password' ? PASSWORD_LENGTH : null,
    provider: provider === null ? null : providerOf(provider, { secret, pool, names, library: loaded, runtime }),
  };
  return { ...ways, cookie, origin, roles, letters };
}

type ProviderParts = Pick<HouseSignInParts, 'pool' | 'runtime'> &
  Readonly<{ secret: Uint8Array; names: KeyedNames; library: () => Promise<Library> }>;

function providerOf(settings: ProviderSettings, { secret, runtime, ...parts }: ProviderParts): SignInDeps['provider'] {
  const now = () => runtime.now();
  const provider = new Provider(settings, { key: keyFor(secret, 'provider'), now });
  const accounts = new ProviderAccounts({ ...parts, issuer: settings.issuer.href, now, uuid: () => runtime.uuid() });
  return {
    ...{ name: settings.name, claimable: settings.rolesClaim === null ? [] : CLAIMED_ROLES, flowMs: FLOW_MS },
    begin: (back) => provider.begin(back),
    finish: (answer, flow) => provider.finish(answer, flow),
    accountOf: (subject) => accounts.accountOf(subject),
    open: (userId, fields) => accounts.open(userId, fields),
    link: (userId, subject) => accounts.link(userId, subject),
    signIn: (userId, cookies) => accounts.signIn(userId, cookies),
  };
}

/** Keys for uses of their own, of one secret. */
const keyFor = (secret: Uint8Array, use: string): Buffer =>
  createHmac('sha256', secret).update(`gavel sign-in ${use}`).digest();
const namesOf = (secret: Uint8Array): KeyedNames => new KeyedNames(keyFor(secret, 'names'));

/** Whose account has this address; null for nobody's. */
export async function accountNamed(
  client: pg.ClientBase,
  { config, tokens }: Pick<HouseSignInParts, 'config' | 'tokens'>,
  email: string,
): Promise<UserId | null> {
  const secret = secretOf(config, tokens);
  return secret === null ? null : userWithAddress(client, namesOf(secret).ofAddress(email));
}

/** In development one secret is enough: the other is lost with it, and so are the accounts. */
function secretOf({ signIn }: HouseSignInParts['config'], { key }: TokenSettings): Uint8Array | null {
  if (signIn.kind === 'none') return null;
  if (signIn.secret !== null) return signIn.secret;
  if (key.kind === 'secret') return key.secret;
  throw new OperatorError('GAVEL_SIGN_IN_SECRET is needed where GAVEL_JWT_JWKS_URL checks the tokens');
}

function lettersOf(pool: pg.Pool, runtime: Runtime): SignInDeps['letters'] {
  const write = async (kind: LetterKind, userId: UserId, revision: number): Promise<void> => {
    const now = runtime.now();
    const about = `${userId} ${kind} ${Math.floor(now / LETTER_EVERY_MS)}`;
    const content = { kind, subjectId: userId, revision, at: now };
    const client = await pool.connect();
    try {
      await putInOutbox(client, [{ about, channel: 'person', content, dueAt: now, userId }], now);
    } finally {
      client.release();
    }
  };
  return {
    reset: (userId, passwordVersion) => write('Reset', userId, passwordVersion),
    alreadyHere: (userId) => write('AlreadyHere', userId, 0),
  };
}
