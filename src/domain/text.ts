// Texts that people enter: which are taken, how they are compared, and how they are shown (docs/adr/0054). The one place for
// it. Every door normalises by `normalText`; the rules refuse by `textProblem`; searches compare by `searchWords` and
// `searchForms`; terminals are written to by `printable`.
//
// Sources: UAX 15 (normalisation), UAX 31 section 2.3 (joiners), UTS 39 sections 3.1 and 5.4 (hidden and stacked
// characters), UTS 51 (emoji), UAX 9 (direction), Unicode section 5.18 (case folding).

/** How long a text may be, in UTF-16 units, and whether it may have several lines. */
export type TextLimits = Readonly<{ lengthMin: number; lengthMax: number; lines: 'one' | 'many' }>;

/** A text as it is kept: in normalisation form C, so that what looks the same is the same. Length may change. */
export const normalText = (text: string): string => text.normalize('NFC');

/** Says what is wrong with a text, as the end of a sentence that starts with its name; null when nothing is. */
export function textProblem(text: string, { lengthMin, lengthMax, lines }: TextLimits): string | null {
  if (text.length < lengthMin || text.length > lengthMax) return `must have ${lengthMin} to ${lengthMax} characters`;
  if (!text.isWellFormed()) return 'must be well-formed Unicode, without lone surrogates';
  if (lengthMin > 0 && !VISIBLE.test(text)) return 'must not be blank';
  if (lines === 'one' && CONTROL.test(text)) return 'must not contain control characters';
  if (CONTROL_BUT_TAB_AND_NEWLINE.test(text)) return 'must not contain control characters other than tab and newline';
  if (!isAscii(text)) return hiddenProblem(text, lines);
  return null;
}

function hiddenProblem(text: string, lines: TextLimits['lines']): string | null {
  if (text !== normalText(text)) return 'must be in Unicode normalization form C';
  if (STACKED.test(text)) return 'must not have more than 4 marks on one letter';
  const hidden = (lines === 'one' ? HIDDEN_IN_LINE : HIDDEN_IN_TEXT).exec(text)?.[0];
  if (hidden !== undefined) return `must not contain ${kindOf(hidden)}: ${codePoint(hidden)}`;
  return LOOSE_MARK.test(text) ? 'must not begin with a mark that has no letter' : null;
}

/**
 * The words of a text as they are looked for: folded, each cut at 64 units. A word with accents is there twice, with them and
 * without them.
 */
export function searchWords(text: string): readonly string[] {
  const words = new Set<string>();
  for (const word of wordsOf(text)) {
    words.add(word);
    words.add(withoutAccents(word));
  }
  return [...words].sort();
}

/** The words that a search asks for. All of them must be among the `searchWords` of what is found. */
export const askedWords = (text: string): readonly string[] => [...new Set(wordsOf(text))];

/** A name as it is looked for: folded, with its accents and without them. */
export const searchForms = (name: string): readonly string[] => {
  const form = askedForm(name);
  return [...new Set([form, withoutAccents(form)])].sort();
};

/** The name that a filter asks for. It must be among the `searchForms` of what is found. */
export const askedForm = (name: string): string => folded(name).trim().replaceAll(/\s+/gu, ' ');

/**
 * A text for a terminal: what could move the cursor, hide or reorder is written as JSON writes it, `\u001b`. Newlines and tabs
 * stay.
 */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, escaped);

/** The same as one line: a newline in a text must not begin a line of its own. */
export const printableLine = (text: string): string => printable(text).replaceAll(/[\t\n]/g, escaped);

/** Case, width and form are the same for all; joiners and other invisible characters are left out. */
function folded(text: string): string {
  const upper = text.normalize('NFKC').toUpperCase();
  // Through upper case, for ß and for the sigma that ends a word: JavaScript has no folding of its own.
  return upper.toLowerCase().replaceAll('ς', 'σ').replaceAll(IGNORABLE, '').normalize('NFKC');
}

const wordsOf = (text: string): readonly string[] =>
  (folded(text).match(WORD) ?? []).map((word) => word.slice(0, WORD_LENGTH_MAX).toWellFormed());

/** Marks fall off where they are accents or vowel points. In other scripts they are half of the letter, and stay. */
const withoutAccents = (folded: string): string =>
  folded
    .normalize('NFD')
    .replaceAll(ACCENTED, '$1')
    .replaceAll(STROKED, (letter) => UNSTROKED[letter] ?? letter)
    .normalize('NFC');

