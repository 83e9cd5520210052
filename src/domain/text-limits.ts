// Texts that people write: bounded, and free of what a database cannot hold or a terminal would obey.

// `\p{Cc}` are the control characters, of which newline and tab are welcome; `\p{Cs}` are lone halves of surrogate pairs.
const FORBIDDEN = /(?![\n\t])[\p{Cc}\p{Cs}]/u;

/** What is wrong with a text of `min` to `max` UTF-16 units, as the end of a sentence; null when nothing is. */
export function textProblem(text: string, min: number, max: number): string | null {
  if (text.length < min || text.length > max) return `must have ${min} to ${max} characters`;
  if (text.trim().length < min) return 'must not be blank';
  return FORBIDDEN.test(text) ? 'must not contain control characters or broken surrogate pairs' : null;
}
