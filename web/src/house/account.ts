// Signing up, in and out with the house itself (docs/sign-in.md). The session is a cookie that no script can read.
import type { Person } from './session.js';

type Refusal = Readonly<{ code: string; message: string; details?: readonly Readonly<{ field: string }>[] }>;
/** `code` of a refusal is the house's; `NotAnswered` where there is none. */
export type Answer<Result> = Readonly<{ result: Result }> | Readonly<{ refused: Refusal }>;

/** Asks the house for something of the account. */
export async function post<Result>(path: string, body: object): Promise<Answer<Result>> {
  const notAnswered = { refused: { code: 'NotAnswered', message: '' } };
  try {
    const response = await fetch(`/account/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const reply = await response.json();
    return response.ok ? { result: reply as Result } : { refused: reply as Refusal };
  } catch {
    return notAnswered;
  }
}

export type SignUp = Readonly<{ username: string; email: string; password: string }>;

/** `open`: nothing has to be confirmed first. */
export const signUp = (fields: SignUp) => post<Readonly<{ status: 'mailed' | 'open' }>>('sign-up', fields);
/** `code-needed`: a code of the authenticator is to follow. */
export type SignedIn = Person | Readonly<{ status: 'code-needed' }>;
export const signInBy = (fields: Readonly<{ email: string; password: string }>) => post<SignedIn>('sign-in', fields);
export const signInCode = (code: string) => post<Person>('second-factor', { code });
export type Setup = Readonly<{ secret: string; backupCodes: readonly string[] }>;
/** Whoever comes by an identity provider alone has no password. */
export const setUpSecondFactor = (password: string) =>
  post<Setup>('second-factor/setup', password === '' ? {} : { password });
export const confirmSecondFactor = (code: string) => post('second-factor/confirmation', { code });
export const askReset = (email: string) => post('reset', { email });
export const setPassword = (token: string, password: string) => post('password', { token, password });
export const endSession = () => post('sign-out', {});

export type ApiToken = Readonly<{
  tokenId: string;
  name: string;
  roles: readonly string[];
  expiresAt: number;
  usedAt: number | null;
}>;
/** Null where the house does not say. */
export async function ownTokens(): Promise<readonly ApiToken[] | null> {
  const response = await fetch('/account/tokens').catch(() => null);
  if (response?.ok !== true) return null;
  return ((await response.json()) as Readonly<{ tokens: readonly ApiToken[] }>).tokens;
}
export const makeToken = (fields: Readonly<{ name: string; roles: readonly string[]; days: number }>) =>
  post<Readonly<{ tokenId: string; token: string }>>('tokens', fields);
export const revokeToken = (tokenId: string) => post(`tokens/${tokenId}/revocation`, {});

/** Asks for the provider's own address, where a sign-in begins. */
export const beginAtProvider = () => post<Readonly<{ url: string }>>('provider', {});
/** Hands in what the provider has added to the address of the sign-in page. */
export const signInByProvider = (answer: string) => post<SignedIn>('provider/answer', { answer });

/** What people sign in with: a password, an identity provider of this name. */
export type Ways = Readonly<{ password: boolean; provider: string | null }>;
/** What the house signs people in with: itself, or not. Asked once a page. */
export async function signedIn(): Promise<SessionHere> {
  const response = await fetch('/account/session');
  return response.ok ? ((await response.json()) as SessionHere) : { isHere: false, person: null };
}
type SessionHere = Readonly<{ isHere: boolean; ways?: Ways; person: Person | null }>;
