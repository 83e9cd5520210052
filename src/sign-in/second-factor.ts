// Codes of an authenticator (RFC 6238), by the library's plugin: set up with the password, confirmed by a first code, then asked for at
// each sign-in. The library bounds guesses: five a sign-in, ten in a row an account.
import { type UserId, userId } from '../domain/ids.js';
import type { Library } from './library.js';

export type SecondFactorSetup = Readonly<{ secret: string; backupCodes: readonly string[] }>;
export type Completed = Readonly<{ userId: UserId; cookies: readonly string[] }>;

export class SecondFactor {
  constructor(private readonly library: () => Promise<Library>) {}

  /**
   * Draws a secret for whoever has this session. Null where the account's password is wrong or missing, or there is a second
   * factor already.
   */
  async setUp(cookies: string, password?: string): Promise<SecondFactorSetup | null> {
    const { api } = await this.library();
    const response = await api.enableTwoFactor({
      body: { ...(password !== undefined && { password }), method: 'totp' },
      headers: new Headers({ cookie: cookies }),
      asResponse: true,
    });
    if (!response.ok) return null;
    const { totpURI, backupCodes } = (await response.json()) as Readonly<{ totpURI: string; backupCodes: string[] }>;
    return { secret: new URL(totpURI).searchParams.get('secret') ?? '', backupCodes };
  }

  /**
   * Takes a code: the first one, which turns the second factor on for who has a session, or that of a sign-in under way, which
   * begins one. A backup code does for a sign-in, once. Null for a wrong one.
   */
  async take(cookies: string, code: string): Promise<Completed | null> {
    const { api } = await this.library();
    const asked = { body: { code }, headers: new Headers({ cookie: cookies }), asResponse: true } as const;
    const response = /^\d{6}$/.test(code) ? await api.verifyTOTP(asked) : await api.verifyBackupCode(asked);
    if (!response.ok) return null;
    const { user } = (await response.json()) as Readonly<{ user: Readonly<{ id: string }> }>;
    return { userId: userId(user.id), cookies: response.headers.getSetCookie() };
  }
}
