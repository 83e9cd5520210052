// The words of the house's figures, in the page's language.
import { computed } from '@preact/signals';
import { figuresDe } from './figures.de.js';
import { type FigureWords, figuresEn } from './figures.en.js';
import { language } from './words.js';

const CATALOGUES: Readonly<Record<typeof language.value, FigureWords>> = { en: figuresEn, de: figuresDe };
export const figureWords = computed((): FigureWords => CATALOGUES[language.value]);
