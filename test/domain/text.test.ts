import { describe, expect, it } from '@jest/globals';
import {
  askedForm,
  askedWords,
  normalText,
  printable,
  printableLine,
  searchForms,
  searchWords,
  textProblem,
} from '../../src/domain/text.js';

const line = { lengthMin: 1, lengthMax: 10, lines: 'one' } as const;
const text = { lengthMin: 0, lengthMax: 10, lines: 'many' } as const;
const title = { lengthMin: 1, lengthMax: 100, lines: 'one' } as const;
const reason = { lengthMin: 1, lengthMax: 100, lines: 'many' } as const;

describe('a text', () => {
  it('keeps to its length in UTF-16 units', () => {
    expect(textProblem('', line)).toBe('must have 1 to 10 characters');
    expect(textProblem('x', line)).toBeNull();
    expect(textProblem('x'.repeat(10), line)).toBeNull();
    expect(textProblem('x'.repeat(11), line)).toBe('must have 1 to 10 characters');
    expect(textProblem('😀'.repeat(5), line)).toBeNull();
    expect(textProblem('😀'.repeat(6), line)).toBe('must have 1 to 10 characters');
    expect(textProblem('', text)).toBeNull();
  });
  it('is not blank where something has to be said', () => {
    expect(textProblem(' \u00a0', line)).toBe('must not be blank');
    expect(textProblem('  ', text)).toBeNull();
  });
  it.each(['\ud83d', '\ude00', 'a\ude00\ud83d'])('has no lone surrogates', (half) =>
    expect(textProblem(half, text)).toBe('must be well-formed Unicode, without lone surrogates'),
  );
  it.each([0x00, 0x01, 0x08, 0x0b, 0x0c, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x9f])('has no control character %s', (code) => {
    const withIt = `a${String.fromCharCode(code)}b`;
    expect(textProblem(withIt, line)).toBe('must not contain control characters');
    expect(textProblem(withIt, text)).toBe('must not contain control characters other than tab and newline');
  });
  it.each(['\t', '\n'])('may have tabs and newlines only where it has lines', (character) => {
    expect(textProblem(`a${character}b`, line)).toBe('must not contain control characters');
    expect(textProblem(`a${character}b`, text)).toBeNull();
  });
  it.each(['\u0020', '\u00a0', '“Üñí”', '漢字', 'שלום'])('may hold %s', (character) =>
    expect(textProblem(`a${character}`, line)).toBeNull(),
  );
});

