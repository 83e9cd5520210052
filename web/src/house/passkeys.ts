// Passkeys: made and used by the browser, checked by the house.
import type { Answer } from './account.js';
import { post } from './account.js';
import type { Person } from './session.js';

export type Passkey = Readonly<{ passkeyId: string; name: string; madeAt: number }>;
type List = Readonly<{ passkeys: readonly Passkey[] }>;

/** Whether this browser makes passkeys, and reads what the house asks (WebAuthn, level 3). */
export const canPasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

export async function ownPasskeys(): Promise<readonly Passkey[] | null> {
  const response = await fetch('/account/passkeys').catch(() => null);
  return response?.ok === true ? ((await response.json()) as List).passkeys : null;
}

/** Makes one on a device of the person's. */
export async function addPasskey(name: string): Promise<Answer<List>> {
  const asked = await post<PublicKeyCredentialCreationOptionsJSON>('passkeys/options', {});
  if ('refused' in asked) return asked;
  const made = await held(() =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked.result) }),
  );
  return made === null ? NOT_HELD : post('passkeys', { name, response: made });
}

export const removePasskey = (passkeyId: string) => post<List>(`passkeys/${passkeyId}/removal`, {});

/** Signs in with one that this device has. */
export async function signInByPasskey(): Promise<Answer<Person>> {
  const asked = await post<PublicKeyCredentialRequestOptionsJSON>('passkey/options', {});
  if ('refused' in asked) return asked;
  const shown = await held(() =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked.result) }),
  );
  return shown === null ? NOT_HELD : post('passkey', { response: shown });
}

const NOT_HELD = { refused: { code: 'PasskeyNotHeld', message: '' } } as const;

/** What the device answers, as JSON; null where the person has given up, or it has none. */
async function held(ask: () => Promise<Credential | null>): Promise<object | null> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null;
  } catch (error) {
    // Browsers tell "given up", "none here" and "there is one already" by these, and no more.
    if (error instanceof DOMException) return null;
    throw error;
  }
}
