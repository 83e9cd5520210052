// Who is signed in here: by a session of the house, which is a cookie, or in development by a token that lives as long as the tab.
import { signal } from '@preact/signals';
import { endSession, signedIn, type Ways } from './account.js';

/** Without a token the cookie speaks for the person. */
export type Person = Readonly<{
  userId: string;
  name: string;
  roles: readonly string[];
  token?: string;
  /** Roles that wait for a second factor. */
  waiting?: readonly string[];
}>;

const KEY = 'gavel.person';

export const person = signal<Person | null>(remembered());
/** Whether the house signs people in itself; null until it is known. */
export const hasSignIn = signal<boolean | null>(null);
/** What with, where it does. */
export const ways = signal<Ways>({ password: false, provider: null });

export function signIn(who: Person): void {
  person.value = who;
  if (who.token === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(who));
}

export function signOut(): void {
  // Where the house does not answer, the session goes on and the next page shows it.
  if (person.value?.token === undefined) void endSession();
  person.value = null;
  sessionStorage.removeItem(KEY);
}

/** Asks the house who is signed in; somebody who came by a token stays. */
export async function findSession(): Promise<void> {
  const found = await signedIn().catch(() => null);
  if (found?.ways !== undefined) ways.value = found.ways;
  hasSignIn.value = found?.isHere ?? false;
  if (person.value === null && found?.person != null) person.value = found.person;
}

function remembered(): Person | null {
  const text = sessionStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as Person);
}
