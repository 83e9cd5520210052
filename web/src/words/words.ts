// The page's language: the one chosen here, else the browser's, else English.
import { computed, effect, signal } from '@preact/signals';
import { de } from './de.js';
import { en, type Words } from './en.js';

const CATALOGUES = { en, de } as const;
type Language = keyof typeof CATALOGUES;
const KEY = 'gavel.language';

const isLanguage = (code: string): code is Language => Object.hasOwn(CATALOGUES, code);

function first(): Language {
  const wanted = [localStorage.getItem(KEY) ?? '', ...navigator.languages.map((code) => code.slice(0, 2))];
  return wanted.find(isLanguage) ?? 'en';
}

export const language = signal<Language>(first());
export const words = computed((): Words => CATALOGUES[language.value]);
/** For `Intl`: the browser's own region where it speaks the page's language. */
export const locale = computed(
  () => navigator.languages.find((code) => code.startsWith(language.value)) ?? language.value,
);

export function otherLanguage(): void {
  language.value = language.value === 'en' ? 'de' : 'en';
  localStorage.setItem(KEY, language.value);
}

effect(() => {
  document.documentElement.lang = language.value;
});