describe('what hides or turns other text', () => {
  it.each([
    ['blank by zero-width spaces', '\u200b\u200b\u200b'],
    ['blank by a Hangul filler', '\u3164'],
    ['blank by a halfwidth filler', '\uffa0 \u115f\u1160'],
    ['blank by a braille pattern without dots', '\u2800\u2800'],
    ['blank by spaces of any kind', '\u2003\u3000\u00a0'],
    ['blank by selectors', '\ufe0f\ufe0f'],
    ['blank by tags', '\u{e0041}\u{e0042}'],
    ['blank by a lone joiner', '\u200d'],
    ['blank by marks alone', '\u0301\u0308'],
  ])('is refused: %s', (_name, blank) => {
    for (const limits of [title, reason]) expect(textProblem(blank, limits)).toBe('must not be blank');
  });
  it.each([
    ['an override', '\u202evatsuG', 'characters that turn the direction of text: U+202E'],
    ['an embedding', 'a\u202ab', 'characters that turn the direction of text: U+202A'],
    ['an isolate', 'a\u2066b\u2069', 'characters that turn the direction of text: U+2066'],
    ['a line separator', 'two\u2028lines', 'line or paragraph separators: U+2028'],
    ['a paragraph separator', 'two\u2029lines', 'line or paragraph separators: U+2029'],
    ['a zero-width space', 'an\u200bn', 'invisible characters: U+200B'],
    ['a joiner between Latin letters', 'an\u200dn', 'invisible characters: U+200D'],
    ['a non-joiner between Latin letters', 'an\u200cn', 'invisible characters: U+200C'],
    ['a byte order mark', '\ufeffann', 'invisible characters: U+FEFF'],
    ['a filler among letters', 'a\u3164b', 'invisible characters: U+3164'],
    ['a grapheme joiner', 'a\u034fb', 'invisible characters: U+034F'],
    ['a selector behind a letter', 'a\ufe0fb', 'invisible characters: U+FE0F'],
    ['a second selector behind an emoji', '❤\ufe0f\ufe0f', 'invisible characters: U+FE0F'],
    ['bytes in selectors', '😀\u{e0100}\u{e0101}', 'invisible characters: U+E0100'],
    ['tags behind a letter', 'a\u{e0061}\u{e007f}', 'invisible characters: U+E0061'],
    ['more tags than a region has', `\u{1f3f4}${'\u{e0061}'.repeat(7)}\u{e007f}`, 'invisible characters: U+E0061'],
    ['an annotation', 'a\ufff9b\ufffb', 'invisible characters: U+FFF9'],
    ['a deprecated format character', 'a\u206ab', 'invisible characters: U+206A'],
    ['musical format', 'a\u{1d173}b', 'invisible characters: U+1D173'],
    ['private use', 'a\ue000b', 'private-use characters: U+E000'],
    ['a noncharacter', 'a\ufdd0b', 'noncharacters: U+FDD0'],
    ['the last noncharacter', 'a\u{10ffff}b', 'noncharacters: U+10FFFF'],
  ])('is refused: %s', (_name, given, problem) => {
    for (const limits of [title, reason]) expect(textProblem(given, limits)).toBe(`must not contain ${problem}`);
  });
  it('is refused in a line and taken in a longer text, where it serves to break lines or to order them', () => {
    for (const [given, problem] of [
      ['Uhr\u00adwerk', 'invisible characters: U+00AD'],
      ['ספר C++\u200e', 'characters that turn the direction of text: U+200E'],
    ] as const) {
      expect(textProblem(given, title)).toBe(`must not contain ${problem}`);
      expect(textProblem(given, reason)).toBeNull();
    }
    expect(textProblem('C++\u200e', reason)).toMatch(/turn the direction/);
    expect(textProblem('9\u00ad9', reason)).toMatch(/invisible/);
  });
  it('knows how many marks a letter bears', () => {
    const marked = (count: number) => `q${'\u0330\u0331\u0332\u0333\u0339'.slice(0, count)}`;
    expect(textProblem(marked(4), title)).toBeNull();
    expect(textProblem(marked(5), title)).toBe('must not have more than 4 marks on one letter');
    expect(textProblem('\u0330q', title)).toBe('must not begin with a mark that has no letter');
  });
  it.each([
    ['a family', '👨‍👩‍👧‍👦'],
    ['a rainbow flag and a heart on fire', '🏳️‍🌈 ❤️‍🔥'],
    ['skin tones', '👩🏽‍⚕️ 👋🏿'],
    ['a keycap', '1️⃣'],
    ['the flag of Scotland', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['Persian', 'می‌خواهم کتاب‌ها'],
    ['Hindi with a half form', 'क्‍ष राष्‍ट्र'],
    ['Sinhala', 'ශ්‍රී ලංකා'],
    ['Bengali', 'র‍্যাব'],
    ['Malayalam', 'നന്‍മ'],
    ['a Japanese name with a variant', '葛\u{e0100}城'],
    ['Thai with a place to break', 'ภาษา\u200bไทย'],
    ['Arabic with points', 'مُحَمَّد'],
    ['Hebrew with points', 'שָׁלוֹם'],
    ['Vietnamese', 'Nguyễn Thị Ánh'],
    ['Korean', '한국어'],
    ['a typographer', 'L’été — “½” №'],
  ])('is allowed where a script or an emoji needs it: %s', (_name, given) => {
    for (const limits of [title, reason]) expect(textProblem(normalText(given), limits)).toBeNull();
  });
  it('takes a long text of nothing but allowed joiners in its stride', () => {
    expect(textProblem(`${'ب\u200c'.repeat(9_999)}ب`, { lengthMin: 0, lengthMax: 20_000, lines: 'many' })).toBeNull();
  });
  it('must be in form C, into which the doors bring it', () => {
    const decomposed = 'Mu\u0308ller';
    expect(textProblem(decomposed, title)).toBe('must be in Unicode normalization form C');
    expect(textProblem(normalText(decomposed), title)).toBeNull();
  });
});

describe('a search', () => {
  const finds = (asked: string, text: string): boolean => {
    const words = new Set(searchWords(text));
    return askedWords(asked).every((word) => words.has(word));
  };
  it.each([
    ['composed', 'M\u00fcller', 'Mu\u0308ller'],
    ['decomposed', 'Mu\u0308ller', 'M\u00fcller'],
    ['case', 'MÜLLER', 'müller'],
    ['accents that nobody typed', 'muller', 'Müller'],
    ['a final sigma', 'βορρας', 'ΒΟΡΡΑΣ'],
    ['a sigma in capitals', 'ΒΟΡΡΑΣ', 'βορρας'],
    ['a sharp s', 'STRASSE', 'Straße'],
    ['a sharp s asked for', 'straße', 'Strasse'],
    ['a dotted capital', 'istanbul', 'İstanbul'],
    ['strokes', 'Lodz Kobenhavn', 'Łódź, København'],
    ['Greek accents', 'αθηνα', 'Αθήνα'],
    ['Arabic points', 'محمد', 'مُحَمَّد'],
    ['a non-joiner', 'میخواهم', 'می\u200cخواهم'],
    ['full width', 'gavel', 'Ｇａｖｅｌ'],
    ['a ligature', 'find', 'ﬁnd'],
    ['a hyphenated word', 'uhrwerk', 'Uhr\u00adwerk'],
    ['words in any order', 'clock ship', 'A ship’s clock'],
  ])('finds by %s', (_name, asked, text) => expect(finds(asked, text)).toBe(true));
  it.each([
    ['accents that were typed', 'Müller', 'Muller'],
    ['other accents', 'pêche', 'péché'],
    ['half a word', 'clo', 'clock'],
    ['vowels of Hindi', 'कल', 'काला'],
    ['voiced kana', 'か', 'が'],
  ])('does not find across %s', (_name, asked, text) => expect(finds(asked, text)).toBe(false));
  it('cuts words alike on both sides', () => {
    expect(finds('x'.repeat(5_000), 'X'.repeat(6_000))).toBe(true);
    expect(Math.max(...searchWords('ﷺ'.repeat(20_000)).map((word) => word.length))).toBeLessThanOrEqual(64);
  });
  it('knows names as a whole, with accents and without', () => {
    expect(searchForms('  Fine\u00a0 ART ')).toEqual(['fine art']);
    expect(searchForms('Möbel')).toEqual(['mobel', 'möbel']);
    expect(searchForms('Möbel')).toContain(askedForm('MÖBEL'));
    expect(searchForms('Mobel')).not.toContain(askedForm('Möbel'));
  });
});

describe('a terminal', () => {
  it('is shown what could steer it as JSON writes it', () => {
    expect(printable('\x1b[2J\x9b\x07\x7f\u202evatsuG\ud800\u2028')).toBe(
      '\\u001b[2J\\u009b\\u0007\\u007f\\u202evatsuG\\ud800\\u2028',
    );
    expect(printable('a\tb\nc')).toBe('a\tb\nc');
    expect(printableLine('a\tb\nc')).toBe('a\\u0009b\\u000ac');
    expect(printable('\u{e0041}')).toBe('\\udb40\\udc41');
    expect(JSON.parse(`"${printable('\x1b\u202e\u{e0041}')}"`)).toBe('\x1b\u202e\u{e0041}');
  });
  it('is shown everything else as it is', () => {
    for (const plain of ['“Üñí”', '👨‍👩‍👧‍👦', 'می‌خواهم', 'क्‍ष', '日本語']) expect(printable(plain)).toBe(plain);
  });
});
