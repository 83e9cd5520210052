// What the edge asks of the house's own sign-in (src/sign-in), and what it has the house write to people.
import type { UserId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';

/** `cookies` are values of `Set-Cookie`. */
type WithCookies<Rest = object> = Rest & Readonly<{ cookies: readonly string[] }>;
type Credentials = Readonly<{ email: string; password: string }>;

export type SignInSession = Readonly<{ userId: UserId; expiresAt: Instant }>;

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
    | Readonly<{ status: 'wrong' }>
    | Readonly<{ status: 'unconfirmed' }>
    | Readonly<{ status: 'locked'; forMs: number }>
  >;
  session(value: string): Promise<SignInSession | null>;
  renewed(value: string): Promise<WithCookies<Readonly<{ session: SignInSession | null }>>>;
  signOut(value: string): Promise<WithCookies>;
  passwordVersion(userId: UserId): Promise<number | null>;
  changePassword(userId: UserId, change: Readonly<{ version: number; password: string }>): Promise<boolean>;
}

export type SignInDeps = Readonly<{
  accounts: SignIn;
  /** The name of the session's cookie. */
  cookie: string;
  /** The origin that people reach the house by, where it is not that of the address a proxy asks for. */
  origin: string | null;
  passwordLength: Readonly<{ min: number; max: number }>;
  /** Letters of the sign-in; null in development without mail, where addresses are taken as they are. */
  letters: Readonly<{
    reset(userId: UserId, passwordVersion: number): Promise<void>;
    alreadyHere(userId: UserId): Promise<void>;
  }> | null;
}>;
