// What the edge asks of the house's own sign-in (src/sign-in), and what it has the house write to people.
import type { Role } from '../../domain/actor.js';
import type { UserId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';

/** `cookies` are values of `Set-Cookie`. */
type WithCookies<Rest = object> = Rest & Readonly<{ cookies: readonly string[] }>;
type Credentials = Readonly<{ email: string; password: string }>;

export type SignInSession = Readonly<{
  userId: UserId;
  expiresAt: Instant;
  roles: readonly Role[];
  /** Roles that wait for a second factor. */
  waiting: readonly Role[];
}>;

/** `by` is null for the house's own commands. */
export type RoleChange = Readonly<{ role: Role; isGiven: boolean; by: UserId | null; reason: string; at: Instant }>;

type TokenFields = Readonly<{ name: string; roles: readonly Role[]; expiresAt: Instant }>;
export type ApiTokenRow = TokenFields & Readonly<{ tokenId: string; madeAt: Instant; usedAt: Instant | null }>;

export interface ApiTokensOfPeople {
  /** Resolves to the token, which is shown once. */
  make(userId: UserId, token: TokenFields & Readonly<{ tokenId: string; now: Instant }>): Promise<string>;
  list(userId: UserId): Promise<readonly ApiTokenRow[]>;
  revoke(userId: UserId, tokenId: string): Promise<boolean>;
  /** Null for one that is made up, revoked or over. */
  read(
    token: string,
    now: Instant,
  ): Promise<Readonly<{ userId: UserId; roles: readonly Role[]; expiresAt: Instant }> | null>;
}

/** Codes of an authenticator. `cookies` is the header of the request. */
export interface SecondFactorOfPeople {
  setUp(
    cookies: string,
    password?: string,
  ): Promise<Readonly<{ secret: string; backupCodes: readonly string[] }> | null>;
  take(cookies: string, code: string): Promise<WithCookies<Readonly<{ userId: UserId }>> | null>;
}

/** What the library is told of a request. */
type Asked = Readonly<{ cookies: string; origin: string }>;
type Challenge = WithCookies<Readonly<{ options: object }>>;

export interface PasskeysOfPeople {
  list(userId: UserId): Promise<readonly Readonly<{ passkeyId: string; name: string; madeAt: Instant }>[]>;
  remove(userId: UserId, passkeyId: string): Promise<boolean>;
  /** Null for a session that is too old. */
  begin(asked: Asked, shownName: string): Promise<Challenge | null>;
  finish(asked: Asked, made: Readonly<{ name: string; response: unknown }>): Promise<boolean>;
  challenge(asked: Asked): Promise<Challenge | null>;
  signIn(
    asked: Asked,
    response: Readonly<Record<string, unknown>>,
  ): Promise<WithCookies<Readonly<{ userId: UserId }>> | null>;
}

/** Who an identity provider says has signed in. */
export type ProvidedPerson = Readonly<{
  subject: string;
  email: string | null;
  /** Who says that the address is the person's: the provider, or only the settings of this house. */
  checkedBy: 'provider' | 'settings' | null;
  /** What others might see the person as, the best first. */
  names: readonly string[];
  /** Of `claimable`; null where no claim says. */
  roles: readonly Role[] | null;
}>;
type Away = Readonly<{ status: 'away'; cause: unknown }>;

/** An identity provider, and the accounts of those who come by it. */
export interface ProviderOfPeople {
  /** As people are told it. */
  readonly name: string;
  /** Roles that it gives and takes, if it says any. */
  readonly claimable: readonly Role[];
  /** How long a sign-in may be under way. */
  readonly flowMs: number;
  /** Begins a sign-in that comes back to `back`. `flow` is for a cookie, and for `finish`. */
  begin(back: string): Promise<Readonly<{ url: string; flow: string }> | Away>;
  finish(
    answer: string,
    flow: string | null,
  ): Promise<
    | Readonly<{ status: 'person'; person: ProvidedPerson }>
    | Readonly<{ status: 'not-begun' | 'denied' }>
    | Readonly<{ status: 'wrong'; what: string }>
    | Away
  >;
  accountOf(subject: string): Promise<UserId | null>;
  /** False where somebody has the address, or the person an account. */
  open(userId: UserId, fields: Readonly<{ email: string; subject: string }>): Promise<boolean>;
  link(userId: UserId, subject: string): Promise<void>;
  /** Begins a session; null where there is no such account. */
  signIn(
    userId: UserId,
    cookies: string,
  ): Promise<WithCookies<Readonly<{ status: 'signed-in' | 'code-needed'; userId: UserId }>> | null>;
}

/** Who has an account, whose password is right, and who is signed in. */
export interface SignIn {
  accountAt(email: string): Promise<Readonly<{ userId: UserId; isConfirmed: boolean; openedAt: Instant }> | null>;
  /** False where somebody has the address. Nobody can use the account before its address is confirmed. */
  open(userId: UserId, credentials: Credentials): Promise<boolean>;
  /** `email` is what to sign in with from now on; null leaves it as it is. */
  confirm(userId: UserId, email: string | null): Promise<void>;
  forget(userId: UserId): Promise<void>;
  signIn(
    credentials: Credentials,
    client: string,
  ): Promise<
    | WithCookies<Readonly<{ status: 'signed-in'; userId: UserId }>>
    | WithCookies<Readonly<{ status: 'code-needed' }>>
    | Readonly<{ status: 'wrong' }>
    | Readonly<{ status: 'unconfirmed' }>
    | Readonly<{ status: 'locked'; forMs: number }>
  >;
  session(value: string): Promise<SignInSession | null>;
  renewed(value: string): Promise<WithCookies<Readonly<{ session: SignInSession | null }>>>;
  signOut(value: string): Promise<WithCookies>;
  passwordVersion(userId: UserId): Promise<number | null>;
  endSessions(userId: UserId): Promise<void>;
  changePassword(userId: UserId, change: Readonly<{ version: number; password: string }>): Promise<boolean>;
}

export type SignInDeps = Readonly<{
  accounts: SignIn;
  secondFactor: SecondFactorOfPeople;
  passkeys: PasskeysOfPeople;
  tokens: ApiTokensOfPeople;
  roles: Readonly<{
    changesOf(userId: UserId): Promise<readonly RoleChange[]>;
    /** The roles that the changes come to. */
    after(changes: readonly RoleChange[]): readonly Role[];
    /** False where it would change nothing. */
    record(userId: UserId, change: RoleChange): Promise<boolean>;
  }>;
  /** The name of the session's cookie. */
  cookie: string;
  /** The origin that people reach the house by, where it is not that of the address a proxy asks for. */
  origin: string | null;
  /** Null where nobody signs in by a password. */
  passwordLength: Readonly<{ min: number; max: number }> | null;
  /** Null where nobody signs in by an identity provider. */
  provider: ProviderOfPeople | null;
  /** Letters of the sign-in; null in development without mail, where addresses are taken as they are. */
  letters: Readonly<{
    reset(userId: UserId, passwordVersion: number): Promise<void>;
    alreadyHere(userId: UserId): Promise<void>;
  }> | null;
}>;