/** An index entry must stay well below a database page, whatever somebody calls a word. */
const WORD_LENGTH_MAX = 64;
/** Emoji are words of their own. */
const WORD = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
const ACCENTED = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}])\p{Mn}+/gu;
/** Letters that Unicode does not take apart, and that people without the key for them write so. */
const UNSTROKED: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
};
const STROKED = /[øłđðħŧþæœ]/gu;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ASCII = /^[\x00-\x7f]*$/;
const isAscii = (text: string): boolean => ASCII.test(text);

/** At least one character that leaves ink. */
const VISIBLE = /[^\s\p{Cc}\p{Z}\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/u;
const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_TAB_AND_NEWLINE = /(?![\t\n])\p{Cc}/u;
const LOOSE_MARK = /^\p{M}/u;
const STACKED = /(?![\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Mn}\p{Me}]{5,}/u;

/** Signs that are drawn, although they are called format characters: they go under or around the figures behind them. */
const DRAWN = '\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}';
/** What is never seen by itself: format, direction, fillers, selectors, tags, separators, private use, no characters. */
const UNSEEN = `(?![${DRAWN}])[\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Noncharacter_Code_Point}\\p{Default_Ignorable_Code_Point}]`;
const CURSIVE =
  '[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Mongolian}\\p{Script=Mandaic}\\p{Script=Adlam}]';
/** The sign that takes a letter's vowel away, in scripts of India and around it. */
const VIRAMA = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u1039\\u17d2]';
const SPACELESS = '[\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]';
const IN_CONTEXT = [
  // UAX 31, context A1: the non-joiner between letters that would join.
  `(?<=${CURSIVE}\\p{M}*)\\u200c(?=${CURSIVE})`,
  // Contexts A2 and B: joiners behind a virama; and before one, as Bengali writes ra with ya.
  `(?<=\\p{L}\\p{M}*${VIRAMA})[\\u200c\\u200d]`,
  `(?<=\\p{L})[\\u200c\\u200d](?=${VIRAMA})`,
  // UTS 51: the joiner within an emoji, selectors behind one, the tags of a region's flag.
  '(?<=\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]?)\\u200d(?=\\p{Extended_Pictographic})',
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}])[\\ufe0e\\ufe0f]|(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  '(?<=\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{0,5})[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]',
  '(?<=\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6})\\u{e007f}',
  // Variants of ideographs, as in Japanese names, and of Mongolian letters.
  '(?<=\\p{Ideographic})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
  '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]',
  // Where a line may break, in scripts without spaces.
  `(?<=${SPACELESS})\\u200b(?=${SPACELESS})`,
].join('|');
/** In texts of several lines: hyphenation, and marks of direction where there is a script that is read from the right. */
const IN_LONG_TEXT = [
  '(?<=\\p{L})[\\u00ad\\u2060](?=\\p{L})',
  '(?<=[\\p{Script=Hebrew}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Thaana}][^\\n]{0,200})[\\u061c\\u200e\\u200f]',
].join('|');

/** What is unseen is looked for first: what surrounds it matters only there. */
const unseenBut = (allowed: string): string => `(?=${UNSEEN})(?!${allowed}).`;
const HIDDEN_IN_LINE = new RegExp(unseenBut(IN_CONTEXT), 'su');
const HIDDEN_IN_TEXT = new RegExp(unseenBut(`${IN_CONTEXT}|${IN_LONG_TEXT}`), 'su');
const UNPRINTABLE = new RegExp(`(?![\\t\\n])\\p{Cc}|\\p{Cs}|${unseenBut(`${IN_CONTEXT}|\\u00ad`)}`, 'gsu');

function kindOf(character: string): string {
  if (/\p{Noncharacter_Code_Point}/u.test(character)) return 'noncharacters';
  if (/\p{Co}/u.test(character)) return 'private-use characters';
  if (/\p{Bidi_Control}/u.test(character)) return 'characters that turn the direction of text';
  if (/[\p{Zl}\p{Zp}]/u.test(character)) return 'line or paragraph separators';
  return 'invisible characters';
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const escaped = (characters: string): string => {
  let text = '';
  for (let i = 0; i < characters.length; i++) text += `\\u${characters.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return text;
};
