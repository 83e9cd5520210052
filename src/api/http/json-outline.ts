// A look at a JSON text before it is parsed, in one pass over its characters.

/**
 * What can be told of a JSON text without parsing it: how deep it nests, how many members its objects are written with, and
 * whether all its numbers are plain, which is to say runs of digits that every reader takes for the same whole number.
 */
export type Outline = Readonly<{ depth: number; members: number; hasPlainNumbers: boolean }>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DOT = 0x2e;
const [ZERO, NINE] = [0x30, 0x39];
const [E, SMALL_E] = [0x45, 0x65];
const [BRACKET, BRACE] = [0x5b, 0x7b];
const [BRACKET_END, BRACE_END] = [0x5d, 0x7d];
/** Numbers of so many digits are below 2^53. */
const PLAIN_DIGITS_MAX = 15;

/** The outline of a JSON text; of anything else, some outline. */
export function outlineOf(json: string): Outline {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  let digits = 0;
  let hasPlainNumbers = true;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit >= ZERO && unit <= NINE) {
      digits += 1;
      if (digits > PLAIN_DIGITS_MAX) hasPlainNumbers = false;
      continue;
    }
    if (unit === MINUS || (digits > 0 && (unit === DOT || unit === E || unit === SMALL_E))) hasPlainNumbers = false;
    digits = 0;
    if (unit === QUOTE) i = endOfString(json, i);
    else if (unit === COLON) members += 1;
    else if (unit === BRACE || unit === BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (unit === BRACE_END || unit === BRACKET_END) depth -= 1;
  }
  return { depth: deepest, members, hasPlainNumbers };
}

/** Where the string ends that begins here; the end of the text where it does not. */
function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit === BACKSLASH) i += 1;
    else if (unit === QUOTE) return i;
  }
  return json.length;
}
