// Who is signed in here. The token lives as long as the tab.
import { signal } from '@preact/signals';

export type Person = Readonly<{ userId: string; name: string; roles: readonly string[]; token: string }>;

const KEY = 'gavel.person';

export const person = signal<Person | null>(remembered());

export function signIn(who: Person): void {
  person.value = who;
  sessionStorage.setItem(KEY, JSON.stringify(who));
}

export function signOut(): void {
  person.value = null;
  sessionStorage.removeItem(KEY);
}

function remembered(): Person | null {
  const text = sessionStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as Person);
}
