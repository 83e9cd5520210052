// Takes tokens out of what others have sent, whatever it is: JSON or broken, by the name of its field or by its form.

/** Stands where a token was. */
export const REMOVED = '(removed)';

/** Three parts of base64url, wherever a word begins. Only there: from every letter on, a long word would be searched for ever. */
const THREE_PARTS = /(?<![\w-])([\w-]+)\.[\w-]+\.[\w-]*/g;
/** The first part of a JSON Web Token is a JSON object, and so begins with "{" (RFC 7519, section 3). */
const HEADER = /e[w-z0-9_-][\w-]{13,}/;
const FIELD = /("(?:token|authorization)"\s*:\s*")[^"\\]*(?:\\.[^"\\]*)*/gi;
const FIELD_NAME = /^(?:token|authorization)$/i;

const withoutForms = (text: string): string =>
  text.replace(THREE_PARTS, (word, header: string) => (HEADER.test(header) ? REMOVED : word));

/** The same bytes, but for tokens. */
export function withoutTokens(bytes: Buffer): Buffer {
  // Byte by byte: what is no text stays what it is.
  const text = bytes.toString('latin1');
  const cleared = withoutForms(text.replace(FIELD, `$1${REMOVED}`));
  const rest = cleared === text ? bytes : Buffer.from(cleared, 'latin1');
  return withoutEscaped(rest);
}

/** A token may be written with escapes, and so may its field's name: only JSON's own reading tells. */
function withoutEscaped(bytes: Buffer): Buffer {
  if (!bytes.includes('\\u')) return bytes;
  try {
    return Buffer.from(JSON.stringify(JSON.parse(bytes.toString('utf8')), cleared));
  } catch {
    // No JSON: nobody would find a token in it by unescaping.
    return bytes;
  }
}

function cleared(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return FIELD_NAME.test(key) ? REMOVED : withoutForms(value);
}
