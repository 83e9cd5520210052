// The words of staff's pages, in the page's language.
import { computed } from '@preact/signals';
import { deskDe } from './desk.de.js';
import { type DeskWords, deskEn } from './desk.en.js';
import { language } from './words.js';

const CATALOGUES: Readonly<Record<typeof language.value, DeskWords>> = { en: deskEn, de: deskDe };
export const deskWords = computed((): DeskWords => CATALOGUES[language.value]);
