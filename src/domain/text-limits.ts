// Texts that people write. All are bounded, and none holds what a database or a terminal would choke on: PostgreSQL
// stores no NUL, UTF-8 knows no lone surrogates, and control characters rewrite other people's screens.

/** How long a text may be, in UTF-16 units, and whether it may have several lines. */
export type TextLimits = Readonly<{ lengthMin: number; lengthMax: number; lines: 'one' | 'many' }>;

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_TAB_AND_NEWLINE = /(?![\t\n])\p{Cc}/u;

/** Says what is wrong with a text, as the end of a sentence that starts with its name; null when nothing is. */
export function textProblem(text: string, { lengthMin, lengthMax, lines }: TextLimits): string | null {
  if (text.length < lengthMin || text.length > lengthMax) return `must have ${lengthMin} to ${lengthMax} characters`;
  if (lengthMin > 0 && text.trim() === '') return 'must not be blank';
  if (!text.isWellFormed()) return 'must be well-formed Unicode, without lone surrogates';
  if (lines === 'one' && CONTROL.test(text)) return 'must not contain control characters';
  if (CONTROL_BUT_TAB_AND_NEWLINE.test(text)) return 'must not contain control characters other than tab and newline';
  return null;
}
